// Stopping and starting: SIGTERM under load, a second start on the same folder or port, what a process
// that was killed leaves behind.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, it} from 'node:test';
import {binary, folder, remove, root, Running} from '../bot/running.mjs';
import {Clients, pause, random} from './clients.mjs';

const rounds = process.env.ATTUNE_LONG ? 50 : 4;

function serve(data, listen) {
  return spawnSync(binary, ['serve', '--listen', listen, '--data', data, '--dialogs', join(root, 'dialogs/library'),
    '--intents', join(root, 'intents/library')], {encoding: 'utf8', timeout: 60_000});
}

describe('stopping and starting', () => {
  it(`drains on SIGTERM under load and loses nothing, ${rounds} times`, async () => {
    const data = folder();
    const clients = new Clients(32, random(7));
    const drains = [];
    for (let round = 0; round < rounds; ++round) {
      const server = await Running.start({data});
      await clients.sample(server);
      clients.start(server);
      await pause(300);
      const began = Date.now();
      const {code, signal} = await server.stop();
      drains.push(Date.now() - began);
      await clients.stop();
      assert.deepEqual({code, signal}, {code: 0, signal: null}, server.err);
      assert.match(server.err, /"stopped"/);
    }
    const server = await Running.start({data});
    await clients.verify(server);
    await server.stop();
    console.log(`figure: ${rounds} times SIGTERM under load, ${clients.acknowledged} acknowledged turns, 0 lost, slowest drain ${Math.max(...drains)} ms (promised: 5,000)`);
    assert.ok(clients.acknowledged > rounds * 32, 'the load was too small to mean anything');
    remove(data);
  });

  it('refuses a second start on the same folder and on the same port, and the first goes on', async () => {
    const server = await Running.start();
    const begun = await server.rest('ada', 'hello', 'first');
    const same_data = serve(server.data, '127.0.0.1:0');
    assert.equal(same_data.status, 69, same_data.stderr);
    assert.match(same_data.stderr, new RegExp(`in use by another attune \\(process ${server.child.pid}\\)`));
    const other = folder();
    const same_port = serve(other, `127.0.0.1:${server.port}`);
    assert.equal(same_port.status, 69, same_port.stderr);
    assert.match(same_port.stderr, /in use/);
    assert.equal((await server.rest('ada', 'hello', 'first')).text, begun.text);
    await server.stop();
    remove(other);
    remove(server.data);
  });

  it('starts over what a killed process left: its lock is harmless, whatever it says', async () => {
    const server = await Running.start();
    const begun = await server.rest('ada', 'hello', 'first');
    await server.stop('SIGKILL');
    const lock = join(server.data, 'attune.db.lock');
    assert.match(readFileSync(lock, 'utf8'), new RegExp(`^${server.child.pid}\\n`));
    for (const text of [undefined, '1\n', 'not a number', '']) {
      if (text !== undefined) writeFileSync(lock, text);
      const again = await Running.start({data: server.data});
      assert.equal((await again.rest('ada', 'hello', 'first')).text, begun.text);
      await again.stop('SIGKILL');
    }
    remove(server.data);
  });
});
