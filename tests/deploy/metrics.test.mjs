// Rules and dashboard against what a running server really exports, and against what OPERATING.md tells.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {after, before, describe, it} from 'node:test';
import {remove, root, Running} from '../bot/running.mjs';
import {eventually, sourceOf} from './box.mjs';

const promtool = join(root, 'build/tools/usr/bin/promtool');
const rules = sourceOf('deploy/prometheus-rules.yml');
const alerts = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
const dashboard = JSON.parse(sourceOf('deploy/grafana-dashboard.json'));
const manual = sourceOf('deploy/OPERATING.md');

// The names of metrics in PromQL: ours, and those that every exporter has.
const metricsIn = (text) => new Set([...text.matchAll(/\b(?:attune|process)_[a-z_]+\b/g)].map(([name]) => name));

describe('metrics, alerts and dashboard', () => {
  let server, exported, families;
  before(async () => {
    server = await Running.start();
    await server.rest('ada', 'hello', 'metrics-1');
    await server.rest('ada', 'I want to die', 'metrics-2');
    for (const message of ['menu', '1', 'stop', 'yes']) await server.rest('bob', message);
    server.child.kill('SIGHUP');
    await eventually(() => server.err.includes('"reloaded"'), 'a reload');
    exported = await (await fetch(`${server.base}/metrics`)).text();
    families = new Map([...exported.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name, type]));
  });
  after(async () => { await server.stop(); remove(server.data); });

  it('are exported as promtool wants them: names, units, types, help', () => {
    const checked = spawnSync(promtool, ['check', 'metrics'], {input: exported, encoding: 'utf8'});
    assert.equal(checked.status, 0, checked.stdout + checked.stderr);
    assert.equal(checked.stdout + checked.stderr, '');
    for (const [name, type] of families) assert.equal(name.endsWith('_total'), type === 'counter', `${name} is a ${type}`);
    assert.match(exported, /^attune_build_info\{.*version="\d+\.\d+\.\d+".*\} 1$/m);
  });

  it('say what happened', () => {
    const value = (line) => Number(exported.split('\n').find((one) => one.startsWith(line))?.split(' ').at(-1));
    assert.ok(value('attune_turns_total{outcome="done"}') >= 5);
    assert.equal(value('attune_turns_total{outcome="failed"}'), 0);  // there before it first happens
    assert.equal(value('attune_reloads_total{outcome="served"}'), 1);
    assert.equal(value('attune_commit_turns_sum'), value('attune_turns_total{outcome="done"}'));
    assert.equal(value('attune_commit_seconds_count'), value('attune_commit_turns_count'));
    assert.equal(value('attune_turn_seconds_bucket{le="+Inf"}'), value('attune_turn_seconds_count'));
    assert.ok(value('attune_safety_total{intent=') >= 1);
    assert.ok(value('process_resident_memory_bytes') > 1e6);
    const age = Date.now() / 1000 - value('process_start_time_seconds');
    assert.ok(age > -2 && age < 120, `started ${age} s ago`);
  });

  const known = (name) => families.has(name) || families.has(name.replace(/_(bucket|sum|count)$/, ''));

  it('have no alert and no panel on something that is not there', () => {
    const panels = [...dashboard.panels.flatMap((panel) => panel.targets), ...dashboard.annotations.list].map((one) => one.expr).join('\n');
    for (const [where, text] of [['the rules', rules], ['the dashboard', panels]]) {
      const named = metricsIn(text);
      assert.ok(named.size > 10);
      assert.deepEqual([...named].filter((name) => !known(name)), [], `${where} ask for metrics that no server exports`);
    }
  });

  it('are each told in OPERATING.md, and nothing else is', () => {
    const told = metricsIn(manual);
    assert.deepEqual([...families.keys()].filter((name) => !told.has(name)), [], 'exported and not told');
    assert.deepEqual([...told].filter((name) => !known(name)), [], 'told and not exported');
    assert.deepEqual(alerts.filter((name) => !manual.includes(name)), [], 'alerts without instructions');
    assert.deepEqual([...new Set(manual.match(/\bAttune[A-Z]\w+/g))].filter((name) => !alerts.includes(name)), [], 'instructions without an alert');
  });

  it('have alerts that fire and stay silent as they should', () => {
    const checked = spawnSync(promtool, ['check', 'rules', join(root, 'deploy/prometheus-rules.yml')], {encoding: 'utf8'});
    assert.equal(checked.status, 0, checked.stdout + checked.stderr);
    const files = ['tests/deploy/alerts.test.yml', 'tests/deploy/alerts-week.test.yml'];
    const tested = spawnSync(promtool, ['test', 'rules', ...files.map((file) => join(root, file))], {encoding: 'utf8'});
    assert.equal(tested.status, 0, tested.stdout + tested.stderr);
    const cases = files.map(sourceOf).join('\n').split('- eval_time:');
    for (const name of alerts) {
      const own = cases.filter((one) => one.includes(`alertname: ${name}\n`));
      assert.ok(own.some((one) => one.includes('exp_labels')) && own.some((one) => one.includes('exp_alerts: []')), `${name} is not tested both ways`);
    }
  });

  it('fit their panels: every one has a title, a query, and a place of its own', () => {
    const places = new Set();
    for (const {title, targets, gridPos} of dashboard.panels) {
      assert.ok(title && targets.length > 0 && targets.every((one) => one.expr));
      places.add(`${gridPos.x},${gridPos.y}`);
    }
    assert.equal(places.size, dashboard.panels.length);
  });
});
