// One person's data, as an operator handles it from the command line: export, forget, a changed key,
// a restored copy.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {cpSync, existsSync, readFileSync, rmSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {after, describe, it} from 'node:test';
import {binary, folder, remove, root, Running} from './running.mjs';

const folders = [];
const data = () => { const path = folder(); folders.push(path); return path; };
const run = (...args) => spawnSync(binary, args, {encoding: 'utf8', cwd: root});
after(() => folders.forEach(remove));

const nasty = '<script>alert("x")</script> & he never listens';

describe('a language', () => {
  it('what the browser says it reads, until the person chooses; it is kept through a restart', async () => {
    let server = await Running.start({data: data()});
    const begun = await fetch(`${server.base}/v1/conversation`, {method: 'POST', headers: {'Content-Type': 'application/json'}, body: '{"language":"es-MX"}'});
    const turn = await begun.json();
    assert.match(turn.messages.map((one) => one.text).join(' '), /Hola\. Este es un lugar/);
    const say = async (id, text) => (await (await fetch(`${server.base}/v1/messages`, {
      method: 'POST', headers: {'Content-Type': 'application/json', 'Cookie': begun.headers.get('set-cookie').split(';')[0]},
      body: JSON.stringify({id, text}),
    })).json()).messages.map((one) => one.text).join(' ');
    assert.match(await say('1', 'claro'), /Primero, la salida/);
    await server.stop('SIGKILL');
    server = await Running.start({data: server.data});
    assert.match(await say('2', 'repetir'), /guarde así tus palabras/);
    assert.match(await say('3', 'English please'), /Elige el idioma/);
    assert.match(await say('4', 'English'), /All right, in English.*Is it all right to keep your words/s);
    await server.stop();
  });
});

