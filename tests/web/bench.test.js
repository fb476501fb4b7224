// The bench's page with the real programs behind it: everything that its visitor can do.
'use strict';
const assert = require('node:assert');
const { before, after, afterEach, test } = require('node:test');
const { audit } = require('./audit.js');
const { Browser } = require('./browser.js');
const { Bench } = require('./bench_page.js');
const { Hall } = require('./hall.js');

const DESK = { width: 1440, height: 900, deviceScaleFactor: 1 };
const LAPTOP = { width: 1280, height: 720, deviceScaleFactor: 1 };
const PHONE = { width: 390, height: 844, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const SIZES = { desk: DESK, phone: PHONE };
const DESK_LIMITS = { target: 16, font: 12 };
const PHONE_LIMITS = { target: 44, font: 12 };
const STORY_LIMIT_MS = 180000;
const CLICKS_MAX = 80;
const TABS_MAX = 250;
const WEALTHY = '5263940001';
const POOR = '5263940002';
const STUDENT = '4100030050201';

let hall;
let browser;
let bench;

before(async () => {
  // A password that is typed slowly takes six seconds.
  hall = await Hall.start('--bench', ...['wechat', 'alipay', 'unionpay'].map((wallet) => `billing.times.${wallet}_s=12`));
  await hall.startProgram('kiosk');
  browser = await Browser.launch(hall.state);
});
after(async () => {
  await browser?.close();
  await hall?.stop();
});
afterEach(async () => {
  await bench?.close();
  bench = null;
  browser.clean();
});

async function open(options) {
  bench = await Bench.open(hall, browser, { size: DESK, ...options });
  return bench;
}
const picture = (name) => browser.picture(bench.page, `bench-${name}`, false);

// Does what the coach points at, and nothing else, until all five steps have ticked.
async function followCoach(name, seen) {
  const done = () => bench.page.$$eval('#steps-list [data-done="yes"]', (list) => list.length);
  let clicks = 0;
  while ((await done()) < 5) {
    assert.ok(clicks < CLICKS_MAX, `${clicks} clicks and not done`);
    const words = await bench.text('#coach');
    const wanted = await bench.page.$('#parts .wanted');
    const target = await wanted?.isVisible() ? wanted : await bench.page.$('.pointed');
    if (await target?.isVisible()) {
      if (!seen.has(words)) await picture(`story-${name}-${String(seen.size + 1).padStart(2, '0')}`);
      seen.add(words);
      // It may have done its part between our look and our hand.
      await target.evaluate((element) => element.click()).catch(() => null);
      clicks += 1;
    }
    await new Promise((resolve) => { setTimeout(resolve, 350); });
  }
  return clicks;
}

for (const [name, size] of Object.entries(SIZES)) {
  test(`somebody who only follows the coach sees the whole story (${name})`, { timeout: STORY_LIMIT_MS }, async (t) => {
    await open({ size, steps: true });
    const begun = Date.now();
    const clicks = await followCoach(name, new Set());
    await picture(`story-${name}-end`);
    t.diagnostic(`${clicks} clicks, ${Math.round((Date.now() - begun) / 1000)} s`);
    const paid = (await hall.trades()).filter((trade) => trade.state === 'paid');
    assert.ok(new Set(paid.map((trade) => trade.channel)).size >= 2, 'two wallets at least');
    assert.match(await bench.text('#printer-state'), /缺纸/);
    await bench.click('#steps-close');
    await bench.page.reload();
    await bench.screen('home');
    assert.equal(await bench.page.$eval('#steps', (element) => element.hidden), true);
    await bench.click('#all-well');
    await bench.await('all well', () => bench.has('#well[data-state="yes"]'));
    await bench.settle();
  });

  test(`pay by code, pay by scanning, decline (${name})`, async () => {
    await open({ size });
    await bench.toPay(WEALTHY);
    await bench.click('#phone-nav [data-view="code"]');
    await bench.click('#code-show');
    await bench.page.waitForSelector('#code-hold');
    assert.match(await bench.text('#code-digits'), /^13\d\d( \d{4}){3} \d\d$/);
    await picture(`code-${name}`);
    await bench.click('#code-hold');
    assert.match(await bench.statement(), /已入账/);
    await bench.await('the paper to hang still', async () => await bench.has('.sheet') &&
      bench.page.$eval('.sheet', (sheet) => sheet.querySelector('img').complete && sheet.getAnimations().length === 0));
    await bench.page.waitForSelector('.result[data-result="paid"]');
    await picture(`paid-${name}`);
    const before = Number(await bench.text('#tray-count'));
    await bench.click('.sheet');
    await bench.await('the tray', async () => Number(await bench.text('#tray-count')) === before + 1);
    await bench.settle();

    await bench.toPay(STUDENT);
    await bench.scanScreen();
    assert.match(await bench.text('.phone-view'), /示范/);
    await picture(`confirm-${name}`);
    await bench.click('#page-confirm');
    assert.match(await bench.statement(), /已入账/);
    await bench.settle();

    await bench.toPay(STUDENT);
    await bench.scanScreen();
    await bench.click('#page-cancel');
    await bench.page.waitForSelector('.result[data-result="failed"]');
    await picture(`declined-${name}`);
    await bench.click('#result-done');
    await bench.cancel();
    await bench.settle();
  });
}

test('the real pay page opens in a window of its own, and the bench sees it paid', async () => {
  await open();
  await bench.toPay(STUDENT);
  await bench.click('#phone-nav [data-view="scan"]');
  await bench.click('#camera-look');
  await bench.page.waitForSelector('#camera-real');
  const address = await bench.text('#camera-url');
  assert.ok(address.startsWith(`http://127.0.0.1:${hall.ports.pages}/p/`), address);
  const opened = browser.chromium.waitForTarget((target) => target.url() === address);
  await bench.click('#camera-real');
  const window = await (await opened).page();
  await window.waitForSelector('button');
  assert.match(await window.$eval('body', (body) => body.innerText), /示范大学/);
  await Promise.all([window.waitForNavigation(), window.click('#pay-wechat, button')]);
  await bench.click('#page-confirm');
  assert.match(await bench.statement(), /已入账/);
  await window.close();
  await bench.settle();
});

test('the coach sees what stands in the way', async () => {
  await open({ steps: true });
  await bench.line('network cut');
  await bench.await('the way out', () => bench.has('#all-well.pointed'));
  await bench.click('#all-well');
  await bench.await('the way in', () => bench.has('[data-node="svc.pay"].pointed'));
  await bench.line('scanner unplug');
  await bench.tap('svc.pay');
  await bench.await('the way out', () => bench.has('#all-well.pointed'));
  await bench.click('#all-well');
  await bench.await('the way on', () => bench.has('.account .scan.pointed'));
  await bench.settle();
});

test('the password, typed slowly, typed wrongly, not typed', async () => {
  await open();
  for (const [how, button, paid] of [['right', '#password-slow', true], ['wrong', null, false], ['none', '#password-cancel', false]]) {
    await bench.line('password-wanted on');
    await bench.toPay(WEALTHY);
    await bench.holdCode('unionpay');
    await bench.page.waitForSelector('#password-slow');
    await picture(`password-${how}`);
    if (button) await bench.click(button);
    else for (const digit of '123450') await bench.click(`#password-${digit}`);
    await bench.page.waitForSelector(`.result[data-result="${paid ? 'paid' : 'failed'}"]`);
    if (paid) {
      assert.match(await bench.statement(), /已入账/);
    } else {
      await bench.cancel();
    }
    await bench.settle();
  }
});

test('the reply is lost after the money was taken', async () => {
  await open();
  await bench.trouble('lost');
  await bench.toPay(WEALTHY);
  await bench.holdCode('wechat');
  assert.match(await bench.statement(), /已入账/);
  await bench.settle();
});

test('the paper ends in the middle, and comes again', async () => {
  await open();
  await bench.trouble('half');
  await bench.toPay(POOR);
  await bench.holdCode('wechat');
  assert.match(await bench.statement(), /已入账/);
  await bench.await('the printer to be empty', async () => /缺纸/.test(await bench.text('#printer-state')));
  await bench.await('what the kiosk says of it', async () => /缺纸|没有/.test((await bench.node('result.receipt'))?.text ?? ''));
  assert.ok(await bench.has('#well[data-state="no"]'));
  await picture('paper-out');
  await bench.line('printer ok');
  await bench.await('a reprint', async () => (await bench.node('result.print'))?.tappable);
  await bench.tap('result.print');
  await bench.await('to be told to take it', async () => /请取走/.test((await bench.node('result.receipt'))?.text ?? ''));
  await picture('paper-again');
  await bench.settle();
});

test('the server dies while money moves', async () => {
  await open();
  await bench.toPay(WEALTHY);
  await bench.holdCode('alipay');
  await bench.page.waitForSelector('.code-card[data-used="yes"]');
  await bench.line('server kill');
  await bench.await('the page to see it', async () => /有 \d+ 处/.test(await bench.text('#well')));
  await bench.await('the ledger to be out of sight, or its last word', () => bench.has('#books'));
  await picture('server-dead');
  await bench.line('server start');
  assert.match(await bench.statement(), /已入账|没有扣款|自动退回/);
  await bench.settle();
});

test('one payment by keyboard alone', async () => {
  await open();
  const { page } = bench;
  const tabTo = async (selector, key = 'Tab') => {
    await page.waitForSelector(selector);
    for (let i = 0; i < TABS_MAX; i += 1) {
      if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
      await page.keyboard.press(key);
    }
    throw new Error(`no way to ${selector} by ${key}`);
  };
  const press = async (selector) => {
    await tabTo(selector);
    const ring = await page.evaluate(() => {
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement.matches('input[type=radio]') ? document.activeElement.parentElement : document.activeElement);
      return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
    });
    assert.ok(ring, `${selector} does not show its focus`);
    await page.keyboard.press('Enter');
  };
  await press('[data-node="svc.pay"]');
  await bench.screen('account');
  await tabTo('[data-node="key.1"]');
  await page.keyboard.type(WEALTHY, { delay: 30 });
  await bench.await('the number', async () => (await bench.node('nav.next'))?.enabled);
  await press('[data-node="nav.next"]');
  await bench.screen('confirm');
  await press('[data-node="nav.next"]');
  await bench.screen('amount');
  await press('[data-node="preset.0"]');
  await bench.await('the amount', async () => (await bench.node('nav.next'))?.enabled);
  await picture('keyboard');
  await press('[data-node="nav.next"]');
  await bench.maybePaidBefore((id) => press(`[data-node="${id}"]`));
  await tabTo('#wallet-wechat');
  await page.keyboard.press('ArrowRight');
  await press('#code-show');
  await press('#code-hold');
  assert.match(await bench.statement(), /已入账/);
  await press('.sheet');
  await bench.await('the words for the ear', async () => /支付成功/.test(await bench.text('#phone-says')));
  await press('[data-node="nav.next"]');
  await bench.settle();
});

