// The peer: fastify and better-sqlite3, one process, WAL and synchronous=FULL, the event id and its reply
// in the same transaction as the state.
//
//   node server.mjs --port 0 --db FILE --intents FILE.json [--group]
//
// Without --group each turn is its own transaction. With it, turns that come in while the event loop was
// busy are committed together and answered after that: group commit, as far as one thread can.
import {parseArgs} from 'node:util';
import Database from 'better-sqlite3';
import Fastify from 'fastify';
import {beginning, loadIntents, match, step} from './turn.mjs';

const {values} = parseArgs({options: {
  port: {type: 'string', default: '0'}, db: {type: 'string'}, intents: {type: 'string'}, group: {type: 'boolean', default: false},
}});
const intents = loadIntents(values.intents);

const db = new Database(values.db);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.exec(`
  CREATE TABLE IF NOT EXISTS conversation (id TEXT PRIMARY KEY, version INTEGER NOT NULL, state TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS message (id INTEGER PRIMARY KEY, conversation TEXT NOT NULL, at INTEGER NOT NULL, sender TEXT NOT NULL, text TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS event (id TEXT PRIMARY KEY, body TEXT NOT NULL, reply TEXT NOT NULL) WITHOUT ROWID;
`);
const seen = db.prepare('SELECT body, reply FROM event WHERE id = ?');
const load = db.prepare('SELECT version, state FROM conversation WHERE id = ?');
const keep = db.prepare('INSERT INTO conversation VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET version = excluded.version, state = excluded.state');
const say = db.prepare('INSERT INTO message (conversation, at, sender, text) VALUES (?, ?, ?, ?)');
const note = db.prepare('INSERT INTO event VALUES (?, ?, ?)');

// Inside a transaction. Status and body of the answer.
function take({id, sender, message}) {
  const known = id ? seen.get(id) : undefined;
  if (known) return known.body === message ? {status: 200, body: known.reply} : {status: 409, body: '{"error":"id_reused"}'};
  const row = load.get(sender);
  const now = Date.now();
  const {state, messages} = step(row ? JSON.parse(row.state) : beginning(), match(intents, message), message, now);
  const body = JSON.stringify(messages.map((one) => ({recipient_id: sender, ...one})));
  keep.run(sender, (row?.version ?? 0) + 1, JSON.stringify(state));
  say.run(sender, now, 'person', message);
  say.run(sender, now, 'bot', body);
  if (id) note.run(id, message, body);
  return {status: 200, body};
}

const alone = db.transaction(take);
const together = db.transaction((turns) => turns.map((turn) => take(turn)));

let waiting = [];
function commitWaiting() {
  const turns = waiting;
  waiting = [];
  const answers = together(turns.map((turn) => turn.event));
  turns.forEach((turn, i) => turn.done(answers[i]));
}
function queued(event) {
  return new Promise((done) => {
    if (waiting.push({event, done}) === 1) setImmediate(commitWaiting);
  });
}

const app = Fastify({logger: false, bodyLimit: 65536});
app.post('/webhooks/rest/webhook', {
  schema: {body: {type: 'object', required: ['sender', 'message'], properties: {
    sender: {type: 'string', minLength: 1, maxLength: 200}, message: {type: 'string', maxLength: 4000},
  }}},
}, async (request, reply) => {
  const event = {id: request.headers['idempotency-key'], sender: request.body.sender, message: request.body.message};
  const answer = values.group ? await queued(event) : alone(event);
  reply.code(answer.status).type('application/json').send(answer.body);
});
await app.listen({host: '127.0.0.1', port: Number(values.port)});
console.log(`peer on 127.0.0.1:${app.server.address().port}, ${intents.length} intents, ${values.group ? 'group commit' : 'a commit a turn'}`);
process.on('SIGTERM', () => { app.close().then(() => { db.close(); process.exit(0); }); });
