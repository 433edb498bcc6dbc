// deploy/Caddyfile and deploy/nginx.conf as they are shipped, in front of an upstream that tells what it was sent, and
// in front of attune. In the box, so on ports 80 and 443, with a certificate that only this test knows.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {cpSync, existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import {join} from 'node:path';
import {after, before, describe, it} from 'node:test';
import {root} from '../bot/running.mjs';
import {boxRoot, eventually, inBox, install, serviceInBox, sourceOf} from './box.mjs';

const name = 'chat.example.org';
const tools = join(root, 'build/tools');

// One request through the proxy. `at`: called with each piece of the answer as it comes.
function ask(path, {method = 'GET', headers = {}, body, at, tls = true} = {}) {
  return new Promise((done, fail) => {
    const request = (tls ? https : http).request({
      host: '127.0.0.1', port: tls ? 443 : 80, path, method, servername: name, rejectUnauthorized: false, agent: false,
      headers: {Host: name, ...(body === undefined ? {} : {'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body)}), ...headers},
    }, (answer) => {
      let text = '';
      answer.on('data', (bytes) => { text += bytes; at?.(String(bytes), request); });
      answer.on('end', () => done({status: answer.statusCode, headers: answer.headers, raw: answer.rawHeaders, text}));
      answer.on('error', fail);
    });
    request.on('error', fail);
    request.end(body);
  });
}

const times = (raw, header) => raw.filter((one, i) => i % 2 === 0 && one.toLowerCase() === header).length;

// Tells what it was sent; what it does else depends on the path.
class Upstream {
  async start() {
    this.dead = 0;
    this.server = http.createServer((request, response) => {
      response.setHeader('Strict-Transport-Security', 'max-age=1');  // the proxy's must be the only one
      response.setHeader('Content-Type', request.url === '/' ? 'text/html' : 'application/json');
      if (request.url === '/die') { this.dead += 1; return request.socket.destroy(); }
      if (request.url.startsWith('/v1/events')) {
        response.setHeader('Content-Type', 'text/event-stream');
        this.stream = response;
        response.write('id: 1\ndata: first\n\n');
        return undefined;
      }
      let size = 0;
      request.on('data', (bytes) => { size += bytes.length; });
      request.on('end', () => response.end(JSON.stringify({headers: request.headers, size, padding: 'x'.repeat(2000)})));
      return undefined;
    });
    await new Promise((done) => this.server.listen(8080, '127.0.0.1', done));
    this.server.unref();  // where a proxy does not start, nobody stops it
  }
  stop() { this.server.closeAllConnections(); return new Promise((done) => this.server.close(done)); }
}

const proxies = {
  Caddy: {
    log: '/var/log/caddy/attune.log',
    start() {
      mkdirSync(`${boxRoot}/etc/caddy`, {recursive: true});
      mkdirSync(`${boxRoot}/var/log/caddy`, {recursive: true});
      cpSync(join(tools, 'usr/bin/caddy'), `${boxRoot}/usr/bin/caddy`);
      // The one change: nobody here gives out certificates.
      const shipped = sourceOf('deploy/Caddyfile');
      const changed = shipped.replace('# local_certs', 'local_certs\n\tskip_install_trust');
      assert.notEqual(changed, shipped);
      writeFileSync(`${boxRoot}/etc/caddy/Caddyfile`, changed);
      serviceInBox('Caddy', 'caddy', 'run', '--config', '/etc/caddy/Caddyfile');
    },
  },
  nginx: {
    log: '/var/log/nginx/attune.log',
    start() {
      cpSync(join(tools, 'usr/sbin/nginx'), `${boxRoot}/usr/sbin/nginx`);
      cpSync(join(tools, 'etc/nginx'), `${boxRoot}/etc/nginx`, {recursive: true});
      for (const path of ['var/log/nginx', 'var/lib/nginx', 'etc/ssl/attune', 'etc/nginx/conf.d', 'usr/share/nginx']) mkdirSync(`${boxRoot}/${path}`, {recursive: true});
      cpSync(join(root, 'deploy/nginx.conf'), `${boxRoot}/etc/nginx/conf.d/attune.conf`);
      execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', `/CN=${name}`,
        '-addext', `subjectAltName=DNS:${name}`, '-keyout', `${boxRoot}/etc/ssl/attune/privkey.pem`, '-out', `${boxRoot}/etc/ssl/attune/fullchain.pem`], {stdio: 'pipe'});
      inBox('nginx', '-t');
      serviceInBox('nginx', 'nginx', '-g', 'daemon off;');
    },
  },
};

before(() => install());

for (const [which, proxy] of Object.entries(proxies)) {
  describe(`${which} in front`, () => {
    const said = () => readFileSync(`${boxRoot}/run/${which}.log`, 'utf8');
    const upstream = new Upstream();
    before(async () => {
      await upstream.start();
      proxy.start();
      await eventually(async () => (await ask('/')).status === 200, `${which} serving`).catch((error) => { throw new Error(`${error.message}\n${said()}`); });
    });
    after(() => inBox('systemctl', 'stop', which));

    it('sends HTTP to HTTPS, and says so once to browsers that came by HTTPS', async () => {
      const plain = await ask('/x?y=1', {tls: false});
      assert.ok([301, 308].includes(plain.status));
      assert.equal(plain.headers.location, `https://${name}/x?y=1`);
      for (const path of ['/', '/metrics', '/die']) {
        const {raw, headers} = await ask(path);
        assert.equal(times(raw, 'strict-transport-security'), 1, path);
        assert.equal(headers['strict-transport-security'], 'max-age=31536000', path);
        assert.doesNotMatch(headers.server ?? '', /\d/, 'a version');
      }
    });

    it('tells the server who really came, whatever they claim', async () => {
      const {text} = await ask('/anything', {headers: {
        'X-Forwarded-For': '6.6.6.6', 'X-Forwarded-Proto': 'http', 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Port': '666',
        'X-Real-IP': '6.6.6.6', Forwarded: 'for=6.6.6.6;proto=http',
      }});
      const sent = JSON.parse(text).headers;
      assert.equal(sent['x-forwarded-for'], '127.0.0.1');
      assert.equal(sent['x-forwarded-proto'], 'https');
      assert.equal(sent['x-forwarded-host'], name);
      assert.equal(sent.host, name);
      assert.doesNotMatch(text, /6\.6\.6\.6|evil\.example|666/);
      for (const gone of ['forwarded', 'x-real-ip', 'x-forwarded-port']) assert.equal(sent[gone], undefined);
    });

    it('keeps what is for operators inside', async () => {
      for (const path of ['/metrics', '/readyz', '/metrics?x', '/%6detrics']) assert.equal((await ask(path)).status, 404, path);
      assert.equal((await ask('/healthz')).status, 200);
    });

    it('takes 64 KiB and no more', async () => {
      const fits = 'x'.repeat(64 * 1024);
      assert.equal(JSON.parse((await ask('/v1/messages', {method: 'POST', body: fits})).text).size, fits.length);
      const refused = await ask('/v1/messages', {method: 'POST', body: `${fits}x`});
      assert.equal(refused.status, 413);
    });

    it('never sends a message twice by itself', async () => {
      upstream.dead = 0;
      assert.equal((await ask('/die', {method: 'POST', body: '{}'})).status, 502);
      assert.equal(upstream.dead, 1);
    });

    it('compresses the page and not what may hold a secret', async () => {
      const headers = {'Accept-Encoding': 'gzip'};
      assert.equal((await ask('/', {headers})).headers['content-encoding'], 'gzip');
      assert.equal((await ask('/v1/transcript', {headers})).headers['content-encoding'], undefined);
    });

    it('hands each event on at once', async () => {
      // In step: the second is sent when the first has come, so a proxy that waits for more never gets it.
      let heard = '';
      await ask('/v1/events?after=0', {at(text) {
        heard += text;
        if (heard.endsWith('first\n\n')) upstream.stream.write('id: 2\ndata: second\n\n');
        if (heard.endsWith('second\n\n')) upstream.stream.end();
      }, headers: {Accept: 'text/event-stream', 'Accept-Encoding': 'gzip'}});
      assert.equal(heard, 'id: 1\ndata: first\n\nid: 2\ndata: second\n\n');
    });

    it('writes down neither addresses nor secrets', async () => {
      await ask('/healthz?canary-query', {headers: {Cookie: 'attune=canary-cookie', Authorization: 'Bearer canary-token'}});
      await ask('/die?canary-query', {headers: {Cookie: 'attune=canary-cookie', 'X-Odd': 'canary-header'}});
      await eventually(() => existsSync(boxRoot + proxy.log) && readFileSync(boxRoot + proxy.log, 'utf8').includes('/healthz'), 'the log');
      const errors = `${boxRoot}/var/log/nginx/attune-error.log`;
      const written = readFileSync(boxRoot + proxy.log, 'utf8') + said().split('\n').filter((line) => line.includes('http.log')).join('\n') + (existsSync(errors) ? readFileSync(errors, 'utf8') : '');
      assert.doesNotMatch(written, /canary|127\.0\.0\.1:\d+.*remote|remote_ip|client: /);
    });

    it('serves attune: the page, a conversation, its cookie, its events', async () => {
      await upstream.stop();
      inBox('systemctl', 'daemon-reload');
      inBox('systemctl', 'start', 'attune');
      try {
        const page = await ask('/');
        assert.match(page.text, /<html/);
        assert.match(page.headers['content-security-policy'], /default-src 'none'/);
        const begun = await ask('/v1/conversation', {method: 'POST', body: '{}'});
        assert.equal(begun.status, 200, begun.text);
        const [cookie] = begun.headers['set-cookie'];
        assert.match(cookie, /; Secure/);
        const headers = {Cookie: cookie.split(';')[0], Origin: `https://${name}`};
        let heard = '', asked = false;
        await ask('/v1/events?after=1', {headers, at(text, request) {
          heard += text;
          if (!asked) ask('/v1/messages', {method: 'POST', headers, body: '{"id":"proxy-1","text":"hello"}'});
          asked = true;
          if (/event: turn/.test(heard)) request.destroy();
        }}).catch((error) => assert.match(String(error), /aborted|hang up|ECONNRESET/));
        assert.match(heard, /event: turn/);
        assert.equal((await ask('/v1/me', {method: 'DELETE', headers})).status, 204);
      } finally { inBox('systemctl', 'stop', 'attune'); }
    });

    if (which === 'nginx') {
      it('limits one address to its share', async () => {
        const statuses = await Promise.all(Array.from({length: 80}, () => ask('/x').then(({status}) => status)));
        assert.ok(statuses.filter((one) => one === 429).length >= 20, `${statuses}`);
        assert.ok(statuses.some((one) => one !== 429), 'everything was refused');
      });
    }
  });
}
