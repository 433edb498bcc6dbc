// A backup made under load, the machine lost, and the backup put back as deploy/OPERATING.md says.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {copyFileSync, existsSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {describe, it} from 'node:test';
import {binary, folder, remove, Running} from '../bot/running.mjs';
import {Clients, pause, random} from './clients.mjs';

const run = (...args) => new Promise((done) => {
  const child = spawn(binary, args);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => { text += bytes; });
  child.on('exit', (code) => done({code, text}));
});

describe('backup and restore', () => {
  it('a backup under load holds what was acknowledged before it began, and is served again at once', async () => {
    const data = folder(), elsewhere = folder(), fresh = folder();
    const server = await Running.start({data});
    const clients = new Clients(16, random(14));
    clients.start(server);
    await pause(600);
    const before = new Map(clients.journals.map((journal) => [journal, journal.answered.length]));
    const copy = join(elsewhere, 'attune.db');
    const made = await run('backup', '--data', data, copy);
    assert.equal(made.code, 0, made.text);
    await pause(300);
    await server.stop('SIGKILL');
    await clients.stop();
    assert.ok(clients.acknowledged > [...before.values()].reduce((a, b) => a + b), 'nothing happened after the backup');

    const began = Date.now();
    copyFileSync(copy, join(fresh, 'attune.db'));
    for (const name of readdirSync(elsewhere).filter((name) => name.endsWith('keys'))) copyFileSync(join(elsewhere, name), join(fresh, 'keys.db'));
    copyFileSync(`${copy}.access`, join(fresh, 'access.db'));
    copyFileSync(join(data, 'seal.key'), join(fresh, 'seal.key'));
    const restored = await Running.start({data: fresh});
    const back = Date.now() - began;
    await clients.verify(restored, Infinity, (journal) => before.get(journal));
    const on = await restored.rest('client-0', 'hello', 'after-the-restore');
    assert.equal(on.status, 200, on.text);
    const audit = await run('audit', '--data', fresh, '--what', 'start');
    assert.equal(audit.text.trim().split('\n').length, 2, 'the audit came back: ' + audit.text);
    await restored.stop();
    assert.ok(!existsSync(`${copy}.partial`));
    console.log(`figure: restored in ${back} ms with ${[...before.values()].reduce((a, b) => a + b)} turns (promised: 60,000)`);
    for (const path of [data, elsewhere, fresh]) remove(path);
  });
});
