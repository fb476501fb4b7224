// A person at the bench: what a hand does there, and what an eye reads.
'use strict';
const { Browser } = require('./browser.js');
const { Hall, until } = require('./hall.js');

const DESK = { width: 1440, height: 900, deviceScaleFactor: 1 };
const LAPTOP = { width: 1280, height: 720, deviceScaleFactor: 1 };
const PHONE = { width: 390, height: 844, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

const AWAIT_MS = 20000;

class Bench {
  constructor(page, hall, browser) { Object.assign(this, { page, hall, browser }); }

  static async open(hall, browser, { size, query = '', steps = false, languages = 'zh-CN,zh', script } = {}) {
    const page = await browser.open(null, { size, languages });
    const bench = new Bench(page, hall, browser);
    if (!steps) {
      await page.evaluateOnNewDocument(() => {
        try { localStorage.setItem('bench.steps-closed', 'yes'); } catch { /* an empty page keeps nothing */ }
      });
    }
    if (script) await page.evaluateOnNewDocument(script);
    await page.goto(`http://127.0.0.1:${hall.ports.gateway}/bench${query}`, { waitUntil: 'load' });
    await bench.fresh();
    await page.waitForFunction(() => document.querySelector('#well').dataset.state !== 'unknown');
    return bench;
  }

  // Whatever the test before has left: a kiosk at home, and nothing planned.
  async fresh() {
    const { kiosk } = await this.page.evaluate(async () => (await fetch('/bench/state')).json());
    if (kiosk.screen !== 'home' || kiosk.modal) {
      this.browser.expect(/503/);
      await this.hall.kill('kiosk');
      await this.hall.startProgram('kiosk');
      await this.screen('home');
      for (const line of ['clear', 'printer ok']) await this.hall.wallet(line);
    }
    await this.screen('home');
  }

  async close() {
    if (!this.closed) await this.page.browserContext().close();
    this.closed = true;
  }

  picture(name) { return this.browser.picture(this.page, `bench-${name}`, false); }

  // What the page says that is true, by the same reading that a person has.
  text(selector) { return this.page.$eval(selector, (element) => element.textContent.trim()); }
  has(selector) { return this.page.$(selector).then(Boolean); }
  await(words, what) { return until(words, what, AWAIT_MS); }
  tree() { return this.page.evaluate(async () => (await fetch('/bench/tree')).json()); }
  async node(id) { return (await this.tree()).nodes.find((node) => node.id === id); }
  screen(name) {
    return this.await(`screen ${name}`, () => this.page.evaluate((wanted) => document.querySelector('#mirror').dataset.screen === wanted, name));
  }
  // The part of the page where the element is: only on a small window one of them is hidden.
  async show(selector) {
    const part = await this.page.$eval(selector, (element) => element.closest('.part')?.className.match(/part-(\w+)/)?.[1] ?? null);
    if (part === null) return;
    const hidden = await this.page.$eval(`.part-${part}`, (element) => element.getClientRects().length === 0);
    if (hidden) await this.page.click(`#parts [data-part="${part}"]`);
  }

  async click(selector) {
    await this.page.waitForSelector(selector, { timeout: AWAIT_MS });
    // The nodes over the picture are made anew with every screen: nothing was pressed then.
    await this.await(`a press on ${selector}`, () => this.pressed(selector));
  }

  // False: it went away under the pointer, and nothing was pressed.
  async pressed(selector) {
    try {
      await this.show(selector);
      await this.page.click(selector);
      return true;
    } catch (error) {
      if (/detached|No element found|not clickable|failed to find element/.test(error.message)) return false;
      throw error;
    }
  }

  tab(name) { return this.click(`#tab-${name}`); }
  async tap(id) {
    await this.await(`${id} to be there`, () => this.has(`[data-node="${id}"]`));
    await this.click(`[data-node="${id}"]`);
  }

  async line(words) {
    await this.tab('hall');
    await this.click(`[data-line="${words}"]`);
  }

  async trouble(name) {
    await this.tab('troubles');
    await this.click(`[data-trouble="${name}"] .next`);
  }

  // From the home screen to the pay screen: a prepaid account and the smallest amount on a button.
  async toPay(account) {
    await this.tap('svc.pay');
    await this.screen('account');
    await this.tab('accounts');
    await this.click(`[data-account="${account}"] .scan`);
    await this.screen('confirm');
    await this.tap('nav.next');
    await this.screen('amount');
    await this.tap('preset.0');
    await this.await('the amount', async () => (await this.node('nav.next'))?.enabled);
    await this.tap('nav.next');
    await this.maybePaidBefore((id) => this.tap(id));
    await this.await('a lit scanner', () => this.has('#scanner[data-state="lit"]'));
  }

  // "Paid for this account a moment ago. Once more?" Yes: once, by `press`.
  async maybePaidBefore(press) {
    let said = false;
    await this.await('the pay screen', async () => {
      const tree = await this.tree();
      if (tree.modal && !said) {
        said = true;
        await press('modal.continue');
      }
      return tree.screen === 'pay' && !tree.modal;
    });
  }

  async holdCode(wallet = 'wechat') {
    await this.click('#phone-nav [data-view="code"]');
    await this.click(`label.${wallet}`);
    await this.click('#code-show');
    await this.click('#code-hold');
  }

  async scanScreen() {
    await this.click('#phone-nav [data-view="scan"]');
    await this.click('#camera-look');
    await this.click('#camera-open');
    await this.page.waitForSelector('#page-confirm', { timeout: AWAIT_MS });
  }

  // Nothing was paid: the kiosk says so, and once more when the customer gives up.
  async cancel() {
    const told = async () => /没有扣款/.test((await this.node('message'))?.text ?? '');
    await this.await('the kiosk to say why not', told);
    await this.tap('nav.back');
    await this.screen('amount');
    await this.await('the kiosk to say that it is cancelled', told);
  }

  // The kiosk's word about the money, when the screen is `result`.
  async statement() {
    await this.screen('result');
    return (await this.await('a statement', () => this.node('result.statement'))).text;
  }

  // Ends the visit, and reads both books off the page: settled, the same, and nothing red.
  async settle() {
    for (let at = ''; at !== 'home';) {
      at = (await this.tree()).screen;
      if (at !== 'home') {
        // What was pressed before may still be on its way: then the node goes by itself.
        await this.await('another screen', async () => (await this.tree()).screen !== at ||
          (await this.pressed(`[data-node="${at === 'result' ? 'nav.next' : 'nav.back'}"]`), false));
      }
    }
    await this.await('the books of the page to agree', async () => {
      const [state, difference] = await this.page.$eval('#books', ({ dataset }) => [dataset.state, dataset.difference]);
      if (state === 'differ' || state === 'broken') throw new Error(`the page says that the books ${state} by ${difference}`);
      return state === 'agree' && difference === '0';
    });
    await this.hall.agree();
  }
}

// A hall, a kiosk and a browser for a file of tests; every page is closed, and must have been
// clean, after its test.
function stand({ before, after, afterEach }, ...settings) {
  const stage = {};
  let opened = [];
  before(async () => {
    stage.hall = await Hall.start('--bench', ...settings);
    await stage.hall.startProgram('kiosk');
    stage.browser = await Browser.launch(stage.hall.state);
  });
  after(async () => {
    await stage.browser?.close();
    await stage.hall?.stop();
  });
  afterEach(async () => {
    for (const bench of opened) await bench.close();
    opened = [];
    stage.browser.clean();
  });
  stage.open = async (options) => {
    const bench = await Bench.open(stage.hall, stage.browser, { size: DESK, ...options });
    opened.push(bench);
    return bench;
  };
  return stage;
}

module.exports = { stand, DESK, LAPTOP, PHONE };
