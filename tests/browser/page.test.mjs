// The chat page in real Chromium, at phone and desktop width, light and dark: a conversation by mouse
// and by keyboard, the place kept, leaving, being forgotten, and what a screen reader is told.
import assert from 'node:assert/strict';
import {existsSync, mkdirSync, mkdtempSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, describe, it} from 'node:test';
import puppeteer from 'puppeteer-core';
import {remove, root, Running} from '../bot/running.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);
const pictures = join(root, 'build', 'pictures');  // to look at; not judged
mkdirSync(pictures, {recursive: true});

const phone = {width: 390, height: 844, isMobile: true, hasTouch: true, deviceScaleFactor: 2};
const desk = {width: 1280, height: 900};

describe('the chat page', () => {
  let server, browser, profile;
  const violations = [];

  before(async () => {
    assert.ok(chromium, 'Chromium is not installed: deploy/install browser');
    server = await Running.start();
    profile = mkdtempSync(join(tmpdir(), 'attune-browser-'));
    browser = await puppeteer.launch({
      executablePath: chromium, headless: true, userDataDir: profile,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    });
  });
  after(async () => { await browser?.close(); await server?.stop(); remove(server.data); remove(profile); });

  // A new person in a window of their own.
  async function open(viewport = desk, scheme = 'light') {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    page.on('console', (message) => { if (message.type() === 'error') violations.push(message.text()); });
    page.on('pageerror', (error) => violations.push(String(error)));
    await page.setViewport(viewport);
    await page.emulateMediaFeatures([{name: 'prefers-color-scheme', value: scheme}, {name: 'prefers-reduced-motion', value: 'reduce'}]);
    await page.goto(`${server.base}/`);
    await page.waitForSelector('#choices button');
    return {page, close: () => context.close()};
  }
  const turns = (page) => page.$$eval('#log li', (items) => items.length);
  const last = (page) => page.$eval('#log li:last-child', (item) => item.textContent);
  const more = async (page, act) => {
    const count = await turns(page);
    await act();
    await page.waitForFunction((n) => document.querySelectorAll('#log li').length >= n + 2, {timeout: 8000}, count);
  };
  async function judge(page, state) {
    // Over the debugging protocol, so that the page's own strict policy stays as it is.
    await page.evaluate(axe);
    const found = await page.evaluate(() => globalThis.axe.run(document, {resultTypes: ['violations']}));
    assert.deepEqual(found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' ')}`), [], state);
  }

  for (const [name, viewport] of [['phone', phone], ['desk', desk]]) {
    for (const scheme of ['light', 'dark']) {
      it(`says what it is, fits, and axe finds nothing (${name}, ${scheme})`, async () => {
        const {page, close} = await open(viewport, scheme);
        assert.match(await page.$eval('#automated', (p) => p.textContent), /automated program, not a person/);
        await judge(page, 'at the start');
        await more(page, () => page.click('#choices button'));
        await judge(page, 'after a choice');
        await page.screenshot({path: join(pictures, `${name}-${scheme}.png`)});
        await page.click('summary');
        await judge(page, 'with privacy open');
        await page.screenshot({path: join(pictures, `${name}-${scheme}-privacy.png`)});
        const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
        assert.equal(wide, false, 'scrolls sideways');
        const small = await page.$$eval('button:not([hidden]), a.button', (all) => all.filter((b) => b.offsetParent && (b.offsetHeight < 24 || b.offsetWidth < 24)).length);
        assert.equal(small, 0, 'a target under 24 px');
        await close();
      });
    }
  }

  it('still fits at 320 px with text twice as large', async () => {
    const {page, close} = await open({width: 320, height: 640});
    await page.evaluate(() => { document.documentElement.style.setProperty('font-size', '200%'); });
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
    await page.screenshot({path: join(pictures, 'narrow-large.png')});
    await close();
  });

  it('is used by keyboard alone: number keys, writing, Enter; the focus stays in the field', async () => {
    const {page, close} = await open();
    await page.keyboard.press('Escape');
    assert.equal(await page.evaluate(() => document.activeElement.closest('#choices') !== null), true);
    await more(page, () => page.keyboard.press('1'));
    await more(page, async () => { await page.keyboard.type('1'); await page.keyboard.press('Enter'); });
    await more(page, async () => { await page.keyboard.type('help'); await page.keyboard.press('Enter'); });
    assert.equal(await page.evaluate(() => document.activeElement.id), 'words');
    await page.keyboard.type('2 people');
    assert.equal(await page.$eval('#words', (w) => w.value), '2 people');
    await page.keyboard.down('Shift'); await page.keyboard.press('Enter'); await page.keyboard.up('Shift');
    assert.match(await page.$eval('#words', (w) => w.value), /\n/);
    await close();
  });

  it('tells a screen reader once for each bot turn', async () => {
    const {page, close} = await open();
    assert.equal(await page.$eval('#talk', (l) => l.getAttribute('aria-live')), 'polite');
    await page.evaluate(() => {
      globalThis.told = 0;
      new MutationObserver((changes) => {
        for (const change of changes) for (const node of change.addedNodes) if (node.classList?.contains('theirs')) globalThis.told += 1;
      }).observe(document.getElementById('log'), {childList: true, subtree: true});
    });
    for (let n = 1; n <= 3; ++n) {
      await more(page, async () => { await page.type('#words', 'help'); await page.keyboard.press('Enter'); });
      assert.equal(await page.evaluate(() => globalThis.told), n);
    }
    await close();
  });

  it('shows text as text', async () => {
    const {page, close} = await open();
    const bad = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    await more(page, async () => { await page.type('#words', bad); await page.keyboard.press('Enter'); });
    assert.ok((await page.$eval('#log', (l) => l.textContent)).includes(bad));
    assert.equal(await page.title(), 'Notes');
    assert.equal(await page.$('#log img, #log script'), null);
    await close();
  });

  it('keeps the place over a reload, and follows in another tab', async () => {
    const {page, close} = await open();
    await more(page, () => page.click('#choices button'));
    const before = await page.$eval('#log', (l) => l.textContent);
    const buttons = await page.$$eval('#choices button', (all) => all.map((b) => b.textContent));
    await page.reload();
    await page.waitForFunction((text) => document.getElementById('log').textContent === text, {timeout: 8000}, before);
    assert.deepEqual(await page.$$eval('#choices button', (all) => all.map((b) => b.textContent)), buttons);
    const other = await page.browserContext().newPage();
    await other.goto(`${server.base}/`);
    await other.waitForSelector('#choices button, #log li');
    await new Promise((done) => setTimeout(done, 300));
    await page.bringToFront();
    await more(page, async () => { await page.type('#words', 'help'); await page.keyboard.press('Enter'); });
    const here = await page.$eval('#log', (l) => l.textContent);
    await other.waitForFunction((text) => document.getElementById('log').textContent === text, {timeout: 8000}, here);
    await close();
  });

  it('keeps words that could not be sent, and sends them once the server is back', async () => {
    const {page, close} = await open();
    const count = await turns(page);
    await page.setOfflineMode(true);
    await page.type('#words', 'help');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => /Trying again/.test(document.getElementById('state').textContent), {timeout: 8000});
    violations.length = 0;  // the browser itself reports the lost connection
    await page.setOfflineMode(false);
    await page.waitForFunction((n) => document.querySelectorAll('#log li').length === n + 2, {timeout: 15000}, count);
    violations.length = 0;
    await close();
  });

  it('help now answers at once', async () => {
    const {page, close} = await open(phone);
    await more(page, () => page.click('#help-now'));
    assert.match(await page.$eval('#log', (l) => l.textContent), /\d{2,}|findahelpline|local emergency/i);
    await page.screenshot({path: join(pictures, 'help-now.png')});
    await close();
  });

  for (const [how, act] of [
    ['its button', (page) => page.click('#leave')],
    ['Shift three times', async (page) => { for (let n = 0; n < 3; ++n) await page.keyboard.press('Shift'); }],
  ]) {
    it(`leaves at once by ${how}: blank, cookie gone, no way back`, async () => {
      const {page, close} = await open();
      await page.setRequestInterception(true);
      let went = '';
      page.on('request', (request) => {
        if (request.url().startsWith(server.base)) return request.continue();
        went = request.url();
        return request.respond({status: 200, contentType: 'text/html', body: '<title>Weather</title>Weather'});
      });
      await act(page);
      await page.waitForFunction(() => document.title === 'Weather', {timeout: 8000});
      assert.match(went, /^https:\/\//);
      assert.deepEqual((await page.browserContext().cookies?.() ?? await page.cookies(server.base)).filter((c) => c.name === 'attune'), []);
      page.removeAllListeners('request');
      await page.setRequestInterception(false);
      await page.goto(`${server.base}/`);
      await page.waitForSelector('#choices button');
      assert.equal(await turns(page), 1, 'the old conversation is not shown');
      await close();
    });
  }

  it('Shift used for writing does not leave', async () => {
    const {page, close} = await open();
    await page.type('#words', 'ABC DEF');
    for (let n = 0; n < 4; ++n) { await page.keyboard.down('Shift'); await page.keyboard.press('KeyA'); await page.keyboard.up('Shift'); }
    assert.ok(page.url().startsWith(server.base));
    await close();
  });

  it('deletes everything after asking once', async () => {
    const {page, close} = await open();
    await more(page, () => page.click('#choices button'));
    await page.click('summary');
    await page.click('#forget');
    await judge(page, 'asking about deleting');
    await page.screenshot({path: join(pictures, 'forget.png')});
    await page.click('#ask-forget button[value="keep"]');
    const kept = await turns(page);
    await page.click('#forget');
    await page.click('#ask-forget button[value="delete"]');
    await page.waitForFunction((n) => document.querySelectorAll('#log li').length === 1 && n > 1, {timeout: 8000}, kept);
    assert.match(await page.$eval('#state', (s) => s.textContent), /deleted/);
    await close();
  });

  it('never broke the content policy, and no script failed', () => {
    assert.deepEqual(violations.filter((v) => !/401|ERR_INTERNET_DISCONNECTED|favicon/.test(v)), []);
  });
});
