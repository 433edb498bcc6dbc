// Why a real conversation's turn answered as it did: by the command line beside a running server, and
// by one GET of an operator; each look is a row of the audit.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {after, before, test} from 'node:test';
import {binary, remove, Running} from './running.mjs';

let server, token, answer, again;
const attune = (...args) => {
  const run = spawnSync(binary, [...args, '--data', server.data], {encoding: 'utf8', timeout: 60000});
  return {code: run.status, out: run.stdout, err: run.stderr};
};
before(async () => {
  server = await Running.start();
  for (const [n, words] of ['hello', 'something else', 'help'].entries()) answer = await server.rest('ada', words, `why-${n}`);
  again = await server.rest('ada', 'help', 'why-2');
  token = attune('token', 'add', 'looker', '--role', 'operator').out.match(/attune_\S+/)[0];
});
after(async () => { await server.stop(); remove(server.data); });

test('attune why tells the newest turn, or the one that is named', () => {
  const newest = attune('why', 'rest:default:ada');
  assert.equal(newest.code, 0, newest.err);
  assert.match(newest.out, /^turn 3, /);
  assert.match(newest.out, /read as: help/);
  assert.match(newest.out, /command: help/);
  assert.match(attune('why', 'rest:default:ada', '2').out, /^turn 2, [\s\S]*You: something else/);
  const none = attune('why', 'rest:default:ada', '99');
  assert.equal(none.code, 66);
  assert.match(none.err, /no turn 99 of rest:default:ada/);
  assert.match(attune('why', 'rest:default:nobody').err, /nobody called/);
});

test('one GET shows the same to an operator, and to nobody else', async () => {
  const ask = (path, bearer) => fetch(server.base + path, {headers: bearer ? {Authorization: `Bearer ${bearer}`} : {}});
  const shown = await ask('/v1/why/rest:default:ada?turn=3', token);
  assert.equal(shown.status, 200);
  const why = await shown.json();
  assert.equal(why.said, 'help');
  assert.equal(why.normal, 'help');
  assert.ok(why.decided.some((one) => one.startsWith('command: help')));
  assert.equal(why.in_words, attune('why', 'rest:default:ada', '3').out);
  assert.equal((await ask('/v1/why/rest:default:ada', '')).status, 401);
  assert.equal((await ask('/v1/why/rest:default:nobody', token)).status, 404);
  assert.equal((await ask('/v1/why/rest:default:ada?turn=77', token)).status, 404);
  assert.equal((await ask('/v1/why/rest:default:ada?turn=x', token)).status, 400);
});

test('each look is in the audit, and no reason goes out to the person', async () => {
  const rows = attune('audit', '--what', 'why').out;
  assert.match(rows, /looker/);
  assert.match(rows, /command line/);
  assert.equal(answer.status, 200);
  assert.equal(again.text, answer.text);
  assert.doesNotMatch(answer.text, /command|"why"/);
});
