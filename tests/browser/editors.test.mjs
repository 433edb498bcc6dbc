// The editors' syntax files, run by the engine that VS Code runs: every line of the library gets the
// colours of what it is. Their words are compared with the parser's in tests/dialogs/editors_test.cc.
import assert from 'node:assert/strict';
import {readFileSync, readdirSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {before, describe, it} from 'node:test';
import {root} from '../bot/running.mjs';

const require = createRequire(import.meta.url);
const oniguruma = require('vscode-oniguruma');
const {Registry, INITIAL, parseRawGrammar} = require('vscode-textmate');
const home = join(root, 'dialogs/editors/vscode');
const talks = (folder) => readdirSync(folder, {withFileTypes: true}).flatMap((one) => one.isDirectory()
  ? talks(join(folder, one.name)) : one.name.endsWith('.talk') ? [join(folder, one.name)] : []);

let grammars;
before(async () => {
  await oniguruma.loadWASM(readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm')).buffer);
  const registry = new Registry({
    onigLib: Promise.resolve({createOnigScanner: (p) => new oniguruma.OnigScanner(p), createOnigString: (s) => new oniguruma.OnigString(s)}),
    loadGrammar: async (scope) => {
      const path = join(home, 'syntaxes', `${scope.slice(7)}.tmLanguage.json`);
      return parseRawGrammar(readFileSync(path, 'utf8'), path);
    },
  });
  grammars = Object.fromEntries(await Promise.all(['talk', 'play', 'intents'].map(async (one) => [one, await registry.loadGrammar(`source.${one}`)])));
});

// Each piece of one line with its innermost colour.
const coloured = (kind, line) => grammars[kind].tokenizeLine(line, INITIAL).tokens
  .map((token) => [line.slice(token.startIndex, token.endIndex).trim(), token.scopes.at(-1).replace(`.${kind}`, '')])
  .filter(([text]) => text);

describe('the grammar for .talk', () => {
  it('knows each kind of line', () => {
    for (const [line, ...wanted] of [
      ['not for: someone who is afraid', ['not for', 'keyword.other.header']],
      ['slots', ['slots', 'keyword.other.section']],
      ['  calm: number 0 to 10, measure', ['calm', 'variable.other.slot'], ['number', 'storage.type'], ['10', 'constant.numeric'], ['measure', 'storage.modifier']],
      ['== at-the-table (checkpoint)', ['at-the-table', 'entity.name.section'], ['(checkpoint)', 'storage.modifier']],
      ['Bot: "{heard}" may: be #back07', ['Bot', 'entity.name.type.speaker'], ['{heard}', 'variable.other.slot'], ['#back07', 'constant.other.id']],
      ['  if heat > 7: Aunt May: Stop. #ab01', ['if', 'keyword.control'], ['>', 'keyword.operator.comparison'], ['Aunt May', 'entity.name.type.speaker']],
      ['  * Not today #back05 -> end paused', ['*', 'keyword.control.choice'], ['#back05', 'constant.other.id'], ['->', 'keyword.control.go'], ['paused', 'constant.language']],
      ['  when late and not hurt', ['when', 'keyword.control'], ['and', 'keyword.operator'], ['not', 'keyword.operator']],
      ['-> close', ['->', 'keyword.control.go'], ['close', 'entity.name.section']],
      ['rate calm: wound up .. settled #back12', ['rate', 'keyword.control'], ['calm', 'variable.other.slot'], ['..', 'keyword.operator']],
      ['set mood = "very calm"', ['set', 'keyword.control'], ['"very calm"', 'string.quoted.double']],
      ['    also: sad | down', ['also', 'keyword.control']],
      ['// a note', ['// a note', 'comment.line.double-slash']],
    ]) {
      const found = coloured('talk', line).map((one) => one.join(' = '));
      for (const one of wanted) assert.ok(found.includes(one.join(' = ')), `${line}\n${one.join(' = ')}\nnot in ${JSON.stringify(found)}`);
    }
  });

  it('a text is text: no word of the language in it has a colour', () => {
    assert.deepEqual(coloured('talk', 'Bot: ask if you set it -> there, when not').map(([, scope]) => scope),
      ['entity.name.type.speaker', 'punctuation.separator', 'source']);
  });

  it('leaves no line of the library without a colour', () => {
    let lines = 0;
    for (const file of talks(join(root, 'dialogs/library'))) {
      for (const line of readFileSync(file, 'utf8').split('\n').filter((one) => one.trim())) {
        ++lines;
        assert.ok(coloured('talk', line).some(([, scope]) => scope !== 'source'), `${file}: ${line}`);
      }
    }
    assert.ok(lines > 1000);
  });
});

describe('the others', () => {
  it('know plays and intents', () => {
    assert.deepEqual(coloured('play', '  Sam: ... late #back06'), [['Sam', 'entity.name.type.speaker'], [':', 'punctuation.separator'], ['...', 'keyword.operator'], ['late', 'source'], ['#back06', 'constant.other.id']]);
    assert.deepEqual(coloured('play', '  = heat >= 3').slice(0, 1), [['=', 'keyword.control']]);
    assert.ok(coloured('intents', 'intent advice').some(([text, scope]) => text === 'advice' && scope === 'entity.name.section'));
  });

  it('the problem matcher reads what the check writes', () => {
    const {contributes} = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
    const [{regexp, ...groups}] = contributes.problemMatchers[0].pattern;
    const found = 'my talks/first.talk:15:5: error AT052: There is no scene \'clsoe\' in this script.'.match(new RegExp(regexp));
    assert.deepEqual(['file', 'line', 'column', 'severity', 'code'].map((name) => found[groups[name]]), ['my talks/first.talk', '15', '5', 'error', 'AT052']);
  });
});
