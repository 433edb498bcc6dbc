// Dead letters as an operator has them: a platform that takes nothing, `attune outbox`, the platform
// well again.
import assert from 'node:assert/strict';
import {after, before, describe, it} from 'node:test';
import {attune, eventually, listening, Served} from '../counterparts/platform.mjs';

const secret = 'telegram-secret-of-the-outbox-test';

describe('attune outbox', () => {
  let served, platform, taken, shut = true, update = 0;
  const outbox = (what, ...more) => attune('outbox', what, '--data', served.data, ...more);
  const letters = async () => (await outbox('list')).stdout.split('\n').filter((line) => line.includes(' tries ')).map((line) => line.split(/\s+/).at(-1));
  const says = async (chat, text) => {
    const body = {update_id: ++update, message: {message_id: update, date: 1, chat: {id: chat, type: 'private'}, from: {id: chat, is_bot: false, first_name: 'Ada'}, text}};
    const answer = await fetch(`${served.base}/webhooks/telegram/default`, {method: 'POST', body: JSON.stringify(body), headers: {'Content-Type': 'application/json', 'X-Telegram-Bot-Api-Secret-Token': secret}});
    assert.equal(answer.status, 200);
  };

  before(async () => {
    taken = [];
    platform = await listening(({body}) => {
      const call = JSON.parse(body);
      if (shut) return {status: 400, body: '{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}'};
      taken.push(call.text);
      return {headers: {'Content-Type': 'application/json'}, body: '{"ok":true,"result":{}}'};
    });
    served = await Served.start();
    assert.equal((await outbox('list')).stdout, 'no dead letters\n');
    await served.add('telegram', {token: '1:x', secret, api: platform.origin}, '--no-check');
    await served.known('/webhooks/telegram/default');
  });
  after(async () => { await served.stop(); await platform.close(); });

  it('lists what was refused, without words; shows words only when asked, and writes that down', async () => {
    await says(41, 'menu');
    await eventually(async () => (await letters()).length >= 4);
    const listed = await outbox('list');
    assert.match(listed.stdout, /telegram +default +\S+/);
    assert.doesNotMatch(listed.stdout, /automated|41\b.*menu/);
    const [newest] = await letters();
    const plain = await outbox('show', newest);
    assert.equal(plain.status, 0, plain.stderr);
    assert.match(plain.stdout, /^telegram default, given up at .* after \d+ tries: /);
    assert.equal(plain.stdout.split('\n').length, 2);
    assert.doesNotMatch((await attune('audit', '--data', served.data)).stdout, /outbox_words/);
    const words = await outbox('show', newest, '--words');
    assert.match(words.stdout, /to 41\n/);
    assert.match(words.stdout, /"text": "/);
    assert.match((await attune('audit', '--data', served.data, '--what', 'outbox_words')).stdout, /outbox_words +command line/);
    assert.equal((await outbox('show', `${'0'.repeat(32)}.1.0`)).status, 66);
    assert.equal((await outbox('resend')).status, 64);
    for (const said of [served.server.out, served.server.err]) assert.ok(!said.includes('automated program'));
  });

  it('sends again in the order it was said, once, and drops what is not wanted', async () => {
    const all = await letters();
    shut = false;
    const dropped = all[0];
    assert.equal((await outbox('drop', dropped)).stdout, '1 dropped\n');
    assert.equal((await outbox('drop', dropped)).status, 66);
    const again = await outbox('resend', '--all');
    assert.equal(again.stdout, `${all.length - 1} to be sent again\n`, again.stderr);
    await eventually(() => taken.length === all.length - 1);
    assert.match(taken[0], /automated program/);
    assert.equal(new Set(taken).size, taken.length);
    assert.equal((await outbox('list')).stdout, 'no dead letters\n');
    assert.equal((await outbox('resend', all[1])).status, 66);
    const audit = (await attune('audit', '--data', served.data)).stdout;
    assert.equal(audit.match(/outbox_resend/g).length, all.length - 1);
    assert.equal(audit.match(/outbox_drop/g).length, 1);
  });

  it('is gone with its person', async () => {
    shut = true;
    await says(42, 'menu');
    await eventually(async () => (await letters()).length >= 4);
    assert.equal((await attune('forget', 'telegram:default:42', '--data', served.data)).status, 0);
    assert.equal((await outbox('list')).stdout, 'no dead letters\n');
  });
});
