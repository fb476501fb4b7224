// What `app/run --lan` opens to the network: the pay page and the wallet's page, nothing else.
'use strict';
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const { before, after, test } = require('node:test');
const { Browser } = require('./browser.js');
const { Hall, until } = require('./hall.js');

const WECHAT = 'Mozilla/5.0 (Linux; Android 14) Mobile MicroMessenger/8.0.50';
const address = Object.values(os.networkInterfaces()).flat()
  .find((one) => one.family === 'IPv4' && !one.internal)?.address;
const skip = address ? false : 'this machine has no address on a network';
let hall;
let browser;

before(async () => {
  if (skip) return;
  hall = await Hall.start('--bench', '--lan', address);
  await hall.startProgram('kiosk');
  browser = await Browser.launch(hall.state, [address]);
});
after(async () => {
  await browser?.close();
  await hall?.stop();
});

// The listening TCP sockets of a process, as "address:port", from what the kernel says.
function listening(pid) {
  const inodes = new Set(fs.readdirSync(`/proc/${pid}/fd`).map((fd) => {
    try {
      return fs.readlinkSync(`/proc/${pid}/fd/${fd}`).match(/^socket:\[(\d+)\]$/)?.[1];
    } catch { return undefined; } // closed meanwhile
  }));
  return ['tcp', 'tcp6'].flatMap((table) => (
    fs.readFileSync(`/proc/${pid}/net/${table}`, 'utf8').trim().split('\n').slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((row) => row[3] === '0A' && inodes.has(row[9]))
      .map((row) => {
        const [host, port] = row[1].split(':');
        const bytes = host.match(/../g).map((hex) => parseInt(hex, 16));
        return `${table === 'tcp' ? bytes.reverse().join('.') : host}:${parseInt(port, 16)}`;
      })));
}

test('only two sockets of the three programs are open to the network', { skip }, () => {
  const all = ['sandbox', 'billing', 'kiosk'].flatMap((name) => (
    listening(fs.readFileSync(`${hall.state}/${name}.pid`, 'utf8').trim())));
  const open = all.filter((one) => !one.startsWith('127.'));
  assert.deepStrictEqual(open.sort(), [`0.0.0.0:${hall.ports.cashier}`, `0.0.0.0:${hall.ports.pages}`].sort());
  assert.ok(all.includes(`127.0.0.1:${hall.ports.api}`) && all.includes(`127.0.0.1:${hall.ports.gateway}`), all.join(' '));
});

test('a phone pays over the network', { skip }, async () => {
  const order = await hall.order('5263940002', 4321);
  assert.ok(order.pay_url.startsWith(`http://${address}:${hall.ports.pages}/p/`), order.pay_url);
  const page = await browser.open(order.pay_url, { agent: WECHAT });
  await Promise.all([page.waitForNavigation(), page.tap('button')]);
  assert.ok(page.url().startsWith(`http://${address}:${hall.ports.cashier}/cashier/`), page.url());
  await Promise.all([page.waitForNavigation(), page.tap('#confirm')]);
  await page.waitForSelector('[data-statement=taken_credited]');
  await until('the notice to be taken', () => (
    / notice trade=/.test(fs.readFileSync(`${hall.state}/log/billing.log`, 'utf8'))));
  browser.clean();
  await hall.agree();
});

test('from the network everything else is refused, and no word of it shown', { skip }, async () => {
  const order = await hall.order('5263940002', 4322);
  const token = order.pay_url.split('/').pop();
  const paths = ['/', '/p', '/p/', '/p/x', `/p/${'0'.repeat(32)}`, `/p/${token}/x`, `/p/${token}/pay`, '/v1/health',
    '/v1/version', `/v1/orders/${order.order_no}`, '/notify/sandbox', '/notify', '/bench', '/bench/state', '/bench/do',
    '/bench/accounts', '/bench/ledger', '/bench/screen', '/bench/bench.js', '/gateway/pay', '/gateway/trades/1',
    '/cashier', '/cashier/', '/cashier/x', `/cashier/${'0'.repeat(32)}`, '/cashier/../bench/state', '/favicon.ico',
    '/%2e%2e/bench', '//bench/state', '/p/..%2f..%2fnotify'];
  for (const port of [hall.ports.pages, hall.ports.cashier]) {
    for (const path of paths) {
      for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS']) {
        if (method === 'POST' && path === `/p/${token}/pay`) continue; // the page's own button
        const reply = await fetch(`http://${address}:${port}${path}`, { method, redirect: 'manual' });
        const text = await reply.text();
        assert.ok([400, 404, 405].includes(reply.status), `${method} ${port}${path}: ${reply.status}`);
        for (const word of ['示范', '5263940002', 'signature', 'business_date', 'sandbox']) {
          assert.ok(!text.includes(word), `${method} ${port}${path} says ${word}`);
        }
      }
    }
  }
  for (const port of [hall.ports.api, hall.ports.gateway, hall.ports.spare]) {
    await assert.rejects(fetch(`http://${address}:${port}/`), /fetch failed/, `port ${port} must not answer`);
  }
  const notice = JSON.stringify({ out_trade_no: `${order.order_no}A01` });
  const signed = { method: 'POST', body: notice, headers: { 'X-Sandbox-Signature': '0'.repeat(64) } };
  assert.strictEqual((await fetch(`http://${address}:${hall.ports.pages}/notify/sandbox`, signed)).status, 404);
  assert.strictEqual((await fetch(`http://127.0.0.1:${hall.ports.pages}/notify/sandbox`, signed)).status, 401);
  assert.strictEqual((await hall.orderNow(order)).state, 'open');
  await hall.cancel(order);
  await hall.agree();
});
