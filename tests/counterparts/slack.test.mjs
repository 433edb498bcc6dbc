// Slack: its own library (@slack/bolt) judges the same bytes as we do; its Web API is played here.
import assert from 'node:assert/strict';
import {createHmac, randomBytes} from 'node:crypto';
import {after, before, describe, it} from 'node:test';
import {createRequire} from 'node:module';
import {Inbox, listening, sameConversation, Served} from './platform.mjs';

const {isValidSlackRequest} = createRequire(import.meta.url)('@slack/bolt/dist/receivers/verify-request.js');
const secret = '8f742231b10e8888abcd99yyyzzz85a5', token = 'xoxb-secret-token';
const now = () => Math.floor(Date.now() / 1000);
const sign = (body, timestamp) => `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')}`;

describe('Slack', () => {
  let served, api, inbox, trouble;
  const post = (body, type, {timestamp = now(), signature = sign(body, timestamp), more = {}} = {}) => fetch(`${served.base}/webhooks/slack/clinic`, {
    method: 'POST', body, headers: {'content-type': type, 'x-slack-request-timestamp': String(timestamp), 'x-slack-signature': signature, ...more},
  });
  const json = (value, how) => post(JSON.stringify(value), 'application/json', how);
  const form = (fields) => post(new URLSearchParams(fields).toString(), 'application/x-www-form-urlencoded');
  let ts = 1000;
  const dm = (user, text, more = {}) => json({type: 'event_callback', event_id: `Ev${++ts}`, event: {type: 'message', channel_type: 'im', channel: `D${user}`, user, text, ts: `${ts}.1`, ...more}});
  const pressed = (user, value) => form({payload: JSON.stringify({type: 'block_actions', user: {id: user}, trigger_id: `t${++ts}`, actions: [{action_id: 'choice_0', value}], message: {text: 'x'.repeat(20_000)}})});
  const ok = async (answer) => { const got = await answer; assert.equal(got.status, 200); assert.equal(await got.text(), ''); };

  before(async () => {
    served = await Served.start();
    inbox = new Inbox();
    api = await listening(({url, headers, body}) => {
      assert.equal(headers.authorization, `Bearer ${token}`);
      const call = JSON.parse(body);
      const answer = (value, more = {}) => ({headers: {'content-type': 'application/json', ...more}, body: JSON.stringify(value)});
      if (url === '/api/auth.test') return answer({ok: true});
      assert.equal(url, '/api/chat.postMessage');
      const refused = trouble?.(call);
      if (refused) return refused;
      const plain = (text) => text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&').replace(/^\*(.+?):\* /, '$1: ');
      const elements = call.blocks?.[1].elements ?? [];
      if (call.blocks) assert.equal(call.blocks[0].text.text, call.text);
      inbox.calls.push({place: call.channel, text: plain(call.text), choices: elements.map(({text, value}) => ({label: text.text, value})), raw: call});
      return answer({ok: true, ts: '1.1'});
    });
    const told = await served.add('slack', {bot_token: token, signing_secret: secret, api: `${api.origin}/api`, rate_each: 0}, '--name', 'clinic', '--url', 'https://bot.example.org');
    assert.match(told, /https:\/\/bot\.example\.org\/webhooks\/slack\/clinic/);
    await served.known('/webhooks/slack/clinic');
  });
  after(async () => { await served.stop(); await api.close(); });

  it('accepts and refuses exactly what Slack\'s own library does: 200 bodies, and each of them altered', async () => {
    let accepted = 0, refused = 0;
    for (let i = 0; i < 200; ++i) {
      const body = i % 3 ? JSON.stringify({type: 'unknown', text: randomBytes(i * 40).toString('base64') + 'äöü😀'}) : new URLSearchParams({payload: JSON.stringify({type: 'x', of: randomBytes(i * 60).toString('latin1')})}).toString();
      const timestamp = now();
      const good = {timestamp, signature: sign(body, timestamp)};
      const altered = [
        {body: `${body} `, ...good},
        {body, timestamp, signature: `${good.signature.slice(0, -1)}${good.signature.endsWith('0') ? '1' : '0'}`},
        {body, timestamp: timestamp - 302, signature: sign(body, timestamp - 302)},
        {body, timestamp: timestamp - 1, signature: good.signature},
      ][i % 4];
      for (const [one, wanted] of [[{body, ...good}, true], [altered, false]]) {
        const theirs = isValidSlackRequest({signingSecret: secret, body: one.body, headers: {'x-slack-signature': one.signature, 'x-slack-request-timestamp': one.timestamp}});
        const ours = (await post(one.body, 'application/json', one)).status;
        assert.equal(theirs, wanted);
        assert.equal(ours, wanted ? 200 : 401, `body ${i}`);
        wanted ? ++accepted : ++refused;
      }
    }
    assert.deepEqual([accepted, refused], [200, 200]);
    // Their library lets a timestamp of the future through; Slack's page says that it must not.
    assert.equal((await post('{}', 'application/json', {timestamp: now() + 302})).status, 401);
  });

  it('answers the challenge, and only a signed one', async () => {
    const asked = await json({type: 'url_verification', challenge: 'c-123', token: 'x'});
    assert.deepEqual([asked.status, await asked.text()], [200, 'c-123']);
    assert.equal((await json({type: 'url_verification', challenge: 'c'}, {signature: 'v0=00'})).status, 401);
  });

  it('holds a conversation with buttons, numbers, labels and words, the same as the Rasa route', async () => {
    const me = 'U1';
    const seen = await sameConversation(served.server, {
      start: async (n) => { await ok(form({command: '/attune', text: '', user_id: me, channel_id: 'C9', trigger_id: 't1'})); return inbox.next(me, n); },
      say: async (text, n) => { await ok(dm(me, text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;'))); return inbox.next(me, n); },
      press: async (value, n) => { await ok(pressed(me, value)); return inbox.next(me, n); },
    }, {steps: 25});
    assert.ok(seen.presses >= 5 && seen.typed >= 10, JSON.stringify(seen));
  });

  it('escapes once, so that nobody is called by what somebody wrote', async () => {
    for (const call of inbox.of('U1')) assert.doesNotMatch(call.raw.text, /<!|<@|<http/);
    await ok(dm('U7', '/start'));
    await inbox.next('U7', 1);
    assert.ok(inbox.of('U7').every(({raw}) => raw.unfurl_links === false));
  });

  it('takes a message once, whether it comes again, or as a mention too', async () => {
    const event = {type: 'message', channel_type: 'im', channel: 'DU3', user: 'U3', text: 'hello', ts: '77.7'};
    await Promise.all(Array.from({length: 10}, (_, i) => ok(json({type: 'event_callback', event_id: 'Ev-same', event}, {more: i ? {'x-slack-retry-num': String(i)} : {}}))));
    const first = await inbox.next('U3', 1);
    await new Promise((done) => setTimeout(done, 200));
    assert.equal(inbox.of('U3').length, first.length);
    const mention = {type: 'app_mention', channel: 'C1', user: 'U4', text: '<@UBOT> hi', ts: '88.8'};
    await ok(json({type: 'event_callback', event_id: 'Ev-m', event: mention}));
    await ok(json({type: 'event_callback', event_id: 'Ev-n', event: {...mention, type: 'message', channel_type: 'channel'}}));
    const greeted = await inbox.next('U4', 1);
    assert.match(greeted[0].text, /automated program/);  // in the direct messages of who mentioned it
    assert.equal(inbox.of('C1').length, 0);
  });

  it('lets go of its own messages, edits, deletions and other people\'s channels', async () => {
    const before = inbox.calls.length;
    await ok(dm('U5', 'x', {bot_id: 'B1'}));
    await ok(dm('U5', 'x', {subtype: 'message_changed'}));
    await ok(dm('U5', 'x', {subtype: 'message_deleted'}));
    await ok(json({type: 'event_callback', event: {type: 'message', channel_type: 'channel', channel: 'C1', user: 'U5', text: 'x', ts: '9.9'}}));
    await ok(json({type: 'event_callback', event: {type: 'reaction_added', user: 'U5'}}));
    for (const body of ['{', '[]', '{"event":7}', 'payload=%7B', 'payload=[]', '%ff=%ff', 'command=x', 'user_id=U5&text=%ff%fe&trigger_id=1', '']) await ok(post(body, 'application/json'));
    await new Promise((done) => setTimeout(done, 200));
    assert.equal(inbox.calls.length, before);
  });

  it('waits when Slack says ratelimited, in its body or by 429, and sends in words what it has no blocks for', async () => {
    for (const answer of [{status: 200, headers: {'retry-after': '1'}, body: '{"ok":false,"error":"ratelimited"}'}, {status: 429, headers: {'retry-after': '1'}, body: ''}]) {
      let times = 0;
      trouble = () => (times++ ? undefined : answer);
      const user = `U-slow-${answer.status}`, started = Date.now();
      await ok(form({command: '/attune', text: '', user_id: user, trigger_id: `slow-${answer.status}`}));
      const messages = await inbox.next(user, 3);
      assert.ok(Date.now() - started >= 1000);
      assert.match(messages[0].text, /automated program/);
    }
    trouble = (call) => (call.blocks ? {status: 200, body: '{"ok":false,"error":"invalid_blocks"}'} : undefined);
    await ok(form({command: '/attune', text: '', user_id: 'U-plain', trigger_id: 'plain'}));
    const messages = await inbox.next('U-plain', 4);
    assert.match(messages.at(-1).text, /\n1\. .+\n2\. /);
    trouble = undefined;
  });

  it('shows neither secret nor words in log or status', async () => {
    const all = served.server.out + served.server.err + await served.status();
    for (const canary of [token, secret, 'felt stupid']) assert.ok(!all.includes(canary), canary);
  });
});
