/*
 * check.js - receipts read by code that we did not write: npos takes the commands apart,
 * iconv-lite reads the GB18030. What stands on the paper is compared with expected.txt.
 *
 * usage: node check.js FOLDER [--write]     FOLDER holds the .bin files of test_receipt
 */
'use strict';

const fs = require('fs');
const path = require('path');
const npos = require('npos');
const ruler = require('npos/lib/parser/ruler');
const iconv = require('iconv-lite');

const STATUS_URL = 'https://pay.example/o/7f3a9c51d2e84b60a1c4f09e5d7b2836';
const GS = 0x1d;
const expectedPath = path.join(__dirname, 'expected.txt');

// npos knows GS ( K but not the QR commands GS ( k: the same shape, a 16-bit length.
const rules = Object.assign({}, ruler.rules);
rules[GS] = Object.assign({}, rules[GS], { '(k': [0, 'd16'] });

function read(bytes) {
    const ast = npos.parser(rules).analyze(bytes);
    if (ast.error) {
        throw ast.error;
    }
    const text = [];
    const found = { cuts: 0, pictures: 0, qr: null };
    for (const node of ast.tree) {
        const raw = bytes.subarray(node.offset, node.offset + node.length);
        if (node.ascii === 'STX') {
            text.push(raw);
        } else if (node.ascii === 'GS' && node.fn === 'V') {
            found.cuts++;
        } else if (node.ascii === 'GS' && node.fn === 'v0') {
            found.pictures++;
        } else if (node.ascii === 'GS' && node.fn === '(k' && raw[6] === 0x50) {
            found.qr = raw.subarray(8, 3 + 2 + raw.readUInt16LE(3)).toString('latin1');
        }
    }
    found.bytes = Buffer.concat(text);
    found.text = iconv.decode(found.bytes, 'gb18030');
    return found;
}

function columns(line) {
    return [...line].reduce((sum, c) => sum + (c.codePointAt(0) < 0x80 ? 1 : 2), 0);
}

function check(name, found) {
    const faults = [];
    const want = (good, what) => good || faults.push(`${name}: ${what}`);
    const wide = name.includes('-576-') ? 48 : 32;
    want(found.cuts === 1, `${found.cuts} cuts`);
    // Where nothing was taken there is no result to look for, and nothing to keep.
    const settled = name.startsWith('slip-not-taken');
    want(found.qr === (settled ? null : STATUS_URL), `the QR holds ${found.qr}`);
    want(!settled || !/保留|扫码|待确认|Keep|Scan/.test(found.text), 'a settled slip asks to wait');
    want(!/ (by|no\.)\n(?! )/.test(found.text), 'a label without a value');
    want(!/^[元角分整万亿仟佰拾]/m.test(found.text), 'a unit torn from its figure');
    want(found.pictures === 0 || name.startsWith('rare-name'), 'lines as pictures');
    want(found.pictures > 0 || !name.startsWith('rare-name'), 'no picture of the rare name');
    want(!found.text.includes('\ufffd'), 'text that is no GB18030');
    want(!found.text.includes('成功'), 'the word success');
    want(!found.text.includes('\u00a5'), 'a yen sign that printers lack');
    want(found.bytes.includes(Buffer.from([0xa3, 0xa4])), 'no full-width yen sign');
    want(found.text.includes('本凭证不作为发票'), 'no word on the invoice');
    for (const line of found.text.split('\n')) {
        want(columns(line) <= wide, `a line of ${columns(line)} columns: ${line}`);
    }
    return faults;
}

function main(folder, write) {
    const names = fs.readdirSync(folder).filter((n) => n.endsWith('.bin')).sort();
    let faults = names.length === 36 ? [] : [`${names.length} receipts in ${folder}`];
    let all = '';
    for (const name of names) {
        const found = read(fs.readFileSync(path.join(folder, name)));
        faults = faults.concat(check(name, found));
        all += `=== ${name}\n${found.text}`;
    }
    if (write) {
        fs.writeFileSync(expectedPath, all);
    }
    const expected = fs.readFileSync(expectedPath, 'utf8').split('\n');
    all.split('\n').forEach((line, i) => {
        if (line !== expected[i] && faults.length < 20) {
            faults.push(`expected.txt:${i + 1}: expected "${expected[i]}", printed "${line}"`);
        }
    });
    if (expected.length !== all.split('\n').length) {
        faults.push('expected.txt has another number of lines');
    }
    faults.forEach((fault) => console.error(fault));
    console.log(`${names.length} receipts read by npos, ${faults.length} faults`);
    process.exit(faults.length === 0 ? 0 : 1);
}

main(process.argv[2], process.argv[3] === '--write');
