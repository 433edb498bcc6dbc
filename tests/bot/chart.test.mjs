// A measure over time: the words every channel gets, the picture for whoever may see it, and that it is
// theirs alone and goes with them.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {cpSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, describe, it} from 'node:test';
import {binary, folder, remove, root, Running} from './running.mjs';

// The library, beginning with practice/settle each time.
const library = folder();
cpSync(join(root, 'dialogs/library'), library, {recursive: true});
const always = join(library, 'always.talk');
writeFileSync(always, readFileSync(always, 'utf8').replace(/on (start|idle) call \S+/g, 'on $1 call practice/settle'));
after(() => remove(library));

// Two ratings, and the reply with the chart.
async function settle(say) {
  const begun = JSON.stringify(await say('hello'));
  assert.ok(begun.includes('How settled do you feel'), begun);
  await say('3');
  await say("I'm ready");
  return say('6');
}

const servers = [];
const start = async (more = {}) => { servers.push(await Running.start({dialogs: library, ...more})); return servers.at(-1); };
after(async () => { for (const one of servers) { await one.stop(); remove(one.data); } });

const size = (png) => [png.readUInt32BE(16), png.readUInt32BE(20)];

describe('a chart', () => {
  let server;
  before(async () => { server = await start(); });

  const rest = (sender) => async (message) => JSON.parse((await server.rest(sender, message)).text);
  const get = async (path, headers = {}) => {
    const answer = await fetch(server.base + path, {headers});
    return {status: answer.status, type: answer.headers.get('content-type'), bytes: Buffer.from(await answer.arrayBuffer()), cache: answer.headers.get('cache-control')};
  };

  it('over REST: text that says it, an image that shows it, the same again for a retry', async () => {
    const reply = await settle(rest('ada'));
    const shown = reply.find((message) => message.image);
    assert.ok(shown, JSON.stringify(reply));
    const words = reply.map((message) => message.text).join(' ');
    assert.match(words, /from 0 \(wound up\) to 10 \(settled\)/);
    assert.match(words, /2 answers\. The first was 3, on \d+ \w+ \d{4}\. The last was 6/);
    assert.match(shown.image, /^\/webhooks\/rest\/charts\/\d+-\d+\.png\?sender=ada$/);
    const picture = await get(shown.image);
    assert.equal(picture.status, 200);
    assert.equal(picture.type, 'image/png');
    assert.equal(picture.cache, 'no-store');
    assert.deepEqual(size(picture.bytes), [1280, 800]);
    assert.ok((await get(shown.image)).bytes.equals(picture.bytes));
    // Another sender has none there, nor does a turn without a chart, and both look alike.
    const others = shown.image.replace('sender=ada', 'sender=ben');
    const none = await get(others);
    assert.equal(none.status, 404);
    const first = await get('/webhooks/rest/charts/1-0.png?sender=ada');
    assert.equal(first.status, 404);
    const stable = (bytes) => bytes.toString().replace(/"id":"[^"]*"/, '');
    assert.equal(stable(first.bytes), stable(none.bytes));
    for (const name of ['0-0.png', '7.png', '7-0.gif', '7-0', '-1-0.png', '7-0.png.svg', '99999999999999999999-0.png', '7-99.png', '7-0-light.png'])
      assert.equal((await get(`/webhooks/rest/charts/${name}?sender=ada`)).status, 404, name);
  });

  it('goes on after a restart with what was measured before, and is forgotten with the person', async () => {
    const one = await start();
    const say = (where) => async (message) => JSON.parse((await where.rest('eve', message)).text);
    await settle(say(one));
    await one.stop();
    const two = await start({data: one.data});
    const reply = await settle(say(two));
    assert.match(reply.map((message) => message.text).join(' '), /4 answers/);
    const {image} = reply.find((message) => message.image);
    assert.equal((await fetch(two.base + image)).status, 200);
    assert.equal(spawnSync(binary, ['forget', 'rest:default:eve', '--data', one.data], {encoding: 'utf8'}).status, 0);
    assert.equal((await fetch(two.base + image)).status, 404);
    assert.match((await settle(say(two))).map((message) => message.text).join(' '), /2 answers/);
  });

  it('on the page: drawn for this session alone, as SVG and PNG, light and dark', async () => {
    const page = server.session();
    await page.begin();
    const say = async (text) => (await page.say(text)).json;
    await say('skip');
    const reply = await settle(say);
    const message = reply.messages.find((one) => one.chart);
    assert.deepEqual(message.chart.points.map((point) => point[2]), [3, 6]);
    assert.equal(message.chart.picture.split('-')[0], String(reply.version));
    const at = (ending) => get(`/v1/charts/${message.chart.picture}${ending}`, {Cookie: page.cookie});
    const [svg, dark, png] = [await at('.svg'), await at('-dark.svg'), await at('.png')];
    assert.deepEqual([svg.status, dark.status, png.status], [200, 200, 200]);
    assert.equal(svg.type, 'image/svg+xml');
    assert.match(svg.bytes.toString(), /<svg[^]*<\/svg>/);
    assert.ok(!svg.bytes.toString().includes('<script'));
    assert.ok(!svg.bytes.equals(dark.bytes));
    // Nobody, somebody else, and the transcript later.
    assert.equal((await get(`/v1/charts/${message.chart.picture}.svg`)).status, 401);
    const other = server.session();
    await other.begin();
    assert.equal((await get(`/v1/charts/${message.chart.picture}.svg`, {Cookie: other.cookie})).status, 404);
    const later = (await page.call('GET', '/v1/transcript')).json.turns.at(-1);
    assert.equal(later.messages.find((one) => one.chart).chart.picture, message.chart.picture);
  });

  it('in the terminal: in words', () => {
    const out = spawnSync(binary, ['chat', 'practice/settle'], {encoding: 'utf8', input: "3\nI'm ready\n6\n/quit\n", cwd: root});
    assert.match(out.stdout, /2 answers\. The first was 3/, out.stderr);
  });
});
