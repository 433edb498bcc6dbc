// The whole server against a hostile network: idle crowds, few descriptors, failing system calls,
// hostile text, long paths. Which row of the plan each stands for: bot/http/EDGE.md, "Tests".
import assert from 'node:assert/strict';
import {readFileSync, readdirSync} from 'node:fs';
import {connect} from 'node:net';
import {after, before, describe, it} from 'node:test';
import {remove, Running} from '../bot/running.mjs';

const get = 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n';
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

// A connection that is kept. answer(): its next whole reply's first line; '' if it ended instead.
class Kept {
  static open(port, number = 0) {
    const one = new Kept();
    one.text = '';
    one.over = false;
    one.waiting = [];
    one.socket = connect({port, host: '127.0.0.1', localAddress: `127.0.0.${1 + number % 8}`});
    one.socket.on('data', (bytes) => { one.text += bytes.toString('latin1'); one.look(); });
    for (const end of ['close', 'error', 'end']) one.socket.on(end, () => { one.over = true; one.look(); });
    return new Promise((done) => {
      one.socket.once('connect', () => done(one));
      one.socket.once('error', () => done(one));
    });
  }
  look() {
    for (;;) {
      const head = this.text.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(this.text)?.[1] ?? 0);
      const whole = head >= 0 && this.text.length >= head + 4 + length;
      if (this.waiting.length === 0 || (!whole && !this.over)) return;
      this.waiting.shift()(whole ? this.text.slice(0, this.text.indexOf('\r\n')) : '');
      if (whole) this.text = this.text.slice(head + 4 + length);
    }
  }
  answer() { return new Promise((done) => { this.waiting.push(done); this.look(); }); }
  ask(bytes = get) { this.socket.write(bytes); return this.answer(); }
  close() { this.socket.destroy(); }
}

async function open(port, count) {
  const all = [];
  while (all.length < count) {
    const batch = Array.from({length: Math.min(250, count - all.length)}, (_, n) => Kept.open(port, all.length + n));
    all.push(...await Promise.all(batch));
  }
  return all;
}

// A server of its own, ended whatever happens.
async function serving(options, work) {
  const server = await Running.start(options);
  try {
    await work(server);
    assert.equal((await server.stop()).code, 0);
  } finally {
    await server.stop('SIGKILL');
    remove(server.data);
  }
}

async function latency(connection, times = 300) {
  const took = [];
  for (let i = 0; i < times; ++i) {
    const start = process.hrtime.bigint();
    assert.match(await connection.ask(), / 200 /);
    took.push(Number(process.hrtime.bigint() - start));
  }
  return median(took);
}

const proc = (server, file) => readFileSync(`/proc/${server.child.pid}/${file}`, 'utf8');
const resident = (server) => Number(/VmRSS:\s+(\d+)/.exec(proc(server, 'status'))[1]) * 1024;
// Seconds of processor time, all threads: what neighbours on the machine cannot change much.
const worked = (server) => readdirSync(`/proc/${server.child.pid}/task`)
  .reduce((sum, task) => sum + Number(proc(server, `task/${task}/schedstat`).split(' ')[0]) / 1e9, 0);
const descriptors = (server) => readdirSync(`/proc/${server.child.pid}/fd`).length;

