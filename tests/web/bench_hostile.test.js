// What a stranger's page, a bent name or a broken line does to the bench: nothing.
'use strict';
const assert = require('node:assert');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { before, after, test } = require('node:test');
const { Hall, until } = require('./hall.js');

const ANSWER_MS = 15000;
let hall;

before(async () => {
  hall = await Hall.start('--bench');
  await hall.startProgram('kiosk');
  await until('the kiosk to be ready', async () => JSON.parse((await ask('/bench/state')).text).kiosk.screen === 'home');
});
after(async () => { await hall?.stop(); });

// Raw: a browser, or fetch(), would mend what is meant to be broken.
function ask(route, { method = 'GET', headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request({
      host: '127.0.0.1', port: hall.ports.gateway, method, path: route, headers, agent: false, timeout: ANSWER_MS,
    }, (reply) => {
      const pieces = [];
      reply.on('data', (bytes) => pieces.push(bytes));
      reply.on('end', () => {
        const bytes = Buffer.concat(pieces);
        resolve({ status: reply.statusCode, headers: reply.headers, bytes, text: bytes.toString('utf8') });
      });
    });
    request.on('timeout', () => request.destroy(new Error(`${route} does not answer`)));
    request.on('error', reject);
    request.end(body);
  });
}
const say = (line, headers = { 'X-Bench': '1' }) => ask('/bench/do', { method: 'POST', headers, body: line });
const PAGES = ['/', '/bench', '/bench/bench.js', '/bench/state', '/bench/ledger', '/bench/screen', '/bench/tree',
  '/bench/accounts', '/bench/qr?text=1', '/bench/paper/1'];

test('only who names this machine is answered', async () => {
  for (const route of PAGES) {
    for (const Host of ['kiosk.example', 'localhost.example:8600', '127.0.0.1.example', '10.0.0.1:8600', ':8600']) {
      const reply = await ask(route, { headers: { Host } });
      assert.ok([400, 403].includes(reply.status), `${route} for "${Host}": ${reply.status}`);
      assert.ok(!/account|screen/.test(reply.text));
    }
  }
  // A tunnel may end at any port.
  assert.equal((await ask('/bench/state', { headers: { Host: 'localhost:1234' } })).status, 200);
});

test('a command comes from the page itself', async () => {
  const host = `127.0.0.1:${hall.ports.gateway}`;
  const refused = [
    {},
    { 'Content-Type': 'text/plain' },
    { 'X-Bench': '1', Origin: 'http://evil.example' },
    { 'X-Bench': '1', Origin: 'null' },
    { 'X-Bench': '1', Origin: `https://${host}` },
    { 'X-Bench': '1', 'Sec-Fetch-Site': 'cross-site' },
    { 'X-Bench': '1', 'Sec-Fetch-Site': 'same-site' },
  ];
  for (const headers of refused) {
    assert.equal((await say('printer paper-out', headers)).status, 403, JSON.stringify(headers));
  }
  // The browser asks first whether it may send that header from elsewhere: nobody says yes.
  const asked = await ask('/bench/do', {
    method: 'OPTIONS',
    headers: { Origin: 'http://evil.example', 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'x-bench' },
  });
  assert.equal(asked.headers['access-control-allow-origin'], undefined);
  assert.equal(JSON.parse((await ask('/bench/state')).text).printer.state, 'ready');
  const good = await say('printer near-end', { 'X-Bench': '1', Origin: `http://${host}`, 'Sec-Fetch-Site': 'same-origin' });
  assert.equal(good.status, 200);
  assert.equal((await say('printer ok')).status, 200);
});

test('a line that is none is refused, an unknown one says so', async () => {
  const broken = ['', ' ', ' tap x', 'scan a\nprinter paper-out', 'scan a\r', 'scan a\0b', `scan ${'x'.repeat(3000)}`,
    Buffer.from([0x73, 0xff, 0xfe])];
  for (const line of broken) assert.equal((await say(line)).status, 400, JSON.stringify(line));
  assert.equal((await say('x'.repeat(200000))).status, 413);
  for (const line of ['nonsense', 'tap', 'tap no.such.node', 'tap <script>alert(1)</script>', `tap ${'a'.repeat(80)}`,
    'type 12a', 'touch down 1', 'touch down -1 5', 'touch down 99999 5', 'clock', 'clock soon', 'clock 99999999999',
    'network', 'network maybe', 'network slow', 'network slow 0', 'network ok 5', 'server', 'server rm', 'look',
    'open-qr', 'open-qr cash', 'wallet', 'wallet nonsense', 'open file:///etc/passwd', 'open http://127.0.0.1:1/']) {
    const reply = await say(line);
    assert.equal(reply.status, 409, line);
    assert.equal(JSON.parse(reply.text).ok, false);
  }
});

