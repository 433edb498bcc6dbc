// A server of ours with one channel set up by the command line alone, as its page says.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {createServer} from 'node:http';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {binary, folder, remove, Running} from '../bot/running.mjs';

// Never waits in this thread: the platform it asks may live here.
export const attune = (...args) => new Promise((done) => {
  const child = spawn(binary, args, {stdio: ['ignore', 'pipe', 'pipe']});
  const one = {stdout: '', stderr: ''};
  child.stdout.on('data', (bytes) => { one.stdout += bytes; });
  child.stderr.on('data', (bytes) => { one.stderr += bytes; });
  child.on('close', (status) => done({...one, status}));
});

export const eventually = async (what, seconds = 20) => {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await what();
    if (found) return found;
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await new Promise((done) => setTimeout(done, 20));
  }
};

export const freePort = () => new Promise((done) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const {port} = server.address();
    server.close(() => done(port));
  });
});

// An HTTP server whose handler gets the whole body: {method, url, headers, body} -> {status, headers, body}.
export const listening = async (handle) => {
  const server = createServer((request, response) => {
    const pieces = [];
    request.on('data', (piece) => pieces.push(piece));
    request.on('end', async () => {
      const answer = await handle({method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(pieces)});
      response.writeHead(answer.status ?? 200, answer.headers ?? {});
      response.end(answer.body ?? '');
    });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((done) => { server.closeAllConnections?.(); server.close(done); }),
  };
};

export class Served {
  static async start(options = {}) {
    const one = new Served();
    one.data = folder();
    one.server = await Running.start({data: one.data, ...options});
    return one;
  }
  async stop() {
    await this.server.stop();
    remove(this.data);
  }
  get base() { return this.server.base; }
  async add(channel, settings, ...more) {
    const set = Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
    const done = await attune('channel', 'add', channel, '--data', this.data, ...set, ...more);
    assert.equal(done.status, 0, done.stderr + done.stdout);
    return done.stdout;
  }
  account(channel, name = 'default') {
    return JSON.parse(readFileSync(join(this.data, 'channels.json'), 'utf8'))[channel][name];
  }
  // The server has seen what was set up.
  known(path) {
    return eventually(async () => (await fetch(this.base + path, {method: 'POST', body: '{}'})).status !== 404);
  }
  async status() { return (await attune('channel', 'status', '--data', this.data)).stdout; }
}

// The same conversation twice: over the Rasa route, which answers in the response, and over a platform.
// `start(count)`, `say(text, count)`, `press(value, count, number)` each give what the platform got,
// [{text, choices: [{label, value}]}]. Every answer has to be the same; `plain` is how the platform has to
// write it, which matters where it has no buttons.
const moves = [
  (open) => open.choices.length ? {press: 0} : {say: 'I sat there and felt stupid'},
  (open) => open.choices.length ? {say: '1'} : {say: 'you should have called'},
  (open) => open.choices.length ? {say: open.choices.at(-1).label} : {say: 'It sounds like you waited & felt <alone>'},
  (open) => open.choices.length ? {press: open.choices.length - 1} : {say: 'I was only late, because of work'},
  () => ({say: 'menu'}),
];
// The line of a scale's ends stands in the text of a platform; the Rasa route leaves it to its buttons.
const bare = (messages) => messages.map(({text, choices}) => ({text: text.replace(/\n0 .* \.\. 10 .*$/, ''), choices}));

export const sameConversation = async (server, {start, say, press}, {steps = 20, plain = (messages) => messages, stale = true} = {}) => {
  const sender = `twin-${Math.random()}`;
  let seen = {presses: 0, typed: 0};
  const rest = async (message) => {
    const answer = await server.rest(sender, message);
    assert.equal(answer.status, 200, answer.text);
    return JSON.parse(answer.text).map(({text, buttons = []}) => ({text, choices: buttons.map(({title, payload}) => ({label: title, value: payload.replace('/choice ', '')}))}));
  };
  let ours = await rest(undefined);
  assert.deepEqual(bare(await start(plain(ours).length)), plain(ours));
  let older;
  for (let step = 0; step < steps; ++step) {
    const open = ours.at(-1);
    const move = moves[step % moves.length](open);
    if (move.press !== undefined && open.choices.length) {
      const {value} = open.choices[move.press];
      ours = await rest(`/choice ${value}`);
      assert.deepEqual(bare(await press(value, plain(ours).length, move.press < 0 ? 0 : move.press + 1)), plain(ours), `step ${step}: pressed ${value}`);
      older = value;
      ++seen.presses;
    } else {
      ours = await rest(move.say);
      assert.deepEqual(bare(await say(move.say, plain(ours).length)), plain(ours), `step ${step}: said ${move.say}`);
      ++seen.typed;
    }
  }
  if (!stale) return seen;
  // A button of a question that is behind us is said to be so, and the open question stays.
  ours = await rest('menu');
  await say('menu', plain(ours).length);
  ours = await rest(`/choice ${older}`);
  assert.deepEqual(bare(await press(older, plain(ours).length)), plain(ours));
  return seen;
};

// What our API calls brought to a platform that we play ourselves, by whom they went to.
export class Inbox {
  constructor() { this.calls = []; this.read = new Map(); }
  of(place) { return this.calls.filter((call) => call.place === place); }
  async next(place, count) {
    const from = this.read.get(place) ?? 0;
    await eventually(() => this.of(place).length >= from + count);
    await new Promise((done) => setTimeout(done, 50));  // and no more than these
    const fresh = this.of(place).slice(from);
    this.read.set(place, from + fresh.length);
    return fresh.map(({text, choices}) => ({text, choices}));
  }
}

// As numbered lines of the text.
export const numbered = (messages) => messages.map(({text, choices}) => {
  const scale = choices.length > 0 && choices.every(({label}, i) => label === String(i + Number(choices[0].label)));
  return {text: text + (scale ? '' : choices.map(({label}, i) => `\n${i + 1}. ${label}`).join('')), choices: []};
});
