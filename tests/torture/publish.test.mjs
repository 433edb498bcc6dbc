// Publishing by SIGHUP while people write: good editions, broken ones, back to older ones. No turn
// fails, an exercise ends on the edition it began with, a broken edition is never live, and memory stays
// flat. 12 publishes here; 500 with ATTUNE_LONG=1, where growth after warm-up is held under 5 %.
import assert from 'node:assert/strict';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, it} from 'node:test';
import {remove, Running} from '../bot/running.mjs';
import {counting, random, scriptsWith} from './scripts.mjs';

const long = Boolean(process.env.ATTUNE_LONG);
const publishes = long ? 500 : 12;
const clients = 4;
const seed = Number(process.env.ATTUNE_SEED || Date.now() % 100000);

const rss = (pid) => Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]);

describe(`publishing under load (seed ${seed})`, () => {
  it(`${publishes} publishes: no turn fails, no exercise changes, nothing broken goes live`, async () => {
    const next = random(seed);
    const scripts = scriptsWith({'try/own.talk': counting(' on 0')});
    const server = await Running.start({dialogs: scripts});
    let turns = 0, ended = 0, done = false;
    const client = async (name) => {
      let running = '';
      while (!done) {
        const answer = await server.rest(name, 'pebble', `${name}-${turns}-${next()}`);
        assert.equal(answer.status, 200, answer.text);
        turns += 1;
        assert.doesNotMatch(answer.text, /broken/);
        if (/Begin/.test(answer.text)) {
          if (running) ended += 1;
          running = '';
        }
        for (const [, edition] of answer.text.matchAll(/ on (\d+)\./g)) {
          running ||= edition;
          assert.equal(edition, running, `an exercise changed under somebody: ${answer.text}`);
        }
      }
    };
    const running = Array.from({length: clients}, (_, n) => client(`writer-${n}`));
    const memory = [];
    let live = 0, broken = 0;
    for (let n = 1; n <= publishes; ++n) {
      const bad = next() < 0.3;
      const edition = next() < 0.3 ? Math.floor(next() * n) : n;  // sometimes an older one
      const text = counting(` on ${edition}`, edition);
      writeFileSync(join(scripts, 'try/own.talk'), bad ? text.replace('-> round', '-> nowhere').replace('Begin', 'broken') : text);
      const from = server.err.length;
      server.child.kill('SIGHUP');
      const wanted = bad ? /"reload_refused"/ : /"reloaded"/;
      await until(() => wanted.test(server.err.slice(from)), server);
      if (bad) broken += 1;
      else live = edition;
      const fresh = await server.rest(`fresh-${n}`, 'hello');
      assert.match(fresh.text, new RegExp(`Begin on ${live}\\.`));
      memory.push(rss(server.child.pid));
    }
    done = true;
    await Promise.all(running);
    // What a loaded library costs is there after the first few; older editions are remembered up to eight.
    const warm = Math.floor(publishes * 0.2);
    const mean = (some) => some.reduce((sum, one) => sum + one, 0) / some.length;
    const early = mean(memory.slice(warm, warm + Math.ceil(publishes / 10))), late = mean(memory.slice(-Math.ceil(publishes / 10)));
    console.log(`figure: ${publishes} publishes (${broken} broken) under ${turns} turns: 0 failed, ${ended} exercises ended, memory ${Math.round(early / 1024)} to ${Math.round(late / 1024)} MB`);
    assert.ok(ended > publishes / 4, `only ${ended} exercises ended`);
    if (long) assert.ok(late < early * 1.05, `memory grew from ${early} to ${late} KB`);
    await server.stop();
    assert.equal(server.code, 0);
    remove(server.data);
    remove(scripts);
  });

  it('what is only reworded reaches everybody at their next message, and no place is lost', async () => {
    const scripts = scriptsWith({'try/own.talk': counting(' in words 0')});
    const server = await Running.start({dialogs: scripts});
    const names = Array.from({length: 8}, (_, n) => `reader-${n}`);
    await Promise.all(names.map((name) => server.rest(name, 'hello')));
    for (let n = 1; n <= 3; ++n) {
      writeFileSync(join(scripts, 'try/own.talk'), counting(` in words ${n}`));
      const from = server.err.length;
      server.child.kill('SIGHUP');
      await until(() => /"reloaded"/.test(server.err.slice(from)), server);
      for (const answer of await Promise.all(names.map((name) => server.rest(name, 'pebble')))) {
        assert.match(answer.text, new RegExp(`That was pebble, number ${n} in words ${n}\\.`));
        assert.doesNotMatch(answer.text, /Begin/);
      }
    }
    await server.stop();
    remove(server.data);
    remove(scripts);
  });
});

async function until(holds, server) {
  const began = Date.now();
  while (!holds()) {
    assert.ok(Date.now() - began < 60_000 && server.code === undefined, 'the server did not take the edition up');
    await new Promise((wait) => setTimeout(wait, 5));
  }
}
