// Nobody writes our headers (10,000 tries), and nobody reads a file that is not part of the page.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {cpSync, symlinkSync, writeFileSync} from 'node:fs';
import {connect} from 'node:net';
import {join} from 'node:path';
import {after, before, describe, it} from 'node:test';
import {binary, folder, remove, root, Running} from './running.mjs';

const known = new Set(['cache-control', 'content-security-policy', 'content-type', 'cross-origin-opener-policy', 'cross-origin-resource-policy', 'permissions-policy', 'referrer-policy', 'x-content-type-options', 'content-length', 'date', 'connection', 'set-cookie', 'etag', 'location', 'clear-site-data', 'retry-after']);

// Sends requests one after the other on one connection and reads each reply by its length. A connection
// that the server closes is opened again.
class Line {
  constructor(port) { this.port = port; }
  async open() {
    this.buffer = Buffer.alloc(0);
    this.closed = false;
    const socket = connect(this.port, '127.0.0.1');
    this.socket = socket;
    socket.setNoDelay();
    socket.on('data', (bytes) => { if (this.socket === socket) { this.buffer = Buffer.concat([this.buffer, bytes]); this.wake?.(); } });
    socket.on('close', () => { if (this.socket === socket) { this.closed = true; this.wake?.(); } });
    socket.on('error', () => {});
    await new Promise((done) => socket.on('connect', done));
  }
  async ask(raw) {
    if (!this.socket || this.closed) await this.open();
    this.socket.write(raw);
    for (;;) {
      const end = this.buffer.indexOf('\r\n\r\n');
      if (end >= 0) {
        const head = this.buffer.subarray(0, end).toString('latin1');
        const length = Number(head.match(/\r\ncontent-length: (\d+)/i)?.[1] ?? 0);
        if (this.buffer.length >= end + 4 + length) {
          const body = this.buffer.subarray(end + 4, end + 4 + length).toString('latin1');
          this.buffer = this.buffer.subarray(end + 4 + length);
          assert.equal(this.buffer.length, 0, `more than one reply to one request:\n${this.buffer.toString('latin1').slice(0, 300)}`);
          const close = /\r\nconnection: close/i.test(head);
          if (close) { this.socket.destroy(); this.closed = true; }
          return {status: Number(head.slice(9, 12)), head, body};
        }
      }
      if (this.closed) return undefined;
      await new Promise((done) => { this.wake = done; });
      this.wake = undefined;
    }
  }
  end() { this.socket?.destroy(); }
}

