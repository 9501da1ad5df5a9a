"""The hostile site as a whole: all its routes, and ordinary pages among them, each with one known defect."""

from __future__ import annotations

from tests.sites.hostile import contents, scripts, wire
from tests.sites.hostile.answers import DEFECT, answer, computed, document, repeated
from tests.sites.hostile.server import Behaviour, Hosts, Request

ORDINARY_PAGES = 40
_DEFECTS = {
    "image-alt": DEFECT,
    "link-name": '<a href="/ordinary/0"><img alt="" src="/foto.png"></a>',
    "button-name": '<button style="padding: 20px"></button>',
    "label": '<p><input type="text" style="padding: 20px"></p>',
    "select-name": '<p><select style="padding: 20px"><option>Gent</option></select></p>',
}


def ordinary_defect(number: int) -> str:
    """The rule that the ordinary page `/ordinary/NUMBER` breaks, and no other."""
    return list(_DEFECTS)[number % len(_DEFECTS)]


def routes(hosts: Hosts) -> dict[str, Behaviour]:
    """What every path of the site answers."""
    ordinary = {
        f"/ordinary/{number}": answer(document(_DEFECTS[ordinary_defect(number)], title=f"Gewone pagina {number}"))
        for number in range(ORDINARY_PAGES)
    }
    ordinary |= {"/robots.txt": computed(_robots), "/forbidden/page": answer(document())}
    return {**ordinary, **scripts.routes(hosts), **wire.routes(hosts), **contents.routes(hosts)}


def _robots(request: Request) -> Behaviour:
    """Rules that shut one folder; the sullen host says for ever that it is about to answer."""
    if request.listener == "sullen":
        return repeated(b"", b"HTTP/1.1 100 Continue\r\n\r\n", pause_s=0.02)
    return answer("User-agent: *\nDisallow: /forbidden/\n", kind="text/plain")
