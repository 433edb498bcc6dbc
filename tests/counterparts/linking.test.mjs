// One person, two places: from the page to Telegram in the middle of an exercise, and on. Telegram is
// telegram-test-api; the page is its own API, with cookie and event stream.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, describe, it} from 'node:test';
import TelegramServer from 'telegram-test-api';
import {attune, eventually, freePort, listening, Served} from './platform.mjs';

const token = '123456:ABC-token';
const codeIn = (texts) => texts.find((text) => /^[2-9A-Z]{4}-[2-9A-Z]{4}$/.test(text));

describe('Two places of one person', () => {
  let served, platform, door;
  let chats = 100, ids = 0;

  const chat = () => {
    const client = platform.getClient(token, {userId: ++chats, chatId: chats});
    const sent = () => platform.storage.botMessages.filter(({message}) => String(message.chat_id) === String(client.chatId)).map(({message}) => message);
    let read = 0;
    return {
      id: client.chatId, sent,
      // What comes after it, until there is nothing new for a moment.
      async say(text) {
        await client.sendMessage(client.makeMessage(text));
        return this.next();
      },
      async next() {
        await eventually(() => sent().length > read);
        for (let seen = -1; seen !== sent().length;) { seen = sent().length; await new Promise((done) => setTimeout(done, 150)); }
        const fresh = sent().slice(read);
        read += fresh.length;
        return fresh.map(({text}) => text);
      },
    };
  };
  const page = async () => {
    const session = served.server.session();
    const texts = (answer) => { assert.equal(answer.status, 200, answer.text); return answer.json.messages.map(({text}) => text); };
    const one = {
      session,
      say: async (text) => texts(await session.call('POST', '/v1/messages', {id: `m${++ids}`, text})),
      press: async (choice) => texts(await session.call('POST', '/v1/messages', {id: `m${++ids}`, choice})),
      transcript: async () => (await session.call('GET', '/v1/transcript')).json.turns,
      // Its event stream: what it brings, and whether it still stands.
      async follow() {
        const stop = new AbortController();
        const answer = await fetch(`${served.base}/v1/events`, {headers: {cookie: session.cookie}, signal: stop.signal});
        const stream = {status: answer.status, text: '', open: true, close: () => stop.abort()};
        (async () => { for await (const piece of answer.body) stream.text += Buffer.from(piece); })().catch(() => {}).finally(() => { stream.open = false; });
        return stream;
      },
    };
    one.first = texts(await session.call('POST', '/v1/conversation', {}));
    return one;
  };
  // In the middle of an exercise, at a question for own words.
  const inTheMiddle = async () => {
    const one = await page();
    for (let i = 0; i < 20; ++i) {
      const {offer, messages} = (await one.transcript()).at(-1);
      if (!offer?.choices?.length) return {...one, open: messages.at(-1).text};
      await one.press(offer.choices[0].value);
    }
    throw new Error('no question for own words');
  };

  before(async () => {
    served = await Served.start();
    platform = new TelegramServer({port: await freePort(), host: '127.0.0.1', storeTimeout: 600});
    await platform.start();
    door = await listening(async ({body}) => {
      const answer = await fetch(`${served.base}/webhooks/telegram/default`, {method: 'POST', headers: {'content-type': 'application/json', 'x-telegram-bot-api-secret-token': served.account('telegram').secret}, body});
      return {status: answer.status, body: await answer.text()};
    });
    await served.add('telegram', {token, api: platform.config.apiURL, rate: 0, rate_each: 0}, '--url', door.origin);
    await served.known('/webhooks/telegram/default');
  });
  after(async () => { await platform.stop(); await door.close(); await served.stop(); });

  it('goes on in Telegram where it was on the page, and back', async () => {
    const web = await inTheMiddle();
    const stream = await web.follow();
    assert.match((await web.say('go on elsewhere')).join('\n'), /write "link" there/);
    const phone = chat();
    const shown = await phone.say('/link');
    const code = codeIn(shown);
    assert.ok(code, shown.join('\n'));
    assert.match((await web.say(code.toLowerCase().replace('-', ' '))).join('\n'), /write "go on here" in the place/);
    const here = await phone.say('go on here');
    assert.match(here.join('\n'), /two places/);
    assert.equal(here.at(-1), web.open);
    // An answer on the phone is seen on the page, and the exercise is the same one there.
    const answered = await phone.say('It sounds like you waited and felt alone');
    assert.notEqual(answered.at(-1), web.open);
    await eventually(() => stream.text.includes('It sounds like you waited'));
    const last = (await web.transcript()).at(-1);
    assert.equal(last.said, 'It sounds like you waited and felt alone');
    await web.say('menu');
    assert.equal((await web.transcript()).at(-1).said, 'menu');
    assert.ok(stream.open);
    // Only here: the other place is somebody new.
    assert.match((await web.say('only here')).join('\n'), /only here/);
    await eventually(() => !stream.open);
    assert.match((await phone.say('hello')).join('\n'), /automated program/);
    assert.equal((await web.transcript()).at(-1).said, 'only here');
    assert.match((await attune('audit', '--data', served.data)).stdout, / unlink [\s\S]* link /);
  });

  it('shows a page that joins what is said from then on, and nothing of before', async () => {
    const phone = chat();
    await phone.say('hello');
    await phone.say('menu');
    await phone.say('a canary of before');
    await phone.say('menu');
    const web = await page();
    const old = await web.follow();
    const code = codeIn(await web.say('link'));
    assert.match((await phone.say(`link ${code}`)).join('\n'), /write "go on here"/);
    assert.match((await web.say('go on here')).join('\n'), /two places/);
    await eventually(() => !old.open);  // of the conversation that is gone
    const stream = await web.follow();
    assert.match((await phone.next()).join('\n'), /two places/);  // the other place is told without asking
    await phone.say('a canary of after');
    const all = JSON.stringify(await web.transcript());
    assert.match(all, /canary of after/);
    assert.doesNotMatch(all, /canary of before/);
    await eventually(() => stream.text.includes('canary of after'));
    assert.ok(!stream.text.includes('canary of before'));
    // Let go of from the phone, its stream ends and its cookie opens nothing.
    await phone.say('only here');
    await eventually(() => !stream.open);
    assert.equal((await web.session.call('GET', '/v1/transcript')).status, 401);
    assert.equal((await web.follow()).status, 401);
  });

  it('needs a word at each place, and a code only once', async () => {
    const victim = await inTheMiddle();
    const phone = chat();
    const code = codeIn(await phone.say('link'));
    // Who saw the code and writes it first gets nothing; the person's own attempt says that it is used.
    const abuser = await page();
    await abuser.say('menu'); await abuser.say('menu');
    assert.match((await abuser.say(code)).join('\n'), /go on here/);
    assert.match((await abuser.say('go on here')).join('\n'), /No code from here/);
    assert.match((await victim.say(code)).join('\n'), /doesn't work/);
    assert.equal((await abuser.transcript()).filter(({said}) => said === code).length, 1);
    // A new code ends the old one, and the abuser's claim with it.
    const again = codeIn(await phone.say('link'));
    assert.notEqual(again, code);
    await victim.say(again);
    assert.equal((await phone.say('go on here')).at(-1), victim.open);
    assert.match((await victim.say(again)).join('\n'), /doesn't work/);
  });

  it('does not delete the fuller place for the emptier one', async () => {
    const web = await inTheMiddle();
    const code = codeIn(await web.say('link'));
    const phone = chat();
    assert.match((await phone.say(code)).join('\n'), /other way round/);
    assert.match((await web.say('go on here')).join('\n'), /No code from here/);
    assert.equal((await web.transcript()).at(-1).messages.at(-1).text, web.open);
  });

  it('looks at no more codes after five wrong ones', async () => {
    const web = await inTheMiddle();
    const phone = chat();
    const code = codeIn(await phone.say('link'));
    for (let i = 0; i < 5; ++i) assert.match((await web.say(`BCDF-GH2${i + 3}`)).join('\n'), /doesn't work/);
    assert.match((await web.say(code)).join('\n'), /doesn't work/);
  });

  it('forgets both places with the person, and keeps nothing of what the joining place had', async () => {
    const web = await inTheMiddle();
    const phone = chat();
    await phone.say('hello');
    const lost = (await attune('why', `telegram:default:${phone.id}`, '--data', served.data)).status;
    assert.equal(lost, 0);
    const code = codeIn(await phone.say('link'));
    await web.say(code);
    await phone.say('go on here');
    const held = await attune('export', `telegram:default:${phone.id}`, '--to', join(served.data, 'out'), '--data', served.data);
    assert.equal(held.status, 0, held.stderr);
    assert.equal((await attune('forget', `telegram:default:${phone.id}`, '--data', served.data)).status, 0);
    assert.equal((await web.session.call('GET', '/v1/transcript')).status, 401);
    assert.match((await phone.say('hello')).join('\n'), /automated program/);
  });

  it('keeps no code and no chat id in the clear', async () => {
    const phone = chat();
    const code = codeIn(await phone.say('link'));
    for (const file of ['attune.db', 'attune.db-wal', 'keys.db']) {
      const bytes = readFileSync(join(served.data, file));
      for (const canary of [code, code.replace('-', '')]) assert.ok(!bytes.includes(canary), `${file}: ${canary}`);
    }
    assert.ok(!(served.server.out + served.server.err).includes(code));
  });
});
