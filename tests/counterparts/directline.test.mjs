// Direct Line 3.0 with Microsoft's own client, unmodified: botframework-directlinejs, polling.
import assert from 'node:assert/strict';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {after, before, describe, it} from 'node:test';
import {binary, remove, Running} from '../bot/running.mjs';
import {scriptsWith} from '../torture/scripts.mjs';
import {eventually, sameConversation, Served} from './platform.mjs';

const require = createRequire(import.meta.url);
globalThis.XMLHttpRequest = require('xmlhttprequest').XMLHttpRequest;
globalThis.WebSocket ??= class {};  // looked for at start; polling never opens one
const {DirectLine} = require('botframework-directlinejs');

describe('Direct Line', () => {
  let served, domain, secret;
  const ask = (method, path, {bearer = secret, body} = {}) => fetch(domain + path, {
    method, headers: {...(bearer ? {Authorization: `Bearer ${bearer}`} : {}), ...(body ? {'Content-Type': 'application/json'} : {})}, body: body && JSON.stringify(body),
  });
  const fresh = async () => (await ask('POST', '/tokens/generate', {body: {user: {id: 'dl_ada'}}})).json();

  before(async () => {
    served = await Served.start();
    domain = `${served.base}/v3/directline`;
    assert.equal((await fetch(`${domain}/conversations`, {method: 'POST'})).status, 404);  // off until set up
    const told = await served.add('directline', {}, '--url', served.base);
    secret = served.account('directline').secret;
    assert.ok(told.includes(secret));
    await eventually(async () => (await fetch(`${domain}/conversations`, {method: 'POST'})).status !== 404);
  });
  after(() => served.stop());

  // Microsoft's client, as a page uses it.
  class Client {
    static open(token) {
      const one = new Client();
      one.line = new DirectLine({token, domain, webSocket: false, pollingInterval: 200});
      one.bot = [];
      one.own = [];
      one.line.activity$.subscribe((activity) => (activity.from.role === 'bot' ? one.bot : one.own).push(activity), (error) => { one.error = error; });
      one.read = 0;
      return one;
    }
    async next(count) {
      await eventually(() => { if (this.error) throw this.error; return this.bot.length >= this.read + count; });
      await new Promise((done) => setTimeout(done, 50));
      const fresh = this.bot.slice(this.read);
      this.read += fresh.length;
      return fresh.map(({text, suggestedActions}) => ({text, choices: (suggestedActions?.actions ?? []).map(({title, value}) => ({label: title, value: value.choice}))}));
    }
    post(activity) {
      return new Promise((done, fail) => this.line.postActivity({type: 'message', from: {id: 'dl_ada'}, channelData: {clientActivityID: `web-${Math.random()}`}, ...activity}).subscribe(done, fail));
    }
    async say(text, n) { assert.match(await this.post({text}), /\|\d+$/); return this.next(n); }
    async press(choice, n) { await this.post({text: 'label', value: {choice}}); return this.next(n); }
  }

  it('holds a conversation with suggested actions, the same as the Rasa route', async () => {
    const {token} = await fresh();
    const client = Client.open(token);
    const seen = await sameConversation(served.server, {start: (n) => client.next(n), say: (t, n) => client.say(t, n), press: (v, n) => client.press(v, n)}, {steps: 12});
    assert.ok(seen.presses >= 2 && seen.typed >= 5, JSON.stringify(seen));
    // Its own messages come back to it, each once, by the id that it gave them.
    const own = client.own.map(({channelData}) => channelData?.clientActivityID);
    assert.equal(new Set(own).size, own.length);
    assert.ok(own.length >= seen.presses + seen.typed, String(own.length));  // but of what it is forgotten with
    assert.ok(own.every(Boolean));
    client.line.end();
  });

  it('begins once, however often a page connects, and goes on where it was', async () => {
    const {token, conversationId} = await fresh();
    const [one, two] = await Promise.all([1, 2].map(() => ask('POST', '/conversations', {bearer: token})));
    assert.deepEqual([one.status, two.status], [201, 201]);
    const all = await (await ask('GET', `/conversations/${conversationId}/activities?watermark=`, {bearer: token})).json();
    assert.equal(all.activities.filter(({text}) => /automated program/.test(text)).length, 1);
    const none = await (await ask('GET', `/conversations/${conversationId}/activities?watermark=${all.watermark}`, {bearer: token})).json();
    assert.deepEqual(none, {activities: [], watermark: all.watermark});
    const again = await ask('GET', `/conversations/${conversationId}?watermark=${all.watermark}`, {bearer: token});
    assert.equal((await again.json()).conversationId, conversationId);
    const refreshed = await (await ask('POST', '/tokens/refresh', {bearer: token})).json();
    assert.equal(refreshed.conversationId, conversationId);
    assert.equal((await ask('GET', `/conversations/${conversationId}/activities`, {bearer: refreshed.token})).status, 200);
  });

  it('takes an activity once, by its clientActivityID', async () => {
    const {token, conversationId} = await fresh();
    await ask('POST', '/conversations', {bearer: token});
    const activity = {type: 'message', from: {id: 'dl_ada'}, text: 'menu', channelData: {clientActivityID: 'c-1'}};
    const answers = await Promise.all(Array.from({length: 8}, () => ask('POST', `/conversations/${conversationId}/activities`, {bearer: token, body: activity})));
    const ids = await Promise.all(answers.map(async (answer) => { assert.equal(answer.status, 200); return (await answer.json()).id; }));
    assert.equal(new Set(ids).size, 1);
    for (const type of ['typing', 'event', 'endOfConversation']) {
      assert.equal((await ask('POST', `/conversations/${conversationId}/activities`, {bearer: token, body: {type, from: {id: 'dl_ada'}}})).status, 200);
    }
    const all = await (await ask('GET', `/conversations/${conversationId}/activities`, {bearer: token})).json();
    assert.equal(all.activities.filter(({from}) => from.role === 'user').length, 1);
  });

  it('lets a token into its own conversation and nowhere else', async () => {
    const [mine, theirs] = [await fresh(), await fresh()];
    await ask('POST', '/conversations', {bearer: theirs.token});
    const path = `/conversations/${theirs.conversationId}/activities`;
    const flipped = mine.token.slice(0, -1) + (mine.token.endsWith('0') ? '1' : '0');
    const parts = mine.token.split('.');
    const grafted = [...parts.slice(0, 2), theirs.token.split('.')[2], ...parts.slice(3)].join('.');
    const longer = [...parts.slice(0, 4), String(Number(parts[4]) + 9999), parts[5]].join('.');
    for (const bearer of [mine.token, flipped, grafted, longer, '', 'x', `${secret}x`, parts.slice(0, 5).join('.')]) {
      for (const [method, body] of [['GET'], ['POST', {type: 'message', text: 'x', from: {id: 'x'}}]]) {
        assert.equal((await ask(method, path, {bearer, body})).status, 403, `${method} with ${bearer}`);
      }
    }
    assert.equal((await ask('GET', path, {bearer: secret})).status, 200);
    assert.equal((await ask('POST', '/tokens/generate', {bearer: ''})).status, 403);
  });

  it('may be used by a page of another site, which sends no cookie', async () => {
    const answer = await fetch(`${domain}/conversations`, {method: 'OPTIONS', headers: {Origin: 'https://clinic.example', 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'authorization'}});
    assert.equal(answer.status, 204);
    assert.equal(answer.headers.get('access-control-allow-origin'), '*');
    assert.match(answer.headers.get('access-control-allow-headers'), /authorization/i);
    assert.equal(answer.headers.get('access-control-allow-credentials'), null);
    const {token} = await fresh();
    const opened = await fetch(`${domain}/conversations`, {method: 'POST', headers: {Origin: 'https://clinic.example', 'Sec-Fetch-Site': 'cross-site', Authorization: `Bearer ${token}`}});
    assert.equal(opened.status, 201);
    assert.equal(opened.headers.get('access-control-allow-origin'), '*');
  });

  it('refuses what is no activity', async () => {
    const {token, conversationId} = await fresh();
    const raw = (body) => fetch(`${domain}/conversations/${conversationId}/activities`, {method: 'POST', body, headers: {Authorization: `Bearer ${token}`, 'Content-Type': 'application/json'}});
    for (const body of ['', '{', '[]', '7', '{"type":"message","text":"\\ud83d"}']) assert.equal((await raw(body)).status, 400, body);
    assert.equal((await ask('GET', `/conversations/${conversationId}/activities?watermark=x`, {bearer: token})).status, 400);
    assert.equal((await ask('POST', `/conversations/${conversationId}/upload`, {bearer: token})).status, 404);
    const all = served.server.out + served.server.err;
    for (const canary of [secret, token]) assert.ok(!all.includes(canary));
  });
});

