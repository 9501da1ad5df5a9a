"""Hostile pages whose scripts misbehave: loops, dialogs, popups, memory, moving on, never coming to rest, late."""

from __future__ import annotations

from tests.sites.hostile.answers import (
    DEFECT,
    answer,
    begun,
    document,
    early_script,
    late,
    redirect,
    repeated,
    script,
)
from tests.sites.hostile.server import Behaviour, Hosts

LOOPS = {
    "/loop/inline": script("while (true);"),
    "/loop/before-content": early_script("while (true);"),
    "/loop/delayed": script("setTimeout(() => { while (true); }, 50);"),
    "/loop/promise": script("(function again() { Promise.resolve().then(again); })();"),
    "/loop/regex": script("/^(a+)+$/.test('a'.repeat(60) + 'b');"),
    "/loop/synchronous-request": script("x = new XMLHttpRequest(); x.open('GET', '/wire/silent', false); x.send();"),
    "/loop/worker": script("new Worker(URL.createObjectURL(new Blob(['while (true);'])));"),
    "/loop/messages": script("onmessage = () => postMessage(1, '*'); postMessage(1, '*');"),
    "/loop/busy": script(
        "setInterval(() => { const end = performance.now() + 20; while (performance.now() < end); }, 60);"
    ),
    "/loop/pagehide": script("addEventListener('pagehide', () => { while (true); });"),
    "/loop/beforeunload": script("onbeforeunload = () => { while (true); };"),
    "/loop/frame-same-site": document(DEFECT + '<iframe title="lus" src="/loop/inline"></iframe>'),
    "/loop/frame-cross-site": document(DEFECT + '<iframe title="lus" src="{other}/loop/inline"></iframe>'),
}

DIALOGS = {
    "/dialog/alert": script("alert('Welkom');"),
    "/dialog/confirm": script("confirm('Zeker?');"),
    "/dialog/prompt": script("prompt('Wie?');"),
    "/dialog/alert-loop": script("while (true) alert('nog een');"),
    "/dialog/confirm-loop": script("while (!confirm('Zeker?'));"),
    "/dialog/alert-timer": script("setInterval(() => alert('tik'), 200);"),
    "/dialog/beforeunload": script(
        "addEventListener('beforeunload', e => { e.preventDefault(); e.returnValue = 'blijf'; });"
    ),
    "/dialog/print": script("print();"),
    "/dialog/print-loop": script("onafterprint = () => setTimeout(print, 20); print();"),
    "/dialog/modal": document(
        f'<dialog id="d" aria-label="Nieuws"><p>Er is nieuws.</p>{DEFECT}</dialog><script>d.showModal();</script>'
    ),
    "/dialog/frame": document(DEFECT + '<iframe title="vraagt" src="{twin}/dialog/alert-loop"></iframe>'),
    "/dialog/frame-same-site": document('<iframe title="vraagt" src="/dialog/alert"></iframe>'),
}

POPUPS = {
    "/popup/open": script("open('/ordinary/1');"),
    "/popup/many": script("for (let i = 0; i < 30; i++) open('/ordinary/' + i % 5, 'w' + i);"),
    "/popup/canary": script("open('{canary}/popup');"),
    "/popup/link": script(
        "l = document.createElement('a'); l.href = '/ordinary/2'; l.target = '_blank'; l.click();", DEFECT
    ),
    "/popup/form": script("f.submit();", DEFECT + '<form id="f" target="_blank" action="{canary}/form"></form>'),
}

# A pause between the bites, so that the watch of the browser's memory sees the page grow and the machine does not.
_HOG = "const held = []; while (true) { held.push(BITE); const end = performance.now() + 40; "
_HOG += "while (performance.now() < end); }"

MEMORY = {
    "/memory/arrays": script(_HOG.replace("BITE", "new Array(12500000).fill(held.length)")),
    "/memory/buffers": script(_HOG.replace("BITE", "new Uint8Array(60000000).fill(1)")),
    "/memory/nodes": script(
        "const held = []; while (true) { for (let i = 0; i < 20000; i++) { const e = document.createElement('p'); "
        "e.textContent = 'x'.repeat(2000) + i; held.push(e); } }"
    ),
}

_WHEN_LOADED = "addEventListener('load', () => setTimeout(() => {{ {} }}, 30));"

MOVING = {
    "/moving/reload": script(_WHEN_LOADED.format("location.reload();")),
    "/moving/reload-once": script(
        "if (!sessionStorage.moved) { sessionStorage.moved = 1; "
        "addEventListener('load', () => setTimeout(() => location.reload(), 350)); }"
    ),
    "/moving/location-loop": script(_WHEN_LOADED.format("location.search = '?' + Date.now();")),
    "/moving/location-early-loop": early_script("location.search = '?' + Date.now() + Math.random();"),
    "/moving/meta-refresh": document(head='<meta http-equiv="refresh" content="1">'),
    "/moving/meta-refresh-slow": document(head='<meta http-equiv="refresh" content="30">'),
    "/moving/hash": script("let n = 0; setInterval(() => { location.hash = 'deel' + n++; }, 50);"),
    "/moving/history": script("let n = 0; setInterval(() => history.replaceState({}, '', '?n=' + n++), 50);"),
    "/moving/history-other": script("history.pushState({}, '', '/moving/other-name');"),
    "/moving/back": script(_WHEN_LOADED.format("history.back();")),
    "/moving/rewritten": script(
        "setTimeout(() => { document.open(); document.write(`<!doctype html><html lang=nl><title>Nieuw</title>"
        "<main><h1>Nieuw</h1><p>Helemaal nieuw.</p><img src=/foto.png></main>`); document.close(); }, 300);"
    ),
    "/moving/frames": document(
        DEFECT
        + '<div id="w"></div><script>let n = 0; setInterval(() => { w.textContent = ""; for (let i = 0; i < n % 4; i++)'
        ' w.insertAdjacentHTML("beforeend", `<iframe title="k${i}" srcdoc="<p>x</p>"></iframe>`); n++; }, 40);</script>'
    ),
    "/moving/form": script(
        "f.submit();", '<form id="f" action="/ordinary/0"><input type="hidden" name="n" value="1"></form>'
    ),
    "/moving/soon": script("addEventListener('load', () => setTimeout(() => { location = '/ordinary/0'; }, 450));"),
}

