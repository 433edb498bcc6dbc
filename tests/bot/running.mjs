// A real attune, started for a test on a port of its own choosing with a database of its own.
import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const binary = process.env.ATTUNE_BINARY || join(root, 'build/dev/bot/attune');

export const folder = () => mkdtempSync(join(tmpdir(), 'attune-test-'));
export const remove = (path) => rmSync(path, {recursive: true, force: true});

export class Running {
  // options: data, listen, args, dialogs, intents, env, binary, user; under: a command that runs the server
  static async start(options = {}) {
    const one = new Running();
    one.data = options.data ?? folder();
    const [program, ...before] = [...(options.under ?? []), options.binary ?? binary];
    one.child = spawn(program, [
      ...before, 'serve', '--listen', options.listen ?? '127.0.0.1:0', '--data', one.data,
      '--dialogs', options.dialogs ?? join(root, 'dialogs/library'),
      '--intents', options.intents ?? join(root, 'intents/library'), ...(options.args ?? []),
    ], {stdio: ['ignore', 'pipe', 'pipe'], env: {...process.env, ...(options.env ?? {})}, ...(options.user ? {uid: options.user, gid: options.user} : {})});
    one.out = '';
    one.err = '';
    one.ended = new Promise((done) => one.child.on('exit', (code, signal) => { one.code = code; done({code, signal}); }));
    one.child.stderr.on('data', (bytes) => { one.err += bytes; });
    await new Promise((ready, fail) => {
      one.child.stdout.on('data', (bytes) => {
        one.out += bytes;
        const found = one.out.match(/chat page +(http:\/\/\S+:(\d+))\//);
        if (found) { one.base = found[1]; one.port = Number(found[2]); ready(); }
      });
      one.ended.then(({code}) => fail(new Error(`attune ended with ${code} before it served:\n${one.out}${one.err}`)));
    });
    return one;
  }

  async stop(signal = 'SIGTERM') {
    this.child.kill(signal);
    return this.ended;
  }

  async rest(sender, message, key, extra = {}) {
    const headers = {'Content-Type': 'application/json', ...(key ? {'Idempotency-Key': key} : {}), ...extra};
    const answer = await fetch(`${this.base}/webhooks/rest/webhook`, {
      method: 'POST', headers, body: JSON.stringify(message === undefined ? {sender} : {sender, message}),
    });
    return {status: answer.status, text: await answer.text(), headers: answer.headers};
  }

  // One person's page: keeps its cookie.
  session() { return new Session(this); }
}

export class Session {
  constructor(server) { this.server = server; this.cookie = ''; }
  async call(method, path, body, extra = {}) {
    const answer = await fetch(this.server.base + path, {
      method, redirect: 'manual',
      headers: {...(body ? {'Content-Type': 'application/json'} : {}), ...(this.cookie ? {Cookie: this.cookie} : {}), ...extra},
      body: body && JSON.stringify(body),
    });
    const set = answer.headers.get('set-cookie');
    if (set) this.cookie = set.split(';')[0];
    const text = await answer.text();
    let json;
    try { json = JSON.parse(text); } catch { json = undefined; }
    return {status: answer.status, json, text, headers: answer.headers};
  }
  begin() { return this.call('POST', '/v1/conversation', {}); }
  say(text, id = Math.random().toString(36).slice(2)) { return this.call('POST', '/v1/messages', {id, text}); }
  press(choice, id = Math.random().toString(36).slice(2)) { return this.call('POST', '/v1/messages', {id, choice}); }
}
