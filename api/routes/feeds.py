"""Feeds for anybody: of an area, from what is published; of a watch, by its secret; and mail links.

Who asks for a public feed is not kept: what is watched stands in the address itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Annotated, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import text

from api.access import Placed, SameOrigin, Shared, holds, tag_headers
from api.delivery.signing import signed
from api.problems import language_of
from api.watch_feeds import MEDIA_TYPE, PAGE, FeedPage, atom_of
from api.watch_pages import letter_page
from api.watching import Watches, Watching, as_public
from api.watching import address_of_server as _base
from geo.casework.watching.areas import (
    WatchedArea,
    area_of_box,
    area_of_province,
    area_of_title,
)
from geo.casework.watching.events import EventKind
from geo.casework.watching.reading import (
    Told,
    feed_state,
    items_of_feed,
    private_feed,
    public_events,
)
from geo.errors import InputError, NotFound, WatchRefused
from geo.law.values import Bilingual, Language
from geo.register.connection import UnitOfWork

router = APIRouter(prefix="/feeds", tags=["watches"], dependencies=[Placed])

Key = Annotated[str, Query(min_length=20, max_length=100, pattern=r"^[A-Za-z0-9_-]+$")]
Before = Annotated[int | None, Query(ge=1, lt=1 << 63)]
Words = Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$")]
_CALLS = {
    "confirm": text("select published.confirm_mail(:secret, :at)"),
    "leave": text("select published.leave_mail(:secret)"),
}
_BEHIND = text("select name, may_confirm from published.mail_behind(:secret)")
_PUBLIC = "/api/v1/feeds/public.atom"
_PRIVATE = "/api/v1/feeds/watch.atom"


@router.get("/public.atom", response_class=Response)
def public_feed(
    request: Request,
    services: Shared,
    watching: Watches,
    bbox: Words = None,
    province: Words = None,
    title: Annotated[int | None, Query(ge=1, lt=1 << 63)] = None,
    kinds: Words = None,
    lang: Language | None = None,
    before: Before = None,
) -> Response:
    """Return what happened in an area, on a title, or anywhere: signed Atom, the newest first.

    ``bbox`` is west,south,east,north in degrees; ``kinds`` are names with commas between them. At
    most one of ``bbox``, ``province`` and ``title``; without, the whole country. ``before`` asks
    for what came before an event (the link ``next``).
    """
    area = _area(bbox, province, title)
    wanted = _kinds(kinds)
    language = lang or language_of(request)
    given = {"bbox": bbox, "province": province, "title": title, "kinds": kinds, "lang": language}
    query = {name: value for name, value in given.items() if value is not None}
    with as_public(services) as unit:
        state = feed_state(unit.connection)
        headers = _headers(request, state.at, state.revision, language)
        if holds(request, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        found = public_events(unit.connection, area, wanted, before, PAGE + 1)
    title_of = _public_title(area).text(language)
    about = _About(urlencode(sorted(query.items())), title_of, language, state.since)
    page = _page(about, state.namespace, _base(request, watching), _PUBLIC, query, before, found)
    return _answer(page, watching, headers)


@router.get("/watch.atom", response_class=Response)
def watch_feed(
    request: Request, services: Shared, watching: Watches, key: Key, before: Before = None
) -> Response:
    """Return the items of the watch that ``key`` opens: signed Atom, the newest first."""
    secret = key.encode()
    with as_public(services) as unit:
        state = feed_state(unit.connection)
        watch = private_feed(unit.connection, secret)
        changed = max(watch.changed_at, state.at)
        stamp = int(watch.changed_at.timestamp() * 1e6)
        headers = _headers(request, changed, state.revision, stamp, private=True)
        if holds(request, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        found = items_of_feed(unit.connection, secret, before, PAGE + 1)
    about = _About(f"watch:{watch.watch_id}", watch.name, watch.language, watch.created_at)
    base, query = _base(request, watching), {"key": key}
    page = _page(about, state.namespace, base, _PRIVATE, query, before, found)
    return _answer(page, watching, headers)


@router.get("/certificate.pem", response_class=Response)
def certificate(watching: Watches) -> Response:
    """Return the certificate by which anybody verifies the feeds."""
    headers = {"Cache-Control": "no-cache"}
    pem = watching.keys.certificate_pem
    return Response(pem, media_type="application/x-pem-file", headers=headers)


@router.get("/mail", response_class=Response)
def mail_page(request: Request, services: Shared, key: Key) -> Response:
    """Show the page behind a link in a letter. Nothing happens before its button is pressed."""
    with as_public(services) as unit:
        behind = unit.connection.execute(_BEHIND, {"secret": key.encode()}).one_or_none()
    name = _found(None if behind is None else behind.name)
    ask: Literal["confirm", "leave"] = "confirm" if behind and behind.may_confirm else "leave"
    return letter_page(language_of(request), key, name, ask)


@router.post("/mail/confirmation", response_class=Response, dependencies=[SameOrigin])
def confirm_mail(request: Request, services: Shared, watching: Watches, key: Key) -> Response:
    """Confirm that letters are wanted at the address to which the link was sent."""
    with as_public(services, "confirm letters") as unit:
        name = _changed(unit, "confirm", key, watching.clock())
        unit.commit()
    return letter_page(language_of(request), key, name, "confirmed")


@router.post("/mail", response_class=Response)
def leave_mail(request: Request, services: Shared, watching: Watches, key: Key) -> Response:
    """End the letters and forget the address (also RFC 8058: mail programs ask without a page).

    The key is the whole permission; there is no session that another site could ride on.
    """
    with as_public(services, "leave letters") as unit:
        name = _changed(unit, "leave", key, watching.clock())
        unit.commit()
    return letter_page(language_of(request), key, name, "left")


def _area(bbox: str | None, province: str | None, title: int | None) -> WatchedArea | None:
    if sum(given is not None for given in (bbox, province, title)) > 1:
        raise WatchRefused(
            "a feed has a bbox, a province or a title, not several.",
            "un fil porte sur un bbox, une province ou un titre, pas sur plusieurs.",
        )
    if bbox is not None:
        try:
            return area_of_box([float(number) for number in bbox.split(",")])
        except ValueError:
            return area_of_box(())
    if province is not None:
        return area_of_province(province)
    return None if title is None else area_of_title(title)


def _kinds(kinds: str | None) -> list[EventKind]:
    try:
        return [EventKind(word.strip()) for word in (kinds or "").split(",") if word.strip()]
    except ValueError as error:
        known = ", ".join(EventKind)
        raise InputError(f"kinds are names with commas between them: {known}.") from error


def _public_title(area: WatchedArea | None) -> Bilingual:
    if area is None:
        return Bilingual("Registre minier : nouveautés", "Mining register: news")
    if area.title_id is not None:
        return Bilingual(
            f"Nouveautés sur le titre n° {area.title_id} et son terrain",
            f"News of title n° {area.title_id} and its ground",
        )
    if area.province is not None:
        return Bilingual(f"Nouveautés : {area.province}", f"News: {area.province}")
    return Bilingual("Nouveautés dans un rectangle", "News within a box")


@dataclass(frozen=True, slots=True)
class _About:
    """Which feed it is: its name for ids, its title, its language, and when it began."""

    name: str
    title: str
    language: Language
    since: datetime


def _page(
    about: _About,
    namespace: UUID,
    base: str,
    path: str,
    query: Mapping[str, object],
    before: int | None,
    found: Sequence[Told],
) -> FeedPage:
    """Return the page of what was found, of which one more than a page says that more follows."""
    newest = f"{path}?{urlencode(query)}"
    shown = found[:PAGE]
    older = f"{path}?{urlencode({**query, 'before': shown[-1].id})}" if found[PAGE:] else None
    return FeedPage(
        namespace=namespace,
        name=about.name,
        title=about.title,
        language=about.language,
        base=base,
        own=newest if before is None else f"{path}?{urlencode({**query, 'before': before})}",
        newest=newest,
        older=older,
        since=about.since,
        entries=shown,
    )


def _headers(
    request: Request, changed: datetime, *parts: object, private: bool = False
) -> dict[str, str]:
    """Return the headers by which a reader asks again: what decides the answer is in its tag."""
    asked = hashlib.sha256(f"{request.url}".encode()).hexdigest()[:16]
    headers = tag_headers(private, asked, *parts)
    utc = changed.astimezone(UTC).replace(microsecond=0)
    return {
        **headers,
        "Vary": "Accept-Language",
        "Last-Modified": format_datetime(utc, usegmt=True),
        "Cross-Origin-Resource-Policy": "cross-origin",
        **({"Referrer-Policy": "no-referrer"} if private else {}),
    }


def _answer(page: FeedPage, watching: Watching, headers: dict[str, str]) -> Response:
    content = signed(atom_of(page), watching.keys)
    return Response(content, media_type=f"{MEDIA_TYPE}; charset=utf-8", headers=headers)


def _changed(unit: UnitOfWork, call: Literal["confirm", "leave"], key: str, at: datetime) -> str:
    values = {"secret": key.encode(), "at": at}
    return _found(unit.connection.scalar(_CALLS[call], values))


def _found(name: str | None) -> str:
    if name is None:
        raise NotFound("this link opens nothing, or nothing any more.")
    return name
