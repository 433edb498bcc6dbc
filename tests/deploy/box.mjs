// What a test does in the box that tests/deploy/boxed has started.
import assert from 'node:assert/strict';
import {execFileSync, spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {binary, root} from '../bot/running.mjs';

export const init = process.env.ATTUNE_BOX;
assert.ok(init, 'run this by tests/deploy/boxed, which starts systemd in namespaces of its own');
export const boxRoot = `/proc/${init}/root`;

const enter = ['-t', init, '-r', '-w', '-m', '-p', '-u', '-i', '-n', '-C', '--'];

// Runs a command in the box; what it printed, or an error that holds it.
export function inBox(...command) {
  const done = spawnSync('nsenter', [...enter, ...command], {encoding: 'utf8'});
  if (done.status !== 0) throw new Error(`${command.join(' ')} ended with ${done.status}: ${done.stdout}${done.stderr}`);
  return done.stdout.trim();
}

// A program as a service of the box, so that stopping it stops all of it. What it says: /run/NAME.log.
export const serviceInBox = (name, ...command) =>
  inBox('systemd-run', '--quiet', `--unit=${name}`, '-p', `StandardOutput=append:/run/${name}.log`, '-p', `StandardError=append:/run/${name}.log`, '--setenv=HOME=/root', ...command);

// The program, its scripts, its unit and its papers, where a person would install them.
export function install() {
  const build = join(binary, '..', '..');
  execFileSync('cmake', ['--install', build, '--prefix', '/usr', '--strip'], {env: {...process.env, DESTDIR: boxRoot}, stdio: 'pipe'});
}

export const property = (unit, name) => inBox('systemctl', 'show', '--value', '-p', name, unit);

export async function eventually(holds, what, seconds = 30) {
  for (const until = Date.now() + seconds * 1000; Date.now() < until;) {
    try { if (await holds()) return; } catch { /* not yet */ }
    await new Promise((done) => setTimeout(done, 50));
  }
  assert.fail(`${what}: not within ${seconds} s`);
}

export const sourceOf = (path) => readFileSync(join(root, path), 'utf8');
