"""Hostile contents: sizes, frames, policies, replaced globals, strange texts, walls, empty and missing pages."""

from __future__ import annotations

from tests.sites.hostile.answers import (
    DEFECT,
    HTML,
    answer,
    computed,
    document,
    early_script,
    large,
    redirect,
    script,
)
from tests.sites.hostile.server import Behaviour, Hosts, Request

LARGE: dict[str, Behaviour] = {
    "/large/nodes-600": large(lambda: document(DEFECT + "".join(f"<p>Zin {n}</p>" for n in range(600)))),
    "/large/nodes-50000": large(lambda: document(DEFECT + "".join(f"<p>Zin {n}</p>" for n in range(50_000)))),
    "/large/links-10000": large(
        lambda: document(DEFECT + "".join(f'<p><a href="/ordinary/{n}">Link {n}</a></p>' for n in range(10_000)))
    ),
    "/large/nesting-500": large(lambda: document(DEFECT + "<div>" * 500 + "diep" + "</div>" * 500)),
    "/large/nesting": large(lambda: document(DEFECT + "<div>" * 10_000 + "diep" + "</div>" * 10_000)),
    "/large/nesting-by-script": answer(
        script(
            "let at = w; for (let i = 0; i < 3000; i++) at = at.appendChild(document.createElement('div'));",
            DEFECT + '<div id="w"></div>',
        )
    ),
    "/large/attribute": large(lambda: document(f'<img data-x="{"x" * 1_000_000}" src="/foto.png">')),
    "/large/attributes": large(
        lambda: document("".join(f'<img data-x="{"x" * 100_000}" src="/foto.png?{n}">' for n in range(30)))
    ),
    "/large/alt": large(lambda: document(f'{DEFECT}<img src="/foto.png" alt="{"heel lang " * 100_000}">')),
    "/large/title": large(
        lambda: (
            document(title="Lange titel " * 90_000).replace("<h1>", "<h1>Kop <!--", 1).replace("</h1>", "--></h1>", 1)
        )
    ),
    "/large/text": large(lambda: document(DEFECT + "<p>" + "woord " * 200_000 + "</p>")),
    "/large/style": large(
        lambda: document(head=f"<style>{''.join(f'.k{n} > .j{n} {{ color: #111 }}' for n in range(20_000))}</style>")
    ),
    "/large/picture-bomb": answer(document(DEFECT + '<img alt="groot" width="40" height="40" src="/bomb.png">')),
    "/large/svg-bomb": answer(
        document(
            DEFECT
            + '<svg role="img" aria-label="bom"><defs><g id="g0"><path d="M0 0h1"/></g>'
            + "".join(f'<g id="g{n}">' + f'<use href="#g{n - 1}"/>' * 10 + "</g>" for n in range(1, 9))
            + '</defs><use href="#g8"/></svg>'
        )
    ),
}


def _frame(source: str, more: str = "") -> str:
    return f'<iframe title="kader" src="{source}" {more}></iframe>'


def _nested(request: Request) -> Behaviour:
    """Frames in frames: `?n=9` holds nine more; only the innermost has the defect."""
    left = int(request.query.partition("=")[2])
    return answer(document(_frame(f"/frame/nested?n={left - 1}") if left else DEFECT))


