// The server as its users meet it: a webhook, a page's API, bad input, bad luck.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {chmodSync, cpSync, readFileSync, writeFileSync} from 'node:fs';
import {connect} from 'node:net';
import {join} from 'node:path';
import {after, before, describe, it} from 'node:test';
import {binary, folder, remove, root, Running} from './running.mjs';

const errorShape = (text) => {
  const {error} = JSON.parse(text);
  assert.match(error.code, /^[a-z_]+$/);
  assert.ok(error.message.length > 10);
  assert.match(error.id, /^[0-9a-f]{8}$/);
  return error;
};

describe('a server', () => {
  let server;
  before(async () => { server = await Running.start(); });
  after(async () => { await server.stop(); remove(server.data); });

  it('answers a first message with its welcome, and says that it is a program', async () => {
    const answer = await server.rest('ada', 'hello');
    assert.equal(answer.status, 200);
    const messages = JSON.parse(answer.text);
    assert.ok(messages.length >= 1);
    assert.ok(messages.every((m) => m.recipient_id === 'ada' && m.text));
    assert.match(messages.map((m) => m.text).join(' '), /automated|program/i);
    assert.ok(messages.at(-1).buttons.length >= 2);
  });

  it('takes a pressed button by its payload, and by its words', async () => {
    const pressed = JSON.parse((await server.rest('bea', 'hello')).text);
    const typed = JSON.parse((await server.rest('cleo', 'hello')).text);
    const button = pressed.at(-1).buttons[0];
    const one = await server.rest('bea', button.payload);
    const other = await server.rest('cleo', typed.at(-1).buttons[0].title);
    assert.deepEqual(JSON.parse(one.text).map((m) => m.text), JSON.parse(other.text).map((m) => m.text));
  });

  it('answers a retried event once, byte for byte, and refuses its id for another body', async () => {
    const first = await server.rest('dora', 'hello', 'evt-1');
    const again = await Promise.all(Array.from({length: 5}, () => server.rest('dora', 'hello', 'evt-1')));
    for (const one of again) assert.equal(one.text, first.text);
    const other = await server.rest('dora', 'something else', 'evt-1');
    assert.equal(other.status, 409);
    assert.equal(errorShape(other.text).code, 'id_reused');
  });

  it('takes the same event five times at once as one turn', async () => {
    const session = server.session();
    await session.begin();
    const answers = await Promise.all(Array.from({length: 5}, () => session.say('hello there', 'same')));
    assert.ok(answers.every((a) => a.status === 200 && a.text === answers[0].text), answers.map((a) => a.text).join('\n'));
    const {json} = await session.call('GET', '/v1/transcript');
    assert.equal(json.turns.length, 2);
  });

  it('keeps the order and the place of a conversation, and reads it back', async () => {
    const session = server.session();
    const begun = await session.begin();
    assert.equal(begun.status, 200);
    assert.match(begun.headers.get('set-cookie'), /HttpOnly; SameSite=Strict/);
    const next = await session.press(begun.json.offer.choices[0].value);
    assert.equal(next.json.version, begun.json.version + 1);
    const read = await session.call('GET', '/v1/transcript');
    assert.equal(read.json.turns.at(-1).said, begun.json.offer.choices[0].label);
    const later = await session.call('GET', `/v1/transcript?after=${begun.json.version}`);
    assert.equal(later.json.turns.length, 1);
  });

  it('shows what was said, and nothing of why, in the answer, the transcript and the stream', async () => {
    const session = server.session();
    await session.begin();
    const {json} = await session.say('I want to kill myself');
    const shown = ['forgotten', 'messages', 'offer', 'version'];
    assert.deepEqual(Object.keys(json).filter((name) => !shown.includes(name)), []);
    const {json: {turns}} = await session.call('GET', '/v1/transcript');
    for (const turn of turns) assert.deepEqual(Object.keys(turn).filter((name) => ![...shown, 'at', 'said'].includes(name)), []);
    const stop = new AbortController();
    const stream = await fetch(`${server.base}/v1/events?after=0`, {headers: {Cookie: session.cookie}, signal: stop.signal});
    let text = '';
    for await (const chunk of stream.body) {
      text += new TextDecoder().decode(chunk);
      if (text.split('event: turn').length > 2 && text.endsWith('\n\n')) break;
    }
    stop.abort();
    assert.doesNotMatch(text, /"(kept|why|safety)":/);
  });

  it('lets nobody in without a session, and not with a guessed one', async () => {
    for (const cookie of ['', `attune=${'0'.repeat(64)}`, 'attune=x']) {
      const answer = await fetch(`${server.base}/v1/transcript`, {headers: cookie ? {Cookie: cookie} : {}});
      assert.equal(answer.status, 401);
      errorShape(await answer.text());
    }
  });

  it('refuses what comes from another site', async () => {
    const session = server.session();
    await session.begin();
    const crossed = await session.call('POST', '/v1/messages', {id: 'x', text: 'hello'}, {Origin: 'https://example.org'});
    assert.equal(crossed.status, 403);
  });

  it('sends durable turns to an event stream, and what was missed after Last-Event-ID', async () => {
    const session = server.session();
    const begun = await session.begin();
    const stop = new AbortController();
    const stream = await fetch(`${server.base}/v1/events?after=${begun.json.version}`, {headers: {Cookie: session.cookie}, signal: stop.signal});
    assert.match(stream.headers.get('content-type'), /text\/event-stream/);
    await session.say('hello');
    let text = '';
    for await (const chunk of stream.body) {
      text += new TextDecoder().decode(chunk);
      if (text.includes('event: turn')) break;
    }
    assert.match(text, new RegExp(`id: ${begun.json.version + 1}\\nevent: turn\\ndata: \\{`));
    stop.abort();
    const missed = await fetch(`${server.base}/v1/events`, {headers: {Cookie: session.cookie, 'Last-Event-ID': String(begun.json.version)}});
    const reader = missed.body.getReader();
    let backlog = '';
    while (!backlog.includes('event: turn')) backlog += new TextDecoder().decode((await reader.read()).value);
    await reader.cancel();
    assert.match(backlog, new RegExp(`id: ${begun.json.version + 1}\\n`));
  });

  it('forgets a person', async () => {
    const session = server.session();
    await session.begin();
    await session.say('canary-7731 said once');
    const gone = await session.call('DELETE', '/v1/me');
    assert.equal(gone.status, 204);
    session.cookie = session.cookie.replace(/=$/, `=${'a'.repeat(64)}`);
    assert.equal((await session.call('GET', '/v1/transcript')).status, 401);
  });

  it('leaves: clears the cookie and goes elsewhere', async () => {
    const answer = await fetch(`${server.base}/leave`, {redirect: 'manual'});
    assert.equal(answer.status, 303);
    assert.match(answer.headers.get('location'), /^https:/);
    assert.match(answer.headers.get('set-cookie'), /attune=; .*Max-Age=0/);
    assert.match(answer.headers.get('clear-site-data'), /"cookies"/);
  });

  it('carries the same strict headers on every answer, refusals too', async () => {
    for (const path of ['/', '/chat.js', '/healthz', '/nothing-here', '/v1/transcript', '/openapi.json', '/metrics']) {
      const {headers} = await fetch(server.base + path);
      assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'; script-src 'self'/, path);
      assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
      assert.equal(headers.get('referrer-policy'), 'no-referrer', path);
      assert.ok(headers.get('cache-control'), path);
      assert.equal(headers.get('server'), null, path);
    }
  });

  it('tells an operator how it is', async () => {
    assert.equal((await fetch(`${server.base}/healthz`)).status, 200);
    assert.equal((await fetch(`${server.base}/readyz`)).status, 200);
    const metrics = await (await fetch(`${server.base}/metrics`)).text();
    assert.match(metrics, /attune_turns_total\{outcome="done"\} \d+/);
  });

  const send = (raw, more) => new Promise((done) => {
    const socket = connect(server.port, '127.0.0.1');
    let text = '';
    socket.on('data', (bytes) => { text += bytes; });
    socket.on('close', () => done(text));
    socket.on('error', () => done(text));
    socket.write(raw);
    more?.(socket);
  });
  const post = (body, headers = '') => `POST /webhooks/rest/webhook HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`;

  for (const [name, raw, status] of [
    ['invalid UTF-8', () => Buffer.concat([Buffer.from(post('{"sender":"a","message":"xx"}')), Buffer.from('{"sender":"a","message":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]), 400],
    ['a lone surrogate', () => post('{"sender":"a","message":"\\ud83d"}') + '{"sender":"a","message":"\\ud83d"}', 400],
    ['JSON 20,000 levels deep', () => { const b = '['.repeat(20000); return post(b) + b; }, 400],
    ['a key twice', () => { const b = '{"sender":"a","sender":"b"}'; return post(b) + b; }, 400],
    ['a number for a name', () => { const b = '{"sender":7}'; return post(b) + b; }, 400],
    ['4,001 characters', () => { const b = JSON.stringify({sender: 'a', message: 'ä'.repeat(4001)}); return post(b) + b; }, 422],
    ['length and chunks at once', () => post('{}', 'Transfer-Encoding: chunked\r\n') + '{}', 400],
    ['a gzip body', () => post('{}', 'Content-Encoding: gzip\r\n') + '{}', 415],
    ['a body of 10 MB', () => `POST /webhooks/rest/webhook HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 10000000\r\n\r\n`, 413],
    ['endless headers', () => `GET / HTTP/1.1\r\nHost: localhost\r\n${'A: b\r\n'.repeat(20000)}`, 431],
    ['no newline', () => 'G'.repeat(100000), /^HTTP\/1\.1 (400|414|431|501)/],
  ]) {
    it(`refuses ${name} in the error format`, async () => {
      const text = await send(raw());
      assert.match(text, typeof status === 'number' ? new RegExp(`^HTTP/1\\.1 ${status} `) : status);
      errorShape(text.slice(text.indexOf('\r\n\r\n') + 4));
    });
  }

  it('says in plain words what one may write', async () => {
    const answer = await server.rest('eve', 'ä'.repeat(4001));
    assert.match(errorShape(answer.text).message, /4000|4,000/);
  });

  it('writes a log of JSON lines that holds no words', async () => {
    await server.rest('log-canary-sender', 'log-canary-4471 words', 'log-canary-key');
    for (const line of server.err.trim().split('\n').filter(Boolean)) JSON.parse(line);
    assert.doesNotMatch(server.err, /log-canary/);
  });
});

describe('durability', () => {
  it('finds the place again after kill -9, and the same answer for a retry', async () => {
    const data = folder();
    let server = await Running.start({data});
    const session = server.session();
    const begun = await session.begin();
    const answered = await session.press(begun.json.offer.choices[0].value, 'press-1');
    await server.stop('SIGKILL');
    server = await Running.start({data});
    session.server = server;
    const retried = await session.press(begun.json.offer.choices[0].value, 'press-1');
    assert.equal(retried.text, answered.text);
    const read = await session.call('GET', '/v1/transcript');
    assert.deepEqual(read.json.turns.at(-1).messages, answered.json.messages);
    await server.stop();
    remove(data);
  });

  it('keeps no words in clear in any file', async () => {
    const server = await Running.start();
    const session = server.session();
    await session.begin();
    await session.say('plaintext-canary-9152');
    await server.stop('SIGKILL');
    for (const name of ['attune.db', 'attune.db-wal']) {
      assert.ok(!readFileSync(join(server.data, name)).includes('plaintext-canary-9152'), name);
    }
    remove(server.data);
  });

  it('stops within 5 seconds of SIGTERM, with idle connections open', async () => {
    const server = await Running.start();
    const idle = connect(server.port, '127.0.0.1');
    await server.rest('ada', 'hello');
    const started = Date.now();
    const {code} = await server.stop();
    assert.equal(code, 0);
    assert.ok(Date.now() - started < 5500);
    idle.destroy();
    remove(server.data);
  });
});

describe('refusals at start', () => {
  const serve = (...args) => spawnSync(binary, ['serve', ...args], {encoding: 'utf8', timeout: 20000, cwd: root});

  it('a second process on the database, and on the port, with the reason', async () => {
    const server = await Running.start();
    const database = serve('--listen', '127.0.0.1:0', '--data', server.data);
    assert.equal(database.status, 69, database.stderr);
    assert.match(database.stderr, /in use/);
    const other = folder();
    const port = serve('--listen', `127.0.0.1:${server.port}`, '--data', other);
    assert.equal(port.status, 69, port.stderr);
    assert.match(port.stderr, /in use/);
    await server.stop();
    remove(server.data);
    remove(other);
  });

  it('beyond loopback without a token', () => {
    const refused = serve('--listen', '0.0.0.0:0', '--data', folder());
    assert.equal(refused.status, 78);
    assert.match(refused.stderr, /token/);
  });

  it('an address that is none', () => {
    assert.equal(serve('--listen', 'nowhere').status, 64);
    assert.equal(serve('--listen', '127.0.0.1:99999').status, 64);
  });

  it('a broken script: every mistake is printed, exit 65, nothing is served', () => {
    const library = folder();
    cpSync(join(root, 'dialogs/library'), library, {recursive: true});
    writeFileSync(join(library, 'listen/broken.talk'), 'title: x\n\n== start\nasq reply\nBot: hello\n-> nowhere\n');
    const refused = serve('--listen', '127.0.0.1:0', '--data', folder(), '--dialogs', library);
    assert.equal(refused.status, 65);
    assert.match(refused.stderr, /broken\.talk:4:/);
    assert.match(refused.stderr, /broken\.talk:6:/);
    assert.match(refused.stderr, /\^/);
    remove(library);
  });

  it('with a token, the webhook wants it', async () => {
    const data = folder();
    writeFileSync(join(data, 'token'), 'a-long-token\n');
    const server = await Running.start({data, args: ['--token-file', join(data, 'token')]});
    assert.equal((await server.rest('ada', 'hello')).status, 401);
    assert.equal((await server.rest('ada', 'hello', '', {Authorization: 'Bearer wrong'})).status, 401);
    assert.equal((await server.rest('ada', 'hello', '', {Authorization: 'Bearer a-long-token'})).status, 200);
    assert.equal((await fetch(`${server.base}/metrics`)).status, 401);
    await server.stop();
    remove(data);
  });
});

describe('reload', () => {
  it('a good edition goes live, a broken one changes nothing, a running exercise keeps its own', async () => {
    const library = folder();
    cpSync(join(root, 'dialogs/library'), library, {recursive: true, dereference: true});
    const server = await Running.start({dialogs: library});
    const session = server.session();
    const begun = await session.begin();
    const edition = async () => (await (await fetch(`${server.base}/readyz`)).json()).edition;
    const first = await edition();
    const path = join(library, 'help/welcome.talk');
    const source = readFileSync(path, 'utf8');
    writeFileSync(path, source.replace('== start', '== start\nasq broken'));
    server.child.kill('SIGHUP');
    while (!server.err.includes('reload_refused')) await new Promise((r) => setTimeout(r, 20));
    assert.equal(await edition(), first);
    writeFileSync(path, source.replace(/^about: .*/m, 'about: Another first line, for this test.'));
    server.child.kill('SIGHUP');
    while (!server.err.includes('"reloaded"')) await new Promise((r) => setTimeout(r, 20));
    assert.notEqual(await edition(), first);
    const next = await session.press(begun.json.offer.choices[0].value);
    assert.equal(next.status, 200);
    assert.ok(next.json.messages.length > 0);
    await server.stop();
    remove(library);
    remove(server.data);
  });
});
