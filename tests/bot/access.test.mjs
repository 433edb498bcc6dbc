// Who may do what: every route × everybody who may ask, from the server's own table (`attune routes
// --json`), and what each may not reach of others. A route without an expectation here fails.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {readFileSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, describe, it} from 'node:test';
import {binary, folder, remove, Running} from './running.mjs';

const attune = (...args) => spawnSync(binary, args, {encoding: 'utf8', timeout: 60000});
const routes = JSON.parse(attune('routes', '--json').stdout);
const roles = ['integrator', 'author', 'reviewer', 'publisher', 'operator', 'counselor'];
const give = (data, name, role, ...more) => {
  const made = attune('token', 'add', name, '--role', role, '--data', data, ...more);
  assert.equal(made.status, 0, made.stderr);
  return made.stdout.trim();
};
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

let last = 0;
const address = () => `198.18.${last >> 8 & 255}.${last++ & 255}`;  // each of its own, so that no limit is met

// What each route answers to whom it is for. `who` stands here again: a change of the table must be meant.
const expectations = {
  'POST /webhooks/rest/webhook': {who: 'integrator', ok: 200, body: () => ({sender: `matrix-${last++}`, message: 'hello'})},
  'GET /webhooks/rest/': {who: 'integrator', ok: 200},
  'POST /v1/conversation': {who: 'anyone', ok: 200, body: () => ({})},
  'POST /v1/messages': {who: 'session', ok: 200, body: () => ({id: `m-${last++}`, text: 'hello'})},
  'GET /v1/transcript': {who: 'session', ok: 200},
  'GET /v1/charts/{picture}': {who: 'session', ok: 404, path: async () => '/v1/charts/1-0.svg'},
  'GET /webhooks/rest/charts/{picture}': {who: 'integrator', ok: 404, path: async () => '/webhooks/rest/charts/1-0.png?sender=a'},
  'GET /v1/events': {who: 'session', ok: 200},
  'DELETE /v1/me': {who: 'session', ok: 204},
  'GET /leave': {who: 'anyone', ok: 303},
  'GET /': {who: 'anyone', ok: 200},
  'GET /chat.css': {who: 'anyone', ok: 200},
  'GET /icon.svg': {who: 'anyone', ok: 200},
  'GET /chat.js': {who: 'anyone', ok: 200},
  'GET /api.js': {who: 'anyone', ok: 200},
  'GET /log.js': {who: 'anyone', ok: 200},
  'GET /exit.js': {who: 'anyone', ok: 200},
  'GET /openapi.json': {who: 'anyone', ok: 200},
  'GET /healthz': {who: 'anyone', ok: 200},
  'GET /readyz': {who: 'anyone', ok: 200},
  'GET /metrics': {who: 'operator', ok: 200},
  'GET /v1/audit': {who: 'operator', ok: 200},
  'GET /v1/channels': {who: 'operator', ok: 200},
  'GET /v1/outbox': {who: 'operator', ok: 200},
  'GET /v1/outbox/{letter}': {who: 'operator', ok: 404, path: () => '/v1/outbox/none.1.0'},
  'POST /v1/outbox/{letter}': {who: 'operator', ok: 404, path: () => '/v1/outbox/none.1.0', body: () => ({})},
  'DELETE /v1/outbox/{letter}': {who: 'operator', ok: 404, path: () => '/v1/outbox/none.1.0'},
  'GET /v1/inbox': {who: 'counselor', ok: 200},
  'GET /v1/inbox/{hand_off}': {who: 'counselor', ok: 404, path: () => '/v1/inbox/none.1'},
  ...Object.fromEntries(['take', 'write', 'give-back', 'close'].map((act) => [`POST /v1/inbox/${act}`, {who: 'counselor', ok: 404, body: () => ({hand_off: 'none.1', id: 'a', text: 'words'})}])),
  'GET /v1/editions': {who: 'publisher', ok: 200},
  'POST /v1/editions': {who: 'publisher', ok: 400, body: () => ({from: 'nothing'})},
  'GET /v1/editions/prepared': {who: 'publisher', ok: 404},
  'POST /v1/editions/live': {who: 'publisher', ok: 404, body: () => ({hash: 'a', previous: 'b'})},
  // Off until configured; tests/counterparts tries them as the platforms do.
  ...Object.fromEntries(['callback', 'telegram', 'slack', 'twilio', 'whatsapp', 'messenger', 'instagram'].map((channel) => [`POST /webhooks/${channel}/{account}`, {who: 'anyone', ok: 404, body: () => ({})}])),
  ...Object.fromEntries(['whatsapp', 'messenger', 'instagram'].map((channel) => [`GET /webhooks/${channel}/{account}`, {who: 'anyone', ok: 404}])),
  'POST /v3/directline/{rest}': {who: 'anyone', ok: 404, body: () => ({})},
  'GET /v3/directline/{rest}': {who: 'anyone', ok: 404},
  'OPTIONS /v3/directline/{rest}': {who: 'anyone', ok: 204},
  'GET /v1/people/{person}': {who: 'operator', ok: 200, path: async (world) => `/v1/people/rest:default:${await world.somebody()}`},
  'GET /v1/why/{conversation}': {who: 'operator', ok: 200, path: async (world) => `/v1/why/rest:default:${await world.somebody()}?turn=1`},
  'DELETE /v1/people/{person}': {who: 'operator', ok: 204, path: async (world) => `/v1/people/rest:default:${await world.somebody()}`},
};
const named = (route) => `${route.method} ${route.path}`;