def frames(hosts: Hosts) -> dict[str, str]:
    """Pages with frames; where a row says that the defect is found, it is often in the frame alone."""
    many = "".join(f'<iframe title="kader {n}" srcdoc="<p>Zin {n}</p>"></iframe>' for n in range(200))
    inner = "<!doctype html><html lang=nl><title>x</title><main><h1>x</h1><img src=/foto.png></main></html>"
    return {
        "/frame/deep-5": document(_frame("/frame/nested?n=4")),
        "/frame/deep-10": document(DEFECT + _frame("/frame/nested?n=9")),
        "/frame/deep-60": document(DEFECT + _frame("/frame/nested?n=59")),
        "/frame/many-200": document(DEFECT + many),
        "/frame/self": document(DEFECT + _frame("/frame/self")),
        "/frame/silent-same-host": document(DEFECT + _frame("/wire/silent")),
        "/frame/silent-other-host": document(DEFECT + _frame(f"{hosts.other}/wire/silent")),
        "/frame/drip": document(DEFECT + _frame("/wire/drip-from-start")),
        "/frame/reset": document(DEFECT + _frame("/wire/reset")),
        "/frame/closed": document(DEFECT + _frame(f"{hosts.closed}/")),
        "/frame/missing": document(DEFECT + _frame("/status/404-empty")),
        "/frame/same-site": document(_frame("/ordinary/0")),
        "/frame/cross-site": document(_frame(f"{hosts.twin}/ordinary/0")),
        "/frame/other-host": document(_frame(f"{hosts.other}/ordinary/0")),
        "/frame/secure": document(_frame(f"{hosts.secure}/ordinary/0")),
        "/frame/canary": document(DEFECT + _frame(f"{hosts.canary}/frame")),
        "/frame/sandboxed": document(DEFECT + _frame("/ordinary/0", "sandbox")),
        "/frame/sandboxed-with-scripts": document(_frame("/ordinary/0", 'sandbox="allow-scripts"')),
        "/frame/sandboxed-by-policy": document(DEFECT + _frame("/policy/sandbox")),
        "/frame/refused": document(DEFECT + _frame("/frame/unframed")),
        "/frame/lazy": document(
            DEFECT + '<div style="height: 9000px"></div>' + _frame("/ordinary/0", 'loading="lazy"')
        ),
        "/frame/source-text": document(f'<iframe title="kader" srcdoc="{inner}"></iframe>'),
        "/frame/written": script(
            f"w.contentDocument.write('{inner}'); w.contentDocument.close();", '<iframe id="w" title="kader"></iframe>'
        ),
        "/frame/javascript": document(f'<iframe title="kader" src="javascript:`{inner}`"></iframe>'),
        "/frame/data": document(f'<iframe title="kader" src="data:text/html,{inner.replace("/foto", "x")}"></iframe>'),
        "/frame/blob": script(
            f"w.src = URL.createObjectURL(new Blob(['{inner}'], {{type: 'text/html'}}));",
            '<iframe id="w" title="kader"></iframe>',
        ),
        "/frame/named-like-engine": document(_frame(f"{hosts.twin}/frame/with-axe-id")),
        "/frame/reloading": document(DEFECT + _frame("/moving/reload")),
        "/frame/reloading-other-host": document(DEFECT + _frame(f"{hosts.twin}/moving/reload")),
        "/frame/moves-the-page": document(DEFECT + _frame("/frame/top-mover")),
        "/frame/top-mover": script("top.location = '/ordinary/0';"),
        "/frame/with-axe-id": document(DEFECT + '<p id="axe">Bijl</p>'),
        "/frame/pdf": document(DEFECT + _frame("/type/pdf")),
        "/frame/object": document(DEFECT + '<object data="/ordinary/1" type="text/html" title="x"></object>'),
        "/frame/frameset": '<!doctype html><html lang="nl"><head><title>Kaders</title></head>'
        '<frameset cols="50%,50%"><frame title="links" src="/ordinary/0"><frame title="rechts" src="/ordinary/5">'
        "</frameset></html>",
    }


_CSP = "Content-Security-Policy"
POLICIES: dict[str, tuple[tuple[str, str], ...]] = {
    "/policy/none": ((_CSP, "default-src 'none'"),),
    "/policy/strict": ((_CSP, "script-src 'nonce-abc' 'strict-dynamic'; object-src 'none'; base-uri 'none'"),),
    "/policy/trusted-types": ((_CSP, "require-trusted-types-for 'script'; trusted-types 'none'"),),
    "/policy/sandbox": ((_CSP, "sandbox"),),
    "/policy/sandbox-with-scripts": ((_CSP, "sandbox allow-scripts"),),
    "/policy/sandbox-among-two": ((_CSP, "img-src *"), (_CSP, "sandbox allow-forms")),
    "/policy/isolated": (
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Embedder-Policy", "require-corp"),
        ("Origin-Agent-Cluster", "?1"),
    ),
    "/policy/clear-all": (("Clear-Site-Data", '"*"'),),
    "/policy/permissions": (("Permissions-Policy", "sync-xhr=(), accelerometer=()"), ("X-Frame-Options", "DENY")),
    "/frame/unframed": (("X-Frame-Options", "DENY"),),
}

GLOBALS = {
    "/global/promise": "Promise = 1; Promise.prototype;",
    "/global/json": "JSON = {parse: () => null, stringify: () => 'niets'};",
    "/global/computed-style": "window.getComputedStyle = () => ({getPropertyValue: () => 'none', display: 'none'});",
    "/global/arrays": "for (const k of ['map', 'filter', 'forEach', 'push', 'includes', 'reduce', 'concat']) "
    "Array.prototype[k] = () => [];",
    "/global/map-and-symbol": "Map = Set = WeakMap = 4; Symbol = 5; Object.keys = () => [];",
    "/global/node": "Node = Element = HTMLElement = Document = 8; NodeList.prototype.forEach = null;",
    "/global/performance": "Object.defineProperty(window, 'performance', {value: {now: () => NaN}}); "
    "Date.now = () => 0;",
    "/global/bind": "Function.prototype.bind = Function.prototype.call = Function.prototype.apply = 9;",
    "/global/timers": "setTimeout = setInterval = requestAnimationFrame = queueMicrotask = () => 0; "
    "MutationObserver = 7;",
    "/global/axe": "Object.defineProperty(window, 'axe', {value: {run: () => ({violations: []})}, writable: false});",
    "/global/queries": "Document.prototype.querySelectorAll = Element.prototype.matches = "
    "Element.prototype.getAttribute = () => null; Node.prototype.appendChild = null;",
    "/global/object": "Object.prototype.frames = 1; Object.prototype.id = 'x'; Object.prototype.toJSON = () => 1; "
    "Object.freeze(Object.prototype);",
    "/global/window": "window.name = 'x'.repeat(1e6); self.location.toString = 1; window.length = 3; "
    "top = 4; parent = 5;",
}

