// One turn: which intents, what next, what to say. Written as a Node developer would who wants it fast:
// one array of RegExp, compiled once, tested in order until one fits.
import {readFileSync} from 'node:fs';

// A JSON list of [name, pattern]; made by tests/peers/intents.mjs from the same phrases that attune gets.
export function loadIntents(path) {
  return JSON.parse(readFileSync(path, 'utf8')).map(([name, pattern]) => ({name, pattern: new RegExp(pattern, 'i')}));
}

export function match(intents, text) {
  for (const intent of intents) if (intent.pattern.test(text)) return intent.name;
  return null;
}

const prompts = [
  'What happened, as you would tell a friend?',
  'What was the hardest part of it?',
  'What would you like them to understand?',
  'What could you say first?',
];

// State in, state and reply out. Keeps what an attune turn keeps: the step, the answers, what was heard.
export function step(state, intent, text, now) {
  const next = {
    ...state,
    step: (state.step + 1) % prompts.length,
    answers: [...state.answers.slice(-3), text],
    heard: intent ? {...state.heard, [intent]: (state.heard[intent] ?? 0) + 1} : state.heard,
    seen: now,
  };
  const messages = [];
  if (intent) messages.push({text: `You said something about ${intent}. Thank you for telling me.`});
  messages.push({
    text: prompts[next.step],
    buttons: [
      {title: 'Go on', payload: '/choice go'},
      {title: 'Say that again', payload: '/choice again'},
      {title: 'Help', payload: '/choice help'},
      {title: 'Not today', payload: '/choice stop'},
    ],
  });
  return {state: next, messages};
}

export const beginning = () => ({step: -1, answers: [], heard: {}, seen: 0});
