// OPERATING.md, done by its own words: the commands of its sections are taken out of it and run, in the box.
import assert from 'node:assert/strict';
import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {after, before, describe, it} from 'node:test';
import {boxRoot, eventually, inBox, install, property, sourceOf} from './box.mjs';

const manual = sourceOf('deploy/OPERATING.md');
const base = 'http://127.0.0.1:8080';

// The first block of commands under a heading.
function commands(heading) {
  const found = manual.match(new RegExp(`^#+ ${heading}$[^]*?^\`\`\`\n([^]*?)^\`\`\`$`, 'm'));
  assert.ok(found, `no commands under "${heading}"`);
  return found[1];
}
const shell = (text) => inBox('bash', '-euc', text);

async function hear(message, key, token) {
  const answer = await fetch(`${base}/webhooks/rest/webhook`, {
    method: 'POST', headers: {'Content-Type': 'application/json', 'Idempotency-Key': key, ...(token ? {Authorization: `Bearer ${token}`} : {})}, body: JSON.stringify({sender: 'ada', message}),
  });
  return {status: answer.status, text: await answer.text()};
}
const serving = () => eventually(async () => (await fetch(`${base}/readyz`)).ok, 'serving');

describe('OPERATING.md', () => {
  before(() => {
    install();
    for (const place of ['backup', 'keys', 'safe']) mkdirSync(`${boxRoot}/media/${place}`, {recursive: true});
  });
  after(() => { try { inBox('systemctl', 'stop', 'attune'); } catch { /* was not started */ } });

  it('installs a program that runs from anywhere and finds its scripts', () => {
    assert.match(inBox('attune', '--version'), /^attune \d+\.\d+\.\d+$/);
    // From another prefix too, which nobody has told it.
    inBox('bash', '-euc', 'cd / && mkdir -p /opt/x && cp -r /usr/bin/attune /opt/x/ && mkdir -p /opt/y/bin /opt/y/share && mv /opt/x/attune /opt/y/bin/ && cp -r /usr/share/attune /opt/y/share/ && mv /usr/share/attune /usr/share/away');
    try {
      assert.match(inBox('bash', '-c', 'cd / && /opt/y/bin/attune match "I want to stop"'), /stop/);
    } finally { inBox('mv', '/usr/share/away', '/usr/share/attune'); }
    for (const paper of ['OPERATING.md', 'Caddyfile', 'nginx.conf', 'prometheus-rules.yml', 'grafana-dashboard.json', 'COMMANDS.md']) {
      assert.ok(readdirSync(`${boxRoot}/usr/share/doc/attune`).includes(paper), paper);
    }
  });

  it('brings a backup back by its own commands, key and all', async () => {
    inBox('systemctl', 'daemon-reload');
    inBox('systemctl', 'start', 'attune');
    shell(commands('The key'));
    const kept = await hear('hello', 'manual-1');
    const token = shell('attune token add shop --role integrator --data /var/lib/attune').trim().split('\n')[0];
    shell(commands('Backup'));
    await hear('menu', 'manual-2', token);
    // The disk is lost, and what is there now is another's.
    inBox('systemctl', 'stop', 'attune');
    shell('rm -rf /var/lib/private/attune/*');
    inBox('systemctl', 'start', 'attune');
    await serving();
    await hear('hello', 'stranger-1');

    const today = readdirSync(`${boxRoot}/media/backup`).find((name) => name.endsWith('.db'));
    const restored = shell(commands('Restore').replace(/attune-\d{4}-\d\d-\d\d\.db/g, today));
    assert.match(restored, /^ok$/m);
    await serving();
    assert.equal((await hear('hello', 'manual-1')).status, 401, 'a token was made, so nobody is let in without');
    assert.equal((await hear('hello', 'manual-1', token)).text, kept.text);
    assert.match(inBox('attune', 'audit', '--data', '/var/lib/attune'), /token_add +command line +integrator +shop/);
    assert.match(inBox('ls', '/var/lib/private/attune-before'), /^access\.db\s[^]*^attune\.db\s/m);
  });

  it('upgrades and goes back by its own commands', async () => {
    const block = commands('Upgrade, and back').replace(/^git pull.*$/m, 'true');  // there is nothing newer to pull
    shell(block);
    await serving();
    const back = manual.match(/`(mv \/usr\/bin\/attune\.before [^`]*)`/)[1];
    shell(back);
    await serving();
    assert.equal(property('attune', 'SubState'), 'running');
  });

  it('hands the token in by a credential, as it says', async () => {
    writeFileSync(`${boxRoot}/etc/attune.token`, 'canary-token\n', {mode: 0o600});
    const dropIn = manual.match(/systemctl edit attune\n((?:  .*\n)+)/)[1].replaceAll('/etc/attune/token', '/etc/attune.token');
    mkdirSync(`${boxRoot}/etc/systemd/system/attune.service.d`, {recursive: true});
    writeFileSync(`${boxRoot}/etc/systemd/system/attune.service.d/token.conf`, dropIn.replace(/^ +/gm, ''));
    inBox('systemctl', 'daemon-reload');
    inBox('systemctl', 'restart', 'attune');
    await eventually(async () => (await hear('hello', 'manual-3')).status === 401, 'refused without the token');
    assert.equal((await fetch(`${base}/webhooks/rest/`, {headers: {Authorization: 'Bearer canary-token'}})).status, 200);
  });

  it('tells of every event that the log can hold, and of no other', () => {
    const sources = ['bot', 'storage'].flatMap((room) => sourcesOf(room)).join('\n');
    const written = new Set([...sources.matchAll(/log::write\([^;{]*?"([a-z_]+)"/g)].map(([, event]) => event));
    assert.ok(written.size > 8);
    const section = manual.match(/^## The log$([^]*?)^## /m)[1];
    const told = new Set([...section.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell]) => [...cell.matchAll(/`([a-z_]+)`/g)].map(([, event]) => event)));
    assert.deepEqual([...written].filter((event) => !told.has(event)), [], 'written and not told');
    assert.deepEqual([...told].filter((event) => !written.has(event)), [], 'told and never written');
  });
});

function sourcesOf(folder) {
  const from = new URL(`../../${folder}/`, import.meta.url);
  return readdirSync(from, {withFileTypes: true}).flatMap((entry) =>
    entry.isDirectory() ? sourcesOf(`${folder}/${entry.name}`) : entry.name.endsWith('.cc') ? [readFileSync(new URL(entry.name, from), 'utf8')] : []);
}
