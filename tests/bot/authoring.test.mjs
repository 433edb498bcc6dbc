// The command line as somebody meets it who writes a script at home: files from anywhere, paths as
// they were typed, and never "0 errors" for something that was not looked at.
import {test} from 'node:test';
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {binary, folder, root} from './running.mjs';

const home = folder();
const put = (name, text) => {
  mkdirSync(join(home, name, '..'), {recursive: true});
  writeFileSync(join(home, name), text);
  return join(home, name);
};
// From the folder of the script, with the library of this checkout.
const attune = (...args) => attuneWith('', ...args);
const attuneWith = (input, ...args) => {
  const library = ['--dialogs', join(root, 'dialogs/library'), '--intents', join(root, 'intents/library')];
  const run = spawnSync(binary, [...args, ...library], {encoding: 'utf8', timeout: 60000, cwd: home, input});
  return {code: run.status, out: run.stdout, err: run.stderr, all: run.stdout + run.stderr};
};

const kScript = `title: A first try
about: Asks one thing and says thank you.
model: an open question
not for: someone who needs help right now
reviewed: draft

slots
  good-thing: text up to 200

== start
ask good-thing
  Bot: What went well today? Small things count. #first01
Bot: "{good-thing}". Thank you for telling me. #first02
end completed
`;
const kPlay = `play "an answer is thanked for"
  > start listen/first
  Bot: #first01
  You: I baked bread with my sister
  Bot: ... Thank you ...
  = ended completed
`;

put('first.talk', kScript);
put('first.play', kPlay);
put('wrong.talk', kScript.replace('end completed', 'end compleetd'));

test('a good script of one\'s own is checked, by the path that was typed', () => {
  const run = attune('check', 'first.talk');
  assert.equal(run.code, 0, run.all);
  assert.match(run.out, /0 errors, 0 warnings/);
  assert.match(run.out, /Checked 1 file/);
});

test('a mistake is shown under the path that was typed, in check, chat and test alike', () => {
  for (const [where, ...args] of [['wrong.talk', 'check', 'wrong.talk'], ['./wrong.talk', 'check', './wrong.talk'], ['wrong.talk', 'chat', 'wrong.talk']]) {
    const run = attune(...args);
    assert.equal(run.code, 65, run.all);
    assert.ok(run.all.includes(`${where}:14:`), run.all);
    assert.ok(!run.all.includes('try/'), run.all);
  }
  put('wrong.play', kPlay.replace('listen/first', 'listen/wrong'));
  const run = attune('test', 'wrong.play');
  assert.equal(run.code, 65, run.all);
  assert.ok(run.all.includes('wrong.talk:14:'), run.all);
});

test('a file that is no script is refused, with what to do', () => {
  for (const name of ['notes.txt', 'first.docx', 'first']) put(name, kScript);
  for (const name of ['notes.txt', 'first.docx']) {
    const run = attune('check', name);
    assert.equal(run.code, 66, run.all);
    assert.match(run.err, /is not a script.*save it as .*\.talk/);
    assert.doesNotMatch(run.all, /0 errors/);
    assert.equal(attune('chat', name).code, 66);
  }
  const missing = attune('check', 'firs.talk');
  assert.equal(missing.code, 66);
  assert.match(missing.err, /there is no file firs\.talk/);
});

test('a folder is checked script by script, laid over the library, and not taken for a library', () => {
  put('mine/one.talk', kScript.replaceAll('#first', '#one'));
  put('mine/deep/two.talk', kScript.replaceAll('#first', '#two').replace('Thank you', 'Thanks'));
  const good = attune('check', 'mine');
  assert.equal(good.code, 0, good.all);
  assert.match(good.out, /Checked 2 files/);
  put('bad/three.talk', kScript.replace('end completed', '-> nowhere'));
  const bad = attune('check', 'bad');
  assert.equal(bad.code, 65);
  assert.match(bad.out, /bad\/three\.talk:14:/);
  assert.match(bad.out, /^1 error, /m);
  mkdirSync(join(home, 'empty'), {recursive: true});
  const empty = attune('check', 'empty');
  assert.equal(empty.code, 66);
  assert.match(empty.err, /no script in empty/);
  const library = attune('check', join(root, 'dialogs/library'));
  assert.equal(library.code, 0, library.all);
  assert.match(library.out, /scripts and \d+ intents can be served/);
});