describe('an idle crowd', () => {
  it('10,000 connections cost under 20 MB and 0.02 cores, and slow nobody', async (t) => {
    // The clients' ends are files of this process; node has raised its own limit to the hard one.
    const files = Number(/Max open files\s+\d+\s+(\d+)/.exec(readFileSync('/proc/self/limits', 'utf8'))[1]);
    const count = Math.min(10_000, files - 600);
    assert.ok(count >= 2_000, `a hard limit of ${files} open files is too low for this test`);
    await serving({}, async (server) => {
      const active = await Kept.open(server.port);
      await latency(active);
      const alone = await latency(active);
      const small = resident(server);
      const idle = await open(server.port, count);
      for (let i = 0; i < count; i += 500) await Promise.all(idle.slice(i, i + 250).map((one) => one.ask()));  // half of them were used
      assert.ok(descriptors(server) > count, 'every one is held');
      const grown = resident(server) - small;
      const before = worked(server), start = Date.now();
      await pause(3_000);
      const cores = (worked(server) - before) * 1000 / (Date.now() - start);
      const among = await latency(active);
      t.diagnostic(`figure: ${count} idle connections: ${(grown / 1e6).toFixed(1)} MB, ${cores.toFixed(3)} cores, median reply ${(among / alone).toFixed(2)} of that alone`);
      assert.ok(grown < 20e6 * count / 10_000, `${grown} bytes`);
      assert.ok(cores < 0.02, `${cores} cores`);
      assert.ok(among < 3 * alone, `a reply took ${among / alone} times as long`);
      const answers = await Promise.all(idle.filter((_, i) => i % 100 === 0).map((one) => one.ask()));
      assert.ok(answers.every((line) => / 200 /.test(line)), 'the idle ones are still served');
      idle.forEach((one) => one.close());
      active.close();
    });
  });

  const limited = (how) => ({under: ['bash', '-c', `ulimit ${how}; exec "$0" "$@"`]});

  it('with few descriptors, who comes too late is told so at once, and the rest goes on', async () => {
    await serving(limited('-n 300'), async (server) => {
      const first = await Kept.open(server.port);
      assert.match(await first.ask(), / 200 /);
      const crowd = await open(server.port, 200);
      const late = await Promise.all(crowd.slice(-10).map((one) => one.ask()));
      assert.ok(late.every((line) => line === '' || / 503 /.test(line)), late.join());
      assert.ok(late.some((line) => / 503 /.test(line)), late.join());
      assert.match(await first.ask(), / 200 /);
      crowd.forEach((one) => one.close());
      assert.equal((await server.rest('ada', 'hello')).status, 200);  // files for the store were left
    });
  });

  it('a low soft limit is raised, so that a plain shell is enough', async () => {
    await serving(limited('-S -n 256'), async (server) => {
      const crowd = await open(server.port, 600);
      const answers = await Promise.all(crowd.map((one) => one.ask()));
      assert.ok(answers.every((line) => / 200 /.test(line)));
      crowd.forEach((one) => one.close());
    });
  });
});

describe('system calls that fail', () => {
  const failing = (call, error, when) => ({under: ['strace', '-D', '-f', '-qq', '-o', '/dev/null', '-e', `trace=${call}`, '-e', `inject=${call}:error=${error}:when=${when}`]});

  for (const error of ['EMFILE', 'ENFILE', 'ENOMEM', 'ECONNABORTED']) {
    it(`accept4 with ${error}, three times: everyone is served`, async () => {
      await serving(failing('accept4', error, '1..3'), async (server) => {
        const crowd = await open(server.port, 20);
        const answers = await Promise.all(crowd.map((one) => one.ask()));
        assert.ok(answers.every((line) => / 200 /.test(line)), answers.join());
        crowd.forEach((one) => one.close());
      });
    });
  }

  it('sendmsg with EPIPE, one in four: that connection ends, and a retry has the same answer', async () => {
    await serving(failing('sendmsg', 'EPIPE', '4+4'), async (server) => {
      let cut = 0;
      const once = async (sender, message, key) => {
        for (;;) {
          try { return (await server.rest(sender, message, key)).text; } catch { ++cut; }
        }
      };
      for (let i = 0; i < 12; ++i) {
        const text = await once('ada', 'hello', `event-${i}`);
        assert.equal(await once('ada', 'hello', `event-${i}`), text);
      }
      assert.ok(cut >= 4, `${cut} were cut`);
    });
  });
});

