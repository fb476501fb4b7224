// The bench's page with the real programs behind it: a newcomer's story, and each way to pay.
'use strict';
const assert = require('node:assert');
const runner = require('node:test');
const { audit } = require('./audit.js');
const { stand, DESK, LAPTOP, PHONE } = require('./bench_page.js');

const { test } = runner;
const SIZES = { desk: DESK, phone: PHONE };
const DESK_LIMITS = { target: 16, font: 12 };
const PHONE_LIMITS = { target: 44, font: 12 };
const STORY_LIMIT_MS = 180000;
const CLICKS_MAX = 80;
const TABS_MAX = 250;
const WEALTHY = '5263940001';
const STUDENT = '4100030050201';
const stage = stand(runner);

// Does what the coach points at, and nothing else, until all five steps have ticked.
async function followCoach(bench, name, seen) {
  const done = () => bench.page.$$eval('#steps-list [data-done="yes"]', (list) => list.length);
  let clicks = 0;
  while ((await done()) < 5) {
    assert.ok(clicks < CLICKS_MAX, `${clicks} clicks and not done`);
    const words = await bench.text('#coach');
    const wanted = await bench.page.$('#parts .wanted');
    const target = await wanted?.isVisible() ? wanted : await bench.page.$('.pointed');
    if (await target?.isVisible()) {
      if (!seen.has(words)) await bench.picture(`story-${name}-${String(seen.size + 1).padStart(2, '0')}`);
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
    const bench = await stage.open({ size, steps: true });
    const begun = Date.now();
    // The kiosk may have gone on between the page's look and the hand: a touch of what is no longer
    // there is refused, and honestly so. Nothing else may be.
    const refused = [];
    bench.page.on('response', (response) => {
      if (response.status() === 409) refused.push(response.request().postData());
    });
    stage.browser.expect(/409 \(Conflict\).*bench\/do/);
    const clicks = await followCoach(bench, name, new Set());
    assert.deepEqual(refused.filter((line) => !line.startsWith('tap ')), []);
    await bench.picture(`story-${name}-end`);
    t.diagnostic(`${clicks} clicks, ${Math.round((Date.now() - begun) / 1000)} s`);
    const paid = (await stage.hall.trades()).filter((trade) => trade.state === 'paid');
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
    const bench = await stage.open({ size });
    await bench.toPay(WEALTHY);
    await bench.click('#phone-nav [data-view="code"]');
    await bench.click('#code-show');
    await bench.page.waitForSelector('#code-hold');
    assert.match(await bench.text('#code-digits'), /^13\d\d( \d{4}){3} \d\d$/);
    await bench.picture(`code-${name}`);
    await bench.click('#code-hold');
    assert.match(await bench.statement(), /已入账/);
    await bench.await('the paper to hang still', async () => await bench.has('.sheet') &&
      bench.page.$eval('.sheet', (sheet) => sheet.querySelector('img').complete && sheet.getAnimations().length === 0));
    await bench.page.waitForSelector('.result[data-result="paid"]');
    await bench.picture(`paid-${name}`);
    const before = Number(await bench.text('#tray-count'));
    await bench.click('.sheet');
    await bench.await('the tray', async () => Number(await bench.text('#tray-count')) === before + 1);
    await bench.settle();

    await bench.toPay(STUDENT);
    await bench.scanScreen();
    assert.match(await bench.text('.phone-view'), /示范/);
    await bench.picture(`confirm-${name}`);
    await bench.click('#page-confirm');
    assert.match(await bench.statement(), /已入账/);
    await bench.settle();

    await bench.toPay(STUDENT);
    await bench.scanScreen();
    await bench.click('#page-cancel');
    await bench.page.waitForSelector('.result[data-result="failed"]');
    await bench.picture(`declined-${name}`);
    await bench.click('#result-done');
    await bench.cancel();
    await bench.settle();
  });
}

test('the real pay page opens in a window of its own, and the bench sees it paid', async () => {
  const bench = await stage.open();
  await bench.toPay(STUDENT);
  await bench.click('#phone-nav [data-view="scan"]');
  await bench.click('#camera-look');
  await bench.page.waitForSelector('#camera-real');
  const address = await bench.text('#camera-url');
  assert.ok(address.startsWith(`http://127.0.0.1:${stage.hall.ports.pages}/p/`), address);
  const opened = stage.browser.chromium.waitForTarget((target) => target.url() === address);
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
  const bench = await stage.open({ steps: true });
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

test('one payment by keyboard alone', async () => {
  const bench = await stage.open();
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
  await bench.picture('keyboard');
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
  const bench = await stage.open();
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
  await bench.picture('log');
  await bench.click('#log-copy');
  const journey = await page.evaluate(() => window.copies[0]);
  assert.match(journey, /^tap svc\.pay\nawait screen account\nscan \S+\nawait screen confirm\nwallet lose-reply 2\n$/);
  await bench.click('#all-well');
  await bench.tap('nav.back');
  await bench.screen('account');
  await bench.tap('nav.back');
  await bench.settle();
});

test('legible, inside its window, and with a name for everything', async () => {
  for (const [name, size, limits] of [['desk', DESK, DESK_LIMITS], ['laptop', LAPTOP, DESK_LIMITS], ['phone', PHONE, PHONE_LIMITS]]) {
    for (const language of ['zh', 'en']) {
      const bench = await stage.open({ size, steps: true, query: `?lang=${language}` });
      assert.equal(await bench.page.$eval('html', (element) => element.lang), language === 'zh' ? 'zh-CN' : 'en');
      for (const tab of ['accounts', 'hall', 'troubles', 'log']) {
        await bench.tab(tab);
        if (tab === 'hall') await bench.picture(`${name}-${language}-hall`);
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
      await bench.picture(`${name}-${language}`);
      await bench.close();
    }
  }
});

test('every word stands in both languages', async () => {
  const bench = await stage.open();
  const { zh, en } = await bench.page.evaluate(async () => ({ ...await import('/bench/words_zh.js'), ...await import('/bench/words_en.js') }));
  const holes = (text) => (text.match(/\{\w+\}/g) ?? []).sort();
  assert.deepEqual(Object.keys(en).sort(), Object.keys(zh).sort());
  for (const [key, text] of Object.entries(zh)) {
    assert.deepEqual(holes(en[key]), holes(text), key);
    assert.ok(!/[\u4e00-\u9fff]/.test(en[key]), `${key} is not English`);
  }
});
