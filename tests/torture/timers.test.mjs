// A month of waits and reminders, with the clock driven and the process killed between due and done.
//
// The clock is the machine's, moved before each start (moved_clock.cc); everything else is real. Each time
// something is due for everybody, the server is killed while it fires, again and again, until nothing is
// left; then one more start must find nothing to do. Everybody has been told everything once.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {dirname, join} from 'node:path';
import {describe, it} from 'node:test';
import {binary, folder, remove, Running, Session} from '../bot/running.mjs';
import {pause, random} from './clients.mjs';
import {scriptsWith} from './scripts.mjs';

const people = process.env.ATTUNE_LONG ? 10_000 : 3000;
const seed = Number(process.env.ATTUNE_SEED || Date.now() % 100000);
const day = 86_400;
const moved_clock = join(dirname(binary), '../tests/torture/libmoved_clock.so');

const header = (title) => `title: ${title}
about: For tests.
for: one
minutes: 1
model: none
not for: people
sources: none
reviewed: draft
`;
const scripts = {
  'try/own.talk': `${header('Comes back')}
== start
Bot: Begin. #come0001
remind in 3 days: call try/once
remind every week on sunday at 12:00: call try/weekly
wait 2 hours
Bot: Two hours. #come0002
end completed
`,
  'try/once.talk': `${header('Once')}
== start
Bot: Three days. #once0001
end completed
`,
  'try/weekly.talk': `${header('Weekly')}
== start
Bot: Sunday. #week0001
end completed
`,
};

// Noon of a Monday, today or before, so that the days to come are the same ones whenever this runs.
const now = Math.floor(Date.now() / 1000);
const monday = (() => {
  const at = new Date((now - now % day + 12 * 3600) * 1000);
  return at.getTime() / 1000 - (at.getUTCDay() + 6) % 7 * day;
})();

class Clock {
  constructor(data, dialogs) { Object.assign(this, {data, dialogs}); }
  start(at) {
    return Running.start({
      data: this.data, dialogs: this.dialogs, args: ['--timezone', 'UTC'],
      env: {LD_PRELOAD: moved_clock, ATTUNE_TEST_SECONDS: String(Math.round(at - Date.now() / 1000))},
    });
  }
}

function due_before(data, at) {
  const asked = spawnSync('sqlite3', ['-readonly', join(data, 'attune.db'), `SELECT count(*) FROM timer WHERE due <= ${at}`], {encoding: 'utf8'});
  assert.equal(asked.status, 0, asked.stderr);
  return Number(asked.stdout);
}

async function each(list, work) {
  const left = list.values();
  await Promise.all(Array.from({length: 16}, async () => { for (const one of left) await work(one); }));
}

describe(`timers under kill -9 (seed ${seed})`, () => {
  it('says what is due to everybody, once, however often it dies between due and done', async (test) => {
    const next = random(seed);
    const data = folder(), dialogs = scriptsWith(scripts);
    const clock = new Clock(data, dialogs);
    let server = await clock.start(monday);
    test.after(() => server.child.kill('SIGKILL'));
    const cookies = [];
    await each(Array.from({length: people}), async () => {
      const session = new Session(server);
      const begun = await session.begin();
      assert.equal(begun.status, 200, begun.text);
      cookies.push(session.cookie);
    });
    await server.stop('SIGKILL');

    let kills = 0, between = 0;
    const fire = async (at) => {
      assert.equal(due_before(data, at), people, 'something is due for everybody');
      for (let tries = 0; due_before(data, at) > 0; ++tries) {
        assert.ok(tries < 60, 'it never comes to an end');
        server = await clock.start(at);
        const before = due_before(data, at);
        for (const until = Date.now() + 5000; Date.now() < until && due_before(data, at) === before;) await pause(5);  // it looks after a second
        await pause(next() * 40);
        await server.stop('SIGKILL');
        kills += 1;
        const left = due_before(data, at);
        if (left > 0 && left < people) between += 1;
      }
    };
    await fire(monday + 2 * 3600 + 60);                       // the wait
    await fire(monday + 3 * day + 60);                        // the reminder
    for (let week = 0; week < 2; ++week) await fire(monday + (6 + 7 * week) * day + 60);  // two Sundays

    server = await clock.start(monday + 14 * day);
    await pause(1500);  // a look more than it needs
    const wanted = ['Begin.', 'Two hours.', 'Three days.', 'Sunday.', 'Sunday.'];
    await each(cookies, async (cookie) => {
      const session = new Session(server);
      session.cookie = cookie;
      const read = await session.call('GET', '/v1/transcript');
      assert.equal(read.status, 200, read.text);
      const told = read.json.turns.flatMap((turn) => turn.messages.map((message) => message.text)).filter((text) => wanted.includes(text));
      assert.deepEqual(told, wanted);
    });
    await server.stop();
    console.log(`figure: ${people * 4} timers, ${kills} kills, ${between} of them between the first and the last that was due: each told once`);
    assert.ok(between > 0, 'no kill came in the middle: this has shown nothing');
    remove(data);
    remove(dialogs);
  });
});