test('no file but the page\'s own is served, and none is written', async () => {
  const outside = ['/bench/..%2fkiosk.html', '/bench/%2e%2e%2f%2e%2e%2fREADME.md', '/bench/../../README.md', '/bench/.git',
    '/bench/index.html%00.js', '/bench/index.html/', '/bench/INDEX.HTML', '/bench/index.htm', '/bench/nothing.js',
    '/bench/a/b.js', '/bench/%ff.js', `/bench/${'a'.repeat(5000)}.js`, '/bench/paper/0', '/bench/paper/-1',
    '/bench/paper/1e1', '/bench/paper/99999999999999999999', '/bench/paper/..%2f..%2fkiosk.key', '/bench/paper/'];
  for (const route of outside) {
    const reply = await ask(route);
    assert.ok([400, 404, 414, 431].includes(reply.status), `${route}: ${reply.status}`);
    assert.ok(!reply.text.includes('PRIVATE'));
  }
  const target = path.join(hall.state, 'written.png');
  assert.equal((await say(`printer last ${target}`)).status, 409);
  assert.ok(!fs.existsSync(target));
});

test('numbers and texts have bounds', async () => {
  for (const after of ['abc', '-1', '99999999999', '1%00', '0x10']) {
    assert.equal((await ask(`/bench/screen?after=${after}`)).status, 400, after);
  }
  for (const text of ['', '%', '%4', '%zz', '%00', '%ff%fe', 'a'.repeat(300)]) {
    assert.equal((await ask(`/bench/qr?text=${text}`)).status, 400, text);
  }
  const drawn = await ask('/bench/qr?text=%3Cscript%3Ealert(1)%3C/script%3E');
  assert.equal(drawn.status, 200);
  assert.ok(!drawn.text.includes('script'));
  for (const method of ['PUT', 'DELETE', 'PATCH']) {
    assert.equal((await ask('/bench/state', { method })).status, 405);
  }
  assert.equal((await ask('/bench/do')).status, 404);
});

test('every page forbids foreign scripts and frames', async () => {
  for (const route of ['/', '/bench', '/bench/bench.js', '/bench/state', '/bench/screen']) {
    const { headers } = await ask(route);
    assert.match(headers['content-security-policy'], /default-src 'none'; script-src 'self'/);
    assert.match(headers['content-security-policy'], /frame-ancestors 'none'/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin');
    assert.equal(headers['access-control-allow-origin'], undefined);
  }
});

test('a hundred pages at once see the same hall, and the kiosk still answers', async () => {
  const pages = await Promise.all(Array.from({ length: 100 }, async (_, i) => {
    const [state, screen, tree] = await Promise.all([ask('/bench/state'), ask(`/bench/screen?after=${i}`), ask('/bench/tree')]);
    return { state: JSON.parse(state.text), screen, tree: JSON.parse(tree.text) };
  }));
  for (const { state, screen, tree } of pages) {
    assert.ok(state.kiosk.up && state.scanner.up && state.printer.up && state.server.up);
    assert.equal(screen.headers['content-type'], 'image/png');
    assert.equal(tree.screen, state.kiosk.screen);
  }
  assert.equal((await say('tap svc.pay')).status, 200);
  await until('the account screen', async () => JSON.parse((await ask('/bench/tree')).text).screen === 'account');
});

test('when the kiosk is gone, it says so', async () => {
  await hall.kill('kiosk');
  await until('the page to know', async () => {
    const state = JSON.parse((await ask('/bench/state')).text);
    return !state.kiosk.up && !state.scanner.up && !state.printer.up;
  });
  assert.equal((await ask('/bench/screen')).status, 503);
  assert.equal((await ask('/bench/tree')).status, 503);
  for (const line of ['tap svc.pay', 'scan 1', 'printer ok', 'look', 'clock 0']) {
    assert.equal(JSON.parse((await say(line)).text).ok, false, line);
  }
  await hall.startProgram('kiosk');
  await until('the kiosk again', async () => JSON.parse((await ask('/bench/state')).text).kiosk.screen === 'home');
});