test('a finger on the picture presses the kiosk, and the log is a journey', async () => {
  await open();
  const { page } = bench;
  await page.evaluate(() => {
    window.copies = [];
    navigator.clipboard.writeText = async (text) => { window.copies.push(text); };
  });
  const { x, y, w, h } = await bench.node('svc.pay');
  const box = await (await page.$('#canvas')).boundingBox();
  const scale = box.width / await page.$eval('#canvas', (canvas) => canvas.width);
  await page.mouse.click(box.x + (x + w / 2) * scale, box.y + (y + h / 2) * scale, { delay: 80 });
  await bench.screen('account');
  await bench.tab('accounts');
  await bench.click(`[data-account="${WEALTHY}"] .scan`);
  await bench.screen('confirm');
  await bench.tab('log');
  await bench.await('the screen in the log', async () => /核对户号/.test(await bench.text('#log')));
  await bench.page.type('#log-line', 'lose-reply 2');
  await bench.page.keyboard.press('Enter');
  await bench.await('the line', async () => /lose-reply 2/.test(await bench.text('#log')));
  await picture('log');
  await bench.click('#log-copy');
  const journey = await page.evaluate(() => window.copies[0]);
  assert.match(journey, /^tap svc\.pay\nawait screen account\nscan \S+\nawait screen confirm\nwallet lose-reply 2\n$/);
  await bench.click('#all-well');
  await bench.tap('nav.back');
  await bench.screen('account');
  await bench.tap('nav.back');
  await bench.settle();
});