describe('replies', () => {
  let server, cookie;
  before(async () => {
    server = await Running.start({args: ['--person-limit', '0']});
    const session = server.session();
    await session.begin();
    cookie = session.cookie;
  });
  after(async () => { await server.stop(); remove(server.data); });

  it('hold no header that a stranger wrote, in 10,000 tries', async () => {
    const cuts = ['\r\n', '\n', '\r', '%0d%0a', '%0D%0A', '%0a', '%0d', '%250d%250a', '\\r\\n', '\u010d\u010a', '%c4%8d%c4%8a', '\r\n ', '\0', '%e5%98%8a%e5%98%8d', '\r\n\r\n'];
    const adds = ['X-Injected: yes', 'Set-Cookie: attune=stolen', 'Location: https://evil.example/', 'Content-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\nX-Injected: yes', 'HTTP/1.1 200 OK'];
    const http = (method, target, headers = '', body) => `${method} ${target} HTTP/1.1\r\nHost: localhost\r\n${headers}${body === undefined ? '' : `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`}\r\n${body ?? ''}`;
    const url = (text) => [...Buffer.from(text)].map((byte) => (byte > 0x20 && byte < 0x7f && !'#"<>\\'.includes(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0')}`)).join('');
    const own = `Cookie: ${cookie}\r\n`;
    let id = 0;
    const places = [
      (x) => http('GET', `/${url(x)}`),
      (x) => http('GET', `/leave?to=${url(x)}`),
      (x) => http('GET', `/leave/${url(x)}`),
      (x) => http('GET', `/v1/transcript?after=${url(x)}`, own),
      (x) => http('GET', '/v1/transcript', `${own}Last-Event-ID: ${x.replace(/[\r\n\0]/g, '%0d%0a')}\r\n`),
      (x) => http('GET', '/', `If-None-Match: ${x.replace(/[\r\n\0]/g, '%0d%0a')}\r\n`),
      (x) => http('POST', '/webhooks/rest/webhook', '', JSON.stringify({sender: x.slice(0, 190)})),
      (x) => http('POST', '/webhooks/rest/webhook', `Idempotency-Key: ${x.replace(/[\r\n\0]/g, '%0d%0a')}\r\n`, JSON.stringify({sender: x.slice(0, 190), message: x})),
      (x) => http('POST', '/v1/messages', own, JSON.stringify({id: `${id++}${x.slice(0, 150)}`, text: x})),
      (x) => http('POST', '/v1/messages', own, JSON.stringify({id: `${id++}`, choice: x})),
      (x) => http('POST', '/v1/conversation', `Cookie: attune=${x.replace(/[\r\n\0]/g, '%0d%0a')}\r\n`, '{}'),
      (x) => http('GET', '/healthz', `X-Forwarded-Proto: https${x.replace(/[\r\n\0]/g, '%0d%0a')}\r\nX-Forwarded-For: ${x.replace(/[\r\n\0]/g, '%0d%0a')}\r\n`),
      (x) => http('GET', '/healthz', `Origin: ${x.replace(/[\r\n\0]/g, '%0d%0a')}\r\n`),
    ];
    const cases = [];
    for (let n = 0; cases.length < 10_000; ++n) {
      const text = `${'ab'.repeat(n % 7)}${cuts[n % cuts.length]}${adds[Math.floor(n / cuts.length) % adds.length]}`;
      cases.push(places[Math.floor(n / 3) % places.length](text));
    }
    const statuses = {};
    const work = async () => {
      const line = new Line(server.port);
      for (let one = cases.pop(); one !== undefined; one = cases.pop()) {
        const answer = await line.ask(one);
        assert.ok(answer, `no answer to ${JSON.stringify(one)}`);
        statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
        const [status, ...headers] = answer.head.split('\r\n');
        assert.match(status, /^HTTP\/1\.1 \d{3} [A-Za-z ]+$/);
        for (const header of headers) {
          assert.ok(known.has(header.slice(0, header.indexOf(':')).toLowerCase()), `${header} after ${JSON.stringify(one)}`);
          assert.doesNotMatch(header, /[\r\n]|injected|stolen|evil\.example/i);
        }
      }
      line.end();
    };
    await Promise.all(Array.from({length: 8}, work));
    assert.ok(statuses[200] > 1000 && statuses[404] > 1000, JSON.stringify(statuses));
    console.log(`figure: 10,000 header injections, 0 through; answers by status ${JSON.stringify(statuses)}`);
  });

  it('are never a file outside the page', async () => {
    const dots = ['..', '%2e%2e', '%2E.', '.%2e', '%252e%252e', '..%2f', '%2e%2e%2f', '..%5c', '..%c0%af', '%c0%ae%c0%ae', '..;', '....//', '.../', '%uff0e%uff0e'];
    const targets = ['etc/passwd', 'etc%2fpasswd', 'proc/self/environ', 'proc/self/maps', 'attune.db', 'access.db', 'seal.key', 'keys.db', 'running', 'dialogs/library/help/welcome.talk', 'bot/main.cc', '.git/config'];
    const starts = ['/', '/chat.js/', '/v1/', '/webhooks/rest/', '/static/', '/dialogs/', '//', '/./'];
    const paths = [];
    for (const start of starts) for (const dot of dots) for (const target of targets) for (const depth of [1, 3, 8]) paths.push(start + `${dot}/`.repeat(depth) + target);
    for (const target of targets) paths.push(`/${target}`, `//${target}`, `/file:///${target}`, `/%2f${target}`, `/${target}%00.js`, `/chat.js%00${target}`, `/${server.data}/${target}`, `/%2f${encodeURIComponent(server.data)}%2f${target}`);
    const line = new Line(server.port);
    for (const path of paths) {
      const answer = await line.ask(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      assert.ok([400, 404].includes(answer.status), `${path} answered ${answer.status}`);
      assert.match(answer.body, /^\{"error":/);
      assert.doesNotMatch(answer.body, /root:|attune-key|SQLite format/);
    }
    line.end();
    console.log(`figure: ${paths.length} paths outside, 0 read`);
  });
});

describe('a folder of scripts', () => {
  it('is read as far as it goes: no link leads out of it', () => {
    const outside = folder(), library = folder();
    cpSync(join(root, 'dialogs/library'), library, {recursive: true});
    writeFileSync(join(outside, 'secret.talk'), 'title: secret-canary\n');
    writeFileSync(join(outside, 'secret'), 'secret-canary\n');
    const check = () => spawnSync(binary, ['check', '--dialogs', library, '--intents', join(root, 'intents/library')], {encoding: 'utf8'});
    symlinkSync(join(outside, 'secret'), join(library, 'help/plain.talk'));  // another kind of file: passed over
    symlinkSync(outside, join(library, 'elsewhere'));
    const passed = check();
    assert.equal(passed.status, 0, passed.stderr);
    symlinkSync(join(outside, 'secret.talk'), join(library, 'help/led-out.talk'));
    const refused = check();
    assert.equal(refused.status, 66);
    assert.match(refused.stderr, /leads out of/);
    for (const {stdout, stderr} of [passed, refused]) assert.doesNotMatch(stdout + stderr, /secret-canary/);
    remove(outside);
    remove(library);
  });
});
