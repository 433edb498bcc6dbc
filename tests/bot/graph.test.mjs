// `attune graph` lays a script, the library and 300 scenes out as SVG, in which every scene stands.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, test} from 'node:test';
import {binary, folder, remove, root} from './running.mjs';

const home = folder();
after(() => remove(home));
const graph = (args, env = {}) => spawnSync(binary, ['graph', ...args, '--dialogs', join(root, 'dialogs/library'),
  '--intents', join(root, 'intents/library')], {encoding: 'utf8', cwd: home, env: {...process.env, ...env}, timeout: 120000});
// What an XML reader sees: the texts of the drawing, with their marks undone.
const texts = (svg) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) =>
  text.replaceAll('&#160;', ' ').replaceAll('&#45;', '-').replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'));

test('300 scenes and signs that mean something to a drawing', () => {
  let script = 'title: <b>"Many" & more</b>\nabout: x\nmodel: m\nnot for: n\nreviewed: draft\n';
  for (let n = 0; n < 299; ++n) {
    script += `\n== scene-${n}\nchoose\n  Bot: What <i>now</i> & then?\n  * Go on -> scene-${n + 1}\n  * Skip </table>]; -> scene-${Math.min(299, n + 3)}\n`;
  }
  writeFileSync(join(home, 'many.talk'), script + '\n== scene-299\nBot: Bye.\nend completed\n');
  const run = graph(['many.talk', '--to', 'many.svg']);
  assert.equal(run.status, 0, run.stderr);
  const svg = readFileSync(join(home, 'many.svg'), 'utf8');
  const seen = texts(svg);
  for (let n = 0; n < 300; ++n) assert.ok(seen.includes(`scene-${n}`), `scene-${n}`);
  assert.ok(seen.some((text) => text.includes('<b>"Many" & more</b>')), 'the title as it is written');
  assert.ok(seen.some((text) => text.includes('Skip </table>];')), 'a label as it is written');
  assert.doesNotMatch(svg, /<i>|<\/table>/i);
});

test('the library, shaded by what its plays touch, with a legend', () => {
  const run = graph(['--coverage']);
  assert.equal(run.status, 0, run.stderr);
  const seen = texts(run.stdout);
  for (const words of ['listen/say-back', 'safety/stop', 'Lines that a play touches:', 'less than half']) {
    assert.ok(seen.some((text) => text.includes(words)), words);
  }
  assert.ok(seen.some((text) => /^\d+ of \d+ lines$/.test(text)));
});

test('without Graphviz it says what to install, and the text is still to be had', () => {
  const none = graph(['listen/say-back'], {PATH: home});
  assert.equal(none.status, 66);
  assert.match(none.stderr, /apt-get install graphviz.*--format dot/);
  const dot = graph(['listen/say-back', '--format', 'dot'], {PATH: home});
  assert.equal(dot.status, 0);
  assert.match(dot.stdout, /^digraph "listen\/say-back" \{/);
  assert.match(graph(['listen/nope']).stderr, /no script listen\/nope/);
});
