// Debian's Chromium without a display. A page that says anything on its console, throws, or asks
// another machine for anything fails its test.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const puppeteer = require('puppeteer-core');

const PICTURES = path.join(__dirname, '../../build/pictures-web');
const CHROMIUM = '/usr/bin/chromium';
const WAIT_MS = 15000;

const PHONE = { width: 390, height: 844, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const SMALL_PHONE = { width: 320, height: 568, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const DESKTOP = { width: 1280, height: 800, deviceScaleFactor: 1 };

class Browser {
  // folder: where the profile goes, so that it dies with the hall. hosts: addresses of this
  // machine that pages may ask besides 127.0.0.1.
  static async launch(folder, hosts = []) {
    const browser = new Browser();
    const allowed = ['127.0.0.1', ...hosts];
    const rules = ['MAP * ~NOTFOUND', ...allowed.map((host) => `EXCLUDE ${host}`)].join(', ');
    fs.mkdirSync(PICTURES, { recursive: true });
    browser.allowed = new Set(allowed);
    browser.faults = [];
    browser.expected = [];
    browser.chromium = await puppeteer.launch({
      executablePath: CHROMIUM,
      headless: true,
      userDataDir: fs.mkdtempSync(path.join(folder, 'chromium-')),
      protocolTimeout: 60000,
      args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run',
        '--hide-scrollbars', '--disable-component-update', '--disable-domain-reliability',
        '--no-proxy-server', `--host-resolver-rules=${rules}`],
    });
    // The hall ends it when this process was killed and could not.
    fs.writeFileSync(path.join(folder, 'browser.pid'), `${browser.chromium.process().pid}\n`);
    return browser;
  }

  // A page of a profile of its own, as another phone: { size, agent, languages, dark, script }.
  async open(url, { size = PHONE, agent, languages = 'zh-CN,zh', dark = false, script = true } = {}) {
    const context = await this.chromium.createBrowserContext();
    const page = await context.newPage();
    page.setDefaultTimeout(WAIT_MS);
    await page.setViewport(size);
    await page.setExtraHTTPHeaders({ 'Accept-Language': languages });
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }]);
    if (agent) await page.setUserAgent(agent);
    await page.setJavaScriptEnabled(script);
    this.watch(page);
    if (url) page.reply = await page.goto(url, { waitUntil: 'load' });
    return page;
  }

  watch(page) {
    page.on('console', (message) => {
      if (['error', 'warn', 'warning', 'assert'].includes(message.type())) {
        this.fault(`console: ${message.text()} (${message.location().url || ''})`);
      }
    });
    page.on('pageerror', (error) => this.fault(`thrown: ${error.message}`));
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (!['data:', 'blob:', 'about:'].includes(url.protocol) && !this.allowed.has(url.hostname)) {
        this.fault(`asked another machine: ${request.url()}`);
      }
    });
  }

  fault(words) {
    if (!this.expected.some((pattern) => pattern.test(words))) this.faults.push(words);
  }

  // What this test provokes on purpose, as a 404 on the console; until clean() is asked.
  expect(pattern) { this.expected.push(pattern); }

  // Throws what went wrong on any page since the last time.
  clean() {
    const faults = this.faults.splice(0);
    this.expected = [];
    if (faults.length > 0) throw new Error(faults.join('\n'));
  }

  // A picture of the whole page into build/pictures-web.
  async picture(page, name, fullPage = true) {
    await page.screenshot({ path: path.join(PICTURES, `${name}.png`), fullPage });
  }

  async close() { await this.chromium.close(); }
}

module.exports = { Browser, PHONE, SMALL_PHONE, DESKTOP };
