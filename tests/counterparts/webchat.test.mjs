// Web Chat as Microsoft ships it, in a real Chromium, on a page made as docs/directline.md says: a whole
// exercise by its buttons and its text box.
import assert from 'node:assert/strict';
import {existsSync, mkdirSync, mkdtempSync, readFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, describe, it} from 'node:test';
import puppeteer from 'puppeteer-core';
import {remove, root} from '../bot/running.mjs';
import {eventually, listening, Served} from './platform.mjs';

const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);
const bundle = readFileSync(new URL('node_modules/botframework-webchat/dist/webchat.js', import.meta.url));
const pictures = join(root, 'build', 'pictures');  // to look at; not judged
mkdirSync(pictures, {recursive: true});

describe('Web Chat', () => {
  let served, domain, secret, token, site, browser, profile;
  const complaints = [];

  before(async () => {
    assert.ok(chromium, 'Chromium is not installed: deploy/install browser');
    served = await Served.start();
    domain = `${served.base}/v3/directline`;
    await served.add('directline', {}, '--url', served.base);
    secret = served.account('directline').secret;
    await eventually(async () => (await fetch(`${domain}/conversations`, {method: 'POST'})).status !== 404);
    // The integrator's own site: another origin, which keeps the secret.
    site = await listening(async ({url}) => {
      if (url === '/webchat.js') return {headers: {'Content-Type': 'text/javascript'}, body: bundle};
      if (url !== '/') return {status: 404};
      token ??= (await (await fetch(`${domain}/tokens/generate`, {method: 'POST', headers: {Authorization: `Bearer ${secret}`, 'Content-Type': 'application/json'}, body: '{"user":{"id":"dl_ada"}}'})).json()).token;
      return {headers: {'Content-Type': 'text/html; charset=utf-8'}, body: `<!doctype html><title>Clinic</title><style>html,body,#chat{height:100%;margin:0}</style>
<div id="chat"></div><script src="/webchat.js"></script><script>
WebChat.renderWebChat({directLine: WebChat.createDirectLine({token: ${JSON.stringify(token)}, domain: ${JSON.stringify(domain)}, webSocket: false}), styleOptions: {suggestedActionLayout: 'stacked'}}, document.getElementById('chat'));
</script>`};
    });
    profile = mkdtempSync(join(tmpdir(), 'attune-webchat-'));
    browser = await puppeteer.launch({executablePath: chromium, headless: true, userDataDir: profile,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']});
  });
  after(async () => { await browser?.close(); await site?.close(); await served?.stop(); if (profile) remove(profile); });

  // As a person reads it: the bubbles in order, and the buttons under them.
  const bubbles = (page) => page.$$eval('.webchat__bubble__content', (all) => all.map((one) => one.innerText.trim()));
  const buttons = (page) => page.$$eval('button.webchat__suggested-action', (all) => all.map((one) => one.innerText.trim()));
  // Does something and gives what was added, once nothing more is.
  async function added(page, act, last) {
    const before = (await bubbles(page)).length;
    await act();
    let fresh = [];
    await eventually(async () => {
      fresh = (await bubbles(page)).slice(before);
      return fresh.length > 0 && last.test(fresh.at(-1));
    }).catch(() => assert.fail(`waited for ${last}, saw ${JSON.stringify(fresh)}`));
    return fresh;
  }
  const press = (page, label, last) => added(page, async () => {
    await eventually(async () => (await buttons(page)).includes(label)).catch(async () => assert.fail(`no "${label}" among ${JSON.stringify(await buttons(page))}`));
    for (const one of await page.$$('button.webchat__suggested-action')) {
      if ((await one.evaluate((element) => element.innerText.trim())) === label) return one.click();
    }
  }, last);
  const say = (page, text, last) => added(page, async () => {
    await page.type('[data-id="webchat-sendbox-input"]', text);
    await page.keyboard.press('Enter');
  }, last);

  it('holds a whole exercise by buttons and text, keeps its order, and comes back where it was', async () => {
    const page = await browser.newPage();
    page.on('console', (message) => { if (['error', 'warning'].includes(message.type()) && !/favicon|404/.test(message.text())) complaints.push(message.text()); });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.setViewport({width: 480, height: 900});
    await page.goto(`${site.origin}/`);
    await eventually(async () => (await buttons(page)).includes('Not now'), 60);
    assert.match((await bubbles(page))[0], /automated program/);
    for (const [label, last] of [['Yes, tell me', /keep your words/], ['Yes', /18 or older/], ['Yes', /Which country/], ['I\'d rather not say', /What would you like to do/],
      ['Talking and listening', /Which one/], ['Say back what I heard', /saying back what you heard/], ['Let\'s try it', /Which of the three/]]) {
      const fresh = await press(page, label, last);
      assert.equal(fresh[0], label);  // the person's own, once, and first
      assert.equal(fresh.filter((text) => text === label).length, 1);
    }
    await page.screenshot({path: join(pictures, 'webchat-middle.png')});
    assert.deepEqual(await buttons(page), ['The first', 'The second', 'The third']);
    await say(page, '2', /\?$|\.$/);
    await say(page, 'let down', /./);
    await say(page, 'You stood there alone all evening, and <b>everyone</b> asked you about me.', /felt heard/);
    await press(page, 'Yes', /Say back what you heard/);
    await say(page, 'You\'ve done everything this week, and you miss us. Did I get that right?', /felt heard/);
    await press(page, 'Yes', /next days/);
    const end = await say(page, 'With my sister on Sunday', /./);
    await eventually(async () => (await bubbles(page)).some((text) => /One thing to carry over/.test(text)));
    assert.equal(end[0], 'With my sister on Sunday');
    await page.screenshot({path: join(pictures, 'webchat.png')});
    const all = await bubbles(page);
    assert.equal(all.filter((text) => /automated program/.test(text)).length, 1);
    assert.ok(all.some((text) => text.includes('<b>everyone</b>')));
    assert.deepEqual(complaints, []);
    const order = ['Yes, tell me', 'Say back what I heard', '2', 'let down', 'With my sister on Sunday'].map((text) => all.lastIndexOf(text));
    assert.deepEqual(order, [...order].sort((a, b) => a - b));
    // The page is opened again with the same token: all of it is there again, as it was, and nothing more.
    await page.reload();
    await eventually(async () => (await bubbles(page)).length >= all.length, 60);
    await new Promise((done) => setTimeout(done, 1500));  // another poll
    assert.deepEqual(await bubbles(page), all);
  });
});