test('every switch says what is true, and all is well again', async () => {
  await open();
  browser.expect(/409/);
  const now = (card) => bench.text(`[data-card="${card}"] .now`);
  await bench.tab('hall');
  for (const [card, line, words] of [['scanner', 'scanner unplug', /线拔了/], ['printer', 'printer cover-open', /盖子/],
    ['network', 'network cut', /断了/], ['provider', 'lose-reply 1 pay', /1 处岔子/], ['provider', 'down', /停了/],
    ['clock', 'clock 86400', /快 1 天/], ['server', 'server kill', /关了/]]) {
    await bench.click(`[data-line="${line}"]`);
    await bench.await(`${card}: ${words}`, async () => words.test(await now(card)));
  }
  assert.match(await bench.text('#well'), /有 6 处/);
  await picture('all-broken');
  await bench.click('#all-well');
  await bench.await('all well', () => bench.has('#well[data-state="yes"]'));
  await bench.await('the kiosk to be open again', async () => (await bench.node('svc.pay'))?.tappable);
  // A code before a dark scanner is said to be lost.
  await bench.holdCode('wechat');
  await bench.await('the complaint', async () => /没亮/.test(await bench.text('#toast')));
  await bench.settle();
});

test('a difference between the books is said, and when it stays it is red and large', async () => {
  const hurry = () => {
    const now = performance.now.bind(performance);
    performance.now = () => now() * 8; // a minute of the page's patience
  };
  await open({ script: hurry });
  const { page } = bench;
  await page.setRequestInterception(true);
  page.on('request', async (request) => {
    if (!request.url().endsWith('/bench/ledger')) {
      request.continue();
      return;
    }
    const real = JSON.parse(await hall.command('agree').then(() => fetch(request.url())).then((reply) => reply.text()));
    request.respond({ contentType: 'application/json', body: JSON.stringify({ ...real, charges_fen: real.charges_fen + 1 }) });
  });
  await bench.await('a doubt', () => bench.has('#books[data-state="late"]'));
  await bench.await('an accusation', () => bench.has('#books[data-state="differ"]'));
  assert.match(await bench.text('.verdict'), /0\.01/);
  const [red, , ] = await page.$eval('.verdict', (element) => getComputedStyle(element).backgroundColor.match(/\d+/g).map(Number));
  assert.ok(red > 150);
  await picture('books-differ');
});

