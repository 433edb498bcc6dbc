// `attune test --replay`: what a person wrote in a recorded conversation, said to a draft. Only what
// the draft would do otherwise is told; other words for the same line are counted.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {cpSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {binary, folder, remove, root, Running} from './running.mjs';

const home = folder();
after(() => remove(home));
const library = join(root, 'dialogs/library');
const replay = (recording, dialogs = library) => {
  const run = spawnSync(binary, ['test', '--replay', recording, '--dialogs', dialogs, '--intents', join(root, 'intents/library')],
    {encoding: 'utf8', cwd: home, timeout: 60000});
  return {code: run.status, out: run.stdout, err: run.stderr};
};
// The library with one sentence changed in one script.
const draft = (name, script, from, to) => {
  const path = join(home, name);
  cpSync(library, path, {recursive: true});
  const text = readFileSync(join(path, script), 'utf8');
  assert.ok(text.includes(from), `${script} has ${from}`);
  writeFileSync(join(path, script), text.replace(from, to));
  return path;
};
const recording = join(home, 'out');

before(async () => {
  const server = await Running.start({data: join(home, 'data')});
  for (const [at, text] of ['hello', 'yes', 'yes', 'repeat', 'yes', 'one that nobody listens for'].entries()) {
    assert.equal((await server.rest('ada', text, `key-${at}`)).status, 200);
  }
  await server.stop();
  const exported = spawnSync(binary, ['export', 'rest:default:ada', '--data', server.data, '--to', recording], {encoding: 'utf8'});
  assert.equal(exported.status, 0, exported.stderr);
});

test('against the scripts it was held with, nothing goes otherwise', () => {
  const same = replay(join(recording, 'export.json'));
  assert.equal(same.code, 0, same.out + same.err);
  assert.match(same.out, /^\d+ turns of 1 conversation compared: none goes otherwise, 0 only in other words$/m);
});

test('other words for the same lines are counted, not shown', () => {
  const reworded = replay(recording, draft('reworded', 'help/welcome.talk', "First, the way out.", 'First, how to leave.'));
  assert.equal(reworded.code, 0, reworded.out + reworded.err);
  assert.match(reworded.out, /compared: none goes otherwise, 1 only in other words$/m);
  assert.doesNotMatch(reworded.out, /how to leave/);
});

test('a line that is gone and a question that is another are told at their turn, with both sides', () => {
  const without = replay(recording, draft('without', 'help/welcome.talk', /Bot: If someone may look.*#welc09\n/.exec(readFileSync(join(library, 'help/welcome.talk'), 'utf8'))[0], ''));
  assert.equal(without.code, 1, without.out + without.err);
  assert.match(without.out, /export\.json, conversation [0-9a-f]{8}\n {2}turn \d+, .* You: yes\n {4}- {2}Bot: help\/welcome #welc09 {2}If someone may look/);
  assert.match(without.out, /compared: 1 turn of 1 conversation otherwise/);
  assert.doesNotMatch(without.out, /not compared/, 'the same question is open after it');
  const other = replay(recording, draft('other', 'help/welcome.talk', '== adult\n', '== adult\ncall safety/region\n'));
  assert.equal(other.code, 1, other.out + other.err);
  assert.match(other.out, / {4}- {2}Bot: help\/welcome #welc14 {2}This is made for adults[^]*Another question is open now: what follows is not compared/);
  assert.match(other.out, /\d turns after those not compared/);
});

test('what is no recording is refused, with what writes one', () => {
  writeFileSync(join(home, 'no.json'), '{"format":"other"}');
  for (const where of [join(home, 'no.json'), join(home, 'nowhere')]) {
    const refused = replay(where);
    assert.equal(refused.code, 66);
    assert.match(refused.err, /attune export PERSON --to FOLDER/);
  }
});
