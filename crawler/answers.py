"""What an address answered, said as an `Answer`: a page, or why it is none; and which pages are not there; pure."""

from __future__ import annotations

from hashlib import blake2b

from crawler.identity import Answer
from crawler.model import Reason, VisitStatus
from crawler.reading import Reading, says_missing

_MAX_DETAIL = 500
_STATUS_OF = {
    Reason.PRIVATE_ADDRESS: VisitStatus.BLOCKED,
    Reason.WAF: VisitStatus.BLOCKED,
    Reason.LOGIN: VisitStatus.BLOCKED,
    Reason.ROBOTS: VisitStatus.SKIPPED,
    Reason.HTTP_4XX: VisitStatus.SKIPPED,
    Reason.SOFT_404: VisitStatus.SKIPPED,
    Reason.NOT_HTML: VisitStatus.SKIPPED,
    Reason.DOWNLOAD: VisitStatus.SKIPPED,
    Reason.OFF_SITE: VisitStatus.SKIPPED,
    Reason.EMPTY: VisitStatus.SKIPPED,
}


def page_answer(url: str, http_status: int | None, reading: Reading) -> Answer:
    """The answer of an address that gave this page."""
    return Answer(
        url,
        http_status=http_status,
        canonical_link=reading.canonical_link,
        title=reading.title,
        heading=reading.heading,
        main_mark=reading.main_mark,
        full_mark=reading.full_mark,
        template=reading.structure.template,
        kinds=reading.structure.kinds,
        step=reading.structure.step,
        is_shell=reading.is_shell,
    )


def left_answer(
    url: str, reason: Reason, detail: str = "", *, http_status: int | None = None, title: str = ""
) -> Answer:
    """The answer of an address that is no page, or was not asked, with the status that goes with the reason."""
    status = _STATUS_OF.get(reason, VisitStatus.FAILED)
    if http_status == 403:
        status = VisitStatus.BLOCKED
    return Answer(url, status, reason, detail[:_MAX_DETAIL], http_status=http_status, title=title)


def impossible_path(home: str) -> str:
    """A path that no site has, the same each time for one home page."""
    return f"/toegankelijk-bestaat-niet-{blake2b(home.encode(), digest_size=6).hexdigest()}"


class MissingPages:
    """Tells the pages of a site that answer as if they were there, but say that they are not."""

    def __init__(self) -> None:
        self._sign: Reading | None = None

    def learn(self, reading: Reading, home: Reading) -> None:
        """Hear what the site shows for an address that cannot exist; a site that shows its home page tells nothing."""
        looks_like_home = (reading.title, reading.heading) == (home.title, home.heading)
        if not looks_like_home and reading.main_mark != home.main_mark:
            self._sign = reading

    def has(self, reading: Reading) -> bool:
        """True for a page that says in words, or by looking like the one that cannot exist, that it is not there."""
        if says_missing(reading):
            return True
        sign = self._sign
        if sign is None:
            return False
        if sign.main_mark and sign.main_mark == reading.main_mark:
            return True
        return bool(sign.heading) and (sign.title, sign.heading) == (reading.title, reading.heading)