class World {
  async start() {
    this.data = folder();
    this.tokens = Object.fromEntries(roles.map((role) => [role, give(this.data, `a-${role}`, role)]));
    this.tokens.revoked = give(this.data, 'gone', 'operator');
    attune('token', 'revoke', 'gone', '--data', this.data);
    this.tokens.unknown = `attune_${'0123456789abcdef'.repeat(4)}`;
    this.tokens.garbage = 'x';
    this.server = await Running.start({data: this.data, args: ['--token', 'chosen-by-hand']});
  }
  async stop() { await this.server.stop(); remove(this.data); }
  async session() {
    const session = this.server.session();
    const begun = await session.call('POST', '/v1/conversation', {}, {'X-Forwarded-For': address()});
    assert.equal(begun.status, 200);
    return session.cookie;
  }
  async somebody() {
    const sender = `matrix-${last++}`;
    const answer = await this.server.rest(sender, 'hello', '', {Authorization: `Bearer ${this.tokens.integrator}`});
    assert.equal(answer.status, 200);
    return sender;
  }
  async ask(method, path, {headers = {}, body} = {}) {
    const stop = new AbortController();
    const answer = await fetch(this.server.base + path, {
      method, redirect: 'manual', signal: stop.signal, body: body && JSON.stringify(body),
      headers: {'X-Forwarded-For': address(), ...(body ? {'Content-Type': 'application/json'} : {}), ...headers},
    });
    if (/event-stream/.test(answer.headers.get('content-type') ?? '')) {
      stop.abort();
      return {status: answer.status, headers: answer.headers, text: ''};
    }
    return {status: answer.status, headers: answer.headers, text: await answer.text()};
  }
}

