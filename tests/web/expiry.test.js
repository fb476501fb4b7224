// An order that runs out while a phone has it open. A hall of its own: orders live ten seconds.
'use strict';
const assert = require('node:assert');
const { before, after, test } = require('node:test');
const { Browser } = require('./browser.js');
const { Hall } = require('./hall.js');

const WECHAT = 'Mozilla/5.0 (Linux; Android 14) Mobile MicroMessenger/8.0.50';
let hall;
let browser;

before(async () => {
  hall = await Hall.start('billing.times.order_s=10');
  browser = await Browser.launch(hall.state);
});
after(async () => {
  await browser?.close();
  await hall?.stop();
});

test('the page ends with its order, with a script and without', async () => {
  const order = await hall.order('5263940002', 1111);
  const agent = WECHAT;
  const live = await browser.open(order.pay_url, { agent });
  const plain = await browser.open(order.pay_url, { agent, script: false });
  await live.waitForFunction(() => document.querySelector('.soon b')?.textContent === '0:04');
  await browser.picture(live, 'pay-soon-zh-390');
  for (const page of [live, plain]) {
    await page.waitForSelector('[data-statement=not_taken]');
    assert.ok(Date.now() >= Date.parse(order.expires_at), 'not before its time');
    assert.ok(Date.now() < Date.parse(order.expires_at) + 4000, 'and not long after');
    assert.match(await page.$eval('body', (body) => body.innerText), /没有扣款\s+订单已结束/);
    assert.strictEqual((await page.$$('button')).length, 0);
  }
  await browser.picture(live, 'pay-expired-zh-390');
  assert.deepStrictEqual(await hall.trades(), []);
  browser.clean();
  await hall.agree();
});

test('a page that slept through the end is refused by the server, and told so', async () => {
  const order = await hall.order('5263940002', 1112);
  const page = await browser.open(order.pay_url, { agent: WECHAT });
  await page.evaluate(() => { window.fetch = () => new Promise(() => {}); }); // asleep
  await new Promise((resolve) => { setTimeout(resolve, 10500); });
  await Promise.all([page.waitForNavigation(), page.tap('button')]);
  assert.match(await page.$eval('body', (body) => body.innerText), /没有扣款\s+订单已结束/);
  assert.deepStrictEqual(await hall.trades(), []);
  browser.clean();
  await hall.agree();
});

test('it runs out while the wallet asks: what the wallet says decides', async () => {
  const order = await hall.order('5263940002', 1113);
  const page = await browser.open(order.pay_url, { agent: WECHAT });
  const watching = await browser.open(order.pay_url, { agent: WECHAT });
  await Promise.all([page.waitForNavigation(), page.tap('button')]);
  await watching.waitForSelector('[data-statement=may_return], [data-statement=not_taken]', { timeout: 20000 });
  await page.reload();
  assert.strictEqual(await page.$('#confirm'), null, 'the wallet does not take it any more');
  browser.clean();
  await hall.agree();
});
