// 500 strings that nobody else would write, one in every place where a stranger can write, then a search
// of everything that comes out: the log, the metrics, refusals, the audit, and the files of the data folder.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {chmodSync, chownSync, copyFileSync, cpSync, readdirSync, readFileSync, statSync} from 'node:fs';
import {connect} from 'node:net';
import {join} from 'node:path';
import {describe, it} from 'node:test';
import {binary, folder, remove, root, Running} from './running.mjs';

const attune = (...args) => spawnSync(binary, args, {encoding: 'utf8', timeout: 60000});

describe('what strangers write', () => {
  it('comes out nowhere: 0 of 500', async () => {
    const data = folder();
    const token = attune('token', 'add', 'shop', '--role', 'integrator', '--data', data).stdout.trim();
    const operator = attune('token', 'add', 'op', '--role', 'operator', '--data', data).stdout.trim();
    const server = await Running.start({data, args: ['--log', 'debug']});
    const canaries = [], refusals = [];
    const canary = () => { canaries.push(`cnry${canaries.length}${randomBytes(6).toString('hex')}`); return canaries.at(-1); };
    const raw = (text) => new Promise((done) => {
      const socket = connect(server.port, '127.0.0.1', () => socket.end(text));
      let all = '';
      socket.on('data', (bytes) => { all += bytes; });
      socket.on('close', () => done(all));
      socket.on('error', () => done(all));
    });
    const http = (method, target, headers = '', body) => `${method} ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${headers}${body === undefined ? '' : `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`}\r\n${body ?? ''}`;
    const auth = `Authorization: Bearer ${token}\r\n`;
    const session = server.session();
    await session.begin();
    const own = `Cookie: ${session.cookie}\r\n`;
    const hook = (body, headers = '') => http('POST', '/webhooks/rest/webhook', auth + headers, typeof body === 'string' ? body : JSON.stringify(body));
    const say = (body, headers = '') => http('POST', '/v1/messages', own + headers, typeof body === 'string' ? body : JSON.stringify(body));

    const places = [
      (c) => hook({sender: c, message: 'hello'}),
      (c) => hook({sender: 'a', message: c}),
      (c) => hook({sender: 'a', message: `/choice ${c}#x`}),
      (c) => hook({sender: 'a', message: 'hello', metadata: {[c]: c}}),
      (c) => hook({sender: 'a', message: 'hello', [c]: 1}),
      (c) => hook({sender: 'a', message: 'hello'}, `Idempotency-Key: ${c}\r\n`),
      (c) => hook({sender: 'a', message: 'hello'}, `X-Anything: ${c}\r\n`),
      (c) => hook({sender: 'a', message: 'hello'}, `User-Agent: ${c}\r\nReferer: https://${c}.example/\r\n`),
      (c) => hook({sender: 'a', message: 'hello'}, `Origin: https://${c}\r\n`),
      (c) => hook({sender: 'a', message: 'hello'}, `X-Forwarded-For: ${c}\r\nX-Forwarded-Proto: ${c}\r\n`),
      (c) => hook(`{"sender":"${c}","message":`),
      (c) => hook(`{"${c}":1,"${c}":2}`),
      (c) => hook({sender: [c]}),
      (c) => hook({sender: c.repeat(20)}),
      (c) => hook({sender: 'a', message: c.repeat(400)}),
      (c) => http('GET', `/${c}`),
      (c) => http('GET', `/v1/people/rest:default:${c}`, `Authorization: Bearer ${operator}\r\n`),
      (c) => http('DELETE', `/v1/people/rest:default:${c}`, `Authorization: Bearer ${operator}\r\n`),
      (c) => http('DELETE', `/v1/people/${c}`, `Authorization: Bearer ${operator}\r\n`),
      (c) => http('GET', `/healthz?${c}=${c}`),
      (c) => http('GET', `/v1/transcript?after=${c}`, own),
      (c) => http('GET', `/v1/audit?what=${c}&since=${c}`, `Authorization: Bearer ${operator}\r\n`),
      (c) => http('GET', '/metrics', `Authorization: Bearer ${c}\r\n`),
      (c) => http('GET', '/v1/transcript', `Cookie: attune=${c}; ${c}=1\r\n`),
      (c) => http('GET', '/v1/transcript', `Authorization: Bearer ${c}\r\n`),
      (c) => http('GET', '/v1/transcript', `${own}Last-Event-ID: ${c}\r\n`),
      (c) => say({id: c, text: 'hello'}),
      (c) => say({id: canary(), text: c}),
      (c) => say({id: canary(), choice: `${c}#${c}`}),
      (c) => say({id: canary(), choice: c}),
      (c) => say(`{"id":"${c}`),
      (c) => http('GET', '/', `If-None-Match: "${c}"\r\n`),
      (c) => `${c} / HTTP/1.1\r\nHost: a\r\n\r\n`,
      (c) => `GET / HTTP/${c}\r\nHost: a\r\n\r\n`,
      (c) => `GET / HTTP/1.1\r\nHost: ${c}/\r\n\r\n`,
      (c) => `GET / HTTP/1.1\r\nHost: a\r\n${c} bad: x\r\n\r\n`,
      (c) => `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${c}\r\n\r\n`,
      (c) => `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${c}\r\n`,
      (c) => `POST / HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/${c}\r\nContent-Length: 0\r\n\r\n`,
      (c) => c,
    ];
    for (let n = 0; canaries.length < 500; ++n) {
      const answer = await raw(places[n % places.length](canary()));
      if (!/^HTTP\/1\.1 (200|204)/.test(answer)) refusals.push(answer);
    }
    const metrics = await (await fetch(`${server.base}/metrics`, {headers: {Authorization: `Bearer ${operator}`}})).text();
    await server.stop();
    assert.ok(canaries.length >= 500 && refusals.length > 200);
    const files = Object.fromEntries(readdirSync(data).map((name) => [name, readFileSync(join(data, name), 'latin1')]));
    assert.ok(Object.keys(files).includes('access.db') && Object.keys(files).includes('attune.db'));
    const out = {log: server.err, output: server.out, metrics, refusals: refusals.join('\n'), audit: attune('audit', '--data', data, '--limit', '100000').stdout, ...files};
    assert.ok(out.audit.includes('refused_logins') && out.log.includes('"refused"') && metrics.includes('attune_refused_total'));
    const hits = [];
    for (const [where, text] of Object.entries(out)) for (const one of canaries) if (text.includes(one)) hits.push(`${one} in ${where}`);
    assert.deepEqual(hits, []);
    for (const secret of [token, operator, session.cookie.split('=')[1]]) {
      for (const [where, text] of Object.entries(out)) assert.ok(!text.includes(secret.replace('attune_', '')), `a token or session in ${where}`);
    }
    remove(data);
  });

  it('makes no line of the log, and none that a terminal obeys', async () => {
    const server = await Running.start();
    const forged = '\r\n{"at":"2026-01-01T00:00:00Z","level":"info","event":"forged"}\r\n\u001b[2J\u001b]0;x\u0007\u2028\u0085';
    const post = (path, body, headers = {}) => fetch(server.base + path, {method: 'POST', headers: {'Content-Type': 'application/json', ...headers}, body: JSON.stringify(body)}).then((a) => a.text());
    const session = server.session();
    await session.begin();
    for (let i = 0; i < 50; ++i) {
      await post('/webhooks/rest/webhook', {sender: `${forged}${i}`, message: forged});
      await post('/webhooks/rest/webhook', {sender: `${forged}${i}`.repeat(9), message: forged});
      await session.call('POST', '/v1/messages', {id: forged + i, text: forged});
      await session.call('POST', '/v1/messages', {id: forged.repeat(9), choice: forged});
      await fetch(`${server.base}/${encodeURIComponent(forged)}?${encodeURIComponent(forged)}`).then((a) => a.text());
      await fetch(`${server.base}/v1/transcript?after=${encodeURIComponent(forged)}`, {headers: {Cookie: session.cookie}}).then((a) => a.text());
    }
    await server.stop();
    const lines = server.err.trimEnd().split('\n');
    assert.ok(lines.length > 50);
    for (const line of lines) {
      const {event} = JSON.parse(line);
      assert.notEqual(event, 'forged');
      assert.match(line, /^[\x20-\x7e]+$/);
    }
    remove(server.data);
  });
});

describe('the server\'s memory', () => {
  // As somebody who is not root, whose /proc/PID is then root's: the kernel's sign of a process that leaves no core.
  it('is in no core dump, and nobody else\'s to look into', async () => {
    const asRoot = process.getuid() === 0;
    const data = folder(), place = folder();
    let user = process.getuid();
    const options = {data, binary};
    if (asRoot) {
      user = 65534;
      options.binary = join(place, 'attune');
      copyFileSync(binary, options.binary);
      chmodSync(options.binary, 0o755);
      chmodSync(place, 0o755);
      for (const name of ['dialogs', 'intents']) cpSync(join(root, name, 'library'), join(place, name), {recursive: true});
      chownSync(data, user, user);
      Object.assign(options, {user, dialogs: join(place, 'dialogs'), intents: join(place, 'intents')});
    }
    const server = await Running.start(options);
    assert.equal(statSync(`/proc/${server.child.pid}`).uid, user);
    assert.equal(statSync(`/proc/${server.child.pid}/environ`).uid, 0);
    await server.stop();
    remove(data);
    remove(place);
  });
});
