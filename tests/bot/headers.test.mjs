// The headers of every kind of reply: exactly these, no other, whatever went wrong.
import assert from 'node:assert/strict';
import {connect} from 'node:net';
import {after, before, describe, it} from 'node:test';
import {remove, Running} from './running.mjs';

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
const always = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
};

// One raw request; the head as pairs, once its blank line is there.
const ask = (port, raw, until = /\r\n\r\n/) => new Promise((done, fail) => {
  const socket = connect(port, '127.0.0.1', () => socket.write(raw));
  let text = '';
  const finish = () => {
    const [head] = text.split('\r\n\r\n');
    const [line, ...headers] = head.split('\r\n');
    done({status: Number(line.split(' ')[1]), headers: headers.map((one) => [one.slice(0, one.indexOf(':')).toLowerCase(), one.slice(one.indexOf(':') + 1).trim()])});
    socket.destroy();
  };
  socket.on('data', (bytes) => { text += bytes.toString('latin1'); if (until.test(text)) finish(); });
  socket.on('close', () => (text ? finish() : fail(new Error('no answer'))));
  socket.on('error', fail);
});

describe('every reply', () => {
  let server, cookie;
  const plain = (method, target, headers = '', body = '') => `${method} ${target} HTTP/1.1\r\nHost: localhost\r\n${headers}${body ? `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` : ''}\r\n${body}`;
  before(async () => {
    server = await Running.start({args: ['--address-limit', '2', '--token', 'chosen']});
    const session = server.session();
    await session.begin();
    cookie = session.cookie;
  });
  after(async () => { await server.stop(); remove(server.data); });

  const own = () => `Cookie: ${cookie}\r\n`;
  const typed = ['content-type', 'content-length'];
  // name, status, request, headers besides `always`, Cache-Control
  const kinds = [
    ['the page', 200, () => plain('GET', '/'), [...typed, 'etag'], 'no-cache'],
    ['a script of it', 200, () => plain('GET', '/chat.js'), [...typed, 'etag'], 'no-cache'],
    ['a HEAD', 200, () => plain('HEAD', '/'), [...typed, 'etag'], 'no-cache'],
    ['an answer', 200, () => plain('POST', '/webhooks/rest/webhook', 'Authorization: Bearer chosen\r\n', '{"sender":"a","message":"hello"}'), typed],
    ['a new session', 200, () => plain('POST', '/v1/conversation', '', '{}'), [...typed, 'set-cookie']],
    ['a transcript', 200, () => plain('GET', '/v1/transcript', own()), typed],
    ['an event stream', 200, () => plain('GET', '/v1/events', own()), ['content-type', 'x-accel-buffering']],
    ['health', 200, () => plain('GET', '/healthz'), typed],
    ['a good bye', 303, () => plain('GET', '/leave'), ['content-length', 'set-cookie', 'location', 'clear-site-data']],
    ['bad JSON', 400, () => plain('POST', '/v1/conversation', '', '{'), typed],
    ['no session', 401, () => plain('GET', '/v1/transcript'), typed],
    ['no token', 401, () => plain('GET', '/metrics'), typed],
    ['a wrong role', 403, () => plain('GET', '/metrics', 'Authorization: Bearer chosen\r\n'), typed],
    ['another site', 403, () => plain('POST', '/v1/messages', `${own()}Origin: https://evil.example\r\n`, '{}'), typed],
    ['nothing', 404, () => plain('GET', '/nothing'), typed],
    ['a media type', 415, () => plain('POST', '/v1/conversation', 'Content-Type: text/plain\r\nContent-Length: 1\r\n') + 'x', typed],
    ['a text too long', 422, () => plain('POST', '/v1/messages', own(), JSON.stringify({id: 'x', text: 'x'.repeat(4001)})), typed],
    ['an address too fast', 429, async () => { for (let i = 0; i < 10; ++i) await ask(server.port, plain('GET', '/', 'X-Forwarded-For: 203.0.113.5\r\n')); return plain('GET', '/', 'X-Forwarded-For: 203.0.113.5\r\n'); }, [...typed, 'retry-after']],
    ['no HTTP', 400, () => 'nonsense\r\n\r\n', typed],
    ['two lengths', 400, () => 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', typed],
    ['a body too large', 413, () => 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n', typed],
    ['a target too long', 414, () => `GET /${'x'.repeat(3000)} HTTP/1.1\r\nHost: a\r\n\r\n`, typed],
    ['headers too large', 431, () => `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(9000)}\r\n\r\n`, typed],
    ['an unknown method', 501, () => 'BREW / HTTP/1.1\r\nHost: a\r\n\r\n', typed],
    ['another HTTP', 505, () => 'GET / HTTP/2.0\r\nHost: a\r\n\r\n', typed],
    ['a page the browser has', 304, async () => {
      const {headers} = await ask(server.port, plain('GET', '/'));
      return plain('GET', '/', `If-None-Match: ${headers.find(([name]) => name === 'etag')[1]}\r\n`);
    }, ['etag'], 'no-cache'],
    ['forgetting', 204, () => plain('DELETE', '/v1/me', own()), ['set-cookie']],
  ];

  for (const [name, status, request, more, cache = 'no-store'] of kinds) {
    it(`${status}, ${name}: has exactly its headers`, async () => {
      const answer = await ask(server.port, await request());
      assert.equal(answer.status, status);
      const names = answer.headers.map(([one]) => one);
      assert.equal(new Set(names).size, names.length, `one of each: ${names}`);
      const wanted = [...Object.keys(always), 'cache-control', 'date', ...more];
      assert.deepEqual(names.filter((one) => one !== 'connection').sort(), wanted.sort());
      const of = Object.fromEntries(answer.headers);
      for (const [one, value] of Object.entries(always)) assert.equal(of[one], value);
      assert.equal(of['cache-control'], cache);
    });
  }
});

describe('over TLS, as a trusted proxy says', () => {
  let server;
  const raw = (target, proto, method = 'GET', body = '') => `${method} ${target} HTTP/1.1\r\nHost: chat.example.org\r\nX-Forwarded-For: 203.0.113.7\r\n${proto ? `X-Forwarded-Proto: ${proto}\r\n` : ''}${body ? `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n` : ''}\r\n${body}`;
  const hsts = ({headers}) => headers.find(([name]) => name === 'strict-transport-security')?.[1];
  const cookie = ({headers}) => headers.find(([name]) => name === 'set-cookie')?.[1];
  const targets = ['/', '/chat.js', '/v1/transcript', '/nothing', '/metrics', '/leave'];

  it('every reply asks the browser to stay with TLS, and the cookie can be set by no other host', async () => {
    server = await Running.start();
    for (const target of targets) assert.equal(hsts(await ask(server.port, raw(target, 'https'))), 'max-age=31536000', target);
    for (const target of targets) assert.equal(hsts(await ask(server.port, raw(target, 'http'))), undefined, target);
    for (const target of targets) assert.equal(hsts(await ask(server.port, raw(target, ''))), undefined, target);
    await ask(server.port, raw('/', 'https'));
    for (const broken of ['nonsense\r\n\r\n', `GET / HTTP/1.1\r\nX-Forwarded-Proto: https\r\nHost: a\r\nHost: b\r\n\r\n`]) assert.equal(hsts(await ask(server.port, broken)), 'max-age=31536000');
    const begun = await ask(server.port, raw('/v1/conversation', 'https', 'POST', '{}'));
    assert.match(cookie(begun), /^__Host-attune=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+; Secure$/);
    const value = cookie(begun).match(/=([0-9a-f]{64});/)[1];
    const read = (name, proto) => ask(server.port, raw('/v1/transcript', proto).replace('\r\n\r\n', `\r\nCookie: ${name}=${value}\r\n\r\n`));
    assert.equal((await read('__Host-attune', 'https')).status, 200);
    assert.equal((await read('attune', 'https')).status, 401);  // a neighbour's host could have set it
    assert.match(cookie(await ask(server.port, raw('/leave', 'https'))), /^__Host-attune=; .*Max-Age=0; Secure$/);
    assert.match(cookie(await ask(server.port, raw('/v1/conversation', 'http', 'POST', '{}'))), /^attune=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
    await server.stop();
    remove(server.data);
  });

  it('nobody else is believed', async () => {
    server = await Running.start({args: ['--trusted-proxy', '192.0.2.1']});
    for (const target of targets) assert.equal(hsts(await ask(server.port, raw(target, 'https'))), undefined);
    assert.match(cookie(await ask(server.port, raw('/v1/conversation', 'https', 'POST', '{}'))), /^attune=/);
    await server.stop();
    remove(server.data);
  });
});