describe('one person', () => {
  it('export: complete, while the server runs, as JSON and as a page that runs nothing', async () => {
    const server = await Running.start({data: data()});
    await server.rest('ada', nasty, 'key-1');
    await server.rest('ben', 'not hers', 'key-2');
    const out = run('export', 'rest:default:ada', '--data', server.data);
    assert.equal(out.status, 0, out.stderr);
    const exported = JSON.parse(out.stdout);
    assert.equal(exported.format, 'attune-export-1');
    assert.equal(exported.conversations.length, 1);
    const [conversation] = exported.conversations;
    assert.equal(conversation.addresses[0].place, 'ada');
    assert.equal(conversation.turns.at(-1).said, nasty);
    assert.ok(conversation.turns.at(-1).reply.messages.length > 0);
    assert.ok(exported.not_in_this_file.length > 0);
    assert.ok(!out.stdout.includes('not hers'));
    for (const who of [exported.person, conversation.id]) {
      const again = run('export', who, '--data', server.data);
      assert.equal(again.stdout, out.stdout);
    }
    const to = join(server.data, 'out');
    assert.equal(run('export', 'rest:default:ada', '--data', server.data, '--to', to).status, 0);
    assert.equal(statSync(join(to, 'export.json')).mode & 0o777, 0o600);
    const page = readFileSync(join(to, 'export.html'), 'utf8');
    assert.ok(page.includes('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; he never listens'));
    assert.ok(!page.includes('<script'));
    assert.match(page, /Content-Security-Policy" content="default-src 'none'/);
    assert.equal(run('export', 'rest:default:nobody', '--data', server.data).status, 66);
    assert.equal(run('export', 'nonsense', '--data', server.data).status, 78);
    await server.stop();
    assert.equal(run('export', 'rest:default:ada', '--data', server.data).stdout, out.stdout);
  });

  it('forget: nothing is left, an older copy brings nobody back, and the place begins anew', async () => {
    let server = await Running.start({data: data()});
    await server.rest('ada', 'my words', 'key-1');
    await server.rest('ben', 'other words', 'key-2');
    const copy = join(server.data, 'copy.db');
    const made = run('backup', copy, '--data', server.data);
    assert.equal(made.status, 0, made.stderr);
    assert.ok(existsSync(copy) && existsSync(copy + '.keys'));
    await server.stop();
    const done = run('forget', 'rest:default:ada', '--data', server.data);
    assert.equal(done.status, 0, done.stderr);
    assert.match(done.stdout, /^forgotten: [0-9a-f]{32}\n/);
    assert.equal(run('forget', 'rest:default:ada', '--data', server.data).status, 66);
    assert.equal(run('export', 'rest:default:ada', '--data', server.data).status, 66);
    assert.equal(run('export', 'rest:default:ben', '--data', server.data).status, 0);
    // As OPERATING.md says: the copy of the database, and the newest keys.
    cpSync(copy, join(server.data, 'attune.db'));
    for (const tail of ['-wal', '-shm']) rmSync(join(server.data, 'attune.db' + tail), {force: true});
    server = await Running.start({data: server.data});
    assert.match(server.out, /1 people who had been forgotten/);
    assert.equal(run('export', 'rest:default:ada', '--data', server.data).status, 66);
    assert.equal(JSON.parse(run('export', 'rest:default:ben', '--data', server.data).stdout).conversations[0].turns.at(-1).said, 'other words');
    const again = await server.rest('ada', 'hello', 'key-3');
    assert.equal(again.status, 200);
    const anew = JSON.parse(run('export', 'rest:default:ada', '--data', server.data).stdout);
    assert.ok(!JSON.stringify(anew).includes('my words'));
    await server.stop();
  });

  it('forgotten from the page: the key goes at once, also for copies', async () => {
    const server = await Running.start({data: data()});
    const page = server.session();
    await page.begin();
    await page.say('what I told nobody');
    const copy = join(server.data, 'copy.db');
    assert.equal(run('backup', copy, '--data', server.data).status, 0);
    assert.equal((await page.call('DELETE', '/v1/me')).status, 204);
    await server.stop();
    cpSync(copy, join(server.data, 'attune.db'));
    const opened = await Running.start({data: server.data});
    assert.match(opened.out, /1 people who had been forgotten/);
    await opened.stop();
  });

  it('key rotate: refused while a server runs; afterwards everybody finds their place', async () => {
    let server = await Running.start({data: data()});
    const first = await server.rest('ada', 'hello', 'key-1');
    const refused = run('key', 'rotate', '--data', server.data);
    assert.equal(refused.status, 69, refused.stderr);
    await server.stop();
    const before = readFileSync(join(server.data, 'seal.key'), 'utf8');
    const done = run('key', 'rotate', '--data', server.data);
    assert.equal(done.status, 0, done.stderr);
    assert.match(done.stdout, /Copy it now/);
    assert.notEqual(readFileSync(join(server.data, 'seal.key'), 'utf8'), before);
    server = await Running.start({data: server.data});
    assert.equal((await server.rest('ada', 'hello', 'key-1')).text, first.text);  // the same event, the stored reply
    assert.equal(JSON.parse(run('export', 'rest:default:ada', '--data', server.data).stdout).conversations[0].turns.at(-1).said, 'hello');
    await server.stop();
  });

  it('a lost key file or keys.db is named, exit 78, and nothing is made in its place', async () => {
    const server = await Running.start({data: data()});
    assert.match(server.out, /A new key was made: .*seal\.key/);
    await server.rest('ada', 'hello', 'key-1');
    await server.stop();
    for (const name of ['keys.db', 'seal.key']) {
      const path = join(server.data, name);
      cpSync(path, path + '.aside');
      rmSync(path);
      const refused = run('serve', '--listen', '127.0.0.1:0', '--data', server.data);
      assert.equal(refused.status, 78, refused.stderr);
      assert.ok(refused.stderr.includes(`${path} is missing`), refused.stderr);
      assert.ok(!existsSync(path));
      cpSync(path + '.aside', path);
    }
    const well = await Running.start({data: server.data});
    assert.ok(!well.out.includes('A new key was made'));
    await well.stop();
  });
});