describe('Direct Line, after a while', () => {
  it('shows what comes unasked to whoever polls, once, over a restart', async (test) => {
    const dialogs = scriptsWith({'try/own.talk': `title: Comes back
about: For tests.
for: one
minutes: 1
model: none
not for: people
sources: none
reviewed: draft

== start
Bot: Begin. #come0001
wait 5 minutes
Bot: Five minutes. #come0002
end completed
`});
    const minutes = (n) => ({LD_PRELOAD: join(dirname(binary), '../tests/torture/libmoved_clock.so'), ATTUNE_TEST_SECONDS: String(n * 60)});
    const served = await Served.start({dialogs, env: minutes(-6)});
    test.after(async () => { await served.stop(); remove(dialogs); });
    await served.add('directline', {}, '--url', served.base);
    const {secret} = served.account('directline');
    await served.known('/v3/directline/conversations');
    const ask = async (method, path, bearer) => (await fetch(`${served.base}/v3/directline${path}`, {method, headers: {Authorization: `Bearer ${bearer}`}})).json();
    const {token, conversationId} = await ask('POST', '/conversations', secret);
    const read = (watermark) => ask('GET', `/conversations/${conversationId}/activities?watermark=${watermark}`, token);
    const before = await read('');
    assert.ok(before.activities.some(({text}) => text === 'Begin.'), JSON.stringify(before));

    await served.server.stop('SIGKILL');
    served.server = await Running.start({data: served.data, dialogs, env: minutes(0)});
    const later = await eventually(async () => { const now = await read(before.watermark); return now.activities.length > 0 && now; });
    assert.deepEqual(later.activities.map(({text}) => text), ['Five minutes.']);
    await new Promise((done) => setTimeout(done, 1500));
    assert.deepEqual(await read(later.watermark), {activities: [], watermark: later.watermark});
  });
});
