// Twilio: its own library signs and judges, and writes the TwiML that our answers are read beside.
import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import {after, before, describe, it} from 'node:test';
import twilio from 'twilio';
import {numbered, sameConversation, Served} from './platform.mjs';

const token = '0123456789abcdef0123456789abcdef';
const url = 'https://bot.example.org/webhooks/twilio/default';

describe('Twilio', () => {
  let served, sign, last = 0;
  const post = (fields, {signature = sign(fields), query = ''} = {}) => fetch(`${served.base}/webhooks/twilio/default${query}`, {
    method: 'POST', body: new URLSearchParams(fields).toString(), headers: {'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': signature},
  });
  const sms = (from, text, more = {}) => ({MessageSid: `SM${++last}`, From: from, To: '+15550001', Body: text, NumMedia: '0', ...more});
  const twiml = async (answer) => {
    const got = await answer;
    assert.equal(got.status, 200);
    assert.match(got.headers.get('content-type'), /^text\/xml/);
    return got.text();
  };
  const plain = (text) => text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
  const messages = (xml) => [...xml.matchAll(/<Message>([^<]*)<\/Message>/g)].map(([, text]) => ({text: plain(text), choices: []}));

  before(async () => {
    const {getExpectedTwilioSignature} = (await import('twilio/lib/webhooks/webhooks.js')).default;
    sign = (fields, at = url) => getExpectedTwilioSignature(token, at, fields);
    served = await Served.start();
    await served.add('twilio', {auth_token: token}, '--url', 'https://bot.example.org');
    await served.known('/webhooks/twilio/default');
  });
  after(() => served.stop());

  it('accepts and refuses exactly what Twilio\'s own library does: 200 forms, and each of them altered', async () => {
    let accepted = 0, refused = 0;
    for (let i = 0; i < 200; ++i) {
      const fields = {MessageSid: `SM${i}`, MessageStatus: 'delivered', Odd: `ä ö+&=% ${randomBytes(i * 30).toString('base64')}😀`, Empty: '', [`Z${randomBytes(4).toString('hex')}`]: randomBytes(8).toString('hex')};
      const signature = sign(fields);
      assert.equal(twilio.validateRequest(token, signature, url, fields), true);
      assert.equal((await post(fields, {signature})).status, 200, `form ${i}`);
      ++accepted;
      const [altered, with_] = [
        [{...fields, Odd: `${fields.Odd}x`}, signature],
        [{...fields, More: 'x'}, signature],
        [fields, sign(fields, `${url}/`)],
        [fields, signature.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))],
      ][i % 4];
      assert.equal(twilio.validateRequest(token, with_, url, altered), false);
      assert.equal((await post(altered, {signature: with_})).status, 401, `form ${i}, altered`);
      ++refused;
    }
    assert.deepEqual([accepted, refused], [200, 200]);
    const fields = sms('+1', 'x', {MessageStatus: 'sent'});
    assert.equal((await post(fields, {signature: sign(fields, `${url}?a=1&b=2`), query: '?a=1&b=2'})).status, 200);
    assert.equal((await post(fields, {signature: sign(fields, url.replace('.org/', '.org:443/'))})).status, 200);
  });

  it('holds a conversation in numbered text, the same as the Rasa route', async () => {
    const say = async (text) => messages(await twiml(post(sms('whatsapp:+15551234', text))));
    const seen = await sameConversation(served.server, {start: () => say('hello'), say, press: (value, n, number) => say(String(number))}, {steps: 25, plain: numbered, stale: false});
    assert.ok(seen.presses >= 5 && seen.typed >= 10, JSON.stringify(seen));
  });

  it('answers in the words that Twilio\'s own library would write', async () => {
    const said = messages(await twiml(post(sms('+15556666', 'hello'))));
    const response = new twilio.twiml.MessagingResponse();
    for (const {text} of said) response.message(text);
    assert.equal(response.toString().replace(/^<\?xml[^>]*>/, ''), await twiml(post(sms('+15556667', 'hello'))));
  });

  it('takes each message once, and answers it again byte for byte; lets go of reports on its own', async () => {
    const fields = sms('+15557777', 'hello');
    const answers = await Promise.all(Array.from({length: 10}, () => twiml(post(fields))));
    assert.equal(new Set(answers).size, 1);
    assert.ok(messages(answers[0]).length >= 3);
    const next = messages(await twiml(post(sms('+15557777', '1'))));
    assert.notDeepEqual(next, messages(answers[0]));
    assert.equal(await twiml(post(fields)), answers[0]);
    for (const status of ['sent', 'delivered', 'failed', 'read']) assert.equal(await twiml(post(sms('+15557777', '', {MessageStatus: status}))), '<Response></Response>');
    assert.equal(await twiml(post({Body: 'no sender'})), '<Response></Response>');
    const raw = 'MessageSid=SMx&From=%2B1&Body=%ff%fe';
    assert.equal((await fetch(`${served.base}/webhooks/twilio/default`, {method: 'POST', body: raw, headers: {'x-twilio-signature': 'AAAA'}})).status, 401);
    assert.match(await served.status(), /twilio +default/);
  });

  it('shows neither token nor words in log or status', async () => {
    const all = served.server.out + served.server.err + await served.status();
    for (const canary of [token, 'felt stupid', '+15557777']) assert.ok(!all.includes(canary), canary);
  });
});
