// The real kiosk behind a pipe: tests/journeys/player.c, one line of a journey at a time.
'use strict';
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const readline = require('node:readline');
const { until } = require('./hall.js');

const BUILD = process.env.HALL_BUILD || path.join(__dirname, '../../build/debug');
const ANSWER_MS = 30000;

class Player {
  constructor(hall) {
    const kiosk = path.join(hall.state, 'kiosk');
    const log = fs.openSync(path.join(hall.state, 'log/kiosk.log'), 'a');
    // Through cat: what Node calls a pipe is a socket, which nobody can open by name.
    this.process = spawn('bash', ['-c', 'exec "$@" < <(cat)', 'player', path.join(BUILD, 'tests/journeys/kiosk_player'), '--config', `${kiosk}.ini`, '--state-dir', kiosk,
      '--assets', path.join(BUILD, 'assets'), '--wallet', path.join(hall.state, 'sandbox/control.sock'), '/dev/stdin'],
    { stdio: ['pipe', 'pipe', log] });
    fs.closeSync(log);
    this.lines = readline.createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
  }

  // Says lines of a journey; what the kiosk shows then: { pay_url, tree }.
  async say(...lines) {
    this.process.stdin.write(`${[...lines, 'show'].join('\n')}\n`);
    const late = setTimeout(() => this.process.kill('SIGKILL'), ANSWER_MS);
    const { value, done } = await this.lines.next();
    clearTimeout(late);
    if (done) throw new Error(`the kiosk ended at: ${lines.join(', ')}; see kiosk.log`);
    this.shown = JSON.parse(value);
    return this.shown;
  }

  text(id) { return this.shown.tree.nodes.find((node) => node.id === id)?.text; }

  async reach(screen) {
    await until(`the kiosk's screen ${screen}`, async () => (await this.say()).tree.screen === screen, 20000);
  }

  async stop() {
    const ended = new Promise((resolve) => { this.process.once('exit', resolve); });
    this.process.stdin.end();
    await ended;
  }
}

module.exports = { Player };
