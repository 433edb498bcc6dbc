// Telegram, with telegram-test-api (somebody else's Bot API server) as the platform: it delivers updates
// to our webhook and takes our sendMessage. It sends no secret header, so a door before us adds it.
import assert from 'node:assert/strict';
import {after, before, describe, it} from 'node:test';
import TelegramServer from 'telegram-test-api';
import {eventually, freePort, listening, sameConversation, Served} from './platform.mjs';

const token = '123456:ABC-token';

// One person's chat. Reads the platform's own record of what the bot sent.
class Chat {
  constructor(platform, id) {
    this.platform = platform;
    this.client = platform.getClient(token, {userId: id, chatId: id});
    this.read = 0;
  }
  sent() {
    return this.platform.storage.botMessages.filter(({message}) => String(message.chat_id) === String(this.client.chatId)).map(({message}) => message);
  }
  async next(count) {
    await eventually(() => this.sent().length >= this.read + count);
    await new Promise((done) => setTimeout(done, 50));  // and no more than these
    const messages = this.sent().slice(this.read);
    this.read += messages.length;
    return messages.map(({text, reply_markup: markup}) => ({text, choices: (markup?.inline_keyboard ?? []).flat().map((button) => ({label: button.text, value: button.callback_data}))}));
  }
  async start(count) { await this.client.sendCommand(this.client.makeCommand('/start')); return this.next(count); }
  async say(text, count) { await this.client.sendMessage(this.client.makeMessage(text)); return this.next(count); }
  async press(value, count) { await this.client.sendCallback(this.client.makeCallbackQuery(value)); return this.next(count); }
}

describe('Telegram', () => {
  let served, platform, door, secret;
  const update = (body, more = {'x-telegram-bot-api-secret-token': secret}) => fetch(`${served.base}/webhooks/telegram/default`, {
    method: 'POST', headers: {'content-type': 'application/json', ...more}, body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  });
  const message = (update_id, chat, text) => ({update_id, message: {message_id: update_id, date: 1, chat: {id: chat, type: 'private'}, from: {id: chat, is_bot: false}, text}});

  before(async () => {
    served = await Served.start();
    platform = new TelegramServer({port: await freePort(), host: '127.0.0.1', storeTimeout: 600});
    await platform.start();
    door = await listening(async ({body}) => {
      const answer = await update(body);
      return {status: answer.status, body: await answer.text()};
    });
    const told = await served.add('telegram', {token, api: platform.config.apiURL, rate: 0, rate_each: 0}, '--url', door.origin);
    assert.match(told, /The platform knows it/);
    assert.equal(platform.webhooks[token].url, `${door.origin}/webhooks/telegram/default`);
    secret = served.account('telegram').secret;
    assert.match(secret, /^[0-9a-f]{64}$/);
    assert.equal(platform.webhooks[token].secret_token, secret);
    await served.known('/webhooks/telegram/default');
  });
  after(async () => { await platform.stop(); await door.close(); await served.stop(); });

  it('holds a conversation with buttons, numbers, labels and words, the same as the Rasa route', async () => {
    const chat = new Chat(platform, 11);
    const seen = await sameConversation(served.server, {start: (n) => chat.start(n), say: (t, n) => chat.say(t, n), press: (v, n) => chat.press(v, n)}, {steps: 25});
    assert.ok(seen.presses >= 5 && seen.typed >= 10, JSON.stringify(seen));
    assert.match(await served.status(), /telegram +default/);
  });

  it('takes each update once, however often it comes, and answers it once', async () => {
    const chat = new Chat(platform, 12);
    const answers = await Promise.all(Array.from({length: 20}, () => update(message(9001, 12, '/start'))));
    assert.ok(answers.every(({status}) => status === 200), answers.map(({status}) => status).join());
    const first = await chat.next(1);
    await update(message(9001, 12, '/start'));
    await new Promise((done) => setTimeout(done, 300));
    assert.equal(chat.sent().length, first.length);
  });

  it('answers in the order in which it was written to', async () => {
    const chat = new Chat(platform, 13);
    await chat.start(1);
    for (let i = 0; i < 5; ++i) assert.equal((await update(message(9100 + i, 13, i % 2 ? 'menu' : 'help'))).status, 200);
    const rest = 'order-13';
    await served.server.rest(rest);
    await new Promise((done) => setTimeout(done, 500));
    const texts = chat.sent().slice(chat.read).map(({text}) => text);
    const last = JSON.parse((await (async () => { for (let i = 0; i < 4; ++i) await served.server.rest(rest, i % 2 ? 'menu' : 'help'); return served.server.rest(rest, 'help'); })()).text).map(({text}) => text);
    assert.deepEqual(texts.slice(-last.length), last);
  });

  it('refuses what does not carry the secret, and does nothing for it', async () => {
    const chat = new Chat(platform, 14);
    for (const headers of [{}, {'x-telegram-bot-api-secret-token': ''}, {'x-telegram-bot-api-secret-token': secret.slice(1)}, {'x-telegram-bot-api-secret-token': `${secret}x`}, {authorization: `Bearer ${secret}`}]) {
      assert.equal((await update(message(9200, 14, '/start'), headers)).status, 401, JSON.stringify(headers));
    }
    assert.equal((await update(message(9201, 14, '/start'))).status, 200);
    await chat.next(1);
    assert.equal((await fetch(`${served.base}/webhooks/telegram/other`, {method: 'POST', body: '{}'})).status, 404);
  });

  it('answers 200 to what it cannot read, or has no use for', async () => {
    for (const body of ['', '{', '[]', '{"update_id":1,"message":{"chat":{"id":1,"type":"private"},"from":{"id":1},"text":"\\ud83d"}}', '{"update_id":1,"message":7}', '{"update_id":1,"message":{"from":7,"chat":[]}}', '{"update_id":1,"callback_query":{"id":{},"data":[]}}', '{"update_id":2,"poll":{}}']) {
      assert.equal((await update(body)).status, 200, body);
    }
    assert.doesNotMatch(served.server.err, /ud83d|"text"/);
  });

  it('ends the waiting of a button in its answer', async () => {
    const answer = await update({update_id: 9300, callback_query: {id: 'q-1', from: {id: 15}, message: {chat: {id: 15, type: 'private'}}, data: 'x#y'}});
    assert.deepEqual(await answer.json(), {method: 'answerCallbackQuery', callback_query_id: 'q-1'});
  });

  it('says a last word to whom it forgets, and keeps nothing', async () => {
    const chat = new Chat(platform, 16);
    await chat.start(1);
    await chat.say('delete my data', 1);
    const [asked] = chat.sent().slice(-1);
    const yes = asked.reply_markup?.inline_keyboard.flat()[0].callback_data;
    if (yes) await chat.press(yes, 1);
    const again = await chat.start(1);
    assert.match(again.map(({text}) => text).join('\n'), /automated program/);
  });

  it('shows neither secret nor words in log, status or its own errors', async () => {
    const all = served.server.out + served.server.err + await served.status();
    for (const canary of [token, secret, 'felt stupid']) assert.ok(!all.includes(canary), canary);
  });
});
