// A whole hall of real programs for a test: sandbox, billing, an enrolled kiosk's certificate.
// The bash script `hall` beside this one starts it and ends it, also when this process dies.
'use strict';
const { spawn } = require('node:child_process');
const crypto = require('node:crypto');
const fs = require('node:fs');
const https = require('node:https');
const net = require('node:net');
const path = require('node:path');
const readline = require('node:readline');

const BUILD = process.env.HALL_BUILD || path.join(__dirname, '../../build/debug');
const ANSWER_MS = 30000;

class Hall {
  // settings: texts as "billing.times.order_s=12".
  static async start(...settings) {
    const hall = new Hall();
    hall.shell = spawn(path.join(__dirname, 'hall'), [BUILD, ...settings],
      { stdio: ['pipe', 'pipe', 'inherit'] });
    hall.waiting = [];
    hall.shell.on('error', (error) => hall.fail(error));
    hall.shell.on('exit', (code) => hall.fail(new Error(`the hall ended with ${code}`)));
    readline.createInterface({ input: hall.shell.stdout })
      .on('line', (line) => hall.waiting.shift()?.resolve(line));
    const first = await hall.answer();
    if (first.startsWith('err')) throw new Error(first);
    const { state, ...ports } = JSON.parse(first);
    return Object.assign(hall, { state, ports });
  }

  fail(error) {
    for (const one of this.waiting.splice(0)) one.reject(error);
  }

  answer() {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error('the hall does not answer')), ANSWER_MS);
      const done = (settle) => (value) => { clearTimeout(late); settle(value); };
      this.waiting.push({ resolve: done(resolve), reject: done(reject) });
    });
  }

  // One line to the script; throws what it complains about.
  async command(line) {
    const answered = this.answer();
    this.shell.stdin.write(`${line}\n`);
    const answer = await answered;
    if (!answer.startsWith('ok')) throw new Error(`${line}: ${answer}`);
    return answer.slice(3);
  }

  startProgram(name) { return this.command(`start ${name}`); }
  kill(name) { return this.command(`kill ${name}`); }
  // Rows as `billing-admin import` takes them.
  async import(rows) {
    const file = path.join(this.state, 'more.jsonl');
    fs.writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    return this.command(`import ${file}`);
  }
  // Sandbox and ledger say the same and nothing is open; throws what differs.
  agree() { return this.command('agree'); }

  // Ends everything. Throws when a program logged a fault or personal data.
  async stop() {
    const ended = new Promise((resolve) => { this.shell.once('exit', resolve); });
    try {
      await this.command('end');
    } finally {
      this.shell.stdin.end();
      await ended;
    }
  }

  // One line to a control socket below the state folder; the answer without its "ok".
  control(socket, line) {
    return new Promise((resolve, reject) => {
      const wire = net.connect(path.join(this.state, socket));
      let text = '';
      wire.setTimeout(ANSWER_MS, () => wire.destroy(new Error(`${socket} does not answer`)));
      wire.on('error', reject);
      wire.on('data', (bytes) => {
        text += bytes;
        const end = text.indexOf('\n');
        if (end < 0) return;
        wire.destroy();
        const answer = text.slice(0, end);
        if (answer.startsWith('ok')) resolve(answer.slice(3));
        else reject(new Error(`${line}: ${answer}`));
      });
      wire.write(`${line}\n`);
    });
  }

  wallet(line) { return this.control('sandbox/control.sock', line); }
  async trades() { return JSON.parse(await this.wallet('trades')); }

  // What the kiosk asks of billing, with its certificate: { status, body }.
  api(method, route, body) {
    const read = (name) => fs.readFileSync(path.join(this.state, name));
    const headers = body?.request_id ? { 'Idempotency-Key': body.request_id } : {};
    return new Promise((resolve, reject) => {
      const request = https.request({
        host: '127.0.0.1', port: this.ports.api, method, path: route, headers, timeout: ANSWER_MS,
        ca: read('billing/ca.pem'), cert: read('kiosk/kiosk.crt'), key: read('kiosk/kiosk.key'),
        agent: false,
      }, (reply) => {
        let text = '';
        reply.on('data', (bytes) => { text += bytes; });
        reply.on('end', () => resolve({ status: reply.statusCode, body: JSON.parse(text) }));
      });
      request.on('timeout', () => request.destroy(new Error(`${route} does not answer`)));
      request.on('error', reject);
      request.end(body ? JSON.stringify(body) : undefined);
    });
  }

  // A new order as the kiosk makes it; its pay_url is what the QR on the screen holds.
  async order(account, amountFen) {
    const reply = await this.api('POST', '/v1/orders', {
      request_id: crypto.randomBytes(16).toString('hex'), account_no: account, kind: 'recharge',
      amount_fen: amountFen, bill_ids: [],
    });
    if (reply.status !== 201) throw new Error(JSON.stringify(reply.body));
    return reply.body;
  }

  // A payment code held to the kiosk's scanner.
  async pay(order, code) {
    const id = crypto.randomBytes(16).toString('hex');
    const reply = await this.api('POST', `/v1/orders/${order.order_no}/attempts`, { request_id: id, code });
    if (reply.status !== 202) throw new Error(JSON.stringify(reply.body));
    return reply.body;
  }

  async orderNow(order) { return (await this.api('GET', `/v1/orders/${order.order_no}`)).body; }
  async cancel(order) { return (await this.api('POST', `/v1/orders/${order.order_no}/cancel`)).body; }
}

// Until what() answers something true; says what was waited for.
async function until(words, what, limitMs = 15000) {
  const end = Date.now() + limitMs;
  for (;;) {
    const found = await what();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited ${limitMs} ms for: ${words}`);
    await new Promise((resolve) => { setTimeout(resolve, 30); });
  }
}

module.exports = { Hall, until };
