// How fast is too fast: by person, address and token. Who keeps to it never notices that others do not.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {after, before, describe, it} from 'node:test';
import {binary, folder, remove, Running} from './running.mjs';

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const refusedWell = (answer) => {
  assert.equal(answer.status, 429);
  assert.ok(Number(answer.headers.get('retry-after')) >= 1);
  const {error} = JSON.parse(answer.text);
  assert.equal(error.code, 'too_many_requests');
  assert.ok(error.message.length > 20);
};

describe('limits', () => {
  let server;
  // 1 message a second and 12 at once; 2 requests and 8; 3 and 6.
  before(async () => { server = await Running.start({args: ['--person-limit', '1', '--address-limit', '2', '--token-limit', '3', '--token', 'chosen']}); });
  after(async () => { await server.stop(); remove(server.data); });
  const get = async (path, headers = {}) => { const answer = await fetch(server.base + path, {headers, redirect: 'manual'}); return {status: answer.status, headers: answer.headers, text: await answer.text()}; };
  const many = async (n, ask) => { const answers = []; for (let i = 0; i < n; ++i) answers.push(await ask(i)); return answers; };

  it('of an address: the rest go on, and so does it after the time it was told', async () => {
    const from = {'X-Forwarded-For': '203.0.113.1'};
    const answers = await many(30, () => get('/chat.css', from));
    assert.ok(answers.slice(0, 8).every((a) => a.status === 200));
    const refused = answers.find((a) => a.status === 429);
    refusedWell(refused);
    assert.equal((await get('/chat.css', {'X-Forwarded-For': '203.0.113.2'})).status, 200);
    assert.equal((await get('/chat.css', {'X-Forwarded-For': '198.51.100.9, 203.0.113.1'})).status, 429);  // the first is made up
    await pause(1000 * Number(refused.headers.get('retry-after')));
    assert.equal((await get('/chat.css', from)).status, 200);
  });

  it('of an address: a whole /64 of IPv6 is one', async () => {
    const answers = await many(30, (i) => get('/chat.css', {'X-Forwarded-For': `2001:db8:1:2::${i.toString(16)}`}));
    assert.ok(answers.some((a) => a.status === 429));
    assert.equal((await get('/chat.css', {'X-Forwarded-For': '2001:db8:1:3::1'})).status, 200);
  });

  it('of an address: not for programs of this machine, and never for health', async () => {
    assert.ok((await many(40, () => get('/chat.css'))).every((a) => a.status === 200));
    const from = {'X-Forwarded-For': '203.0.113.3'};
    await many(20, () => get('/', from));
    for (const path of ['/healthz', '/readyz']) assert.ok((await many(40, () => get(path, from))).every((a) => a.status === 200), path);
  });

  it('of a person: says when to go on, keeps nothing, and a retry then is answered', async () => {
    const session = server.session();
    await session.begin();
    const answers = await many(20, (i) => session.say(`message ${i}`, `m-${i}`));
    const at = answers.findIndex((a) => a.status === 429);
    assert.ok(at >= 12, `12 at once, not ${at}`);
    refusedWell(answers[at]);
    assert.match(answers[at].json.error.message, /again/);
    const other = server.session();
    await other.begin();
    assert.equal((await other.say('hello')).status, 200);
    const {json} = await session.call('GET', '/v1/transcript');  // reading is not writing
    assert.equal(json.turns.length, 1 + answers.filter((a) => a.status === 200).length);
    await pause(1000 * Number(answers[at].headers.get('retry-after')));
    assert.equal((await session.say(`message ${at}`, `m-${at}`)).status, 200);
  });

  it('of a token: over all its people, and another token is another', async () => {
    const headers = {Authorization: 'Bearer chosen'};
    const answers = await many(30, (i) => server.rest(`t-${i}`, 'hello', '', headers));
    assert.ok(answers.slice(0, 6).every((a) => a.status === 200));
    refusedWell(answers.find((a) => a.status === 429));
  });

  it('of a sender: however many addresses they come from', async () => {
    const answers = [];
    for (let i = 0; i < 40; ++i) {
      let answer;
      do { answer = await server.rest('flooder', `m ${i}`, '', {Authorization: 'Bearer chosen', 'X-Forwarded-For': `203.0.113.${100 + i}`}); if (answer.status === 429 && !/faster/.test(answer.text)) await pause(340); } while (answer.status === 429 && !/faster/.test(answer.text));
      answers.push(answer);
      if (answer.status === 429) break;
    }
    refusedWell(answers.at(-1));
  });

  it('are counted for the operator', async () => {
    const made = spawnSync(binary, ['token', 'add', 'op', '--role', 'operator', '--data', server.data], {encoding: 'utf8'});
    await pause(1000);
    const {text} = await get('/metrics', {Authorization: `Bearer ${made.stdout.trim()}`});
    for (const why of ['address', 'person', 'token']) assert.match(text, new RegExp(`attune_refused_total\\{why="${why}"\\} [1-9]`));
  });
});

// One address floods, 200 others use the page.
describe('a flood from one address', () => {
  let server;
  before(async () => { server = await Running.start({args: ['--address-limit', '5']}); });
  after(async () => { await server.stop(); remove(server.data); });

  it('is refused, and the others are all answered', async () => {
    const ask = async (from) => { const began = performance.now(); const answer = await fetch(`${server.base}/chat.css`, {headers: {'X-Forwarded-For': from}}); await answer.arrayBuffer(); return {status: answer.status, ms: performance.now() - began}; };
    const began = performance.now();
    let flooding = true;
    const flood = [];
    const flooder = async () => { while (flooding) flood.push((await ask('203.0.113.66')).status); };
    const floods = Array.from({length: 16}, flooder);
    const others = [];
    for (let i = 0; i < 200; ++i) others.push(await ask(`198.18.7.${i}`));
    while (flood.length < 2000) await pause(20);
    flooding = false;
    await Promise.all(floods);
    const refused = flood.filter((status) => status === 429).length;
    const most = 20 + 5 * (performance.now() - began) / 1000 + 1;
    assert.ok(flood.length - refused <= most, `${flood.length - refused} let in, at most ${most}`);
    assert.ok(others.every((one) => one.status === 200));
    const sorted = others.map((one) => one.ms).sort((a, b) => a - b);
    console.log(`figure: flood of ${flood.length} from one address, ${refused} refused; 200 others all answered, p50 ${sorted[100].toFixed(1)} ms, p99 ${sorted[197].toFixed(1)} ms`);
  });
});

describe('limits at start', () => {
  it('are refused where they are none', () => {
    for (const args of [['--person-limit', '-1'], ['--token-limit', 'x'], ['--trusted-proxy', 'proxy.example.org']]) {
      const refused = spawnSync(binary, ['serve', '--listen', '127.0.0.1:0', '--data', folder(), ...args], {encoding: 'utf8', timeout: 60000});
      assert.equal(refused.status, 64, `${args}: ${refused.stderr}`);
    }
  });
});