test('the sandbox goes and comes back under the open page', async () => {
  await open();
  browser.expect(/ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|ERR_SOCKET|50[0-9]/);
  await hall.kill('sandbox');
  await bench.await('the overlay', () => bench.page.$eval('#lost', (element) => !element.hidden));
  await picture('lost');
  await hall.startProgram('sandbox');
  await bench.await('the page', () => bench.page.$eval('#lost', (element) => element.hidden));
  await bench.settle();
});

test('legible, inside its window, and with a name for everything', async () => {
  for (const [name, size, limits] of [['desk', DESK, DESK_LIMITS], ['laptop', LAPTOP, DESK_LIMITS], ['phone', PHONE, PHONE_LIMITS]]) {
    for (const language of ['zh', 'en']) {
      await open({ size, steps: true, query: `?lang=${language}` });
      assert.equal(await bench.page.$eval('html', (element) => element.lang), language === 'zh' ? 'zh-CN' : 'en');
      for (const tab of ['accounts', 'hall', 'troubles', 'log']) {
        await bench.tab(tab);
        if (tab === 'hall') await picture(`${name}-${language}-hall`);
        await audit(bench.page, `${name} ${language} ${tab}`, limits);
      }
      for (const view of ['scan', 'bills', 'code']) {
        await bench.click(`#phone-nav [data-view="${view}"]`);
        await audit(bench.page, `${name} ${language} ${view}`, limits);
      }
      if (name !== 'phone') {
        const tall = await bench.page.evaluate(() => document.scrollingElement.scrollHeight > window.innerHeight);
        assert.equal(tall, false, `${name}: the page does not fit`);
      }
      await picture(`${name}-${language}`);
      await bench.close();
    }
  }
  bench = null;
});

test('every word stands in both languages', async () => {
  await open();
  const { zh, en } = await bench.page.evaluate(async () => ({ ...await import('/bench/words_zh.js'), ...await import('/bench/words_en.js') }));
  const holes = (text) => (text.match(/\{\w+\}/g) ?? []).sort();
  assert.deepEqual(Object.keys(en).sort(), Object.keys(zh).sort());
  for (const [key, text] of Object.entries(zh)) {
    assert.deepEqual(holes(en[key]), holes(text), key);
    assert.ok(!/[\u4e00-\u9fff]/.test(en[key]), `${key} is not English`);
  }
});
