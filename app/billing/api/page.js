// What the page gains with a script: the time left runs, and it goes on without a reload. Without
// it the page says until when, and refreshes by itself.
(function () {
  'use strict';
  var page = document.getElementById('page');
  var LOST_AFTER = 2; // looks without an answer before the page says so
  var SLOWEST_MS = 10000;
  var SOON_MS = 20000;
  var ANSWER_MS = 5000; // a look that takes longer is given up
  var SUBMIT_MS = 8000; // a press that led nowhere may be made again
  var begun, looks, failed, sent, timer;
  var looking = null; // what ends the look that is under way

  function number(name) { return Number(page.dataset[name]) || 0; }

  function leftMs() { return begun + number('left') - performance.now(); }

  function drawLeft() {
    var left = document.getElementById('left');
    var rest = Math.max(0, Math.ceil(leftMs() / 1000));
    if (!left) return;
    var clock = Math.floor(rest / 60) + ':' + ('0' + rest % 60).slice(-2);
    left.textContent = left.dataset.words + ' ';
    left.appendChild(document.createElement('b')).textContent = clock;
    left.classList.toggle('soon', leftMs() < SOON_MS);
  }

  function lost(is) { document.getElementById('lost').hidden = !is; }

  // Another state: only what differs is put in, so that a screen reader says the news and no more.
  function take(fresh) {
    var news = fresh.getElementById('page');
    if (!news) throw new Error('not the page');
    if (news.dataset.key !== page.dataset.key) {
      ['news', 'rest'].forEach(function (id) {
        var from = fresh.getElementById(id);
        var to = document.getElementById(id);
        to.className = from.className;
        to.replaceChildren.apply(to, Array.from(from.childNodes));
      });
      document.title = news.dataset.title;
      looks = 0;
      sent = 0;
    }
    ['key', 'left', 'look'].forEach(function (name) { page.dataset[name] = news.dataset[name]; });
    begun = performance.now();
    drawLeft();
  }

  function look() {
    clearTimeout(timer);
    if (document.hidden || looking || number('look') === 0) return;
    looking = new AbortController();
    var late = setTimeout(function (it) { failed += 1; it.abort(); }, ANSWER_MS, looking);
    fetch(location.href, { cache: 'no-store', redirect: 'error', signal: looking.signal })
      .then(function (reply) {
        if (reply.status !== 200 && reply.status !== 404) throw new Error('not now');
        return reply.text();
      })
      .then(function (text) {
        // The part that changes, without the style and script, whose permit is another by now.
        var part = text.slice(text.indexOf('<main'), text.indexOf('</main>'));
        take(new DOMParser().parseFromString(part, 'text/html'));
        failed = 0;
      })
      .catch(function () { failed += 1; })
      .then(function () {
        clearTimeout(late);
        looking = null;
        lost(failed >= LOST_AFTER);
        plan();
      });
  }

  // The longer nothing changes, the rarer; just after the time is over once in any case.
  function plan() {
    var wait = number('look') * Math.pow(1.1, Math.max(0, looks - 20));
    var over = leftMs() + 500;
    looks += 1;
    if (over > 0 && document.getElementById('left')) wait = Math.min(wait, over);
    clearTimeout(timer);
    if (number('look') > 0) timer = setTimeout(look, Math.min(wait, SLOWEST_MS));
  }

  // One press is one payment on the server too; this only shows that it was felt.
  function submit(event) {
    var now = performance.now();
    var button = event.target.querySelector('button');
    if (sent && now - sent < SUBMIT_MS) {
      event.preventDefault();
      return;
    }
    sent = now;
    button.setAttribute('aria-busy', 'true');
    setTimeout(function () { button.removeAttribute('aria-busy'); }, SUBMIT_MS);
  }

  function start() {
    begun = performance.now();
    looks = failed = sent = 0;
    drawLeft();
    plan();
  }

  if (!page || !window.fetch || !Element.prototype.replaceChildren) { // an old browser
    if (page && number('look') > 0) setTimeout(function () { location.reload(); }, SLOWEST_MS);
    return;
  }
  document.addEventListener('submit', submit);
  document.addEventListener('visibilitychange', look);
  window.addEventListener('pageshow', function (event) {
    if (event.persisted) { // back from the wallet: what is shown is old
      start();
      look();
    }
  });
  setInterval(drawLeft, 500);
  start();
}());
