// The page behind the QR, on phones: every wallet, every state, every way to go astray.
'use strict';
const assert = require('node:assert');
const fs = require('node:fs');
const { before, after, afterEach, test } = require('node:test');
const { audit } = require('./audit.js');
const { Browser, PHONE, SMALL_PHONE, DESKTOP } = require('./browser.js');
const { Hall, until } = require('./hall.js');
const { Player } = require('./player.js');

const MOBILE = 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Mobile';
const WALLETS = {
  wechat: `${MOBILE} MicroMessenger/8.0.50 Language/zh_CN`,
  alipay: `${MOBILE} AlipayClient/10.6 Language/zh`,
  unionpay: `${MOBILE} UnionPay/1.0 CloudPay`,
};
const CONFIRM = '#confirm';
const DECLINE = '#decline';
const ACCOUNT = '5263940002';
const PAYEE = '示范供电公司';
let hall;
let browser;
let fen = 1200; // every order has its own amount

before(async () => {
  // The lobby's own time limits: nothing may run out while pictures are taken.
  hall = await Hall.start('billing.times.wechat_s=45', 'billing.times.alipay_s=60',
    'sandbox.wallet.password_timeout_s=60');
  browser = await Browser.launch(hall.state);
});
afterEach(() => browser.clean());
after(async () => {
  await browser?.close();
  await hall?.stop();
});

const order = () => { fen += 1; return hall.order(ACCOUNT, fen); };
const textOf = (page) => page.$eval('body', (body) => body.innerText);
const statementOf = (page) => page.$eval('#statement', (node) => node.dataset.statement);
const become = (words, made, state) => until(words, async () => (await hall.orderNow(made)).state === state);
const tradesOf = async (made) => (await hall.trades()).filter((one) => one.out_trade_no.startsWith(made.order_no));

async function press(page, selector) {
  await page.waitForSelector(selector);
  await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.tap(selector)]);
}

// The same state on other phones, by pictures: each opens, is measured, and goes.
async function show(url, name, agent, ...more) {
  const looks = {
    'zh-390': { size: PHONE }, 'en-320': { size: SMALL_PHONE, languages: 'en-GB,en' },
    'zh-320': { size: SMALL_PHONE }, 'zh-390-dark': { size: PHONE, dark: true },
    'en-desktop': { size: DESKTOP, languages: 'en' },
  };
  await Promise.all(['zh-390', 'en-320', 'zh-390-dark', ...more].map(async (suffix) => {
    const page = await browser.open(url, { ...looks[suffix], agent });
    await browser.picture(page, `${name}-${suffix}`);
    await audit(page, `${name}-${suffix}`);
    await page.browserContext().close();
  }));
}

test('the code on the real kiosk: scanned, paid, and the kiosk says so', async () => {
  const kiosk = new Player(hall);
  const toPay = ['await screen home', 'tap svc.pay', `type ${ACCOUNT}`, 'tap nav.next', 'await screen confirm', 'tap nav.next',
    'type 12.34', 'tap nav.next', 'maybe modal.continue', 'await screen pay'];
  await kiosk.say(...toPay);
  const url = kiosk.shown.pay_url;
  const page = await browser.open(url, { agent: WALLETS.alipay });
  assert.match(await textOf(page), /¥12\.34/);
  await press(page, 'button');
  await until('the kiosk to take its code away', async () => (await kiosk.say()).pay_url === '');
  await press(page, DECLINE);
  await until('the kiosk to offer a code again', async () => (await kiosk.say()).pay_url === url);
  await press(page, '#pay-alipay');
  await press(page, CONFIRM);
  await page.waitForSelector('[data-statement=taken_credited]');
  await kiosk.reach('result');
  assert.match(kiosk.text('result.statement'), /已扣款，已入账/);
  await kiosk.stop();
  await hall.agree();
});

