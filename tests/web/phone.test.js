// The page behind the QR, on a phone.
'use strict';
const assert = require('node:assert');
const { before, after, test } = require('node:test');
const { Browser } = require('./browser.js');
const { Hall, until } = require('./hall.js');

const WECHAT = 'Mozilla/5.0 (Linux; Android 14) Mobile MicroMessenger/8.0.50 Language/zh_CN';
let hall;
let browser;

before(async () => {
  hall = await Hall.start();
  browser = await Browser.launch(hall.state);
});
after(async () => {
  await browser?.close();
  await hall?.stop();
});

test('pays in a wallet', async () => {
  const order = await hall.order('5263940002', 1234);
  const page = await browser.open(order.pay_url, { agent: WECHAT });
  await browser.picture(page, 'phone-ask');
  await Promise.all([page.waitForNavigation(), page.tap('#pay-wechat')]);
  await Promise.all([page.waitForNavigation(), page.tap('.go')]);
  await until('paid', async () => (await hall.orderNow(order)).state === 'paid');
  await page.reload();
  assert.match(await page.$eval('body', (body) => body.innerText), /已扣款，已入账/);
  browser.clean();
  await hall.agree();
});
