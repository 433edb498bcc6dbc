// WhatsApp, Messenger and Instagram. Meta publishes no verifier; GitHub's own library judges the same
// scheme (sha256=HMAC of the raw body). Graph is played here.
import assert from 'node:assert/strict';
import {createHmac, randomBytes} from 'node:crypto';
import {after, before, describe, it} from 'node:test';
import {verify} from '@octokit/webhooks-methods';
import {Inbox, listening, numbered, sameConversation, Served} from './platform.mjs';

const secret = 'app-secret-0123456789', token = 'EAAG-access-token', phone = '106540352242922';
const sign = (body) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

describe('Meta', () => {
  let served, api, inbox, challenge;
  const post = (channel, body, signature = sign(body)) => fetch(`${served.base}/webhooks/${channel}/default`, {method: 'POST', body, headers: {'content-type': 'application/json', 'x-hub-signature-256': signature}});
  // Meta escapes what it signs.
  const escaped = (value) => JSON.stringify(value).replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).replace(/\//g, '\\/');
  const ok = async (answer) => { const got = await answer; assert.equal(got.status, 200); assert.equal(await got.text(), ''); };
  let last = 0;
  const whatsapp = (...messages) => escaped({object: 'whatsapp_business_account', entry: [{id: '1', changes: [{field: 'messages', value: {messaging_product: 'whatsapp', metadata: {phone_number_id: phone}, contacts: [], messages}}]}]});
  const text = (from, body) => ({from, id: `wamid.${++last}`, timestamp: '1', type: 'text', text: {body}});
  const page = (object, ...messaging) => escaped({object, entry: [{id: '1', time: 1, messaging}]});
  const dm = (from, body, more = {}) => ({sender: {id: from}, recipient: {id: 'page'}, timestamp: 1, message: {mid: `m_${++last}`, text: body, ...more}});

  before(async () => {
    served = await Served.start();
    inbox = new Inbox();
    api = await listening(({url, headers, body}) => {
      assert.equal(headers.authorization, `Bearer ${token}`);
      const call = JSON.parse(body);
      if (url === '/me/messages') {
        assert.equal(call.messaging_type, 'RESPONSE');
        inbox.calls.push({place: call.recipient.id, text: call.message.text, choices: (call.message.quick_replies ?? []).map(({title, payload}) => ({label: title, value: payload}))});
        return {body: '{"message_id":"m"}'};
      }
      assert.equal(url, `/${phone}/messages`);
      const {type, interactive} = call;
      const said = type === 'text' ? call.text.body : interactive.body.text;
      assert.ok(type === 'text' || said.length <= 1024);
      const buttons = interactive?.action.buttons?.map(({reply}) => ({label: reply.title, value: reply.id})) ?? [];
      const rows = interactive?.action.sections?.flatMap((section) => section.rows).map(({id, title, description}) => ({label: description ?? title, value: id, title})) ?? [];
      assert.ok(buttons.length <= 3 && buttons.every(({label}) => label.length <= 20), JSON.stringify(buttons));
      assert.ok(rows.length <= 10 && rows.every(({title, label}) => title.length <= 24 && label.length <= 72), JSON.stringify(rows));
      inbox.calls.push({place: call.to, text: said, choices: [...buttons, ...rows.map(({label, value}) => ({label, value}))]});
      return {body: '{"messages":[{"id":"wamid.x"}]}'};
    });
    await served.add('whatsapp', {app_secret: secret, access_token: token, phone_number_id: phone, api: api.origin, rate: 0, rate_each: 0}, '--url', 'https://bot.example.org');
    for (const channel of ['messenger', 'instagram']) await served.add(channel, {app_secret: secret, access_token: token, api: api.origin, rate_each: 0});
    challenge = served.account('whatsapp').verify_token;
    for (const channel of ['whatsapp', 'messenger', 'instagram']) await served.known(`/webhooks/${channel}/default`);
  });
  after(async () => { await served.stop(); await api.close(); });

  it('answers the challenge of whoever knows the verify token', async () => {
    const ask = (query) => fetch(`${served.base}/webhooks/whatsapp/default?${new URLSearchParams(query)}`);
    const asked = await ask({'hub.mode': 'subscribe', 'hub.challenge': '1158201444', 'hub.verify_token': challenge});
    assert.deepEqual([asked.status, await asked.text()], [200, '1158201444']);
    assert.match(asked.headers.get('content-type'), /^text\/plain/);
    for (const query of [{}, {'hub.mode': 'subscribe', 'hub.challenge': 'x', 'hub.verify_token': `${challenge}x`}, {'hub.mode': 'unsubscribe', 'hub.challenge': 'x', 'hub.verify_token': challenge}, {'hub.mode': 'subscribe', 'hub.challenge': 'x'}]) {
      assert.equal((await ask(query)).status, 401, JSON.stringify(query));
    }
  });

  it('accepts and refuses exactly what GitHub\'s own library does: 200 bodies, and each of them altered', async () => {
    for (let i = 0; i < 200; ++i) {
      const body = escaped({object: 'x', entry: [], of: `${randomBytes(i * 40).toString('latin1')} äöå/😀`});
      assert.equal(await verify(secret, body, sign(body)), true);
      assert.equal((await post('whatsapp', body)).status, 200, `body ${i}`);
      const [altered, signature] = [[`${body} `, sign(body)], [JSON.stringify(JSON.parse(body)), sign(body)], [body, sign(`${body}x`)], [body, `sha256=${'0'.repeat(64)}`]][i % 4];
      assert.equal(await verify(secret, altered, signature), false);
      assert.equal((await post('whatsapp', altered, signature)).status, 401, `body ${i}, altered`);
    }
  });

  // A label over 72 characters, or a scale of eleven, has no row: the question is numbered text there.
  const whatsappForm = (messages) => messages.map((message) => {
    const {choices} = message;
    const rows = choices.length <= 3 && choices.every(({label}) => label.length <= 20) || choices.length <= 10 && choices.every(({label}) => label.length <= 72);
    return rows ? message : numbered([message])[0];
  });
  const quickForm = (messages) => messages.map((message) => (message.choices.length <= 13 && message.choices.every(({label}) => label.length <= 20) ? message : numbered([message])[0]));

  it('WhatsApp: a conversation with buttons and lists, the same as the Rasa route', async () => {
    const me = '15551230001';
    const say = async (words, n) => { await ok(post('whatsapp', whatsapp(text(me, words)))); return inbox.next(me, n); };
    const press = async (value, n) => { await ok(post('whatsapp', whatsapp({from: me, id: `wamid.${++last}`, type: 'interactive', interactive: {type: 'list_reply', list_reply: {id: value, title: 'x'}}}))); return inbox.next(me, n); };
    const seen = await sameConversation(served.server, {start: (n) => say('hello', n), say, press}, {steps: 25, plain: whatsappForm});
    assert.ok(seen.presses >= 5, JSON.stringify(seen));
  });

  for (const [channel, object] of [['messenger', 'page'], ['instagram', 'instagram']]) {
    it(`${channel}: a conversation with quick replies, the same as the Rasa route`, async () => {
      const me = `psid-${channel}`;
      const say = async (words, n) => { await ok(post(channel, page(object, dm(me, words)))); return inbox.next(me, n); };
      const press = async (value, n) => { await ok(post(channel, page(object, dm(me, 'label', {quick_reply: {payload: value}})))); return inbox.next(me, n); };
      const start = async (n) => { await ok(post(channel, page(object, {sender: {id: me}, recipient: {id: 'page'}, postback: {mid: `m_${++last}`, title: 'Get Started', payload: 'GO'}}))); return inbox.next(me, n); };
      await sameConversation(served.server, {start, say, press}, {steps: 15, plain: quickForm});
    });
  }

  it('takes a batch as it is: several people, one message twice, statuses between', async () => {
    const [a, b] = [text('20001', 'hello'), text('20002', 'hello')];
    const batch = whatsapp(a, b, a);
    await Promise.all([ok(post('whatsapp', batch)), ok(post('whatsapp', batch)), ok(post('whatsapp', whatsapp(b)))]);
    const [first, second] = [await inbox.next('20001', 1), await inbox.next('20002', 1)];
    assert.deepEqual(first, second);
    const status = escaped({object: 'whatsapp_business_account', entry: [{changes: [{value: {metadata: {phone_number_id: phone}, statuses: [{id: 'wamid.x', status: 'read', recipient_id: '20001'}]}}]}]});
    await ok(post('whatsapp', status));
    await ok(post('whatsapp', whatsapp({from: '20001', id: 'wamid.r', type: 'reaction', reaction: {emoji: 'x'}})));
    await ok(post('whatsapp', whatsapp(text('20001', 'hi')).replace(phone, '999')));
    await ok(post('messenger', page('page', dm('20003', 'x', {is_echo: true}), {sender: {id: '20003'}, delivery: {mids: ['m']}}, {sender: {id: '20003'}, read: {}})));
    for (const body of ['{', '[]', '{"entry":[{"changes":[{"value":{"messages":[7]}}]}]}', '{"entry":{}}', '{"entry":[7]}', whatsapp(7, {from: {}})]) {
      for (const channel of ['whatsapp', 'messenger', 'instagram']) await ok(post(channel, body));
    }
    await new Promise((done) => setTimeout(done, 200));
    assert.deepEqual([inbox.of('20001').length, inbox.of('20002').length, inbox.of('20003').length], [first.length, second.length, 0]);
  });

  it('shows neither secrets nor words in log or status', async () => {
    const all = served.server.out + served.server.err + await served.status();
    for (const canary of [token, secret, challenge, 'felt stupid', '15551230001']) assert.ok(!all.includes(canary), canary);
  });
});
