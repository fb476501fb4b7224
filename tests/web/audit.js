// What must hold of every page on every phone, measured in the browser.
'use strict';

const TARGET_PX = 44;
const CONTRAST_MIN = 4.5;
const FONT_MIN_PX = 15;

// Runs in the page: the sentences of what is wrong.
/* global document, window, getComputedStyle, NodeFilter */
function faultsOfPage(targetPx, contrastMin, fontMinPx) {
  const faults = [];
  // What is for the ear alone is clipped to nothing on purpose.
  const shown = (element) => element.getClientRects().length > 0 && getComputedStyle(element).clipPath === 'none';
  const name = (element) => `${element.tagName.toLowerCase()}.${element.className} "${element.textContent.slice(0, 24)}"`;
  const parts = (color) => color.match(/[\d.]+/g).map(Number);
  const light = (color) => {
    const [red, green, blue] = parts(color).map((value) => {
      const part = value / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  // The colour behind; null where a gradient is.
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.backgroundImage !== 'none') return null;
      const color = parts(style.backgroundColor);
      if (color.length === 3 || color[3] === 1) return style.backgroundColor;
    }
    return 'rgb(255, 255, 255)';
  };

  if (document.scrollingElement.scrollWidth > window.innerWidth) faults.push(`wider than the screen: ${document.scrollingElement.scrollWidth}`);
  if (!document.documentElement.lang) faults.push('no language');
  if (document.querySelectorAll('h1').length !== 1) faults.push('not one heading');
  if (/maximum-scale|user-scalable/.test(document.querySelector('meta[name=viewport]')?.content)) faults.push('zooming is forbidden');
  for (const element of document.querySelectorAll('button, a, input:not([type=hidden])')) {
    const box = element.getBoundingClientRect();
    if (shown(element) && (box.height < targetPx || box.width < targetPx)) faults.push(`too small for a finger: ${name(element)} ${box.width}x${box.height}`);
    if (shown(element) && !element.textContent.trim() && !element.ariaLabel && !element.labels?.[0]?.textContent.trim()) faults.push(`without a name: ${name(element)}`);
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !shown(element)) continue;
    const style = getComputedStyle(element);
    const background = behind(element);
    if (parseFloat(style.fontSize) < fontMinPx) faults.push(`small print: ${name(element)} ${style.fontSize}`);
    if (element.scrollWidth > element.clientWidth + 1 && style.display !== 'inline') faults.push(`clipped: ${name(element)}`);
    if (background) {
      const [one, other] = [light(style.color), light(background)];
      const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
      if (ratio < contrastMin) faults.push(`contrast ${ratio.toFixed(2)}: ${name(element)}`);
    }
  }
  return faults;
}

// limits: { target, font } in pixels, where a page is for a desk and a mouse.
async function audit(page, what, { target = TARGET_PX, font = FONT_MIN_PX } = {}) {
  const faults = await page.evaluate(faultsOfPage, target, CONTRAST_MIN, font);
  if (faults.length > 0) throw new Error(`${what}:\n${faults.join('\n')}`);
}

module.exports = { audit };
