// Everything that can break at the bench: what the page and the kiosk say, and the books after it.
'use strict';
const assert = require('node:assert');
const runner = require('node:test');
const { stand } = require('./bench_page.js');

const { test } = runner;
const WEALTHY = '5263940001';
const POOR = '5263940002';
// A password that is typed slowly takes six seconds.
const stage = stand(runner, ...['wechat', 'alipay', 'unionpay'].map((wallet) => `billing.times.${wallet}_s=12`));

test('the password, typed slowly, typed wrongly, not typed', async () => {
  const bench = await stage.open();
  for (const [how, button, paid] of [['right', '#password-slow', true], ['wrong', null, false], ['none', '#password-cancel', false]]) {
    await bench.line('password-wanted on');
    await bench.toPay(WEALTHY);
    await bench.holdCode('unionpay');
    await bench.page.waitForSelector('#password-slow');
    await bench.picture(`password-${how}`);
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
  const bench = await stage.open();
  await bench.trouble('lost');
  await bench.toPay(WEALTHY);
  await bench.holdCode('wechat');
  assert.match(await bench.statement(), /已入账/);
  await bench.settle();
});

test('the paper ends in the middle, and comes again', async () => {
  const bench = await stage.open();
  await bench.trouble('half');
  await bench.toPay(POOR);
  await bench.holdCode('wechat');
  assert.match(await bench.statement(), /已入账/);
  await bench.await('the printer to be empty', async () => /缺纸/.test(await bench.text('#printer-state')));
  await bench.await('what the kiosk says of it', async () => /缺纸|没有/.test((await bench.node('result.receipt'))?.text ?? ''));
  assert.ok(await bench.has('#well[data-state="no"]'));
  await bench.picture('paper-out');
  await bench.line('printer ok');
  await bench.await('a reprint', async () => (await bench.node('result.print'))?.tappable);
  await bench.tap('result.print');
  await bench.await('to be told to take it', async () => /请取走/.test((await bench.node('result.receipt'))?.text ?? ''));
  await bench.picture('paper-again');
  await bench.settle();
});

test('the server dies while money moves', async () => {
  const bench = await stage.open();
  await bench.toPay(WEALTHY);
  await bench.holdCode('alipay');
  await bench.page.waitForSelector('.code-card[data-used="yes"]');
  await bench.line('server kill');
  await bench.await('the page to see it', async () => /有 \d+ 处/.test(await bench.text('#well')));
  await bench.await('the ledger to be out of sight, or its last word', () => bench.has('#books'));
  await bench.picture('server-dead');
  await bench.line('server start');
  assert.match(await bench.statement(), /已入账|没有扣款|自动退回/);
  await bench.settle();
});

test('every switch says what is true, and all is well again', async () => {
  const bench = await stage.open();
  stage.browser.expect(/409/);
  const now = (card) => bench.text(`[data-card="${card}"] .now`);
  await bench.tab('hall');
  for (const [card, line, words] of [['scanner', 'scanner unplug', /线拔了/], ['printer', 'printer cover-open', /盖子/],
    ['network', 'network cut', /断了/], ['provider', 'lose-reply 1 pay', /1 处岔子/], ['provider', 'down', /停了/],
    ['clock', 'clock 86400', /快 1 天/], ['server', 'server kill', /关了/]]) {
    await bench.click(`[data-line="${line}"]`);
    await bench.await(`${card}: ${words}`, async () => words.test(await now(card)));
  }
  assert.match(await bench.text('#well'), /有 6 处/);
  await bench.picture('all-broken');
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
  const bench = await stage.open({ script: hurry });
  const { page } = bench;
  await page.setRequestInterception(true);
  page.on('request', async (request) => {
    if (!request.url().endsWith('/bench/ledger')) {
      request.continue();
      return;
    }
    const real = JSON.parse(await stage.hall.command('agree').then(() => fetch(request.url())).then((reply) => reply.text()));
    request.respond({ contentType: 'application/json', body: JSON.stringify({ ...real, charges_fen: real.charges_fen + 1 }) });
  });
  await bench.await('a doubt', () => bench.has('#books[data-state="late"]'));
  await bench.await('an accusation', () => bench.has('#books[data-state="differ"]'));
  assert.match(await bench.text('.verdict'), /0\.01/);
  const [red, , ] = await page.$eval('.verdict', (element) => getComputedStyle(element).backgroundColor.match(/\d+/g).map(Number));
  assert.ok(red > 150);
  await bench.picture('books-differ');
});

test('the sandbox goes and comes back under the open page', async () => {
  const bench = await stage.open();
  stage.browser.expect(/ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|ERR_SOCKET|50[0-9]/);
  await stage.hall.kill('sandbox');
  await bench.await('the overlay', () => bench.page.$eval('#lost', (element) => !element.hidden));
  await bench.picture('lost');
  await stage.hall.startProgram('sandbox');
  await bench.await('the page', () => bench.page.$eval('#lost', (element) => element.hidden));
  await bench.settle();
});
