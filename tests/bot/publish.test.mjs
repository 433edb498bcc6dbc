// attune publish, rollback and editions, beside a running server and on the store alone.
import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, describe, it} from 'node:test';
import {counting, scriptsWith} from '../torture/scripts.mjs';
import {binary, remove, root, Running} from './running.mjs';

const library = ['--intents', join(root, 'intents/library')];

describe('publishing by the command line', () => {
  let scripts, server, write, attune, publish;
  before(async () => {
    scripts = scriptsWith({
      'try/own.talk': counting(' at first'),
      'try/own.play': 'play "it counts"\n  > start try/own\n  Bot: #count02\n  You: pebble\n  Bot: That was pebble, number 1 ...\n',
    });
    // These say that the menu comes when nothing is under way.
    for (const play of ['help/menu', 'practice/who', 'sessions/twelve']) remove(join(scripts, `${play}.play`));
    server = await Running.start({dialogs: scripts});
    write = (text) => writeFileSync(join(scripts, 'try/own.talk'), text);
    attune = (...args) => new Promise((done) => {
      const child = execFile(binary, [...args, '--data', server.data], (error, out, err) => done({code: error?.code ?? 0, all: out + err}));
      child.stdin.end();
    });
    publish = (...more) => attune('publish', '--dialogs', scripts, ...library, ...more);
  });
  after(async () => {
    if (server.code === undefined) await server.stop();
    remove(server.data);
    remove(scripts);
  });

  it('a publication without --yes, a dry run, and what is live already change nothing', async () => {
    await server.rest('ada', 'hello');
    assert.match((await publish('--yes')).all, /This is what is live already/);
    write(counting(' in new words'));
    const looked = await publish('--dry-run');
    assert.equal(looked.code, 0, looked.all);
    assert.match(looked.all, /checked, \d+ plays passed\n1 script is under way:\n +1 {2}get the new words at their next message/);
    const unasked = await publish();
    assert.equal(unasked.code, 64);
    assert.match(unasked.all, /--yes/);
    assert.match((await server.rest('ada', 'pebble')).text, /That was pebble, number 1 at first/);
  });

  it('new words reach whoever is in the middle at their next message', async () => {
    const done = await publish('--yes', '--why', 'kinder words');
    assert.equal(done.code, 0, done.all);
    assert.match((await server.rest('ada', 'pebble')).text, /That was pebble, number 2 in new words/);
    assert.match((await attune('editions')).all, /^\* \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC {2}[0-9a-f]{12} {2}publish by \S+ \(command line\): kinder words\n/);
    assert.match((await attune('audit', '--what', 'publish')).all, /publish +\S+ \(command line\) *done {2}[0-9a-f]{64}/);
  });

  it('a script that is wrong, and one whose play fails, are never live', async () => {
    write(counting(' broken').replace('-> round', '-> nowhere'));
    const wrong = await publish('--yes');
    assert.equal(wrong.code, 65, wrong.all);
    assert.match(wrong.all, /AT052[^]*nothing was made live/);
    write(counting(' other').replace('That was {word}', 'It was {word}'));
    const failing = await publish('--yes');
    assert.equal(failing.code, 1, failing.all);
    assert.match(failing.all, /own\.play:5[^]*1 of \d+ plays failed[^]*nothing was made live/);
    assert.match((await server.rest('bea', 'hello')).text, /Begin in new words/);
  });

  it('another structure: who is in it stays, or moves at the next question when that is wanted', async () => {
    write(counting(' with more', 5));
    const looked = await publish('--dry-run', '--move');
    assert.match(looked.all, /2 scripts are under way, and runs are moved:\n +2 {2}move at their next question; the present one is still there\n\n {2}try\/own, 2:/);
    const done = await publish('--yes', '--why', 'more numbers');
    assert.match(done.all, / 2 {2}stay on their edition until they end/);
    assert.match((await server.rest('ada', 'pebble')).text, /number 3 in new words.*Say a word in new words/);
    assert.match((await server.rest('cleo', 'hello')).text, /Begin with more/);

    const back = await attune('rollback', '--yes', '--move', '--why', 'too many');
    assert.equal(back.code, 0, back.all);
    assert.match(back.all, / 2 {2}are on it already[^]* 1 {2}move at their next question/);
    // The answer is taken by the edition that asked; what is asked next is of the one that is live.
    assert.match((await server.rest('cleo', 'pebble')).text, /number 1 with more.*Say a word in new words/);
    assert.match((await attune('editions')).all, /^\* .* rollback, runs moved by .*: too many\n {2}.* publish by .*: more numbers\n/);
  });

  it('a rollback to what never was, and one that comes too late, change nothing', async () => {
    assert.equal((await attune('rollback', 'abcdef012345', '--yes')).code, 66);
    const {token} = JSON.parse(readFileSync(join(server.data, 'running'), 'utf8'));
    const call = (path, body) => fetch(server.base + path, {method: 'POST', headers: {Authorization: `Bearer ${token}`, 'Content-Type': 'application/json'}, body: JSON.stringify(body)});
    const {live} = await (await fetch(`${server.base}/v1/editions`, {headers: {Authorization: `Bearer ${token}`}})).json();
    assert.equal((await call('/v1/editions/live', {hash: 'f'.repeat(64), previous: live})).status, 404);
    await publish('--dry-run');  // prepared, and then somebody else was faster
    const prepared = await (await fetch(`${server.base}/v1/editions/prepared`, {headers: {Authorization: `Bearer ${token}`}})).json();
    const late = await call('/v1/editions/live', {hash: prepared.hash, previous: '0'.repeat(64)});
    assert.equal(late.status, 409);
    assert.equal((await call('/v1/editions', {from: '../../etc/passwd'})).status, 400);
    assert.equal((await call('/v1/editions', {from: '0'.repeat(32)})).status, 404);
  });

  it('what was published last is served at the next start, and SIGHUP takes the files', async () => {
    await server.stop();
    server = await Running.start({data: server.data, dialogs: scripts});
    assert.match(server.out, /scripts +rolled back to .* by .*, edition [0-9a-f]{12}\n +1 file in .* differs from that and is not served/);
    assert.match((await server.rest('dora', 'hello')).text, /Begin in new words/);
    const from = server.err.length;
    server.child.kill('SIGHUP');
    while (!/"reloaded"/.test(server.err.slice(from))) await new Promise((wait) => setTimeout(wait, 20));
    assert.match((await server.rest('eve', 'hello')).text, /Begin with more/);
    assert.match((await attune('editions')).all, /^\* .* files by signal\n/);
    await server.stop();
    server = await Running.start({data: server.data, dialogs: scripts});
    assert.match(server.out, new RegExp(`scripts +${scripts}, edition`));
  });

  it('without a server it works on the store', async () => {
    await server.stop();
    write(counting(' offline', 5));
    const done = await publish('--yes');
    assert.equal(done.code, 0, done.all);
    assert.match(done.all, / get the new words[^]*live at the next start/);
    assert.match((await attune('audit', '--what', 'publish')).all, /publish/);
    write(counting(' not this'));
    server = await Running.start({data: server.data, dialogs: scripts});
    assert.match((await server.rest('eve', 'pebble')).text, /number 1 offline/);
    await server.stop();
    assert.equal((await attune('rollback', '--yes')).code, 0);
  });
});
