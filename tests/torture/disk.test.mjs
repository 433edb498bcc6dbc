// A real server on a disk that fails: errors of sync (by strace), a full disk (a tmpfs of 48 MB), and
// folders that cannot be used. Needs root to mount; without it these tests fail and say so.
import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {chmodSync, cpSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, describe, it} from 'node:test';
import {binary, folder, remove, root, Running} from '../bot/running.mjs';
import {Clients, pause, random} from './clients.mjs';

const long = Boolean(process.env.ATTUNE_LONG);

function mount(path, options) {
  mkdirSync(path, {recursive: true});
  const {status, stderr} = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path], {encoding: 'utf8'});
  assert.equal(status, 0, `this test mounts a tmpfs and has to run as root, or with CAP_SYS_ADMIN in a container: ${stderr}`);
}
const umount = (path) => spawnSync('umount', ['-l', path]);
const ready = async (server) => {
  const answer = await fetch(`${server.base}/readyz`);
  return {code: answer.status, ...(await answer.json())};
};
async function until(what, condition) {
  for (let i = 0; i < 2400; ++i) {
    if (await condition()) return;
    await pause(50);
  }
  assert.fail(`waited two minutes for ${what}`);
}

describe('errors of sync', () => {
  const data = folder();
  const clients = new Clients(8, random(3));
  let session;  // begun while the disk was well
  after(() => remove(data));
  before(async () => {
    const server = await Running.start({data});
    session = server.session();
    await session.begin();
    clients.start(server);
    await pause(300);
    await server.stop();
    await clients.stop();
  });

  // strace stands behind (-D), so that the server is our own child. It counts for each thread.
  const failing = (when) => ['strace', '-D', '-f', '--seccomp-bpf', '-o', '/dev/null', '-e', 'trace=fdatasync,fsync',
    '-e', `inject=fdatasync,fsync:error=EIO:when=${when}`];

  const singles = long ? Array.from({length: 100}, (_, n) => n + 1) : [1, 4, 15];
  for (const n of singles) {
    it(`the ${n}. of a thread fails once: the server goes on, or says why it does not start`, async () => {
      let server;
      try {
        server = await Running.start({data, under: failing(n)});
      } catch (error) {
        assert.match(error.message, /ended with 74[^]*(answered with an error|cannot be)/);
      }
      if (server) {
        const had = clients.acknowledged;
        clients.start(server);
        await until('turns after the error', () => clients.acknowledged > had + 50);
        await server.stop('SIGKILL');
        await clients.stop();
      }
      const again = await Running.start({data});
      await clients.verify(again, 5);
      await again.stop();
    });
  }

  it('all from one on fail: every turn is refused, reading goes on, nothing is lost', async () => {
    const server = await Running.start({data, under: failing('6+')});
    session.server = server;
    clients.start(server);
    await until('the disk to fail', async () => (await ready(server)).code === 503);
    const {why} = await ready(server);
    assert.equal(why, 'disk_error');
    const had = clients.acknowledged, refused = clients.refused;
    await until('more refusals', () => clients.refused > refused + 20);
    assert.equal(clients.acknowledged, had, 'acknowledged without a sync');
    assert.equal((await session.call('GET', '/v1/transcript')).status, 200);
    await until('the log', () => /"store_stopped"/.test(server.err));
    await server.stop('SIGKILL');
    await clients.stop();
    const again = await Running.start({data});
    await clients.verify(again);
    await again.stop();
  });
});

describe('a full disk', () => {
  const path = join(tmpdir(), `attune-full-${process.pid}`);
  before(() => mount(path, 'size=48m,mode=0700'));
  const clients = new Clients(16, random(4));
  let server;
  after(() => {
    clients.working = false;
    server?.child.kill('SIGKILL');  // if it failed on the way
    umount(path);
    remove(path);
  });

  it('is said with 503 and its reason, reading goes on, and space brings turns back', async () => {
    const data = join(path, 'data');
    server = await Running.start({data});
    const session = server.session();
    await session.begin();
    await session.say('hello');
    clients.start(server);
    await pause(300);
    const ballast = join(path, 'ballast');
    // To the last page, and again: what the log gives back when it is cut is taken too.
    const fill = () => spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=4096', 'oflag=append', 'conv=notrunc']);
    await until('the disk to be full', async () => { fill(); return (await ready(server)).code === 503; });
    fill();
    assert.ok(statSync(ballast).size > 16 << 20, 'the disk is full of our own data, so that no space can come back');
    assert.equal((await ready(server)).why, 'disk_full');
    await until('refusals', () => clients.refused > 0);
    assert.ok(clients.refused > 0);
    const {status, json} = await session.call('GET', '/v1/transcript');
    assert.equal(status, 200);
    assert.equal(json.turns.length, 2);
    assert.equal((await fetch(`${server.base}/`)).status, 200);
    const metrics = await (await fetch(`${server.base}/metrics`)).text();
    assert.match(metrics, /attune_store_writable 0/);
    const figure = (name) => Number(metrics.match(new RegExp(`^attune_${name} (\\S+)`, 'm'))[1]);
    assert.ok(figure('disk_free_bytes') < figure('disk_size_bytes') / 10, metrics);
    await until('the log', () => /"disk_nearly_full"/.test(server.err) && /"store_stopped".*is full/.test(server.err));

    const freed = Date.now();
    rmSync(ballast);
    const kept = clients.acknowledged;
    await until('turns', () => clients.acknowledged > kept + 16);
    const took = Date.now() - freed;
    await until('the server to be ready', async () => (await ready(server)).status === 'ready');
    await clients.stop();
    await clients.verify(server);
    await server.stop();
    const check = spawnSync('sqlite3', [join(data, 'attune.db'), 'PRAGMA integrity_check'], {encoding: 'utf8'});
    assert.equal(check.stdout.trim(), 'ok');
    console.log(`figure: disk full: ${clients.refused} turns refused, ${clients.acknowledged} kept, 0 lost; turns again ${took} ms after space was there (promised: 5,000)`);
  });
});

