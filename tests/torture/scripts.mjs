// A copy of the shipped scripts, with an exercise of a test's own laid over it that everybody begins with.
import {cpSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {folder, root} from '../bot/running.mjs';

export function scriptsWith(files) {
  const own = folder();
  cpSync(join(root, 'dialogs/library'), own, {recursive: true});
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(own, path)), {recursive: true});
    writeFileSync(join(own, path), text);
  }
  const always = join(own, 'always.talk');
  writeFileSync(always, readFileSync(always, 'utf8')
    .replace('on start call help/welcome', 'on start call try/own')
    .replace('on idle call help/menu', 'on idle call try/own'));
  return own;
}

// Asks a word, says it back with its number, again and again. `mark` goes into every line, which is wording;
// `shape` into a slot's range, which is structure.
export const counting = (mark = '', shape = 0) => `title: Counting
about: For tests.
for: one
minutes: 1
model: none
not for: people
sources: none
reviewed: draft

slots
  word: text up to 200
  times: number 0 to ${1000 + shape}, starts at 0

== start
Bot: Begin${mark}. #count01
-> round

== round
ask word
  Bot: Say a word${mark}. #count02
add 1 to times
Bot: That was {word}, number {times}${mark}. #count03
if times > 4
  end completed
-> round
`;

// A small seeded generator, so that a failing run can be told again.
export function random(state) {
  return () => { state = (state * 1664525 + 1013904223) >>> 0; return state / 2 ** 32; };
}
