"""Look after the registry: what waits for a decision, the websites of a body, and a plain form for every change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from toegankelijk import registry
from toegankelijk.accounts import Principal
from toegankelijk.registry import RegistryError
from toegankelijk.reports.municipality import body_path
from toegankelijk.web.access import require_manager
from toegankelijk.web.admin_pages import (
    OUT_OF_USE,
    BodyFormPage,
    BodySitesPage,
    HostFormPage,
    OverviewPage,
    SiteFormPage,
    host_choices,
    host_item,
    merge_choices,
    site_item,
    site_items,
)
from toegankelijk.web.context import database_of, now_of
from toegankelijk.web.csrf import posted_values
from toegankelijk.web.errors import error_page
from toegankelijk.web.forms import KEY_FIELD, SECRET_FIELDS, Form, empty_form, has_submission_key, refused_form
from toegankelijk.web.view import after_post, make_pager, page_number, render

READING = ["GET", "HEAD"]
PER_PAGE = 25

Manager = Annotated[Principal, Depends(require_manager)]
Posted = Annotated[dict[str, str], Depends(posted_values)]
Change = Callable[..., object]
Show = Callable[[Form, int], HTMLResponse]

router = APIRouter(prefix="/beheer", include_in_schema=False, dependencies=[Depends(require_manager)])


@router.api_route("", methods=READING)
def show_overview(request: Request, pagina: str = "1") -> HTMLResponse:
    """Websites to confirm and host names to settle."""
    with database_of(request).reading() as session:
        found = registry.sites_to_confirm(session, page=page_number(pagina), per_page=PER_PAGE)
        hosts = tuple(host_item(session, host) for host in registry.hosts_to_settle(session))
    pager = make_pager("/beheer", {}, number=found.page, pages=found.pages, total=found.total)
    return render(request, "manage/overview.html", OverviewPage(site_items(found.items), pager, hosts))


@router.api_route("/organisaties/{body_id}/sites", methods=READING)
def show_body_sites(request: Request, body_id: UUID) -> HTMLResponse:
    """The websites of a body with what may be done to each."""
    with database_of(request).reading() as session:
        body = registry.get_body(session, body_id)
        sites = registry.sites_of(session, body_id)
    in_use = any(site.url and site.status not in OUT_OF_USE for site in sites)
    without = not in_use and not any(site.status == "none" for site in sites)
    page = BodySitesPage(body.id, body.name, body_path(body), site_items(sites), without)
    return render(request, "manage/body_sites.html", page)


@router.api_route("/organisaties/{body_id}/sites/toevoegen", methods=READING)
def show_add_site(request: Request, manager: Manager, body_id: UUID) -> HTMLResponse:
    """The form for a new website."""
    return _show_body_form(request, body_id, "manage/add_site.html")(empty_form(manager.csrf_token), 200)


@router.post("/organisaties/{body_id}/sites/toevoegen")
def post_add_site(request: Request, manager: Manager, body_id: UUID, posted: Posted) -> Response:
    """Add a website as a candidate."""
    fields = ("url", "operator", "source", "note")
    return _submit(
        request,
        manager,
        posted,
        change=registry.add_site,
        values={"body_id": body_id} | {name: posted.get(name, "") for name in fields},
        fields=fields,
        show=_show_body_form(request, body_id, "manage/add_site.html"),
        done=(_sites_path(body_id), "site-added"),
    )


@router.api_route("/organisaties/{body_id}/geen-website", methods=READING)
def show_without_website(request: Request, manager: Manager, body_id: UUID) -> HTMLResponse:
    """The form to say that a body has no website."""
    return _show_body_form(request, body_id, "manage/without_website.html")(empty_form(manager.csrf_token), 200)


@router.post("/organisaties/{body_id}/geen-website")
def post_without_website(request: Request, manager: Manager, body_id: UUID, posted: Posted) -> Response:
    """Note that a body has no website."""
    return _submit(
        request,
        manager,
        posted,
        change=registry.mark_without_website,
        values={"body_id": body_id, "note": posted.get("note", "")},
        fields=("note",),
        show=_show_body_form(request, body_id, "manage/without_website.html"),
        done=(_sites_path(body_id), "without-website"),
    )


@router.api_route("/sites/{site_id}/verbeteren", methods=READING)
def show_correct_site(request: Request, manager: Manager, site_id: UUID) -> HTMLResponse:
    """The form with what is known of a website."""
    with database_of(request).reading() as session:
        site = registry.get_site(session, site_id)
    known = {"url": site.url, "operator": site.operator, "note": site.note}
    return _show_site_form(request, site_id, "manage/correct_site.html")(empty_form(manager.csrf_token, known), 200)


@router.post("/sites/{site_id}/verbeteren")
def post_correct_site(request: Request, manager: Manager, site_id: UUID, posted: Posted) -> Response:
    """Correct a website."""
    fields = ("url", "operator", "note")
    return _submit_site(
        request,
        manager,
        posted,
        site_id,
        change=registry.correct_site,
        fields=fields,
        template="manage/correct_site.html",
        notice="site-corrected",
    )


@router.api_route("/sites/{site_id}/bevestigen", methods=READING)
def show_confirm_site(request: Request, manager: Manager, site_id: UUID) -> HTMLResponse:
    """What is known of a website, and the question whether it is right."""
    return _show_site_form(request, site_id, "manage/confirm_site.html")(empty_form(manager.csrf_token), 200)


@router.post("/sites/{site_id}/bevestigen")
def post_confirm_site(request: Request, manager: Manager, site_id: UUID, posted: Posted) -> Response:
    """Confirm a website, so that it may be scanned."""
    return _submit_site(
        request,
        manager,
        posted,
        site_id,
        change=registry.confirm_site,
        fields=(),
        template="manage/confirm_site.html",
        notice="site-confirmed",
    )


@router.api_route("/sites/{site_id}/sluiten", methods=READING)
def show_close_site(request: Request, manager: Manager, site_id: UUID) -> HTMLResponse:
    """The form to say that a website is gone."""
    return _show_site_form(request, site_id, "manage/close_site.html")(empty_form(manager.csrf_token), 200)


@router.post("/sites/{site_id}/sluiten")
def post_close_site(request: Request, manager: Manager, site_id: UUID, posted: Posted) -> Response:
    """Close a website."""
    return _submit_site(
        request,
        manager,
        posted,
        site_id,
        change=registry.close_site,
        fields=("note",),
        template="manage/close_site.html",
        notice="site-closed",
    )


@router.api_route("/sites/{site_id}/samenvoegen", methods=READING)
def show_merge_site(request: Request, manager: Manager, site_id: UUID) -> HTMLResponse:
    """The form to choose which website another one is part of."""
    return _show_site_form(request, site_id, "manage/merge_site.html")(empty_form(manager.csrf_token), 200)


@router.post("/sites/{site_id}/samenvoegen")
def post_merge_site(request: Request, manager: Manager, site_id: UUID, posted: Posted) -> Response:
    """Merge a website into another one."""
    show = _show_site_form(request, site_id, "manage/merge_site.html")
    with database_of(request).reading() as session:
        body_id = registry.get_site(session, site_id).body_id
    try:
        into_id = UUID(posted.get("into_id", ""))
    except ValueError:
        return show(_refused(manager, posted, [("into_id", "choice-missing")], ("into_id",)), 422)
    return _submit(
        request,
        manager,
        posted,
        change=registry.merge_sites,
        values={"site_id": site_id, "into_id": into_id},
        fields=("into_id",),
        show=show,
        done=(_sites_path(body_id), "sites-merged"),
    )


@router.api_route("/hosts/{host_id}", methods=READING)
def show_settle_host(request: Request, manager: Manager, host_id: UUID) -> HTMLResponse:
    """The form to decide on a found host name."""
    return _show_host_form(request, host_id)(empty_form(manager.csrf_token), 200)


@router.post("/hosts/{host_id}")
def post_settle_host(request: Request, manager: Manager, host_id: UUID, posted: Posted) -> Response:
    """Settle a host name."""
    show = _show_host_form(request, host_id)
    if not posted.get("decision"):
        return show(_refused(manager, posted, [("decision", "choice-missing")], ("decision",)), 422)
    return _submit(
        request,
        manager,
        posted,
        change=registry.settle_host,
        values={"host_id": host_id, "decision": posted["decision"]},
        fields=("decision",),
        show=show,
        done=("/beheer", "host-settled"),
    )


def _submit_site(
    request: Request,
    manager: Principal,
    posted: Mapping[str, str],
    site_id: UUID,
    *,
    change: Change,
    fields: tuple[str, ...],
    template: str,
    notice: str,
) -> Response:
    with database_of(request).reading() as session:
        body_id = registry.get_site(session, site_id).body_id
    return _submit(
        request,
        manager,
        posted,
        change=change,
        values={"site_id": site_id} | {name: posted.get(name, "") for name in fields},
        fields=fields,
        show=_show_site_form(request, site_id, template),
        done=(_sites_path(body_id), notice),
    )


def _submit(
    request: Request,
    manager: Principal,
    posted: Mapping[str, str],
    *,
    change: Change,
    values: Mapping[str, object],
    fields: tuple[str, ...],
    show: Show,
    done: tuple[str, str],
) -> Response:
    """Carry a change out once and send the browser on; what is refused comes back as the form with its problems."""
    if not has_submission_key(posted):
        return show(_refused(manager, posted, [("", "form-expired")], fields), 422)
    try:
        with database_of(request).writing() as session:
            change(session, actor=manager, now=now_of(request), submission_key=posted[KEY_FIELD], **values)
    except RegistryError as error:
        if error.field == KEY_FIELD:
            typed = [(name, value) for name, value in posted.items() if name not in SECRET_FIELDS]
            return error_page(request, 409, answers=typed, back_path=request.url.path)
        return show(_refused(manager, posted, [(error.field, error.key)], fields), 422)
    return after_post(*done)


def _refused(
    manager: Principal, posted: Mapping[str, str], problems: list[tuple[str, str]], fields: tuple[str, ...]
) -> Form:
    return refused_form(posted, manager.csrf_token, problems, fields=fields)


def _show_body_form(request: Request, body_id: UUID, template: str) -> Show:
    def show(form: Form, status: int) -> HTMLResponse:
        with database_of(request).reading() as session:
            body = registry.get_body(session, body_id)
        return render(request, template, BodyFormPage(body.id, body.name, form), status=status)

    return show


def _show_site_form(request: Request, site_id: UUID, template: str) -> Show:
    def show(form: Form, status: int) -> HTMLResponse:
        with database_of(request).reading() as session:
            site = registry.get_site(session, site_id)
            choices = merge_choices(session, site, registry.get_body(session, site.body_id))
        return render(request, template, SiteFormPage(site_item(site), form, choices), status=status)

    return show


def _show_host_form(request: Request, host_id: UUID) -> Show:
    def show(form: Form, status: int) -> HTMLResponse:
        with database_of(request).reading() as session:
            host = host_item(session, registry.get_host(session, host_id))
        return render(request, "manage/settle_host.html", HostFormPage(host, form, host_choices()), status=status)

    return show


def _sites_path(body_id: UUID) -> str:
    return f"/beheer/organisaties/{body_id}/sites"
