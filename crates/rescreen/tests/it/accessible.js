// What is against a page, looked at as the rules for people with other needs do.
const wrong = [];
const name = (e) => (e.getAttribute('aria-label') || (e.labels && [...e.labels].map(l => l.textContent).join(' ')) || e.getAttribute('title') || e.textContent || e.value || '').trim();
const shown = (e) => e.checkVisibility() && getComputedStyle(e).clipPath === 'none';
if (!document.documentElement.lang) wrong.push('no language');
if (!document.title.trim()) wrong.push('no title');
if (document.querySelectorAll('main').length !== 1) wrong.push('not one main');
if (document.querySelectorAll('h1').length !== 1) wrong.push('not one h1');
let level = 0;
for (const h of document.querySelectorAll('h1, h2, h3, h4')) {
  const n = Number(h.tagName[1]);
  if (n > level + 1) wrong.push('a heading skips a level: ' + h.textContent);
  level = n;
}
const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) wrong.push('twice: #' + id);
for (const e of document.querySelectorAll('input:not([type=hidden]), select, textarea, button, a[href], summary')) {
  if (!name(e)) wrong.push('no name: ' + e.outerHTML.slice(0, 160));
}
for (const e of document.querySelectorAll('[aria-labelledby], [aria-describedby]')) {
  for (const a of ['aria-labelledby', 'aria-describedby']) for (const id of (e.getAttribute(a) || '').split(/\s+/).filter(Boolean)) {
    if (!document.getElementById(id)) wrong.push(a + ' leads nowhere: ' + id);
  }
}
for (const e of document.querySelectorAll('svg')) {
  if (e.getAttribute('aria-hidden') !== 'true' && !(e.getAttribute('role') === 'img' && e.getAttribute('aria-label'))) wrong.push('a picture without words');
}
for (const e of document.querySelectorAll('table')) if (!e.querySelector('th')) wrong.push('a table without heads');
// Contrast of every text with what is behind it.
const rgb = (text) => { const m = text.match(/[\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m; };
const light = ([r, g, b]) => { const f = (c) => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; }; return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b); };
const behind = (e) => { for (let at = e; at; at = at.parentElement) { const c = rgb(getComputedStyle(at).backgroundColor); if (c[3] > 0.99) return c; } return [255, 255, 255, 1]; };
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let node = walk.nextNode(); node; node = walk.nextNode()) {
  const e = node.parentElement;
  if (!node.textContent.trim() || !shown(e) || e.closest('svg, option, [disabled]')) continue;
  const s = getComputedStyle(e);
  const [a, b] = [light(rgb(s.color)), light(behind(e))];
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const large = parseFloat(s.fontSize) >= 24 || (parseFloat(s.fontSize) >= 18.66 && Number(s.fontWeight) >= 700);
  if (ratio < (large ? 3 : 4.5)) wrong.push('contrast ' + ratio.toFixed(2) + ': ' + node.textContent.trim().slice(0, 60) + ' in ' + e.className);
}
for (const e of document.querySelectorAll('svg text')) {
  const [a, b] = [light(rgb(getComputedStyle(e).fill)), light(behind(e.closest('figure') || e.parentElement))];
  if ((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5) wrong.push('contrast in a chart: ' + e.textContent.slice(0, 60));
}
// What is pressed has room.
for (const e of document.querySelectorAll('button, input:not([type=hidden]), select')) {
  const r = e.getBoundingClientRect();
  if (shown(e) && r.width > 0 && (r.width < 16 || r.height < 16)) wrong.push('too small: ' + e.outerHTML.slice(0, 120));
}
if (document.documentElement.scrollWidth > innerWidth + 1) wrong.push('wider than the window: ' + document.documentElement.scrollWidth);
return [...new Set(wrong)];