UNSETTLED = {
    "/unsettled/clock": script("setInterval(() => { k.textContent = Date.now(); }, 100);", DEFECT + '<p id="k">0</p>'),
    "/unsettled/polling": script("setInterval(() => fetch('/foto.png?' + Date.now()), 80);"),
    "/unsettled/growth": script(
        "setInterval(() => { for (let i = 0; i < 5; i++) g.append(document.createElement('p')); }, 50);",
        DEFECT + '<div id="g"></div>',
    ),
    "/unsettled/scroll-growth": script(
        "new IntersectionObserver(seen => { for (let i = 0; i < 10; i++) { const p = document.createElement('p'); "
        "p.textContent = 'Nog een bericht'; g.append(p); } }).observe(g); setInterval(() => g.append('meer '), 60);",
        DEFECT + '<div id="g">begin</div>',
    ),
    "/unsettled/animation": script(
        "(function draw() { document.body.style.marginLeft = Date.now() % 9 + 'px'; requestAnimationFrame(draw); })();"
    ),
    "/unsettled/websocket": script(
        "new WebSocket('{site}/channel/socket'.replace('http', 'ws')).onmessage = e => { k.textContent = e.data; };",
        DEFECT + '<p id="k">0</p>',
    ),
    "/unsettled/eventsource": script("new EventSource('/channel/events');"),
    "/unsettled/long-poll": script("fetch('/wire/silent');"),
    "/unsettled/picture": document(DEFECT + '<img alt="traag" src="/wire/silent">'),
    "/unsettled/style": document(head='<link rel="stylesheet" href="/wire/silent">'),
    "/unsettled/script": document(head='<script src="/wire/silent"></script>'),
    "/unsettled/script-async": document(head='<script async src="/wire/silent"></script>'),
    "/unsettled/video": document(DEFECT + '<video muted preload="auto" src="/channel/film"></video>'),
}

LATE = {
    "/late/fetch": script(
        "fetch('/late/piece').then(r => r.text()).then(t => { p.innerHTML = t; });", '<div id="p">Laden</div>'
    ),
    "/late/timer": script(
        "setTimeout(() => { p.innerHTML = `<img src=/foto.png>`; p.ariaBusy = 'false'; }, 1500);",
        '<div id="p" aria-busy="true">Even geduld, de inhoud wordt geladen</div>',
    ),
    "/late/silent": script("setTimeout(() => { p.innerHTML = `<img src=/foto.png>`; }, 1500);", '<div id="p"></div>'),
}

STATE = {
    "/state/permissions": script(
        "Notification.requestPermission(); navigator.geolocation.getCurrentPosition(() => 0); "
        "navigator.mediaDevices.getUserMedia({audio: true}).catch(() => 0); "
        "navigator.clipboard.readText().catch(() => 0); document.documentElement.requestFullscreen().catch(() => 0);"
    ),
    "/state/storage": script("try { for (let i = 0; ; i++) localStorage['k' + i] = 'x'.repeat(100000); } catch {}"),
    "/state/debugger": script("setInterval(() => { debugger; }, 50); debugger;"),
    "/state/console": script("for (let i = 0; i < 20000; i++) console.error('fout '.repeat(20), i);"),
    "/state/mailto": script("location = 'mailto:info@gemeente.example';"),
    "/state/service-worker/": script("navigator.serviceWorker.register('worker.js');"),
    "/state/service-worker/page": document(),
    "/state/cookies": script(
        "for (let i = 0; i < 150; i++) document.cookie = `k${i}=${'x'.repeat(3900)}; path=/; max-age=3600`;"
    ),
}

_WORKER = """self.addEventListener('install', e => self.skipWaiting());
self.addEventListener('activate', e => e.waitUntil(self.clients.claim()));
self.addEventListener('fetch', e => e.respondWith(new Promise(() => {})));"""


def routes(hosts: Hosts) -> dict[str, Behaviour]:
    """All pages of this module, and what they ask for."""
    pages = LOOPS | DIALOGS | POPUPS | MEMORY | MOVING | UNSETTLED | LATE | STATE
    found = {path: answer(_filled(page, hosts)) for path, page in pages.items()}
    return found | {
        "/moving/other-name": answer(document(title="Een andere pagina")),
        "/late/piece": late(1.5, answer(DEFECT)),
        "/late/answer": late(0.8, answer(document())),
        "/late/redirect": late(0.3, redirect("/late/answer")),
        "/channel/events": repeated(begun("text/event-stream"), b"data: tik\n\n", pause_s=0.1),
        "/channel/film": repeated(begun("video/mp4"), b"\0" * 1_000, pause_s=0.05),
        "/state/service-worker/worker.js": answer(_WORKER, kind="text/javascript"),
    }


def _filled(page: str, hosts: Hosts) -> str:
    """The page with the addresses of hosts filled in; other braces are scripts' own."""
    for name in hosts.names:
        page = page.replace("{" + name + "}", getattr(hosts, name))
    return page
