// The page's wiring: who has written, what is open, what is on its way.
import * as api from './api.js';
import {watchForLeaving} from './exit.js';
import * as log from './log.js';

const form = document.getElementById('write');
const words = document.getElementById('words');
const state = document.getElementById('state');
const askForget = document.getElementById('ask-forget');

let version = 0;      // of the newest turn shown
const shown = new Set();  // versions: a turn comes by two ways, and one of a timer may come late
let busy = false;     // one message on its way at a time: order is what makes a conversation
let events = null;

function status(text, again) {
  state.textContent = text;
  if (!again) return;
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Try again';
  button.addEventListener('click', again);
  state.append(button);
}

function fit() {
  words.style.height = 'auto';
  words.style.height = `${Math.min(words.scrollHeight + 2, innerHeight * 0.3)}px`;
}

function show(turn) {
  if (shown.has(turn.version)) return;
  shown.add(turn.version);
  log.said(turn.messages);
  if (turn.version > version) {
    version = turn.version;
    log.offer(turn.offer, press);
  }
  if (turn.forgotten) return restart('Everything about you is deleted. This is a new beginning.');
}

async function deliver(message, shown) {
  if (busy) return;
  busy = true;
  const item = log.mine(shown);
  log.offer(null);
  status('Sending');
  const attempt = async () => {
    try {
      const turn = await api.send(message, (why) => status(`${why} Trying again.`));
      status('');
      busy = false;
      show(turn);
    } catch (refused) {
      busy = false;
      if (refused.status === 401) return restart('This conversation has ended here. A new one begins.');
      if (refused.status >= 400 && refused.status < 500 && refused.status !== 429) {
        item.remove();
        words.value = message.text ?? '';
        fit();
        return status(refused.message);
      }
      status('Not sent yet. Your words are still here.', () => { busy = true; status('Sending'); attempt(); });
    }
  };
  await attempt();
}

function press(choice) {
  deliver({id: api.newId(), choice: choice.value}, choice.label);
  words.focus({preventScroll: true});
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const text = words.value.trim();
  if (!text || busy) return;
  words.value = '';
  fit();
  deliver({id: api.newId(), text}, text);
});

words.addEventListener('input', fit);
words.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
});
addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || askForget.open || busy) return;
  if (event.target === words) {  // a digit there may begin a sentence
    if (event.key === 'Escape') log.toChoices();
  } else if (/^[0-9]$/.test(event.key) && log.pressNumber(Number(event.key))) {
    event.preventDefault();
  }
});

document.getElementById('help-now').addEventListener('click', () => deliver({id: api.newId(), text: 'help now'}, 'help now'));
document.getElementById('forget').addEventListener('click', () => askForget.showModal());
askForget.addEventListener('close', async () => {
  if (askForget.returnValue !== 'delete') return;
  try {
    await api.forget();
    restart('Everything about you is deleted. This is a new beginning.');
  } catch (refused) {
    status(`${refused.message} Nothing was deleted yet.`);
  }
});

function listen() {
  events?.close();
  events = api.follow(version, async (turn) => {
    if (shown.has(turn.version) || (busy && (turn.said || turn.forgotten))) return;  // the answer brings its own
    if (turn.said) log.mine(turn.said);
    show(turn);
  });
}

async function restart(why) {
  events?.close();
  version = 0;
  shown.clear();
  log.clear();
  status(why);
  show(await api.begin());
  listen();
}

async function open() {
  try {
    const kept = await api.transcript().catch((refused) => {
      if (refused.status === 401) return {turns: []};
      throw refused;
    });
    for (const turn of kept.turns) {
      if (turn.said) log.mine(turn.said);
      show(turn);
    }
    log.live(true);
    if (!kept.turns.length) show(await api.begin());
    status('');
    listen();
    words.focus({preventScroll: true});
  } catch (refused) {
    status(refused.message, () => { status(''); open(); });
  }
}

watchForLeaving(document.getElementById('leave'), status);
fit();
open();
