// Clients of the webhook that keep a journal of what they were answered, and hold the server to it:
// nothing in a journal may be lost or changed afterwards, and what was on its way when the server
// went is sent again under the same id.
import assert from 'node:assert/strict';

// A small seeded generator, so that a failing run can be told again.
export function random(state) {
  return () => { state = (state * 1664525 + 1013904223) >>> 0; return state / 2 ** 32; };
}

const words = ['hello', 'help', 'menu', 'repeat', 'yes', 'I was hurt by that'];

export class Clients {
  constructor(count, next) {
    this.next = next;
    this.journals = Array.from({length: count}, (_, n) => ({sender: `client-${n}`, count: 0, answered: [], open: null}));
    this.refused = 0;  // 503
    this.working = false;
  }

  get acknowledged() { return this.journals.reduce((sum, journal) => sum + journal.answered.length, 0); }

  // Until stop(): each client says one thing after another.
  start(server) {
    this.working = true;
    this.running = Promise.all(this.journals.map((journal) => this.talk(server, journal)));
  }
  async stop() {
    this.working = false;
    await this.running;
  }

  async talk(server, journal) {
    while (this.working) {
      const one = journal.open ?? {key: `${journal.sender}-${journal.count++}`, message: words[Math.floor(this.next() * words.length)]};
      journal.open = one;
      let answer;
      try { answer = await server.rest(journal.sender, one.message, one.key); } catch { await pause(5); continue; }
      if (answer.status === 503) {
        assert.ok(Number(answer.headers.get('retry-after')) > 0, '503 without Retry-After');
        this.refused += 1;
        await pause(20);
        continue;
      }
      assert.equal(answer.status, 200, answer.text);
      journal.answered.push({...one, text: answer.text});
      journal.open = null;
    }
  }

  // The newest `last` of each journal are asked for again; `known` bounds how far back a journal holds.
  async verify(server, last = 20, known = (journal) => journal.answered.length) {
    await Promise.all(this.journals.map(async (journal) => {
      for (const one of journal.answered.slice(0, known(journal)).slice(-last)) {
        const again = await server.rest(journal.sender, one.message, one.key);
        assert.equal(again.text, one.text, `${one.key} is lost or changed`);
      }
    }));
  }
  // One of each journal, anywhere in it.
  async sample(server) {
    await Promise.all(this.journals.map(async (journal) => {
      const old = journal.answered[Math.floor(this.next() * journal.answered.length)];
      if (!old) return;
      const again = await server.rest(journal.sender, old.message, old.key);
      assert.equal(again.text, old.text, `${old.key} was answered otherwise`);
    }));
  }
}

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));
export const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