describe('every route × everybody', () => {
  const world = new World();
  before(() => world.start());
  after(() => world.stop());

  it('is expected here, and nothing else is', () => {
    assert.deepEqual(routes.map(named).sort(), Object.keys(expectations).sort());
    for (const route of routes) assert.equal(route.who, expectations[named(route)].who, named(route));
  });

  // 401: I do not know you. 403: I do, and you may not.
  const expected = (route, caller) => {
    const {who, ok} = expectations[named(route)];
    if (who === 'anyone') return ok;
    if (who === 'session') return caller === 'session' ? ok : 401;
    if (caller === who) return ok;
    return roles.includes(caller) ? 403 : 401;
  };
  const callers = ['nobody', 'session', ...roles, 'revoked', 'unknown', 'garbage'];

  for (const route of routes) {
    it(`${named(route)} is for ${route.who}`, async () => {
      const {path, body} = expectations[named(route)] ?? {};
      for (const caller of callers) {
        const headers = {};
        if (caller === 'session') headers.Cookie = await world.session();
        else if (caller !== 'nobody') headers.Authorization = `Bearer ${world.tokens[caller]}`;
        const at = path ? await path(world) : route.path;
        const answer = await world.ask(route.method, at, {headers, body: body?.()});
        assert.equal(answer.status, expected(route, caller), `${named(route)} asked by ${caller}: ${answer.text}`);
        if (route.method === 'GET' && route.path !== '/v1/events') {
          const head = await world.ask('HEAD', at, {headers});
          assert.equal(head.status, answer.status, `HEAD ${at} asked by ${caller}`);
          assert.equal(head.text, '');
        }
      }
    });
  }

  it('a token counts only as a bearer token', async () => {
    const token = world.tokens.operator;
    for (const headers of [{Authorization: token}, {Authorization: `Basic ${token}`}, {Authorization: `bearer${token}`}, {Cookie: `attune=${token}`}, {Cookie: `token=${token}`}, {'X-Api-Key': token}]) {
      assert.equal((await world.ask('GET', '/v1/audit', {headers})).status, 401, JSON.stringify(headers));
    }
    assert.equal((await world.ask('GET', `/v1/audit?token=${token}`)).status, 401);
  });

  it('the token of --token is an integrator\'s and no more', async () => {
    const headers = {Authorization: 'Bearer chosen-by-hand'};
    assert.equal((await world.ask('POST', '/webhooks/rest/webhook', {headers, body: {sender: 'c', message: 'hello'}})).status, 200);
    for (const path of ['/metrics', '/v1/audit']) assert.equal((await world.ask('GET', path, {headers})).status, 403);
  });

  it('refuses every change that another site asks for', async () => {
    const cookie = await world.session();
    const changing = routes.filter((route) => route.changes);
    assert.ok(changing.length >= 6);
    // Direct Line is for pages of other sites; it knows no cookie, so none of theirs can be used.
    assert.ok(routes.every((route) => route.changes || ['GET', 'OPTIONS'].includes(route.method) || route.path === '/v3/directline/{rest}'), 'POST and DELETE change something');
    for (const route of changing) {
      const {path, body} = expectations[named(route)];
      const at = route.path.includes('{person}') ? '/v1/people/rest:default:nobody' : path ? path() : route.path;
      const mine = {Cookie: cookie, ...(roles.includes(route.who) ? {Authorization: `Bearer ${world.tokens[route.who]}`} : {})};
      for (const foreign of [
        {Origin: 'https://evil.example'}, {Origin: 'null'}, {Origin: world.server.base.replace(/:\d+$/, ':1')}, {Origin: `https://x.${new URL(world.server.base).host}`},
        {'Sec-Fetch-Site': 'cross-site'}, {'Sec-Fetch-Site': 'same-site'}, {'Sec-Fetch-Site': 'cross-site', Origin: world.server.base},
        {'Sec-Fetch-Site': 'cross-site', 'Content-Type': 'application/x-www-form-urlencoded'}, {'Sec-Fetch-Site': 'cross-site', 'Content-Type': 'text/plain'},
      ]) {
        const answer = await world.ask(route.method, at, {headers: {...mine, ...foreign}, body: body?.()});
        assert.equal(answer.status, 403, `${named(route)} with ${JSON.stringify(foreign)}`);
        assert.equal(answer.headers.get('set-cookie'), null);
      }
    }
    const still = await world.ask('GET', '/v1/transcript', {headers: {Cookie: cookie}});
    assert.equal(JSON.parse(still.text).turns.length, 1);  // nothing came through
  });

  it('a session reaches its own conversation and nobody else\'s', async () => {
    const [mine, theirs] = [await world.session(), await world.session()];
    const say = (cookie, text) => world.ask('POST', '/v1/messages', {headers: {Cookie: cookie}, body: {id: text, text}});
    await say(mine, 'mine-canary');
    const read = async (cookie) => (await world.ask('GET', '/v1/transcript', {headers: {Cookie: cookie}})).text;
    assert.match(await read(mine), /mine-canary/);
    assert.doesNotMatch(await read(theirs), /mine-canary/);
    assert.equal((await say(theirs, 'mine-canary')).status, 200);  // the same id is another event there
    await world.ask('DELETE', '/v1/me', {headers: {Cookie: theirs}});
    assert.match(await read(mine), /mine-canary/);
    assert.equal((await world.ask('GET', '/v1/transcript', {headers: {Cookie: theirs}})).status, 401);
    const bearer = {Authorization: `Bearer ${mine.split('=')[1]}`};
    assert.match((await world.ask('GET', '/v1/transcript', {headers: bearer})).text, /mine-canary/);
    for (const path of ['/v1/audit', '/metrics']) assert.equal((await world.ask('GET', path, {headers: bearer})).status, 401);
  });

  it('one space\'s senders and event ids are not another\'s', async () => {
    const other = {Authorization: `Bearer ${give(world.data, 'elsewhere', 'integrator', '--space', 'elsewhere')}`};
    const operator = {Authorization: `Bearer ${give(world.data, 'keeper', 'operator', '--space', 'elsewhere')}`};
    const mine = {Authorization: `Bearer ${world.tokens.integrator}`};
    await pause(1050);
    const send = (headers, message, key) => world.server.rest('shared', message, key, headers);
    const first = await send(mine, 'hello', 'k-1');
    await send(mine, 'menu', 'k-2');
    const theirs = await send(other, 'hello', 'k-2');
    assert.equal(theirs.status, 200);
    assert.equal(theirs.text, first.text, 'somebody new is welcomed');
    assert.equal((await world.ask('DELETE', '/v1/people/rest:default:only-here', {headers: operator})).status, 404);
    await world.server.rest('only-here', 'hello', '', mine);
    const ours = {Authorization: `Bearer ${world.tokens.operator}`};
    const {person, conversations} = JSON.parse((await world.ask('GET', '/v1/people/rest:default:only-here', {headers: ours})).text);
    for (const name of ['rest:default:only-here', person, conversations[0].id]) {
      for (const method of ['GET', 'DELETE']) assert.equal((await world.ask(method, `/v1/people/${name}`, {headers: operator})).status, 404, `${method} ${name}`);
      assert.equal((await world.ask('GET', `/v1/people/${name}`, {headers: ours})).status, 200, name);
    }
    assert.equal((await world.ask('GET', '/v1/people/nonsense', {headers: ours})).status, 400);
    assert.equal((await world.ask('DELETE', '/v1/people/rest:default:only-here', {headers: operator})).status, 404);
    assert.equal((await world.ask('DELETE', '/v1/people/rest:default:only-here', {headers: {Authorization: `Bearer ${world.tokens.operator}`}})).status, 204);
  });

  it('what is no route is nothing, by any method', async () => {
    for (const path of ['/v1', '/v1/', '/v1/people', '/v1/people/', '/v1/Audit', '/metrics/', '//metrics', '/admin', '/.git/config', '/running']) {
      for (const method of ['GET', 'POST', 'DELETE', 'PUT', 'PATCH', 'OPTIONS']) {
        const answer = await world.ask(method, path, {headers: {Authorization: `Bearer ${world.tokens.operator}`}, body: method === 'POST' ? {} : undefined});
        assert.equal(answer.status, 404, `${method} ${path}`);
      }
    }
    for (const route of routes) {
      const at = route.path.replace('{person}', 'rest:default:x');
      for (const method of ['PUT', 'PATCH', 'OPTIONS'].filter((one) => !routes.some((other) => other.method === one && other.path === route.path))) {
        assert.equal((await world.ask(method, at, {headers: {Authorization: `Bearer ${world.tokens.operator}`}})).status, 404, `${method} ${at}`);
      }
    }
  });
});

