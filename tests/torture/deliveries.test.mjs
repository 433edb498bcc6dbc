// A platform that repeats itself, over two real connections: every event comes five times, shuffled.
// Each is processed once and every copy gets the same answer. The large form, on the same turn without
// HTTP, is tests/turn/deliveries_test.cc. 200 events here; 2,000 with ATTUNE_LONG=1.
import assert from 'node:assert/strict';
import http from 'node:http';
import {describe, it} from 'node:test';
import {remove, Running} from '../bot/running.mjs';
import {counting, random, scriptsWith} from './scripts.mjs';

const events = process.env.ATTUNE_LONG ? 2000 : 200;
const copies = 5, senders = 20;
const seed = Number(process.env.ATTUNE_SEED || Date.now() % 100000);

class Connection {
  constructor(port) {
    this.port = port;
    this.agent = new http.Agent({keepAlive: true, maxSockets: 1});
  }
  send({sender, event, copy}) {
    return new Promise((done, fail) => {
      const body = JSON.stringify({sender: `s${sender}`, message: `word${event}`});
      const request = http.request({
        port: this.port, host: '127.0.0.1', method: 'POST', path: '/webhooks/rest/webhook', agent: this.agent,
        headers: {'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body), 'Idempotency-Key': `${sender}.${event}`},
      }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part) => { text += part; }).on('end', () => done({status: response.statusCode, text, sender, event, copy}));
      });
      request.on('error', fail);
      request.end(body);
    });
  }
}

describe(`every event once, whatever the platform repeats (seed ${seed})`, () => {
  it(`${events * copies} deliveries of ${events} events over two connections`, async () => {
    const next = random(seed);
    const scripts = scriptsWith({'try/own.talk': counting()});
    const server = await Running.start({dialogs: scripts});
    const connections = [new Connection(server.port), new Connection(server.port)];
    const answers = new Map();
    // Round by round, so that a sender's events are in order and its copies come late and mixed.
    const old = [];
    for (let event = 0; event < events / senders; ++event) {
      let round = [];
      for (let sender = 0; sender < senders; ++sender) {
        for (let copy = 0; copy < copies; ++copy) (copy < 3 || event === 0 ? round : old).push({sender, event, copy});
      }
      while (old.length && next() < 0.9) round.push(old.splice(Math.floor(next() * old.length), 1)[0]);
      round = round.map((one) => [next(), one]).sort((a, b) => a[0] - b[0]).map(([, one]) => one);
      for (const answer of await Promise.all(round.map((one) => connections[next() < 0.5 ? 0 : 1].send(one)))) note(answers, answer);
    }
    for (const answer of await Promise.all(old.map((one) => connections[next() < 0.5 ? 0 : 1].send(one)))) note(answers, answer);
    assert.equal(answers.size, events);
    for (let sender = 0; sender < senders; ++sender) {
      for (let event = 0; event < events / senders; ++event) {
        const {text, times} = answers.get(`${sender}.${event}`);
        assert.equal(times, copies);
        // Five words a round of the exercise, and the sixth begins the next.
        const number = event % 6;
        if (number > 0) assert.match(text, new RegExp(`That was word${event}, number ${number}\\.`), `s${sender} ${event}: ${text}`);
        else assert.match(text, /Begin\./);
      }
    }
    const metrics = await (await fetch(`${server.base}/metrics`)).text();
    assert.match(metrics, new RegExp(`attune_turns_total\\{outcome="done"\\} ${events}\\n`));
    console.log(`figure: ${events * copies} deliveries of ${events} events over two connections: each processed once, every copy answered alike`);
    for (const connection of connections) connection.agent.destroy();
    await server.stop();
    remove(server.data);
    remove(scripts);
  });
});

function note(answers, {status, text, sender, event}) {
  assert.equal(status, 200, text);
  const key = `${sender}.${event}`;
  const before = answers.get(key);
  if (!before) return answers.set(key, {text, times: 1});
  assert.equal(text, before.text, `${key} was answered otherwise`);
  before.times += 1;
}