test('a play of one\'s own runs with the script beside it, from anywhere', () => {
  const run = attune('test', 'first.play');
  assert.equal(run.code, 0, run.all);
  assert.match(run.out, /1 plays? passed, 0 failed/);
  assert.match(run.out, /100 % +listen\/first/);
  assert.equal(attune('test', 'first.talk').code, 0);
  put('failing.talk', kScript);
  put('failing.play', kPlay.replace('listen/first', 'listen/failing').replace('... Thank you ...', 'Good night.'));
  const failing = attune('test', 'failing.play');
  assert.equal(failing.code, 1, failing.all);
  assert.match(failing.out, /FAILED {2}failing\.play:5/);
});

test('a name without plays is refused, not green', () => {
  for (const args of [['listen/nothing'], ['first.plya'], ['nowhere.play'], ['mine']]) {
    const run = attune('test', ...args);
    assert.equal(run.code, 66, `${args}: ${run.all}`);
    assert.doesNotMatch(run.all, /0 failed/);
    assert.match(run.err, /no play|no file/);
  }
  put('bare.talk', kScript);
  put('bare.play', '// nothing yet\n');
  const bare = attune('test', 'bare.play');
  assert.equal(bare.code, 65, bare.all);
  assert.match(bare.out, /no play in this file/);
});

