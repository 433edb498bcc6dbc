// A conversation handed to a counselor and back, on the real binary: silence, safety, writing, retries,
// roles and spaces, a process killed in the middle, the audit, and what is shown where.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {after, before, describe, it} from 'node:test';
import {scriptsWith} from '../torture/scripts.mjs';
import {binary, folder, remove, Running} from './running.mjs';

const asking = `title: Asking
about: For tests.
for: one
minutes: 1
model: none
not for: people
sources: none
reviewed: draft

slots
  word: text up to 200

== start
ask word
  Bot: What is it about? #hand01
Bot: I have asked for a person. They write to you here. #hand02
hand off "wants a person" urgent
  resumed -> after
  timeout after 2 hours -> nobody

== nobody
Bot: Nobody could come. #hand05
-> after

== after
Bot: You are with the program again. #hand03
ask word
  Bot: How was it? #hand04
end completed
`;

const attune = (...args) => {
  const done = spawnSync(binary, args, {encoding: 'utf8'});
  assert.equal(done.status, 0, done.stderr);
  return done.stdout;
};
const give = (data, name, role, ...more) => attune('token', 'add', name, '--role', role, '--data', data, ...more).trim();

describe('hand off', () => {
  let scripts, data, server, tokens;
  const ask = async (who, method, path, body) => {
    const answer = await fetch(server.base + path, {
      method, headers: {Authorization: `Bearer ${tokens[who]}`, ...(body ? {'Content-Type': 'application/json'} : {})}, body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    return {status: answer.status, text, json: JSON.parse(text)};
  };
  const act = (who, what, body) => ask(who, 'POST', `/v1/inbox/${what}`, body);
  const list = async (who, which, more = '') => (await ask(who, 'GET', `/v1/inbox?list=${which}${more}`)).json.hand_offs;
  const rest = async (sender, message) => JSON.parse((await server.rest(sender, message, '', {Authorization: `Bearer ${tokens.shop}`})).text);
  const texts = (turns) => turns.flatMap((turn) => turn.messages.map((message) => message.text));
  const audit = (what) => attune('audit', '--data', data, '--what', what).trim().split('\n').filter(Boolean);
  // Somebody who has asked for a person, by the webhook.
  const handed = async (sender) => {
    await rest(sender, 'hello');
    assert.match(JSON.stringify(await rest(sender, 'something private')), /I have asked for a person/);
    return (await list('mira', 'waiting', '&limit=200')).at(-1).id;
  };

  before(async () => {
    scripts = scriptsWith({'try/own.talk': asking});
    remove(`${scripts}/help/menu.play`);
    data = folder();
    tokens = {shop: give(data, 'shop', 'integrator'), mira: give(data, 'mira', 'counselor'), ines: give(data, 'ines', 'counselor'),
      far: give(data, 'far', 'counselor', '--space', 'elsewhere'), ops: give(data, 'ops', 'operator')};
    server = await Running.start({data, dialogs: scripts});
  });
  after(async () => {
    if (server.code === undefined) await server.stop();
    remove(data);
    remove(scripts);
  });

  it('the page: silence, a counselor writes, and the person sees who; given back, the script goes on', async () => {
    const person = server.session();
    await person.begin();
    const asked = await person.say('my landlord');
    assert.deepEqual(texts([asked.json]), ['I have asked for a person. They write to you here.']);
    const [kept] = texts([(await person.say('is anybody there?')).json]);
    assert.match(kept, /They haven't come yet/);
    assert.deepEqual(texts([(await person.say('back')).json]), []);

    const [one] = await list('mira', 'waiting');
    assert.equal(one.reason, 'wants a person');
    assert.equal(one.script, 'try/own');
    assert.equal(one.urgent, true);
    assert.equal(one.state, 'waiting');
    assert.equal(one.unreachable, undefined);
    assert.ok(Math.abs(one.since - Date.now() / 1000) < 60);
    assert.deepEqual(await list('mira', 'mine'), []);

    assert.equal((await ask('mira', 'GET', `/v1/inbox/${one.id}`)).json.error.code, 'not_taken');
    assert.equal((await act('mira', 'write', {hand_off: one.id, id: 'w0', text: 'too early'})).json.error.code, 'not_taken');
    assert.equal((await act('mira', 'take', {hand_off: one.id, id: 't1'})).status, 200);
    assert.equal((await act('ines', 'take', {hand_off: one.id, id: 't1'})).json.error.code, 'taken_by_other');
    assert.equal((await act('ines', 'write', {hand_off: one.id, id: 'x1', text: 'not mine'})).json.error.code, 'taken_by_other');
    assert.equal((await ask('ines', 'GET', `/v1/inbox/${one.id}`)).json.error.code, 'taken_by_other');
    const [mine] = await list('mira', 'mine');
    assert.equal(mine.by, 'mira');
    assert.ok(mine.taken >= mine.since);

    // What was said from the turn that asked for a person on, and nothing from before it.
    const read = (await ask('mira', 'GET', `/v1/inbox/${one.id}`)).json;
    assert.deepEqual(read.turns.map((turn) => turn.said).filter(Boolean), ['my landlord', 'is anybody there?', 'back']);
    assert.ok(!texts(read.turns).includes('What is it about?'));

    // An event stream that is open sees it as it comes.
    const stream = await fetch(`${server.base}/v1/events?after=${asked.json.version}`, {headers: {Cookie: person.cookie}});
    const reader = stream.body.getReader();
    const wrote = await act('mira', 'write', {hand_off: one.id, id: 'w1', text: 'Hello, I am <b>Mira</b> {name}.'});
    assert.equal(wrote.status, 200);
    let seen = '';
    while (!seen.includes('Mira')) seen += Buffer.from((await reader.read()).value).toString();
    await reader.cancel();
    const transcript = (await person.call('GET', '/v1/transcript')).json;
    const last = transcript.turns.at(-1).messages;
    assert.deepEqual(last.map((message) => [message.from, message.text, message.counselor]), [['mira', 'Hello, I am <b>Mira</b> {name}.', true]]);

    // The same id again is the same write; with other words it is refused.
    const again = await act('mira', 'write', {hand_off: one.id, id: 'w1', text: 'Hello, I am <b>Mira</b> {name}.'});
    assert.equal(again.text, wrote.text);
    assert.equal((await act('mira', 'write', {hand_off: one.id, id: 'w1', text: 'other'})).json.error.code, 'id_reused');
    assert.equal((await person.call('GET', '/v1/transcript')).json.turns.length, transcript.turns.length);

    const back = await act('mira', 'give-back', {hand_off: one.id, id: 'g1'});
    assert.equal(back.status, 200);
    assert.deepEqual(texts((await person.call('GET', '/v1/transcript')).json.turns).slice(-2), ['You are with the program again.', 'How was it?']);
    assert.equal((await act('mira', 'give-back', {hand_off: one.id, id: 'g1'})).text, back.text);
    assert.equal((await act('mira', 'write', {hand_off: one.id, id: 'w2', text: 'late'})).json.error.code, 'hand_off_over');
    assert.equal((await ask('mira', 'GET', `/v1/inbox/${one.id}`)).json.error.code, 'hand_off_over');
    const [closed] = await list('ines', 'closed');
    assert.deepEqual([closed.id, closed.state, closed.by], [one.id, 'given back', 'mira']);
    assert.ok(closed.over >= closed.taken);
    await person.say('good');

    for (const what of ['take', 'write', 'give_back', 'read']) assert.match(audit(`hand_off_${what}`).join('\n'), /mira +(asked|done) {2}[0-9a-f]{16}/, what);
  });

  it('safety words in the middle are acted on, and the counselor stays', async () => {
    const id = await handed('sam');
    await act('mira', 'take', {hand_off: id, id: 'sam-take'});
    const danger = await rest('sam', 'I want to kill myself');
    assert.ok(danger.length > 0);
    await act('mira', 'write', {hand_off: id, id: 'sam-1', text: 'I have read this. I am here.'});
    const read = (await ask('mira', 'GET', `/v1/inbox/${id}`)).json;
    assert.ok(read.turns.some((turn) => turn.safety && turn.said === 'I want to kill myself'));
    assert.equal((await list('mira', 'mine')).find((one) => one.id === id).state, 'taken');
    await act('mira', 'close', {hand_off: id, id: 'sam-close'});
    assert.equal((await list('mira', 'closed')).find((one) => one.id === id).state, 'closed');
  });

  it('"stop" ends it, as it ends everything', async () => {
    const id = await handed('tom');
    await act('mira', 'take', {hand_off: id, id: 'tom-take'});
    assert.ok((await rest('tom', 'stop')).length > 0);
    assert.equal((await list('mira', 'closed'))[0].state, 'left');
    assert.equal((await act('mira', 'write', {hand_off: id, id: 'tom-1', text: 'hm'})).json.error.code, 'hand_off_over');
  });

  it('other roles, other spaces and names that are none get nothing', async () => {
    const id = await handed('uma');
    for (const who of ['shop', 'ops']) {
      assert.equal((await ask(who, 'GET', '/v1/inbox')).status, 403, who);
      assert.equal((await act(who, 'take', {hand_off: id, id: 'a'})).status, 403, who);
      assert.equal((await ask(who, 'GET', `/v1/inbox/${id}`)).status, 403, who);
    }
    assert.equal((await fetch(`${server.base}/v1/inbox`)).status, 401);
    assert.deepEqual(await list('far', 'waiting'), []);
    const conversation = id.split('.')[0];
    for (const name of [id, `${conversation}.2`, `${'0'.repeat(32)}.1`, 'nonsense', `${conversation}.-1`]) {
      for (const what of ['take', 'write', 'give-back', 'close']) {
        const who = name === id ? 'far' : 'mira';
        const refused = await act(who, what, {hand_off: name, id: 'a', text: 'words'});
        assert.equal(refused.status, 404, `${who} ${what} ${name}`);
        assert.equal(refused.json.error.message, 'There is no such hand off.');
      }
    }
    assert.equal((await ask('far', 'GET', `/v1/inbox/${id}`)).status, 404);
    for (const body of [{}, {hand_off: id}, {hand_off: id, id: ''}, {hand_off: id, id: 'b', text: ' '}, {hand_off: id, id: 'b'}, {hand_off: 7, id: 'b', text: 'x'}]) {
      assert.equal((await act('mira', 'write', body)).status, 400, JSON.stringify(body));
    }
    assert.equal((await act('mira', 'write', {hand_off: id, id: 'b', text: 'x'.repeat(4001)})).status, 422);
    for (const query of ['list=all', 'limit=0', 'limit=201', 'limit=x', 'after=2.1', 'after=1.x']) assert.equal((await ask('mira', 'GET', `/v1/inbox?${query}`)).status, 400, query);
    await act('mira', 'take', {hand_off: id, id: 'uma-take'});
    await act('mira', 'close', {hand_off: id, id: 'uma-close'});
  });

  it('lists come in pages', async () => {
    const all = [];
    for (const sender of ['p1', 'p2', 'p3', 'p4', 'p5']) all.push(await handed(sender));
    const found = [];
    let after = '';
    do {
      const page = (await ask('mira', 'GET', `/v1/inbox?list=waiting&limit=2${after}`)).json;
      found.push(...page.hand_offs.map((one) => one.id));
      after = page.next ? `&after=${page.next}` : '';
    } while (after);
    assert.deepEqual(found, all);
    // Of two who take one at once, one has it.
    const both = await Promise.all(['mira', 'ines'].map((who) => act(who, 'take', {hand_off: all[0], id: 'race'})));
    assert.deepEqual(both.map((one) => one.status).sort(), [200, 409]);
    // Forgotten, nothing of it is left.
    assert.equal((await fetch(`${server.base}/v1/people/rest:default:p1`, {method: 'DELETE', headers: {Authorization: `Bearer ${tokens.ops}`}})).status, 204);
    assert.equal((await act('mira', 'write', {hand_off: all[0], id: 'late', text: 'x'})).status, 404);
    const exported = await ask('ops', 'GET', '/v1/people/rest:default:p2');
    assert.match(exported.text, /"reason": "wants a person"/);
  });

  it('killed in the middle, everything that was acknowledged is there, and a retry is one write', async () => {
    const id = await handed('vera');
    await act('mira', 'take', {hand_off: id, id: 'v-take'});
    const wrote = await act('mira', 'write', {hand_off: id, id: 'v-1', text: 'before the fall'});
    await server.stop('SIGKILL');
    server = await Running.start({data, dialogs: scripts});
    assert.deepEqual((await list('mira', 'mine')).filter((one) => one.id === id).map((one) => one.state), ['taken']);
    assert.equal((await act('mira', 'write', {hand_off: id, id: 'v-1', text: 'before the fall'})).text, wrote.text);
    assert.deepEqual(await rest('vera', 'still silent?'), []);
    const back = await act('mira', 'give-back', {hand_off: id, id: 'v-back'});
    await server.stop('SIGKILL');
    server = await Running.start({data, dialogs: scripts});
    assert.equal((await act('mira', 'give-back', {hand_off: id, id: 'v-back'})).text, back.text);
    assert.equal((await act('mira', 'close', {hand_off: id, id: 'v-close'})).json.error.code, 'hand_off_over');
    assert.equal((await act('mira', 'write', {hand_off: id, id: 'v-1', text: 'before the fall'})).text, wrote.text);
    await rest('vera', 'fine');
    const kept = (await ask('ops', 'GET', '/v1/people/rest:default:vera')).text;
    assert.equal(kept.split('before the fall').length, 2, 'written once');
  });

  it('no words of the conversation in the log or the audit', () => {
    assert.doesNotMatch(server.err + server.out, /something private|before the fall|landlord/);
    assert.doesNotMatch(attune('audit', '--data', data), /something private|before the fall|landlord/);
  });
});