describe('tokens while the server runs', () => {
  let server, first, data;
  before(async () => { data = folder(); first = give(data, 'first', 'integrator'); server = await Running.start({data}); });
  after(async () => { await server.stop(); remove(data); });
  const hello = async (token, from = address()) => (await server.rest('ada', 'hello', '', {Authorization: `Bearer ${token}`, 'X-Forwarded-For': from})).status;

  it('are known within a second of being made, and no more within a second of being revoked', async () => {
    const fresh = give(data, 'fresh', 'integrator');
    await pause(1000);
    assert.equal(await hello(fresh), 200);
    assert.equal(attune('token', 'revoke', 'fresh', '--data', data).status, 0);
    await pause(1000);
    assert.equal(await hello(fresh), 401);
    assert.equal(await hello(first), 200);
  });

  it('end when they expire', async () => {
    assert.equal(attune('token', 'add', 'brief', '--role', 'integrator', '--expires', 'soon', '--data', data).status, 64);
    const made = attune('token', 'add', 'brief', '--role', 'integrator', '--expires', '30 days', '--data', data);
    assert.equal(made.status, 0);
    assert.match(attune('token', 'list', '--data', data).stdout, /brief +integrator .* until 20\d\d-/);
  });

  it('are listed without themselves, with the day of their last use', async () => {
    await hello(first);
    const list = attune('token', 'list', '--data', data).stdout;
    assert.match(list, new RegExp(`first +integrator +default +\\S+ +${new Date().toISOString().slice(0, 10)} +usable`));
    assert.doesNotMatch(list, /attune_/);
  });

  it('are refused for a wrong role, a taken name, a name that could forge a line', () => {
    for (const [name, role] of [['x', 'king'], ['first', 'author'], ['a\nb', 'author'], ['A', 'author'], ['', 'author'], ['x'.repeat(41), 'author']]) {
      assert.equal(attune('token', 'add', name, '--role', role, '--data', data).status, 64, JSON.stringify(name));
    }
    assert.equal(attune('token', 'revoke', 'nobody', '--data', data).status, 66);
    assert.equal(attune('token', 'list', '--data', join(data, 'nowhere')).status, 66);
  });

  it('the last one revoked does not open the webhook again', async () => {
    for (const name of ['first', 'brief']) attune('token', 'revoke', name, '--data', data);
    await pause(1000);
    assert.equal(await hello(first), 401);
    assert.equal((await server.rest('ada', 'hello')).status, 401);
  });
});

