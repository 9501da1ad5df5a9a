"""Render a report as one self-contained HTML file: style inside, no script, nothing fetched."""

from __future__ import annotations

import base64
import hashlib

from markupsafe import Markup

from toegankelijk.reports.model import MunicipalityReport
from toegankelijk.reports.templating import STYLESHEET, template_environment


def render_report_file(report: MunicipalityReport) -> str:
    """The whole file as text. Its own content policy forbids everything but its one style sheet."""
    style = f"\n{STYLESHEET.read_text(encoding='utf-8')}"
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        template_environment()
        .get_template("report_file.html")
        .render(report=report, style=Markup(style), style_hash=digest)
    )