CLOBBERS = {
    "/clobber/title": '<form name="title"></form>',
    "/clobber/body": '<img name="body" alt="" src="/foto.png"><form name="head"></form>',
    "/clobber/queries": '<form name="querySelectorAll"></form><form name="querySelector"></form>',
    "/clobber/tree": '<form name="documentElement"></form><form name="createElement"></form>'
    '<form name="getElementsByTagName"></form><form name="getElementById"></form>',
    "/clobber/form-parts": '<form><input type="hidden" name="attributes"><input type="hidden" name="parentNode">'
    '<input type="hidden" name="children"><input type="hidden" name="nodeName"><input type="hidden" name="id">'
    '<input type="hidden" name="childNodes"><input type="hidden" name="getAttribute"></form>',
    "/clobber/window": '<p id="axe">a</p><p id="Promise">b</p><p id="performance">c</p><p id="toegankelijk">d</p>',
}

TEXTS: dict[str, Behaviour] = {
    "/text/right-to-left": answer(document(title="Loket \u202etekoL\u2066\u2069\u200b \u200feinde")),
    "/text/controls": answer(
        script(
            "document.title = 'Loket\\u001b[2J\\u001b]0;x\\u0007\\u0000\\u0008\\u009b31m einde'; "
            "i.setAttribute('data-x', '\\u001b[31m\\u0000\\r\\n');",
            '<img id="i" src="/foto.png">',
        )
    ),
    "/text/script-title": answer(document(title="&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;vet")),
    "/text/formula-title": answer(
        document('<img src="/foto.png" title="">', title='=HYPERLINK("http://x.example";"Loket")')
    ),
    "/text/formula-rows": answer(document('<p>=1+1</p><p>@SUM(A1)</p><img src="/foto.png" data-x="-2+3|cmd">')),
    "/text/invalid-utf-8": answer(document(title="Caf\xe9 SPLIT").encode("latin-1") + b"\xff\xfe\xc3\x28\xf0\x9f"),
    "/text/unknown-charset": answer(document().replace('<meta charset="utf-8">', ""), kind="text/html; charset=x-geen"),
    "/text/utf-16": answer(document().encode("utf-16-le"), kind="text/html; charset=utf-16le"),
    "/text/utf-7": answer(document().replace('<meta charset="utf-8">', ""), kind="text/html; charset=utf-7"),
    "/text/two-charsets": answer(document().replace("utf-8", "iso-8859-1"), kind=HTML),
    "/text/zeros": answer(document(DEFECT + "<p>a\0b\0</p>").encode() + b"\0" * 1_000),
    "/text/half-surrogates": answer(
        script(
            "document.title = 'Half \\ud800 teken \\udfff'; i.setAttribute('data-x', '\\udc00'); "
            "h = document.querySelector('h1'); h.textContent = 'Kop \\ud83d';",
            '<img id="i" src="/foto.png">',
        )
    ),
    "/text/odd-selectors": answer(
        document('<img id="a\'&quot;&lt;&gt;]\\ 1" class="x:y[z] \U0001f600" src="/foto.png">')
    ),
}

_LOGIN_FORM = (
    '<form action="/wall/login" method="post"><label>Naam <input name="n" autocomplete="username"></label>'
    '<label>Wachtwoord <input type="password" name="w"></label><button>Aanmelden</button></form>'
)
_OVER = "position: fixed; {}; background: #fff; color: #111; padding: 2em"
_CONSENT = "<h2>Cookies</h2><p>Wij gebruiken cookies. Gaat u akkoord?</p><button>Alles aanvaarden</button>"
_NEWS = "<p>" + "De stad leest elk jaar hoe een firewall werkt en waarom een pagina soms niet bestaat. " * 20 + "</p>"
_CHALLENGE = (
    '<!doctype html><html lang="en"><head><title>Just a moment...</title></head><body><main><h1>Just a moment...</h1>'
    "<p>Checking your browser before accessing the site.</p></main></body></html>"
)