describe('stopped while the disk stands still', () => {
  it('waits for what is queued, longer than for its clients, and ends in order', async () => {
    const server = await Running.start();
    const page = server.session();
    await page.begin();
    await pause(1000);  // until the start's sweep is over, whose end a stop waits for as well
    // The next sync of each thread takes longer than the five seconds in which clients are let go.
    const slow = spawn('strace', ['-f', '--seccomp-bpf', '-o', '/dev/null', '-e', 'trace=fdatasync,fsync', '-e', 'inject=fdatasync,fsync:delay_enter=6500000:when=1', '-p', String(server.child.pid)]);
    await until('the slow disk', () => !/^TracerPid:\s+0$/m.test(readFileSync(`/proc/${server.child.pid}/status`, 'utf8')));
    const answer = page.say('hello', 'one').then(({status}) => status, () => 'no answer');
    await pause(300);
    const {code, signal} = await server.stop();
    assert.deepEqual({code, signal}, {code: 0, signal: null}, server.err);
    assert.ok([503, 'no answer'].includes(await answer), 'it cannot have been durable in time');
    slow.kill();
    const again = await Running.start({data: server.data});
    page.server = again;
    assert.equal((await page.say('hello', 'one')).status, 200);
    await again.stop();
    remove(server.data);
  });
});

describe('a folder that cannot be used', () => {
  const base = folder();
  after(() => { umount(join(base, 'read-only')); remove(base); });
  const serve = (data, {from = root, program = binary, ...options} = {}) => spawnSync(program, ['serve', '--listen', '127.0.0.1:0', '--data', data,
    '--dialogs', join(from, 'dialogs/library'), '--intents', join(from, 'intents/library')], {encoding: 'utf8', timeout: 60_000, ...options});

  function refused(data, code, message, options) {
    const {status, stderr, error} = serve(data, options);
    assert.equal(status, code, stderr || String(error));
    assert.match(stderr, message);
    assert.equal(stderr.trim().split('\n').length, 1, stderr);
  }

  it('a file system that is read-only, empty or with data in it', async () => {
    const data = join(base, 'read-only');
    mount(data, 'size=16m,mode=0700,ro');
    refused(data, 74, /Read-only file system/);
    assert.deepEqual(readdirSync(data), []);
    spawnSync('mount', ['-o', 'remount,rw', data]);
    const server = await Running.start({data});
    await server.rest('ada', 'hello', 'one');
    await server.stop();
    const files = readdirSync(data).sort();
    assert.equal(spawnSync('mount', ['-o', 'remount,ro', data]).status, 0);
    refused(data, 74, /Read-only file system/);
    assert.deepEqual(readdirSync(data).sort(), files);
  });

  it("somebody else's folder", () => {
    const data = join(base, 'theirs');
    mkdirSync(data, {mode: 0o500});
    chmodSync(base, 0o755);
    // Root may write anywhere; so as nobody, in a folder of root's, by a copy that stands where nobody may read.
    const options = {};
    if (process.getuid() === 0) {
      for (const part of ['dialogs/library', 'intents/library']) cpSync(join(root, part), join(base, part), {recursive: true});
      cpSync(binary, join(base, 'attune'));
      Object.assign(options, {uid: 65534, gid: 65534, program: join(base, 'attune'), from: base});
    }
    refused(data, 74, /Permission denied/, options);
    assert.deepEqual(readdirSync(data), []);
  });

  it('a file where the folder should be, and where its parent should be', () => {
    const file = join(base, 'file');
    writeFileSync(file, 'mine');
    refused(file, 74, /Not a directory/);
    refused(join(file, 'data'), 74, /Not a directory/);
  });

  it('a folder where a file should be', () => {
    for (const [name, code] of [['attune.db', 74], ['attune.db.lock', 74], ['keys.db', 74], ['seal.key', 78]]) {
      const data = join(base, `in-the-way-of-${name}`);
      mkdirSync(join(data, name), {recursive: true});
      refused(data, code, new RegExp(name));
    }
  });

  it('a folder that is not there is made, with its parents; a backup of one is refused', async () => {
    const data = join(base, 'a/b/c');
    const server = await Running.start({data});
    await server.stop();
    const {status, stderr} = spawnSync(binary, ['backup', '--data', join(base, 'nowhere'), join(base, 'copy')], {encoding: 'utf8'});
    assert.equal(status, 66, stderr);
    assert.ok(!readdirSync(base).includes('nowhere'));
  });
});

describe('a damaged database', () => {
  it('is refused with 74 and how to restore, and left as it is', async () => {
    const server = await Running.start();
    await server.rest('ada', 'hello', 'one');
    await server.stop();
    const path = join(server.data, 'attune.db');
    spawnSync('dd', ['if=/dev/urandom', `of=${path}`, 'bs=4096', 'seek=2', 'count=1', 'conv=notrunc']);
    const sum = () => spawnSync('sha256sum', [path], {encoding: 'utf8'}).stdout;
    const was = sum();
    await assert.rejects(Running.start({data: server.data}), /ended with 74[^]*damaged[^]*restore the newest backup/);
    assert.equal(sum(), was);
    remove(server.data);
  });
});
