// deploy/attune.service, started by a real systemd in the box it describes.
//
// What this cannot show here: MemoryMax and TasksMax, where the machine gives its cgroups no such controllers; the
// journal (errors go to a file instead). The rest is the unit as it is shipped, with four lines over it (below).
import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, readFileSync, readlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, describe, it} from 'node:test';
import {binary, root} from '../bot/running.mjs';
import {boxRoot, eventually, inBox, init, install, property} from './box.mjs';

const unit = 'attune.service';
const base = 'http://127.0.0.1:8080';
const log = () => readFileSync(`${boxRoot}/run/attune.log`, 'utf8');
const events = (name) => log().split('\n').filter((line) => line.includes(`"event":"${name}"`));

// The service's process as this side's /proc knows it.
function pid() {
  const inside = property(unit, 'MainPID');
  const found = spawnSync('pgrep', ['-f', '^/usr/bin/attune serve'], {encoding: 'utf8'}).stdout.split('\n').filter(Boolean);
  return found.find((one) => {
    const status = readFileSync(`/proc/${one}/status`, 'utf8');
    return status.match(/NSpid:.*\t(\d+)\n/)[1] === inside && readlinkSync(`/proc/${one}/ns/net`) === readlinkSync(`/proc/${init}/ns/net`);
  });
}

async function hear(message, key, sender = 'ada') {
  const answer = await fetch(`${base}/webhooks/rest/webhook`, {
    method: 'POST', headers: {'Content-Type': 'application/json', 'Idempotency-Key': key}, body: JSON.stringify({sender, message}),
  });
  return {status: answer.status, text: await answer.text()};
}

// What a program in the service's place can do: run by ExecStartPost, which systemd puts in the same box.
const probe = `#!/bin/sh
exec >/var/lib/attune/probe 2>/dev/null
try() { name=$1; shift; if "$@" >/dev/null; then echo "$name yes"; else echo "$name no"; fi; }
try write-usr touch /usr/x
try write-etc touch /etc/x
try write-run touch /run/x
try write-home ls /root
try write-state touch /var/lib/attune/x
try see-others test -d /proc/1
try see-kernel cat /proc/kallsyms
try see-devices test -e /dev/mem
try namespace unshare --user true
try mount mount -t tmpfs tmpfs /tmp
try become-root setpriv --reuid 0 true
try priority renice -n -5 -p $$
try personality setarch -R true
try set-id chmod u+s /var/lib/attune/x
try talk-outside curl -s --max-time 2 http://192.0.2.1:8081/
try talk-inside curl -s --max-time 2 http://127.0.0.1:8081/
`;

let neighbour;

