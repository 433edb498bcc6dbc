// The same phrases for both sides: N intents as an .intents file for attune and as a list of RegExp for
// the peer. Words as in tests/bench/turns.lua, so that some of them are heard; a quarter has a gap.
//
//   node intents.mjs N FOLDER      writes FOLDER/bench.intents and FOLDER/intents.json
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

const [count, folder] = [Number(process.argv[2]), process.argv[3]];
let seed = 11;
const random = (n) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
const syllables = ['ba', 'ce', 'di', 'fo', 'gu', 'la', 'me', 'ni', 'po', 'ru', 'sa', 'te', 'vi', 'wo'];
const everyday = ['hurt', 'late', 'dinner', 'kitchen', 'waiting', 'sunday', 'light', 'called', 'talk', 'plans', 'cold', 'stayed'];
const word = () => (random(3) === 0 ? everyday[random(everyday.length)] : Array.from({length: 2 + random(2)}, () => syllables[random(syllables.length)]).join(''));

const talk = [];
const list = [];
for (let i = 0; i < count; ++i) {
  const [a, b, c, d, e] = [word(), word(), word(), word(), word()];
  const gap = i % 4 === 0;
  talk.push(`intent bench-${i}\n  about: for a bench\n  ${a} (${b}|${c}|${d})${gap ? ' ... ' : ' '}${e}\n`);
  list.push([`bench-${i}`, `\\b${a}\\s+(?:${b}|${c}|${d})\\s+${gap ? '(?:\\S+\\s+){0,5}' : ''}${e}\\b`]);
}
mkdirSync(folder, {recursive: true});
writeFileSync(join(folder, 'bench.intents'), talk.join('\n'));
writeFileSync(join(folder, 'intents.json'), JSON.stringify(list));