describe('without any token', () => {
  let server;
  before(async () => { server = await Running.start(); });
  after(async () => { await server.stop(); remove(server.data); });

  it('the webhook is open to programs of this machine only', async () => {
    assert.equal((await server.rest('ada', 'hello')).status, 200);
    assert.equal((await server.rest('ada', 'hello', '', {'X-Forwarded-For': '203.0.113.9'})).status, 401);
    assert.equal((await server.rest('ada', 'hello', '', {'X-Forwarded-For': '127.0.0.1'})).status, 401);
    assert.equal((await server.rest('ada', 'hello', '', {'Sec-Fetch-Site': 'cross-site'})).status, 403);
    const {request} = await import('node:http');
    const asked = (Host) => new Promise((done) => request({port: server.port, path: '/metrics', headers: {Host}}, (answer) => { answer.resume(); done(answer.statusCode); }).end());
    assert.equal(await asked('rebound.example.org'), 401);  // a page whose name was bent to 127.0.0.1
    assert.equal(await asked('127.0.0.1.example.org'), 401);
    assert.equal(await asked(`localhost:${server.port}`), 200);
    assert.equal(await asked(`[::1]:${server.port}`), 200);
  });

  it('nobody is an operator', async () => {
    for (const [method, path] of [['GET', '/v1/audit'], ['DELETE', '/v1/people/rest:default:ada']]) {
      assert.equal((await fetch(server.base + path, {method})).status, 401);
    }
  });
});

describe('DATA/running and the audit', () => {
  let server, data;
  before(() => { data = folder(); });
  after(async () => { await server.stop(); remove(data); });

  it('leads the command line to the server, and every deed leaves its row', async () => {
    server = await Running.start({data});
    assert.equal(statSync(join(data, 'running')).mode & 0o777, 0o600);
    const running = JSON.parse(readFileSync(join(data, 'running'), 'utf8'));
    assert.equal(running.port, server.port);
    const own = {Authorization: `Bearer ${running.token}`};
    const ask = async (method, path, headers = own) => { const answer = await fetch(server.base + path, {method, headers}); return {status: answer.status, text: await answer.text()}; };
    assert.equal((await ask('GET', '/v1/audit')).status, 200);

    const rows = (...args) => attune('audit', '--data', data, ...args).stdout.trim().split('\n').filter(Boolean);
    assert.match(rows('--what', 'start').at(0), /start +server +done {2}[0-9a-f]{64}$/);
    const mine = give(data, 'shop', 'integrator');
    assert.match(rows().at(0), /token_add +command line +integrator {2}shop$/);
    attune('token', 'revoke', 'shop', '--data', data);
    assert.match(rows().at(0), /token_revoke +command line +done {2}shop$/);
    await pause(1000);

    const session = server.session();
    await session.begin();
    assert.equal((await session.call('DELETE', '/v1/me')).status, 204);
    const eventually = async (pattern, ...args) => {
      for (let i = 0; i < 200 && !rows(...args).some((row) => pattern.test(row)); ++i) await pause(50);
      assert.ok(rows(...args).some((row) => pattern.test(row)), `${pattern} in\n${rows(...args).join('\n')}`);
    };
    await eventually(/forget +the person +done {2}[0-9a-f]{16}$/, '--what', 'forget');
    const shop = give(data, 'shop-2', 'integrator');
    await pause(1000);
    await server.rest('sender-canary', 'hello', '', {Authorization: `Bearer ${shop}`});
    assert.equal((await ask('DELETE', '/v1/people/rest:default:sender-canary')).status, 204);
    await eventually(/forget +command line +done {2}[0-9a-f]{16}$/, '--what', 'forget');
    const forgets = rows('--what', 'forget').length;
    for (const said of ['hello', 'delete my data', 'Yes, delete it']) await server.rest('leaver', said, '', {Authorization: `Bearer ${shop}`});
    for (let i = 0; i < 200 && rows('--what', 'forget').length === forgets; ++i) await pause(50);
    assert.match(rows('--what', 'forget').at(0), /forget +the person +done {2}[0-9a-f]{16}$/);
    assert.equal(rows('--what', 'forget').length, forgets + 1);
    await server.rest('kept', 'hello', '', {Authorization: `Bearer ${shop}`});
    assert.equal(attune('export', 'rest:default:kept', '--data', data).status, 0);
    assert.match(rows().at(0), /export +command line +done {2}[0-9a-f]{16}$/);
    assert.equal((await ask('GET', '/v1/people/rest:default:kept')).status, 200);
    assert.equal(rows('--what', 'export').length, 2);
    const led = attune('forget', 'rest:default:kept', '--data', data);  // by the running server
    assert.equal(led.status, 0, led.stderr);
    assert.equal(attune('forget', 'rest:default:kept', '--data', data).status, 66);
    assert.equal((await ask('GET', '/v1/people/rest:default:kept')).status, 404);
    server.child.kill('SIGHUP');
    await eventually(/reload +signal +done {2}[0-9a-f]{64}$/, '--what', 'reload');
    for (let i = 0; i < 3; ++i) await ask('GET', '/v1/audit', {Authorization: `Bearer wrong-token-canary-${i}`});
    await server.stop();
    const refused = rows('--what', 'refused_logins');
    assert.equal(refused.reduce((sum, row) => sum + Number(row.match(/ (\d+) times$/)[1]), 0), 3);
    for (const secret of [mine, shop, running.token, 'canary']) assert.ok(!rows().join('\n').includes(secret.replace('attune_', '')));
    assert.equal(rows('--since', '1h').length, rows().length);
    assert.equal(rows('--limit', '2').length, 2);
    assert.throws(() => statSync(join(data, 'running')));

    server = await Running.start({data});
    const first = JSON.parse(readFileSync(join(data, 'running'), 'utf8'));
    await server.stop('SIGKILL');
    assert.equal(JSON.parse(readFileSync(join(data, 'running'), 'utf8')).token, first.token);  // stale
    server = await Running.start({data});
    assert.notEqual(JSON.parse(readFileSync(join(data, 'running'), 'utf8')).token, first.token);
    assert.equal((await ask('GET', '/v1/audit', {Authorization: `Bearer ${first.token}`})).status, 401);
  });
});

