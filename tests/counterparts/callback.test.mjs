// Rasa's callback channel: the whole conversation by way of a receiver of our own, which is what an
// integrator writes.
import assert from 'node:assert/strict';
import {createHmac} from 'node:crypto';
import {after, before, describe, it} from 'node:test';
import {eventually, Inbox, listening, sameConversation, Served} from './platform.mjs';

describe('Rasa callback', () => {
  let served, receiver, inbox, secret, fail = 0;
  const post = (body, headers = {}) => fetch(`${served.base}/webhooks/callback/webhook`, {method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body), headers: {'Content-Type': 'application/json', Authorization: `Bearer ${secret}`, ...headers}});
  const said = async (body, headers) => { const answer = await post(body, headers); assert.equal(answer.status, 200); assert.equal(await answer.text(), 'success'); };

  before(async () => {
    inbox = new Inbox();
    receiver = await listening(({method, url, headers, body}) => {
      assert.deepEqual([method, url], ['POST', '/bot?from=attune']);
      assert.equal(headers['x-hub-signature-256'], `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`);
      if (fail > 0) { --fail; return {status: 503, headers: {'Retry-After': '1'}}; }
      const {recipient_id: place, text, buttons = []} = JSON.parse(body);
      inbox.calls.push({place, text, choices: buttons.map(({title, payload}) => ({label: title, value: payload.replace('/choice ', '')}))});
      return {body: 'ok'};
    });
    served = await Served.start();
    assert.equal((await post({sender: 'ada', message: 'x'})).status, 404);  // off until set up
    const told = await served.add('callback', {callback_url: `${receiver.origin}/bot?from=attune`}, '--url', 'https://bot.example.org');
    assert.match(told, /https:\/\/bot\.example\.org\/webhooks\/callback\/webhook/);
    secret = served.account('callback').secret;
    assert.ok(told.includes(secret));
    await served.known('/webhooks/callback/webhook');
  });
  after(async () => { await served.stop(); await receiver.close(); });

  it('holds the same conversation as the REST channel', async () => {
    const seen = await sameConversation(served.server, {
      start: async (n) => { await said({sender: 'ada'}); return inbox.next('ada', n); },
      say: async (message, n) => { await said({sender: 'ada', message}); return inbox.next('ada', n); },
      press: async (value, n) => { await said({sender: 'ada', message: `/choice ${value}`}); return inbox.next('ada', n); },
    }, {steps: 12});
    assert.ok(seen.presses >= 2 && seen.typed >= 5, JSON.stringify(seen));
  });

  it('answers a message that comes twice once, and keeps its order while the receiver is away', async () => {
    fail = 2;
    for (let i = 0; i < 3; ++i) await said({sender: 'bea'}, {'Idempotency-Key': 'one'});
    await said({sender: 'bea', message: 'help'}, {'Idempotency-Key': 'two'});
    await eventually(() => inbox.of('bea').length >= 3 && fail === 0, 30);
    await new Promise((done) => setTimeout(done, 300));
    assert.equal(new Set(inbox.of('bea').map(({text}) => text)).size, inbox.of('bea').length);
  });

  it('takes nothing without its secret, and shows it nowhere', async () => {
    for (const Authorization of ['', 'Bearer ', `Bearer ${secret}x`, `Bearer ${secret.slice(1)}`, secret]) {
      assert.equal((await post({sender: 'eve', message: 'x'}, {Authorization})).status, 401);
    }
    await said('{');  // authentic and no message: let go, or it would be sent for ever
    assert.equal(inbox.of('eve').length, 0);
    assert.ok(!(served.server.out + served.server.err).includes(secret));
  });
});
