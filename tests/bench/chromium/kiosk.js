// The home and the amount screen as a page: the other side of the comparison in tests/bench/run.
'use strict';
const at = id => document.getElementById(id);
const home = at('home'), amount = at('amount'), value = at('value'), hint = at('hint');
const next = at('next'), nextWords = at('next-words'), clear = at('clear');
const LEAST = 1, MOST = 5000, YUAN_DIGITS = 7, VISIT_S = 90, WARN_S = 30;
let typed = '', left = VISIT_S, ticking = 0;

function showClock() {
  const now = new Date();
  const two = number => String(number).padStart(2, '0');
  at('clock').textContent = `${two(now.getHours())}:${two(now.getMinutes())}`;
  at('date').textContent = `${now.getMonth() + 1}月${now.getDate()}日 星期${'日一二三四五六'[now.getDay()]}`;
  setTimeout(showClock, 60000 - now % 60000);
}

function showLeft() {
  at('left').textContent = `${left} 秒`;
  at('ring').style.strokeDasharray = `${left} 90`;
  at('ring').parentNode.parentNode.classList.toggle('late', left < WARN_S);
}

function showAmount() {
  const yuan = Number(typed);
  const good = yuan >= LEAST && yuan <= MOST;

  value.textContent = typed || '0.00';
  value.classList.toggle('empty', !typed);
  clear.disabled = !typed;
  next.disabled = !good;
  nextWords.textContent = good ? `去付款 ¥${yuan.toFixed(2)}` : !yuan ? '请选择金额' : yuan > MOST ? '请改小金额' : '请改大金额';
  hint.textContent = '每次 ¥1.00 至 ¥5000.00';
  for (const preset of document.querySelectorAll('.chosen')) preset.classList.remove('chosen');
}

function type(key) {
  const point = typed.indexOf('.');

  if (key === '<') typed = typed.slice(0, -1);
  else if (key === '.') typed += point < 0 ? (typed ? '.' : '0.') : '';
  else if (point >= 0) typed += typed.length - point <= 2 ? key : '';
  else if (typed === '0') typed = key;
  else if (typed.length < YUAN_DIGITS) typed += key;
  showAmount();
}

function leave() {
  clearInterval(ticking);
  amount.hidden = true;
  home.hidden = false;
}

function open(title) {
  at('title').textContent = title;
  typed = '';
  left = VISIT_S;
  showAmount();
  showLeft();
  home.hidden = true;
  amount.hidden = false;
  ticking = setInterval(() => { left--; showLeft(); if (left === 0) leave(); }, 1000);
}

document.addEventListener('click', event => {
  const button = event.target.closest('button');
  if (!button) return;
  if (!amount.hidden) { left = VISIT_S; showLeft(); }
  if (button.dataset.open) open(button.dataset.open);
  else if (button.dataset.key) type(button.dataset.key);
  else if (button.dataset.preset) { typed = button.dataset.preset; showAmount(); button.classList.add('chosen'); }
  else if (button === clear) { typed = ''; showAmount(); }
  else if (button.id === 'back') leave();
});
document.addEventListener('contextmenu', event => event.preventDefault());
showClock();