describe('guessing tokens', () => {
  let server, data, good;
  before(async () => {
    data = folder();
    good = give(data, 'shop', 'integrator');
    attune('token', 'revoke', 'gone', '--data', data);
    server = await Running.start({data, args: ['--token', 'chosen-by-hand']});
  });
  after(async () => { await server.stop(); remove(data); });
  const from = (place, token) => server.rest('ada', 'hello', '', {Authorization: `Bearer ${token}`, 'X-Forwarded-For': place});

  it('five tries, then a delay that grows, for that address only', async () => {
    const place = address(), answers = [];
    for (let i = 0; i < 8; ++i) answers.push(await from(place, `guess-${i}`));
    assert.deepEqual(answers.map((a) => a.status), [401, 401, 401, 401, 401, 429, 429, 429]);
    assert.equal(answers.at(-1).headers.get('retry-after'), '1');
    assert.equal(JSON.parse(answers.at(-1).text).error.code, 'too_many_requests');
    assert.equal((await from(place, 'chosen-by-hand')).status, 429);  // not even looked at
    assert.equal((await from(place, good)).status, 200);              // 256 random bits: no guess
    assert.equal((await from(address(), 'chosen-by-hand')).status, 200);
    await pause(1000);
    assert.equal((await from(place, 'guess-9')).status, 401);
    assert.equal((await from(place, 'guess-10')).headers.get('retry-after'), '2');
  });

  it('no answer tells a token that was from one that never was', async () => {
    const gone = give(data, 'gone', 'integrator');
    attune('token', 'revoke', 'gone', '--data', data);
    await pause(1000);
    const told = [];
    for (const token of [gone, `attune_${'0'.repeat(64)}`, 'x', 'chosen-by-hane']) {
      const answer = await from(address(), token);
      told.push(`${answer.status} ${answer.text.replace(/"id":"\w+"/, '')}`);
    }
    assert.equal(new Set(told).size, 1, told.join('\n'));
  });

  it('a thousand guesses from a thousand places open nothing', async () => {
    const guesses = await Promise.all(Array.from({length: 1000}, (_, i) => from(address(), `attune_${i.toString(16).padStart(64, '0')}`)));
    assert.ok(guesses.every((one) => one.status === 401));
  });
});