describe('attune.service', () => {
  before(async () => {
    install();
    mkdirSync(`${boxRoot}/etc/systemd/system/attune.service.d`, {recursive: true});
    // No journal here, so a file. A blocked call ends the process instead of failing quietly, so that none goes
    // unseen. Patience is short, so that a test of it is. The probe runs in the service's place.
    writeFileSync(`${boxRoot}/etc/systemd/system/attune.service.d/test.conf`,
      '[Service]\nStandardError=append:/run/attune.log\nSystemCallErrorNumber=kill\nWatchdogSec=6\nTimeoutAbortSec=2\n');
    inBox('systemctl', 'daemon-reload');
    // Somebody to talk to, at an address of this box's own that is not loopback's.
    inBox('ip', 'addr', 'add', '192.0.2.1/32', 'dev', 'lo');
    neighbour = spawn(process.execPath, ['-e', 'require("http").createServer((q, r) => r.end("here")).listen(8081)'], {stdio: 'ignore'});
    await eventually(async () => (await fetch('http://192.0.2.1:8081/')).ok, 'the neighbour');
  });
  after(() => { neighbour?.kill(); spawnSync('nsenter', ['-t', init, '-a', '-r', '-w', 'systemctl', 'stop', unit]); });

  it('scores at most 1.5 with systemd-analyze, and has no mistake', () => {
    const analysed = spawnSync('systemd-analyze', ['security', '--offline=true', '--no-pager', join(root, 'deploy/attune.service')], {encoding: 'utf8'});
    const score = Number(analysed.stdout.match(/Overall exposure level for attune.service: ([\d.]+)/)?.[1]);
    console.log(`figure: systemd-analyze security scores deploy/attune.service ${score}`);
    assert.ok(score <= 1.5, analysed.stdout);
    // The tests' own patience stands over it in the box, so they would not miss it.
    assert.match(readFileSync(join(root, 'deploy/attune.service'), 'utf8'), /^WatchdogSec=20$/m);
    assert.equal(inBox('systemd-analyze', 'verify', '--man=no', '--recursive-errors=no', '/usr/lib/systemd/system/attune.service'), '');
  });

  it('starts, is ready when it says so, and holds a conversation', async () => {
    inBox('systemctl', 'start', unit);  // returns when READY has come
    const first = await hear('hello', 'unit-1');
    assert.equal(first.status, 200, first.text);
    assert.equal((await hear('hello', 'unit-1')).text, first.text);
    assert.match(property(unit, 'StatusText'), /^serving edition [0-9a-f]{12}$/);
  });

  it('is in the box that the unit describes', async () => {
    const status = readFileSync(`/proc/${pid()}/status`, 'utf8');
    assert.match(status, /NoNewPrivs:\t1/);
    assert.match(status, /Seccomp:\t2/);
    for (const set of ['CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) assert.match(status, new RegExp(`${set}:\t0000000000000000`));
    assert.doesNotMatch(status, /Uid:\t0/);
    assert.match(readFileSync(`/proc/${pid()}/limits`, 'utf8'), /Max open files +16384 +16384/);
    assert.equal(inBox('stat', '-L', '-c', '%a', '/var/lib/attune'), '700');
    assert.equal(inBox('sh', '-c', 'stat -c %a /var/lib/private/attune/attune.db*').replace(/600\n?/g, ''), '');
  });

  it('lets a program in its place do nothing but what it must', async () => {
    // With the filter as shipped: a refused call is an error there, and the probe goes on to its next question.
    writeFileSync(`${boxRoot}/usr/local/bin/probe`, probe, {mode: 0o755});
    const dropIn = `${boxRoot}/etc/systemd/system/attune.service.d/z-probe.conf`;
    writeFileSync(dropIn, '[Service]\nSystemCallErrorNumber=EPERM\nExecStartPost=/usr/local/bin/probe\n');
    inBox('systemctl', 'daemon-reload');
    inBox('systemctl', 'restart', unit);
    const could = Object.fromEntries(readFileSync(`${boxRoot}/var/lib/private/attune/probe`, 'utf8').trim().split('\n').map((line) => line.split(' ')));
    const allowed = Object.keys(could).filter((name) => could[name] === 'yes');
    assert.equal(Object.keys(could).length, 16);
    assert.deepEqual(allowed, ['write-state', 'talk-inside']);
    inBox('rm', '/etc/systemd/system/attune.service.d/z-probe.conf');
    inBox('systemctl', 'daemon-reload');
    inBox('systemctl', 'restart', unit);
    await eventually(async () => (await fetch(`${base}/readyz`)).ok, 'ready');  // on a new connection
  });

  it('works under load without one blocked system call, and reloads meanwhile', async () => {
    const before = pid();
    let turns = 0;
    const until = Date.now() + 3000;
    const client = async (n) => {
      for (let i = 0; Date.now() < until; ++i) {
        const {status, text} = await hear(['hello', 'help', 'menu', 'yes', 'I was hurt by that'][i % 5], `load-${n}-${i}`, `load-${n}`);
        assert.equal(status, 200, text);
        turns += 1;
      }
    };
    const clients = Array.from({length: 32}, (_, n) => client(n));
    inBox('systemctl', 'reload', unit);
    await Promise.all(clients);
    assert.equal((await fetch(`${base}/metrics`)).status, 200);
    await eventually(() => events('reloaded').length === 1, 'the reload');
    assert.equal(pid(), before, 'it was restarted, so something it did was blocked');
    assert.equal(property(unit, 'SubState'), 'running');
    console.log(`figure: ${turns} turns inside the unit's box, each system call allowed`);
  });

  it('is started again after kill -9, and the place is kept', async () => {
    const first = await hear('menu', 'unit-2');
    process.kill(Number(pid()), 'SIGKILL');
    await eventually(async () => (await hear('menu', 'unit-2')).text === first.text, 'the same answer after kill -9');
    assert.equal(property(unit, 'NRestarts'), '1');
  });

  // strace holds one thread inside a system call, which is what a hung disk or a loop looks like from outside.
  for (const [part, call, poke] of [
    ['the writer', 'fdatasync', () => hear('hello', `hang-${Math.random()}`)],
    ['the reactor', 'epoll_wait', () => fetch(`${base}/healthz`)],
  ]) {
    it(`is ended and started again when ${part} hangs, though the process lives`, async () => {
      const restarts = Number(property(unit, 'NRestarts'));
      const hung = pid();
      const strace = spawn('strace', ['-f', '-qq', '-o', '/dev/null', '-e', `trace=${call}`, '-e', `inject=${call}:delay_enter=60s`, '-p', hung], {stdio: 'ignore'});
      await eventually(() => /TracerPid:\t[1-9]/.test(readFileSync(`/proc/${hung}/status`, 'utf8')), 'strace');
      const poked = poke().catch(() => {});
      try {
        await eventually(() => property(unit, 'SubState') === 'stop-watchdog', 'an end by the watchdog', 30);
      } finally { strace.kill('SIGKILL'); }  // which also lets go of a process that is gone but for it
      await poked;
      await eventually(() => Number(property(unit, 'NRestarts')) === restarts + 1, 'a start after it');
      await eventually(async () => (await fetch(`${base}/readyz`)).ok, 'ready again');
      assert.notEqual(events('watchdog_waits').length, 0);
    });
  }

  it('does not try again what needs a person', async () => {
    inBox('systemctl', 'stop', unit);
    assert.equal(property(unit, 'Result'), 'success');
    mkdirSync(`${boxRoot}/etc/attune`, {recursive: true});
    writeFileSync(`${boxRoot}/etc/attune/attune.conf`, 'ATTUNE_LISTEN=0.0.0.0:8080\n');
    assert.throws(() => inBox('systemctl', 'start', unit));
    await eventually(() => property(unit, 'ActiveState') === 'failed', 'failed');
    assert.equal(property(unit, 'ExecMainStatus'), '78');
    await new Promise((done) => setTimeout(done, 1500));  // longer than RestartSec
    assert.equal(property(unit, 'ActiveState'), 'failed');
    writeFileSync(`${boxRoot}/etc/attune/attune.conf`, '');
  });
});