describe('hostile text', () => {
  let server, session;
  before(async () => {
    server = await Running.start();
    session = server.session();
    await session.begin();
  });
  after(async () => { await server.stop(); remove(server.data); });

  // What is sent comes back from the store code point by code point.
  const kept = {
    'text from right to left': 'שלום, مرحبا and back',
    'overrides and isolates of direction': '\u202eevil\u202c \u2066a\u2067b\u2069 \u200e\u200f',
    'characters of no width': 'no\u200bwidth\u200c\u200d\u2060\ufeff here',
    'four bytes a character': '👩‍👩‍👧 🏳️‍🌈 𝔘𝔫𝔦 \u{10fffd}',
    'tags and private use': '\u{e0001}\u{e0068}\u{e0069} \ue000\u{f0000}',
    'what is no character': '\uffff\ufdd0\u{1fffe}',
    'marks of lines and paragraphs': 'one\u2028two\u2029three\r\nfour\tfive',
    'control characters': '\u0001\u001b[31m\u007f\u0085',
    '3,999 marks on one letter': 'e' + '\u0301'.repeat(3_999),
    '4,000 characters of four bytes': '😀'.repeat(4_000),
    'composed and decomposed letters': '\u00e9 e\u0301 \u212b \u1100\u1161\u11a8 \u0130 ß ﬁ',
    'spaces of all kinds': '\u00a0\u2003\u3000 x \u1680',
    'HTML and a script': '<script>alert(1)</script>&amp;"\'`',
    'formats and templates': '%s%n {heard} {{x}} ${y} #it01 -> two',
  };
  for (const [name, text] of Object.entries(kept)) {
    it(`keeps ${name}`, async () => {
      const said = await session.say(text);
      assert.equal(said.status, 200, said.text);
      const {json} = await session.call('GET', `/v1/transcript?after=${said.json.version - 1}`);
      assert.equal(json.turns[0].said, text);
    });
  }

  const bytes = (...parts) => Buffer.concat([Buffer.from('{"id":"b-1","text":"'), ...parts.map((p) => Buffer.from(p)), Buffer.from('"}')]);
  const refused = {
    '10,000 marks on one letter': [Buffer.from(JSON.stringify({id: 'b-1', text: 'e' + '\u0301'.repeat(10_000)})), 422],
    'a lone surrogate': [bytes('\\ud83d'), 400],
    'surrogates the wrong way round': [bytes('\\ude00\\ud83d'), 400],
    'a surrogate in UTF-8': [bytes([0xed, 0xa0, 0xbd]), 400],
    'an overlong slash': [bytes([0xc0, 0xaf]), 400],
    'a character beyond the last': [bytes([0xf4, 0x90, 0x80, 0x80]), 400],
    'half a character': [bytes([0xe2, 0x82]), 400],
    'Latin-1': [bytes([0xe9]), 400],
    'U+0000': [bytes('a\\u0000b'), 400],
  };
  for (const [name, [body, status]] of Object.entries(refused)) {
    it(`refuses ${name}, in the one error format`, async () => {
      const answer = await fetch(`${server.base}/v1/messages`, {method: 'POST', headers: {'Content-Type': 'application/json', Cookie: session.cookie}, body});
      assert.equal(answer.status, status);
      assert.match(JSON.parse(await answer.text()).error.code, /^[a-z_]+$/);
    });
  }

  it('takes no text much longer than plain words of its size', async () => {
    const time = async (text) => {
      const before = worked(server);
      for (let i = 0; i < 5; ++i) assert.equal((await session.say(text)).status, 200);
      return worked(server) - before;
    };
    const plain = await time('I was only late once. '.repeat(180));
    for (const [name, text] of Object.entries({
      ...kept, quotes: '"'.repeat(4_000), marks: '?'.repeat(4_000), one: 'a'.repeat(4_000), gaps: 'you '.repeat(1_000),
      jamo: '\u1100'.repeat(4_000), numbers: '7/10 '.repeat(800), joined: "a'".repeat(2_000),
    })) {
      const took = await time(text);
      assert.ok(took < 20 * plain, `${name}: ${took} s, plain words ${plain} s`);
    }
  });
});

describe('long paths', () => {
  it('2 KB of path takes a route no longer than a short one, whatever it holds', async () => {
    await serving({}, async (server) => {
      const connection = await Kept.open(server.port);
      const time = async (target) => {
        const before = worked(server);
        for (let i = 0; i < 100; ++i) {
          assert.notEqual(await connection.ask(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`), '', target.slice(0, 40));
        }
        return worked(server) - before;
      };
      await time('/nothing-here');
      const short = await time('/nothing-here');
      const fill = (unit, start = '/') => (start + unit.repeat(2_048)).slice(0, 2_048 - 2_048 % unit.length);
      const hostile = [fill('a'), fill('/'), fill('a/'), fill('../'), fill('%41', ''), fill('%2f', ''), fill('+'), fill('a', '/v1/transcript'),
        fill('/', '/v1/transcript'), fill('a/', '/v1/'), fill('x', '/webhooks/rest/webhook/'), fill('a&', '/healthz?'), fill('a=b&', '/healthz?'), fill('?', '/healthz?')]
        .map((target) => (target.startsWith('/') ? target : `/${target.slice(0, 2_043)}`));
      for (const target of hostile) {
        const took = await time(target);
        assert.ok(took < 20 * short, `${target.slice(0, 30)}…: ${took / short} times as long`);
      }
      assert.match(await connection.ask(), / 200 /);
      connection.close();
    });
  });
});
