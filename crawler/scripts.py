"""The JavaScript that our isolated world runs in a page: waiting for quiet, and the page's facts."""

from __future__ import annotations

# Resolves when the document has not changed for `quiet` ms, at the latest after `cap` ms.
QUIET = """new Promise(done => {
  const finish = () => { watch.disconnect(); clearTimeout(calm); clearTimeout(cap); done(true); };
  const watch = new MutationObserver(() => { clearTimeout(calm); calm = setTimeout(finish, %(quiet)d); });
  let calm = setTimeout(finish, %(quiet)d);
  const cap = setTimeout(finish, %(cap)d);
  watch.observe(document, {subtree: true, childList: true, characterData: true});
})"""

# The page's facts as plain data; every list is bounded, no text of form fields is read.
FACTS = """(() => {
  const entry = performance.getEntriesByType('navigation')[0] || {};
  const all = selector => Array.from(document.querySelectorAll(selector));
  const text = node => (node && node.textContent || '').replace(/\\s+/g, ' ').trim().slice(0, 200);
  const attribute = (selector, name) => {
    const found = document.querySelector(selector);
    return found && found.getAttribute(name) || '';
  };
  const unique = list => [...new Set(list)];
  const host = name => { try { return new URL(name).host } catch (e) { return '' } };
  const links = unique(all('a[href], area[href]').map(a => a.href)
    .filter(h => h.length <= 4000 && /^https?:/.test(h))).slice(0, 3000);
  const landmarks = 'header, nav, main, footer, aside, form, [role=banner], [role=navigation], [role=main], ' +
    '[role=contentinfo], [role=search], [role=complementary], h1, h2, h3, h4, h5, h6';
  const outline = all(landmarks).slice(0, 300).map(e => {
    const role = e.getAttribute('role');
    const kind = e.localName + (role ? '[' + role + ']' : '');
    return /^h[1-6]$/.test(e.localName) ? kind + ' ' + text(e).slice(0, 80) : kind;
  });
  const main = document.querySelector('main, [role=main]') || document.body;
  const visible = (document.body && document.body.innerText || '').trim();
  const count = t => t.split(/\\s+/).filter(Boolean).length;
  const isShown = e => { const box = e.getBoundingClientRect(); return box.width > 0 && box.height > 0; };
  const liesOver = e => ['fixed', 'sticky'].includes(getComputedStyle(e).position) || e.localName === 'dialog' ||
    /dialog/.test(e.getAttribute('role') || '');
  // what lies over the head, the middle or the foot of the window, whatever part of the page is behind it
  const overlays = () => {
    const found = new Set();
    for (const y of [innerHeight / 2, innerHeight - 40, 40]) {
      let top = null;
      for (let e = document.elementFromPoint(innerWidth / 2, y); e && e !== document.body; e = e.parentElement) {
        if (liesOver(e)) top = e;
      }
      if (top) found.add(top);
    }
    return [...found].map(e => (e.innerText || '').trim()).filter(Boolean)
      .map(text => ({text: text.slice(0, 600), beside: Math.max(0, count(visible) - count(text))}));
  };
  return {
    url: location.href, title: String(document.title).slice(0, 500), status: entry.responseStatus || 0,
    contentType: document.contentType, language: document.documentElement.getAttribute('lang') || '',
    generator: attribute('meta[name=generator i]', 'content').slice(0, 200),
    heading: text(document.querySelector('h1')), links, outline,
    hosts: unique(performance.getEntriesByType('resource').map(r => host(r.name))).filter(Boolean).slice(0, 200),
    frames: all('iframe, frame').length, elements: document.getElementsByTagName('*').length,
    visible: visible.length, words: count(visible), passwords: all('input[type=password]').filter(isShown).length,
    overlays: overlays(),
    images: all('img, svg, video, canvas, object, iframe').length,
    content: ((main && main.textContent || '').replace(/\\s+/g, ' ').trim() + '|' +
      all('main img, [role=main] img').map(i => i.getAttribute('src') + '=' + i.getAttribute('alt')).join('|')
    ).slice(0, 400000),
  };
})()"""
