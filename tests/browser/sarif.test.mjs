// `attune check --format json|sarif`: what an editor and a code review read. The log is held against the
// standard's own schema.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {after, describe, it} from 'node:test';
import Ajv from 'ajv-draft-04';
import formats from 'ajv-formats';
import {binary, folder, remove, root} from '../bot/running.mjs';

const schema = JSON.parse(readFileSync(new URL('node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json', import.meta.url)));
const valid = formats(new Ajv({strict: false, allErrors: true, unicodeRegExp: false})).compile(schema);
const home = folder();
after(() => remove(home));
const check = (format, ...files) => spawnSync(binary, ['check', ...files, '--format', format,
  '--dialogs', join(root, 'dialogs/library'), '--intents', join(root, 'intents/library')], {encoding: 'utf8', cwd: home});

// Two mistakes and, before the second, letters that are one, two and four bytes long.
writeFileSync(join(home, 'a b.talk'), `title: Wrong
about: Has two mistakes.
model: none
not for: anyone
reviewed: draft

== start
Bot: "Zoë 😀 {nope}" said. #wr01
-> clsoe
`);

describe('check --format json', () => {
  it('is one object a finding, with what an editor needs', () => {
    const run = check('json', 'a b.talk');
    assert.equal(run.status, 65);
    assert.equal(run.stderr, '');
    const found = JSON.parse(run.stdout);
    const errors = found.filter((one) => one.severity === 'error');
    assert.deepEqual(errors.map(({code, file, line, column, end_column: end}) => [code, file, line, column, end]), [
      ['AT051', 'a b.talk', 8, 14, 20],  // in the units of an editor: the letters before it are 8 of 11 bytes
      ['AT052', 'a b.talk', 9, 4, 9],
    ]);
    assert.match(errors[1].message, /no scene 'clsoe'/);
    assert.match(errors[1].advice, /== name/);
  });

  it('each link leads to a heading of the page', () => {
    const found = JSON.parse(check('json', 'a b.talk').stdout);
    const [address, anchor] = found.find((one) => one.code === 'AT052').link.split('#');
    const headings = readFileSync(fileURLToPath(address), 'utf8').split('\n').filter((line) => line.startsWith('## '))
      .map((line) => line.slice(3).toLowerCase().replaceAll(' ', '-'));
    assert.ok(existsSync(fileURLToPath(address)) && headings.includes(anchor), anchor);
  });

  it('says nothing else: an empty list where nothing is wrong', () => {
    const run = check('json');
    assert.equal(run.status, 0, run.stdout);
    assert.deepEqual(JSON.parse(run.stdout), []);
  });
});

describe('check --format sarif', () => {
  it('is valid SARIF 2.1.0, with findings and without', () => {
    for (const files of [['a b.talk'], []]) {
      const log = JSON.parse(check('sarif', ...files).stdout);
      assert.ok(valid(log), JSON.stringify(valid.errors, null, 1));
      assert.equal(log.version, '2.1.0');
    }
  });

  it('is held against a schema that refuses', () => {
    const log = JSON.parse(check('sarif', 'a b.talk').stdout);
    log.runs[0].results[0].level = 'fatal';
    assert.equal(valid(log), false);
  });

  it('names rule, place and level of each, and a path as an address', () => {
    const [run] = JSON.parse(check('sarif', 'a b.talk').stdout).runs;
    const result = run.results.find((one) => one.ruleId === 'AT051');
    assert.equal(result.level, 'error');
    assert.equal(run.tool.driver.rules[result.ruleIndex].id, 'AT051');
    assert.equal(run.columnKind, 'utf16CodeUnits');
    assert.deepEqual(result.locations[0].physicalLocation,
      {artifactLocation: {uri: 'a%20b.talk'}, region: {startLine: 8, startColumn: 14, endColumn: 20}});
  });
});
