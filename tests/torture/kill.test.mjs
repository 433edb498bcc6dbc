// kill -9 in the middle of 32 clients, again and again.
//
// Rule of three: no failure in N rounds means a chance under 3/N at 95 %. As many rounds as fit 20 s in
// the suite, 300 with ATTUNE_LONG=1, N with ATTUNE_ROUNDS=N. ATTUNE_SEED=N repeats the same messages and moments.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {describe, it} from 'node:test';
import {folder, remove, Running} from '../bot/running.mjs';
import {Clients, median, pause, random} from './clients.mjs';

const long = Boolean(process.env.ATTUNE_LONG);
const wanted = Number(process.env.ATTUNE_ROUNDS || (long ? 300 : 0));
const most = wanted || 60, milliseconds = wanted ? Infinity : 20_000, least = 5;
const seed = Number(process.env.ATTUNE_SEED || Date.now() % 100000);

async function timed(options) {
  const began = Date.now();
  const server = await Running.start(options);
  return {server, took: Date.now() - began};
}

// What a start costs that has nothing to find.
async function empty_start() {
  const {server, took} = await timed({});
  await server.stop();
  remove(server.data);
  return took;
}

describe(`kill -9 under load (seed ${seed})`, () => {
  it('loses nothing that was acknowledged, answers no retry otherwise, and starts as quickly as ever', async () => {
    const next = random(seed);
    const data = folder();
    const clients = new Clients(32, next);
    const starts = [], baseline = [];
    const until = Date.now() + milliseconds;
    let rounds = 0;
    for (; rounds < most && (rounds < least || Date.now() < until); ++rounds) {
      if (rounds % 5 === 0) baseline.push(await empty_start());
      const {server, took} = await timed({data});
      starts.push(took);
      await clients.sample(server);
      clients.start(server);
      await pause(100 + next() * 500);
      await server.stop('SIGKILL');
      await clients.stop();
    }
    const server = await Running.start({data});
    await clients.verify(server);
    await server.stop();
    const check = spawnSync('sqlite3', [join(data, 'attune.db'), 'PRAGMA integrity_check'], {encoding: 'utf8'});
    assert.equal(check.stdout.trim(), 'ok');
    console.log(`figure: ${rounds} kills, ${clients.acknowledged} acknowledged turns, 0 lost; a start took ${median(starts)} ms (median), ` +
      `${Math.max(...starts)} ms (slowest); with an empty folder ${median(baseline)} ms`);
    assert.ok(clients.acknowledged > rounds * clients.journals.length / 4, 'the load was too small to mean anything');
    assert.ok(median(starts) < 3 * median(baseline) + 50, `a start takes ${median(starts)} ms, an empty one ${median(baseline)} ms`);
    remove(data);
  });
});