for (const [wallet, agent] of Object.entries(WALLETS)) {
  test(`${wallet} opens the code and pays`, async () => {
    const made = await order();
    const page = await browser.open(made.pay_url, { agent });
    const text = await textOf(page);
    assert.ok(text.includes(PAYEE) && text.includes(`¥${(fen / 100).toFixed(2)}`), text);
    assert.ok(text.includes(ACCOUNT.slice(-4)) && /剩余 [12]:\d\d/.test(text), text);
    for (const secret of [ACCOUNT, made.order_no, '微信', '支付宝']) assert.ok(!text.includes(secret), secret);
    assert.ok(!(await page.content()).includes(ACCOUNT));
    assert.strictEqual((await page.$$('button')).length, 1);
    if (wallet === 'wechat') await show(made.pay_url, 'pay-ask', agent, 'zh-320', 'en-desktop');
    assert.strictEqual((await hall.orderNow(made)).state, 'open', 'opening changes nothing');
    await press(page, 'button');
    assert.ok(page.url().includes('/cashier/'), page.url());
    assert.ok((await textOf(page)).includes(PAYEE));
    const paying = await hall.orderNow(made);
    assert.ok(paying.state === 'paying' && paying.by_phone && paying.channel === wallet);
    if (wallet === 'wechat') {
      await show(page.url(), 'cashier-ask', agent, 'zh-320', 'en-desktop');
      await show(made.pay_url, 'pay-at-wallet', agent);
      await show(made.pay_url, 'pay-elsewhere', WALLETS.alipay);
    }
    await press(page, CONFIRM);
    assert.ok(page.url().endsWith(new URL(made.pay_url).pathname), page.url());
    await page.waitForSelector('[data-statement=taken_credited]');
    assert.match(await textOf(page), /已扣款，已入账/);
    if (wallet === 'wechat') await show(made.pay_url, 'pay-paid', agent, 'en-desktop');
    // Back to the wallet's page and further back: neither asks again.
    await page.goBack();
    assert.ok(page.url().includes('/cashier/'), page.url());
    await page.waitForSelector(CONFIRM, { hidden: true });
    if (wallet === 'wechat') await show(page.url(), 'cashier-paid', agent);
    await page.goBack();
    await page.waitForSelector('[data-statement=taken_credited]');
    assert.strictEqual((await page.$$('button')).length, 0);
    assert.strictEqual((await tradesOf(made)).length, 1);
    await hall.agree();
  });
}

test('any other browser chooses the wallet, in English', async () => {
  for (const wallet of Object.keys(WALLETS)) {
    const made = await order();
    const page = await browser.open(made.pay_url, { languages: 'fr, en;q=0.8, zh;q=0.5' });
    assert.strictEqual(await page.$eval('html', (html) => html.lang), 'en');
    assert.strictEqual((await page.$$('button')).length, 3);
    if (wallet === 'wechat') await show(made.pay_url, 'pay-choose', undefined, 'zh-320');
    await press(page, `#pay-${wallet}`);
    await press(page, CONFIRM);
    await page.waitForSelector('[data-statement=taken_credited]');
    assert.match(await textOf(page), /Paid and credited/);
    assert.strictEqual((await hall.orderNow(made)).channel, wallet);
  }
  await hall.agree();
});

test('a chosen language stays, through the wallet and back', async () => {
  const made = await order();
  const page = await browser.open(made.pay_url, { agent: WALLETS.alipay });
  await press(page, 'header a');
  assert.match(await textOf(page), /Please check, then pay/);
  await press(page, 'button');
  await press(page, CONFIRM);
  await page.waitForSelector('[data-statement=taken_credited]');
  assert.match(await textOf(page), /Paid and credited/);
  await press(page, 'header a');
  assert.match(await textOf(page), /已扣款，已入账/);
  await hall.agree();
});

test('declined: nothing is taken, and it can be paid again', async () => {
  const made = await order();
  const page = await browser.open(made.pay_url, { agent: WALLETS.wechat });
  await press(page, 'button');
  await press(page, DECLINE);
  await page.waitForSelector('[data-statement=not_taken]');
  assert.match(await textOf(page), /没有扣款/);
  await show(made.pay_url, 'pay-again', WALLETS.wechat);
  await press(page, '#pay-wechat');
  await press(page, CONFIRM);
  await page.waitForSelector('[data-statement=taken_credited]');
  assert.strictEqual((await tradesOf(made)).length, 2);
  await hall.agree();
});

test('a double tap and a dozen presses at once are one payment', async () => {
  const made = await order();
  const page = await browser.open(made.pay_url, { agent: WALLETS.wechat });
  const box = await (await page.$('button')).boundingBox();
  const at = [box.x + box.width / 2, box.y + box.height / 2];
  const gone = page.waitForNavigation();
  await page.touchscreen.tap(...at);
  await page.touchscreen.tap(...at);
  await gone;
  await page.waitForSelector(CONFIRM);
  assert.strictEqual((await tradesOf(made)).length, 1);

  const other = await order();
  const replies = await Promise.all(Array.from({ length: 12 }, () => fetch(`${other.pay_url}/pay`, {
    method: 'POST', redirect: 'manual', headers: { 'User-Agent': WALLETS.wechat },
  })));
  const targets = replies.map((reply) => new URL(reply.headers.get('location'), other.pay_url).pathname);
  assert.ok(replies.every((reply) => reply.status === 303));
  const cashiers = new Set(targets.filter((path) => path.startsWith('/cashier/')));
  assert.strictEqual(cashiers.size, 1, targets.join(' '));
  assert.strictEqual((await tradesOf(other)).length, 1);
  for (const one of [made, other]) await hall.cancel(one);
  await hall.agree();
});