test('what a play names and nobody has is told at its line', () => {
  for (const [from, to, line, words] of [
    ['Bot: #first01', 'Bto: #first01', 3, /Nobody called 'Bto' speaks here/],
    ['#first01', '#frist01', 3, /no line #frist01[^]*'#first01'/],
    ['= ended completed', '= good-thnig is set', 6, /no slot 'good-thnig'[^]*'good-thing'/],
    ['listen/first', 'listen/frist', 2, /no script 'listen\/frist'/],
    ['= ended completed', '= ended well', 6, /does not end `well`/],
  ]) {
    put('named.talk', kScript);
    put('named.play', (from === 'listen/first' ? kPlay : kPlay.replace('listen/first', 'listen/named')).replace(from, to));
    for (const command of ['test', 'check']) {
      const run = attune(command, 'named.play');
      assert.equal(run.code, 65, run.all);
      assert.ok(run.out.includes(`named.play:${line}:`), run.all);
      assert.match(run.out, words);
    }
  }
});

test('what can be heard, said and called is listed', () => {
  const intents = attune('intents');
  assert.equal(intents.code, 0);
  assert.match(intents.out, /blame +\S+/);
  assert.match(intents.out, /Commands[^]*pause/);
  const scripts = attune('scripts');
  assert.match(scripts.out, /listen\/say-back/);
});

test('score: several files, either-or labels, a language, and safety by tier', () => {
  const one = put('lines/one.tsv', 'can we pause\tpause|pause-wish\nthe blue table\t-');
  const two = put('lines/two.tsv', 'no way\tno\n');
  const english = attune('score', one, two);
  assert.equal(english.code, 0, english.all);
  assert.match(english.out, /^pause +1 +1 +0 /m);
  assert.match(english.out, /^no +1 +1 +0 /m);
  assert.match(english.out, /^- +1 lines, 0 heard/m);
  const danger = put('lines/danger.tsv', 'quiero morirme\tmust-alert\nme muero de risa\teveryday\n');
  const spanish = attune('score', '--safety', '--language', 'es', '--misses', danger);
  assert.equal(spanish.code, 0, spanish.all);
  assert.match(spanish.out, /^must-alert +1 +1 1\.000 +1 1\.000$/m);
  assert.match(spanish.out, /^everyday +1 +0 0\.000 +0 0\.000$/m);
  assert.match(spanish.out, /must-alert: suicide: quiero morirme/);
  const wrong = attune('score', '--safety', put('lines/wrong.tsv', 'no label here\n'));
  assert.equal(wrong.code, 65, wrong.all);
  assert.match(wrong.err, /line 1: no tab/);
  const unknown = attune('score', '--language', 'xx', danger);
  assert.equal(unknown.code, 64, unknown.all);
  assert.match(unknown.err, /the language xx/);
});

test('after a mistake in a play only the mistake is shown, and how one\'s own script is called', () => {
  put('need.talk', kScript);
  put('need.play', kPlay.replace('listen/first', 'needs'));
  const wrong = attune('test', 'need.play');
  assert.equal(wrong.code, 65, wrong.all);
  assert.doesNotMatch(wrong.all, /lines touched/);
  assert.match(wrong.all, /Did you mean 'need'[^]*`> start need`/);
  put('need.play', kPlay.replace('listen/first', 'need').replace('... Thank you ...', '… Thank you …'));
  const good = attune('test', 'need.play');
  assert.equal(good.code, 0, good.all);
  assert.equal(good.out.match(/^ +\d+ %/gm).length, 1, good.out);
});

test('a file named without its ending is suggested', () => {
  const chat = attune('chat', 'first-try');
  assert.equal(chat.code, 66);
  put('first-try.talk', kScript);
  assert.match(attune('chat', 'first-try').err, /did you mean the file first-try\.talk\?/);
});

test('a word processor\'s file is told once, as what it is', () => {
  put('word.talk', 'PK\x03\x04 word/document.xml');
  put('rich.talk', '{\\rtf1\\ansi ' + kScript);
  writeFileSync(join(home, 'wide.talk'), Buffer.from('\ufeff' + kScript, 'utf16le'));
  mkdirSync(join(home, 'alone'), {recursive: true});
  writeFileSync(join(home, 'alone/wide.play'), Buffer.from('\ufeff' + kPlay, 'utf16le'));
  for (const name of ['word.talk', 'rich.talk', 'wide.talk', 'alone/wide.play']) {
    const run = attune('check', name);
    assert.equal(run.code, 65, run.all);
    assert.match(run.out, /AT061[^]*Save it as plain text[^]*\n1 error, 0 warnings/, name);
  }
});

test('without a library it is said where one may be', () => {
  const run = spawnSync(binary, ['check', 'first.talk', '--dialogs', '/nowhere/dialogs'],
    {encoding: 'utf8', timeout: 60000, cwd: home});
  assert.match(run.stderr, /say where the library is, for example --dialogs/);
});

test('new: every template becomes a script that passes check and test at once, without a warning, every line touched', () => {
  const kinds = ['ask', 'rehearsal', 'check-in', 'heavy'];
  for (const kind of kinds) {
    const name = `made/of-${kind}`;
    const made = attune('new', name, '--template', kind);
    assert.equal(made.code, 0, made.all);
    const script = readFileSync(join(home, name + '.talk'), 'utf8');
    assert.match(script, new RegExp(`^title: Of ${kind.replace('-', ' ')}\n`));
    assert.ok(!(script + readFileSync(join(home, name + '.play'), 'utf8')).includes('tmpl'));
    assert.equal(spawnSync(binary, ['fmt', '--check', join(home, name + '.talk')]).status, 0);
  }
  const checked = attune('check', 'made');
  assert.equal(checked.code, 0, checked.all);
  assert.match(checked.out, /0 errors, 0 warnings/);
  const run = attune('test', 'made');
  assert.equal(run.code, 0, run.all);
  for (const kind of kinds) assert.match(run.out, new RegExp(`100 % {2}made/of-${kind}\n`));
});

test('new: overwrites nothing, takes no name of the library, and says how a name looks', () => {
  const again = attune('new', 'made/of-ask');
  assert.equal(again.code, 66);
  assert.match(again.err, /of-ask\.talk is already there/);
  assert.match(attune('new', 'listen/say-back').err, /library has a script listen\/say-back already/);
  assert.match(attune('new', 'My Script').err, /small letters, digits and dashes/);
  assert.match(attune('new', 'other', '--template', 'nope').err, /no template nope; there are ask, check-in, heavy, rehearsal/);
  assert.ok(!existsSync(join(home, 'listen/say-back.talk')) && !existsSync(join(home, 'other.talk')));
});

test('untested lines stand in their source, with how often the others were said, and choices that nobody chose', () => {
  put('untested.talk', `title: Two ways
about: Asks once.
model: an open question
not for: someone who needs help right now
reviewed: draft

== start
choose
  Bot: Which way? #two01
  * Left #two02
    Bot: Left it is. #two03
  * Right #two04
    Bot: Right it is. #two05
  * Neither #two06 -> end paused
Bot: There you are. #two07
end completed
`);
  put('untested.play', `play "left, pressed"
  > start untested
  You: [Left]
  Bot: #two03

play "left, by its number"
  > start untested
  You: 1
  Bot: #two03
`);
  const run = attune('test', 'untested.play', '--untested');
  assert.equal(run.code, 0, run.all);
  assert.match(run.out, / 85 % +untested$/m);
  assert.match(run.out, /^untested\.talk: 1 of 7 lines never said or shown, 2 choices never chosen$/m);
  assert.match(run.out, /^ +2 +10 {4}\* Left #two02$/m, 'shown in both plays, in line 10');
  assert.match(run.out, /^ +never +13 {6}Bot: Right it is\. #two05$/m);
  assert.match(run.out, /^ +not chosen +12 {4}\* Right #two04$/m);
  assert.match(run.out, /^ +not chosen +14 /m);
  assert.doesNotMatch(run.out, /title: Two ways/, 'only what lies around');
});

test('a play learns what is said, shows it first, and writes only when told', () => {
  put('learns.talk', kScript);
  const before = `play "thanks"
  > start learns
  You: I baked bread
  Bot: Good night. #first99
`;
  put('learns.play', before);
  const shown = attune('test', '--learn', 'learns.play');
  assert.equal(shown.code, 1, shown.all);
  assert.match(shown.out, /^- +4 +Bot: Good night\. #first99$/m);
  assert.match(shown.out, /^\+ +Bot: #first02 +""I baked bread"\. Thank you for telling me\."$/m);
  assert.match(shown.out, /--yes writes without asking/);
  assert.equal(readFileSync(join(home, 'learns.play'), 'utf8'), before);
  const written = attune('test', '--learn', '--yes', 'learns.play');
  assert.equal(written.code, 0, written.all);
  assert.equal(readFileSync(join(home, 'learns.play'), 'utf8'), before.replace('Good night. #first99', '#first02'));
  assert.match(attune('test', '--learn', 'learns.play').out, /nothing to learn/);
  assert.equal(attune('test', 'learns.play').code, 0);
});

test('a conversation held in chat is saved as a play that passes, and added to those that are there', () => {
  put('held.talk', kScript);
  const held = attuneWith('my own words\n/wait 2 hours\n/save play\n/save play\n/quit\n', 'chat', 'held.talk');
  assert.equal(held.code, 0, held.all);
  assert.ok(held.out.includes(`saved as ${join(home, 'held.play')}`), held.out);
  assert.match(held.out, /added to 1 that were there/);
  assert.match(held.out, /What you typed stands in it, word for word/);
  assert.match(readFileSync(join(home, 'held.play'), 'utf8'), /You: my own words\n {2}Bot: #first02\n {2}~ 2 hours\n {2}= ended completed\n\nplay "as it was held/);
  const run = attune('test', 'held.play');
  assert.equal(run.code, 0, run.all);
  assert.match(run.out, /2 plays passed, 0 failed/);
  assert.match(attuneWith('/save play other.play\n', 'chat', 'held.talk').out, /tests held\.talk, so .* in held\.play, beside it/);
  put('notes.play', 'only notes');
  assert.match(attuneWith('/save play notes\n', 'chat', 'held.talk').out, /already there and holds no play/);
  assert.equal(readFileSync(join(home, 'notes.play'), 'utf8'), 'only notes');
});
