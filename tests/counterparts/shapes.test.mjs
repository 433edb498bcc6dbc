// What we send to Telegram and Slack, judged by the TypeScript compiler against their types: @grammyjs/types
// (the Bot API, word for word) and @slack/web-api. A conversation brings the bodies, of every form that it
// can; each stands as a literal, so that a member too many is refused as well as one that is missing.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {createHmac} from 'node:crypto';
import {rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {after, before, describe, it} from 'node:test';
import {fileURLToPath} from 'node:url';
import {eventually, listening, Served} from './platform.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const types = {
  telegram: 'import type {ApiMethods} from "@grammyjs/types";\ntype Sent = Parameters<ApiMethods<never>["sendMessage"]>[0];\n',
  slack: 'import type {ChatPostMessageArguments} from "@slack/web-api";\ntype Sent = ChatPostMessageArguments;\n',
};

// Which of these bodies the compiler refuses. The file lies here, where the types are found.
const refused = async (channel, bodies) => {
  const file = join(here, `sent-${process.pid}-${channel}.ts`);
  writeFileSync(file, types[channel] + bodies.map((body, i) => `export const sent${i}: Sent = ${JSON.stringify(body)};\n`).join(''));
  try {
    const child = spawn(process.execPath, [join(here, 'node_modules/typescript/bin/tsc'), '--noEmit', '--strict', '--skipLibCheck', '--pretty', 'false', '--module', 'esnext', '--moduleResolution', 'bundler', '--target', 'es2022', '--types', 'node', file], {cwd: here});  // where it looks for types
    let out = '';
    child.stdout.on('data', (bytes) => { out += bytes; });
    await new Promise((done) => child.on('close', done));
    assert.ok(!/^error TS/m.test(out), out);  // about no line: it has judged nothing
    const found = [...out.matchAll(/^(\S*?)\((\d+),\d+\): error TS/gm)];
    assert.ok(found.every(([, name]) => name.includes('sent-')), out);
    return [...new Set(found.map(([, , line]) => Number(line) - 3))];
  } finally { rmSync(file); }
};

describe('What is sent, by the platforms\' own types', {concurrency: 2}, () => {
  let served, api;
  const sent = {telegram: [], slack: []};
  let number = 0;
  const post = async (path, body, headers) => assert.equal((await fetch(served.base + path, {method: 'POST', body, headers: {'content-type': 'application/json', ...headers}})).status, 200);
  const telegram = (update) => post('/webhooks/telegram/default', JSON.stringify({update_id: ++number, ...update}), {'x-telegram-bot-api-secret-token': served.account('telegram').secret});
  const slack = (body, type = 'application/json') => {
    const at = String(Math.floor(Date.now() / 1000));
    return post('/webhooks/slack/default', body, {'content-type': type, 'x-slack-request-timestamp': at, 'x-slack-signature': `v0=${createHmac('sha256', 'shh').update(`v0:${at}:${body}`).digest('hex')}`});
  };
  const ways = {
    telegram: {
      say: (text) => telegram({message: {message_id: number, date: 1, chat: {id: 5, type: 'private'}, from: {id: 5, is_bot: false}, text}}),
      press: (data) => telegram({callback_query: {id: 'q', from: {id: 5}, message: {chat: {id: 5}}, data}}),
      choices: (body) => (body.reply_markup?.inline_keyboard ?? []).flat().map(({callback_data: value}) => value),
    },
    slack: {
      say: (text) => slack(JSON.stringify({type: 'event_callback', event_id: `Ev${++number}`, event: {type: 'message', channel_type: 'im', channel: 'D5', user: 'U5', text, ts: `${number}.1`}})),
      press: (value) => slack(new URLSearchParams({payload: JSON.stringify({type: 'block_actions', user: {id: 'U5'}, trigger_id: `t${++number}`, actions: [{action_id: 'choice_0', value}]})}).toString(), 'application/x-www-form-urlencoded'),
      choices: (body) => (body.blocks?.[1].elements ?? []).map(({value}) => value),
    },
  };

  before(async () => {
    served = await Served.start();
    api = await listening(({url, body}) => {
      if (url.endsWith('/sendMessage')) sent.telegram.push(JSON.parse(body));
      if (url.endsWith('/chat.postMessage')) sent.slack.push(JSON.parse(body));
      return {headers: {'content-type': 'application/json'}, body: '{"ok":true,"result":true}'};
    });
    await served.add('telegram', {token: '1:a', api: api.origin, rate: 0, rate_each: 0});
    await served.add('slack', {bot_token: 'xoxb-1', signing_secret: 'shh', api: api.origin, rate_each: 0});
    await served.known('/webhooks/telegram/default');
    await served.known('/webhooks/slack/default');
  });
  after(async () => { await served.stop(); await api.close(); });

  for (const channel of ['telegram', 'slack']) {
    it(`${channel}: a whole exercise compiles, and what is altered does not`, async () => {
      const {say, press, choices} = ways[channel];
      const next = async (from) => {
        await eventually(() => sent[channel].length > from);
        for (let seen = -1; seen !== sent[channel].length;) { seen = sent[channel].length; await new Promise((done) => setTimeout(done, 100)); }
        return choices(sent[channel].at(-1));
      };
      await say('hello');
      let open = await next(0);
      for (let i = 0; i < 16; ++i) {
        const from = sent[channel].length;
        await (open.length ? press(open[0]) : say('It sounds like you waited & felt <alone>'));
        open = await next(from);
      }
      const bodies = sent[channel];
      const withChoices = bodies.find((body) => choices(body).length > 1);
      assert.ok(withChoices && bodies.some((body) => !choices(body).length), 'with buttons and without');
      assert.ok(bodies.some(({entities, text}) => entities?.length || /^\*\w+:\* /.test(text)), 'a made-up speaker');
      const button = (body) => body.reply_markup?.inline_keyboard[0][0] ?? body.blocks[1].elements[0];
      const altered = [
        (body) => { button(body).text = 7; },
        (body) => { delete button(body).text; },
        (body) => { delete body.text; delete body.blocks; },
        ...(channel === 'telegram' ? [(body) => { body.parse_modus = 'HTML'; }] : [(body) => { body.blocks[1].type = 'acts'; }]),
      ].map((change) => { const copy = structuredClone(withChoices); change(copy); return copy; });
      assert.deepEqual(await refused(channel, [...bodies, ...altered]), altered.map((_, i) => bodies.length + i));
    });
  }
});
