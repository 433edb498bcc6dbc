// The language card prints on one A4 page, and no line of its snippets is cut off.
import assert from 'node:assert/strict';
import {mkdtempSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {test} from 'node:test';
import puppeteer from 'puppeteer-core';
import {remove, root} from '../bot/running.mjs';

test('the language card is one A4 page', async () => {
  const profile = mkdtempSync(join(tmpdir(), 'attune-card-'));
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium', headless: true, userDataDir: profile,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  try {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(join(root, 'dialogs/card.html')).href);
    const pdf = Buffer.from(await page.pdf({preferCSSPageSize: true})).toString('latin1');
    assert.equal(pdf.match(/\/Count (\d+)/)?.[1], '1', 'pages');
    const [, width, height] = pdf.match(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/).map(Number);
    assert.ok(Math.abs(width - 595) < 1.5 && Math.abs(height - 842) < 1.5, `${width} x ${height}`);
    await page.emulateMediaType('print');
    await page.setViewport({width: 718, height: 1054});  // A4 less its margins, in CSS pixels
    const cut = await page.$$eval('pre', (all) => all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent.slice(0, 40)));
    assert.deepEqual(cut, []);
  } finally {
    await browser.close();
    remove(profile);
  }
});
