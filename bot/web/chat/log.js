// What is on the screen. Text goes in as text, never as markup. One bot turn is one list item, so that
// a screen reader announces it once.

const talk = document.getElementById('talk');  // scrolls, and is what a screen reader follows
const log = document.getElementById('log');
const choices = document.getElementById('choices');
const newest = document.getElementById('newest');

const make = (tag, className, text) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
};

const atBottom = () => talk.scrollHeight - talk.scrollTop - talk.clientHeight < 80;

let follow = true;  // the reader is at the end, and wants to stay there

function add(item) {
  log.append(item);
  settle();
}

// Shows the newest turn from its beginning: all of it if it fits, else from the words it answers.
function settle() {
  if (follow) {
    const turn = log.lastElementChild;
    const from = turn?.classList.contains('theirs') && turn.previousElementSibling || turn;
    talk.scrollTop = talk.scrollHeight;
    if (from && from.offsetTop < talk.scrollTop + talk.offsetTop) talk.scrollTop = from.offsetTop - talk.offsetTop;
  }
  newest.hidden = atBottom();
}

export function live(on) { talk.setAttribute('aria-live', on ? 'polite' : 'off'); }

export function clear() { log.replaceChildren(); offer(null); }

export function mine(text) {
  const item = make('li', 'mine');
  item.append(make('span', 'unseen', 'You: '), make('p', '', text));
  follow = true;
  add(item);
  return item;
}

// The words before it say the same, so its own text only says what it is.
function picture({picture: name, points}) {
  const frame = make('picture', 'chart');
  const dark = make('source');
  dark.media = '(prefers-color-scheme: dark)';
  dark.srcset = `/v1/charts/${name}-dark.svg`;
  const image = make('img');
  image.src = `/v1/charts/${name}.svg`;
  image.width = 640;
  image.height = 400;
  image.alt = points.length === 1 ? 'A chart with one answer; the words above say what it shows.'
    : `A chart of ${points.length} answers over time; the words above say what it shows.`;
  image.addEventListener('load', settle);
  frame.append(dark, image);
  return frame;
}

export function said(messages) {
  if (!messages.length) return;
  const item = make('li', 'theirs');
  let speaker = 'Bot';
  for (const message of messages) {
    const bot = message.from === 'Bot' && !message.counselor;
    const part = bot ? item : make('div', message.counselor ? 'counselor' : 'cast');
    const who = message.counselor ? `${message.from}, a counselor, writes` : `${message.from}, made up`;
    if (!bot && (message.counselor || message.from !== speaker)) part.append(make('span', 'speaker', who));
    speaker = message.from;
    part.append(make('p', '', message.text));
    if (message.chart) part.append(picture(message.chart));
    if (part !== item) item.append(part);
  }
  add(item);
}

// The open question's buttons; `press` gets the choice.
export function offer(given, press) {
  choices.replaceChildren();
  choices.hidden = !given || !given.choices.length;
  if (choices.hidden) return settle();
  const last = log.querySelector('li.theirs:last-of-type p:last-of-type');
  choices.setAttribute('aria-label', last ? last.textContent.slice(0, 120) : 'Choices');
  const scale = given.kind === 'scale';
  choices.className = scale ? 'scale' : '';
  if (scale && given.ends) {
    const [low, high] = given.ends.split(' .. ');
    const ends = make('p', 'ends');
    ends.append(make('span', '', low), make('span', '', high ?? ''));
    choices.append(ends);
  }
  given.choices.forEach((choice, index) => {
    const button = make('button');
    button.type = 'button';
    if (!scale && index < 9) {
      const key = make('span', 'key', String(index + 1));
      key.setAttribute('aria-hidden', 'true');
      button.append(key);
      button.setAttribute('aria-keyshortcuts', String(index + 1));
    }
    button.append(make('span', '', choice.label));
    button.addEventListener('click', () => press(choice));
    choices.append(button);
  });
  settle();
}

export function pressNumber(number) {
  const wanted = choices.classList.contains('scale')
    ? [...choices.querySelectorAll('button')].find((button) => button.textContent === String(number))
    : choices.querySelectorAll('button')[number - 1];
  wanted?.click();
  return Boolean(wanted);
}

export const toChoices = () => choices.querySelector('button')?.focus();

newest.addEventListener('click', () => { follow = true; talk.scrollTop = talk.scrollHeight; });
talk.addEventListener('scroll', () => { newest.hidden = atBottom(); }, {passive: true});
for (const moved of ['wheel', 'touchmove', 'keydown']) talk.addEventListener(moved, () => { follow = atBottom(); }, {passive: true});
