// `keep none`: what was asked for only to decide is in no file afterwards, in clear or sealed. Files are
// searched for the words as they stand (database, log, keys); what is sealed is opened by an export,
// which reads every column that holds something of a person (tests/storage/holdings_test.cc).
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, describe, it} from 'node:test';
import {binary, folder, remove, root, Running} from './running.mjs';

const script = `title: A test
about: For tests.
for: one
minutes: 1
model: none
not for: nobody
sources: none
reviewed: draft

slots
  secret: text up to 200, keep none
  level: number 0 to 10, keep none
  side: choice, keep none
  story: text up to 200

== start
ask secret
  Bot: One, please. #try01
rate level: low .. high #try02
  Bot: Two, please. #try03
choose side
  Bot: Three, please. #try04
  * Left #try05
  * Right #try06
ask story
  Bot: Four, please. #try07
if level > 5 and side is Left
  Bot: That was decided by them. #try08
end completed
`;

describe('keep none', () => {
  const library = folder(), data = folder();
  after(() => { remove(library); remove(data); });

  const files = () => readdirSync(data).map((name) => ({name, bytes: readFileSync(join(data, name))}));
  const holding = (words) => files().filter(({bytes}) => bytes.includes(words)).map(({name}) => name);
  const exported = () => {
    const out = spawnSync(binary, ['export', 'rest:default:ada', '--data', data], {encoding: 'utf8'});
    assert.equal(out.status, 0, out.stderr);
    return out.stdout;
  };

  it('words, numbers and choices are used, and then in no file, log and export included', async () => {
    cpSync(join(root, 'dialogs/library'), library, {recursive: true});
    mkdirSync(join(library, 'try'));
    writeFileSync(join(library, 'try/it.talk'), script);
    const always = join(library, 'always.talk');
    writeFileSync(always, readFileSync(always, 'utf8').replace(/on (start|idle) call \S+/g, 'on $1 call try/it'));
    const server = await Running.start({data, dialogs: library});
    try {
      const say = async (message) => JSON.parse((await server.rest('ada', message)).text).map((one) => one.text).join(' ');
      await say('hello');
      assert.match(await say('zebraquartz lantern'), /Two/);
      assert.match(await say('seven'), /Three/);
      assert.match(await say('left'), /Four/);
      assert.match(await say('umbrellafern harbour'), /decided by them/);
      const kept = exported();
      const turns = JSON.parse(kept).conversations[0].turns;
      assert.deepEqual(turns.map((turn) => turn.said ?? ''), ['hello', '', '', '', 'umbrellafern harbour']);
      assert.ok(!kept.includes('zebraquartz'));
      assert.ok(kept.includes('umbrellafern'), 'what is kept is found: the search can fail');
      assert.ok(files().some(({name}) => name.endsWith('-wal')), 'the log is there to be searched');
      for (const words of ['zebraquartz', 'umbrellafern']) assert.deepEqual(holding(words), []);
    } finally {
      await server.stop();
    }
    for (const words of ['zebraquartz', 'umbrellafern']) assert.deepEqual(holding(words), []);
    assert.ok(!exported().includes('zebraquartz'));
    assert.ok(holding('Four, please').length > 0, 'and a script, which is nobody\'s words, stands there');
  });
});
