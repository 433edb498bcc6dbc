// Turns over HTTP, side by side: attune, an echo through the same edge, the Node peer with a commit a
// turn and with group commit. Each round asks all of them in turn, so that what else the machine does
// meets them alike; the middle of three rounds is shown, and ratios are what matters.
//
//   BUILD=build/bench node tests/bench/http.mjs [--quick]
import {execFileSync, spawn} from 'node:child_process';
import {cpSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

const build = process.env.BUILD ?? 'build/bench';
const quick = process.argv.includes('--quick');
const seconds = quick ? 2 : 5, rounds = quick ? 1 : 3;
const work = mkdtempSync(join(tmpdir(), 'attune-bench-'));
const running = [];

function start(name, command, args, ready) {
  const child = spawn(command, args, {stdio: ['ignore', 'pipe', 'inherit']});
  running.push(child);
  return new Promise((resolve, reject) => {
    let out = '';
    child.stdout.on('data', (bytes) => {
      out += bytes;
      const port = out.match(ready)?.[1];
      if (port) resolve({name, port, pid: child.pid});
    });
    child.on('exit', (code) => reject(new Error(`${name} ended with ${code}: ${out}`)));
  });
}

const ticks = Number(execFileSync('getconf', ['CLK_TCK']));
function cpu(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticks;
}
const rss = (pid) => Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]) / 1024;
const milliseconds = (text) => { const [, n, unit] = text.match(/([\d.]+)(us|ms|s)/) ?? (() => { throw new Error(text); })(); return Number(n) * {us: 0.001, ms: 1, s: 1000}[unit]; };

function load(server, path, connections) {
  const before = cpu(server.pid);
  const out = execFileSync('wrk', ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', '-s', 'tests/bench/turns.lua', `http://127.0.0.1:${server.port}${path}`], {encoding: 'utf8'});
  const requests = Number(out.match(/(\d+) requests in/)[1]);
  return {
    rate: Number(out.match(/Requests\/sec:\s+([\d.]+)/)[1]),
    p50: milliseconds(out.match(/50%\s+(\S+)/)[1]), p99: milliseconds(out.match(/99%\s+(\S+)/)[1]),
    refused: Number(out.match(/Non-2xx or 3xx responses: (\d+)/)?.[1] ?? 0),
    us: (cpu(server.pid) - before) / requests * 1e6,
  };
}

const middle = (list) => [...list].sort((a, b) => a.rate - b.rate)[Math.floor(list.length / 2)];
const print = (...columns) => console.log(columns.map((one, i) => (i === 0 ? String(one).padEnd(34) : String(one).padStart(12))).join(''));

async function table(intents, connections) {
  const folder = join(work, `intents-${intents}`);
  cpSync('intents/library', join(folder, 'library'), {recursive: true});
  execFileSync('node', ['tests/peers/intents.mjs', String(intents), folder]);
  cpSync(join(folder, 'bench.intents'), join(folder, 'library/en/bench.intents'));
  const list = join(folder, 'intents.json');
  const servers = [
    await start('attune', `${build}/bot/attune`, ['serve', '--listen', '127.0.0.1:0', '--data', join(folder, 'data'), '--log', 'error', '--intents', join(folder, 'library'), '--dialogs', 'dialogs/library', ...(process.env.SERVE_OPTIONS?.split(' ') ?? [])], /chat page.*:(\d+)\//),
    await start('echo, same edge', `${build}/tests/bench/echo/bench_echo`, ['0'], /:(\d+)/),
    await start('node, a commit a turn', 'node', ['tests/peers/server.mjs', '--db', join(folder, 'peer.db'), '--intents', list], /:(\d+),/),
    await start('node, group commit', 'node', ['tests/peers/server.mjs', '--db', join(folder, 'group.db'), '--intents', list, '--group'], /:(\d+),/),
  ];
  for (const server of servers) load(server, '/webhooks/rest/webhook', 32);  // everybody's first messages
  for (const n of connections) {
    const seen = new Map(servers.map((server) => [server, []]));
    for (let round = 0; round < rounds; ++round) {
      for (const server of servers) seen.get(server).push(load(server, '/webhooks/rest/webhook', n));
    }
    print(`${intents} more intents, ${n} connections`, 'a second', 'to attune', 'p50 ms', 'p99 ms', 'CPU us', 'refused', 'MB');
    const ours = middle(seen.get(servers[0]));
    for (const server of servers) {
      const row = middle(seen.get(server));
      print(`  ${server.name}`, row.rate.toFixed(0), (ours.rate / row.rate).toFixed(2), row.p50.toFixed(2), row.p99.toFixed(2), row.us.toFixed(0), row.refused, rss(server.pid).toFixed(0));
    }
  }
  for (const child of running.splice(0)) child.removeAllListeners('exit'), child.kill();
}

try {
  await table(10, [1, 32, 512]);
  await table(1000, [32]);
} finally {
  for (const child of running) child.removeAllListeners('exit'), child.kill();
  rmSync(work, {recursive: true, force: true});
}