test('two phones race: one pays, the other is told so', async () => {
  const made = await order();
  const [one, two] = await Promise.all(['wechat', 'alipay'].map((wallet) => (
    browser.open(made.pay_url, { agent: WALLETS[wallet] }))));
  await Promise.all([press(one, 'button'), press(two, 'button')]);
  const trades = await tradesOf(made);
  assert.strictEqual(trades.length, 1);
  const [first, second] = one.url().includes('/cashier/') ? [one, two] : [two, one];
  assert.ok(second.url().startsWith(made.pay_url), second.url());
  await second.waitForFunction(() => /正在另一个钱包里付款/.test(document.body.innerText));
  assert.strictEqual((await second.$$('button')).length, 0);
  await press(first, CONFIRM);
  for (const page of [first, second]) await page.waitForSelector('[data-statement=taken_credited]');
  await hall.agree();
});

test('paid by its code at the kiosk: the open page follows by itself', async () => {
  const made = await order();
  const page = await browser.open(made.pay_url, { agent: WALLETS.wechat });
  await hall.wallet('password-wanted on');
  await hall.pay(made, await hall.wallet('code alipay'));
  await page.waitForSelector('[data-statement=confirming]');
  await show(made.pay_url, 'pay-confirming', WALLETS.wechat);
  await page.reload();
  assert.strictEqual(await statementOf(page), 'confirming');
  await hall.wallet('password ok last');
  await page.waitForSelector('[data-statement=taken_credited]');
  await hall.agree();
});

test('cancelled at the kiosk while the wallet asks: the page ends, nothing can be paid', async () => {
  const made = await order();
  const page = await browser.open(made.pay_url, { agent: WALLETS.unionpay });
  const watching = await browser.open(made.pay_url, { agent: WALLETS.unionpay });
  await press(page, 'button');
  await hall.wallet('refuse-reverse 3');
  await hall.cancel(made);
  await watching.waitForFunction(() => /正在结束/.test(document.body.innerText));
  await show(made.pay_url, 'pay-ending', WALLETS.unionpay);
  await watching.waitForSelector('[data-statement=may_return]');
  await show(made.pay_url, 'pay-ended', WALLETS.unionpay);
  await page.reload();
  assert.strictEqual(await page.$(CONFIRM), null);
  await show(page.url(), 'cashier-closed', WALLETS.unionpay);
  await hall.agree();
});

test('the server is killed while the wallet asks: the page says so, then goes on', async () => {
  const made = await order();
  const page = await browser.open(made.pay_url, { agent: WALLETS.wechat });
  const watching = await browser.open(made.pay_url, { agent: WALLETS.wechat });
  await press(page, 'button');
  await watching.waitForSelector('[data-statement=confirming]');
  browser.expect(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/);
  await hall.kill('billing');
  await hall.wallet('confirm last');
  await watching.waitForSelector('#lost:not([hidden])');
  await browser.picture(watching, 'pay-lost-zh-390');
  assert.match(await textOf(watching), /网络不通，正在重试/);
  await hall.startProgram('billing');
  await watching.waitForSelector('[data-statement=taken_credited]');
  assert.ok(await watching.$('#lost[hidden]'));
  await hall.agree();
});

test('the server hangs: the page says so, and goes on when it is back', async () => {
  const made = await order();
  const page = await browser.open(made.pay_url, { agent: WALLETS.wechat });
  const billing = Number(fs.readFileSync(`${hall.state}/billing.pid`, 'utf8'));
  process.kill(billing, 'SIGSTOP');
  try {
    await page.waitForSelector('#lost:not([hidden])');
  } finally {
    process.kill(billing, 'SIGCONT');
  }
  await page.waitForSelector('#lost[hidden]');
  await hall.cancel(made);
  await page.waitForSelector('[data-statement=not_taken]');
  await hall.agree();
});

test('the provider does not answer: the page stays true, and ends', async () => {
  const made = await order();
  await hall.wallet('lose-reply 1 page');
  const page = await browser.open(made.pay_url, { agent: WALLETS.wechat });
  await press(page, 'button');
  assert.ok(page.url().startsWith(made.pay_url), page.url());
  assert.strictEqual(await statementOf(page), 'confirming');
  await browser.picture(page, 'pay-opening-zh-390');
  await page.waitForSelector('[data-statement=may_return]');
  await hall.agree();
});

test('without a script the page is whole', async () => {
  const made = await order();
  const page = await browser.open(made.pay_url, { agent: WALLETS.wechat, script: false });
  assert.match(await textOf(page), /请在 \d\d:\d\d:\d\d 前付款/);
  await browser.picture(page, 'pay-ask-no-script');
  await press(page, 'button');
  const watching = await browser.open(made.pay_url, { agent: WALLETS.wechat, script: false });
  assert.strictEqual(await statementOf(watching), 'confirming');
  await press(page, CONFIRM);
  await watching.waitForSelector('[data-statement=taken_credited]');
  await become('paid', made, 'paid');
  await hall.agree();
});

test('a wrong address shows nothing, and says what to do', async () => {
  browser.expect(/404/);
  const page = await browser.open(`http://127.0.0.1:${hall.ports.pages}/p/${'0'.repeat(32)}`);
  assert.strictEqual(page.reply.status(), 404);
  assert.match(await textOf(page), /没有找到这笔订单/);
  await show(page.url(), 'pay-unknown');
});