WALLS: dict[str, Behaviour] = {
    "/wall/login": answer(document(_LOGIN_FORM, title="Aanmelden")),
    "/wall/login-redirect": redirect("/wall/login?terug=/wall/login-redirect"),
    "/wall/login-script": answer(script("location.replace('/wall/login?terug=x');")),
    "/wall/login-asked-for": answer(document(DEFECT + _LOGIN_FORM, title="Aanmelden bij het loket")),
    "/wall/consent": answer(
        '<!doctype html><html lang="nl"><head><title>Gemeente</title></head><body>'
        f'<div role="dialog" aria-label="Cookies" style="{_OVER.format("inset: 0")}">{_CONSENT}</div></body></html>'
    ),
    "/wall/consent-redirect": redirect("/wall/consent-page?terug=/"),
    "/wall/consent-page": answer(
        '<!doctype html><html lang="nl"><head><title>Cookies</title></head><body><main><h1>Cookies toestaan?</h1>'
        "<p>Kies voor u verder gaat.</p><button>Ja</button></main></body></html>"
    ),
    "/wall/banner": answer(
        document(
            f'{DEFECT}{_NEWS}<div role="dialog" aria-label="Cookies"'
            f' style="{_OVER.format("bottom: 0; left: 0; right: 0")}">{_CONSENT}</div>'
        )
    ),
    "/wall/challenge": answer(_CHALLENGE),
    "/wall/challenge-403": answer(_CHALLENGE, status="403 Forbidden", headers=[("cf-mitigated", "challenge")]),
    "/wall/blocked-403": answer(document("<p>Ref 18.4f</p>", title="Access Denied"), status="403 Forbidden"),
    "/wall/news-on-firewalls": answer(document(DEFECT + _NEWS, title="Uw firewall in vijf stappen")),
}

MISSING: dict[str, Behaviour] = {
    "/missing/title": answer(document(title="Pagina niet gevonden")),
    "/missing/heading": answer(document(title="Stad").replace("<h1>Stad", "<h1>Oeps, deze pagina bestaat niet")),
    "/missing/redirect": redirect("/missing/error-page"),
    "/missing/error-page": answer(document(title="404")),
    "/missing/server-error": answer(document(title="500 Internal Server Error")),
    "/missing/news": answer(document(DEFECT + _NEWS, title="Gevonden voorwerpen: wat als u iets niet vindt")),
}

EMPTY: dict[str, Behaviour] = {
    "/empty/zero-bytes": answer(""),
    "/empty/white-space": answer(" \n\t " * 100),
    "/empty/body": answer('<!doctype html><html lang="nl"><head><title>Leeg</title></head><body></body></html>'),
    "/empty/comments": answer("<!-- niets -->" * 100),
    "/empty/hidden": answer(document().replace("<main>", '<main style="display: none">').replace(DEFECT, "")),
    "/empty/noscript": answer(
        '<!doctype html><html lang="nl"><title>App</title><div id="app"></div><noscript>Zet JavaScript aan.</noscript>'
    ),
    "/empty/removed": answer(script("addEventListener('load', () => document.documentElement.remove());")),
    "/empty/body-removed": answer(script("addEventListener('load', () => document.body.remove());")),
    "/empty/by-script": answer(early_script("addEventListener('load', () => { document.body.textContent = ''; });")),
    "/empty/application": answer(
        '<!doctype html><html lang="nl"><head><title>App</title></head><body><div id="app"></div><script>'
        "app.innerHTML = '<main><h1>App</h1><p>Alles komt uit een script.</p><img src=/foto.png></main>';"
        "</script></body></html>"
    ),
    "/empty/unfinished": answer(
        "<!doctype html><html lang=nl><title>Half</title><main><h1>Half</h1><p>Zo<img src=/foto.png><tab"
    ),
    "/empty/never-opened": answer(script("document.open();")),
}


def routes(hosts: Hosts) -> dict[str, Behaviour]:
    """All pages of this module."""
    found: dict[str, Behaviour] = {**LARGE, **TEXTS, **WALLS, **MISSING, **EMPTY, "/frame/nested": computed(_nested)}
    found |= {path: answer(page) for path, page in frames(hosts).items()}
    found |= {path: answer(document(), headers=headers) for path, headers in POLICIES.items()}
    found |= {path: answer(early_script(source)) for path, source in GLOBALS.items()}
    found |= {path: answer(document(names + DEFECT)) for path, names in CLOBBERS.items()}
    found["/late/frame"] = answer(document(_frame("/late/answer")))
    return found
