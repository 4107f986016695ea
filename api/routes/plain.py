"""Pages without script: lists by province, notices, and objections by a plain form."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response

from api.access import AtDesk, Placed, SameOrigin, Shared
from api.consulting import Consulting, admit, as_public
from api.routes.notices import NoticeId
from geo.boundaries import Place, provinces
from geo.casework.consultation import objecting
from geo.casework.consultation.notice_reading import NoticeView, notice, notices
from geo.casework.consultation.objecting import NewObjection, Receipt
from geo.casework.consultation.places import place_of
from geo.casework.consultation.sealing import Contact
from geo.errors import InputError, MabeleError, NotFound
from geo.register.listing import titles_within
from geo.sources.provinces import find_province
from maps.plain import language_of, page
from maps.style import Language as Spoken

PER_PAGE = 100
MOST_NOTICES = 100
NOTHING_SENT: Mapping[str, str] = {"reason": "", "place": "", "name": "", "contact": ""}
_REASON = {
    "fr": "dites en quelques mots ce qui se passe.",
    "en": "say in some words what it is about.",
}

router = APIRouter(prefix="/simple", include_in_schema=False, dependencies=[Placed])

Language = Annotated[str | None, Query(alias="lang", max_length=5)]
Field = Annotated[str, Form(max_length=10_000)]


@router.get("")
def home(
    request: Request, desk: AtDesk, consultation: Consulting, lang: Language = None
) -> Response:
    """Return the provinces and the open notices."""
    _, found = notices(desk.connection, consultation.today, status="open", limit=MOST_NOTICES)
    language = _language(request, lang)
    values = {
        "demonstration": desk.reader.is_demonstration(),
        "provinces": sorted(place.name for place in provinces()),
        "notices": [_listed(one, language) for one in found],
    }
    return _html("home", language, values)


@router.get("/province/{name}")
def province(
    request: Request,
    desk: AtDesk,
    consultation: Consulting,
    name: str,
    lang: Language = None,
    number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1,
) -> Response:
    """Return the titles, zones and open notices of a province, a page at a time."""
    place = _province(name)
    language = _language(request, lang)
    found = titles_within(desk.connection, place.geometry)
    pages = max(1, -(-len(found) // PER_PAGE))
    west, south, east, north = place.geometry.bounds
    _, open_ones = notices(
        desk.connection,
        consultation.today,
        status="open",
        box=(west, south, east, north),
        limit=MOST_NOTICES,
    )
    here = [one for one in open_ones if place.geometry.intersects(one.perimeter.outline())]
    values = {
        "province": place.name,
        "titles": found[(number - 1) * PER_PAGE : number * PER_PAGE],
        "total": len(found),
        "number": min(number, pages),
        "pages": pages,
        "notices": [_listed(one, language) for one in here],
    }
    return _html("province", language, values)


@router.get("/notice/{notice_id}")
def one_notice(
    request: Request,
    desk: AtDesk,
    consultation: Consulting,
    notice_id: NoticeId,
    lang: Language = None,
) -> Response:
    """Return a notice with the form to object to it."""
    language = _language(request, lang)
    shown = _shown(notice(desk.connection, notice_id, consultation.today), language)
    values = {"notice": shown, "client_key": str(uuid.uuid4()), "sent": NOTHING_SENT, "fault": None}
    return _html("notice", language, values, stored=False)


@router.post("/notice/{notice_id}", dependencies=[SameOrigin])
def object_(
    request: Request,
    services: Shared,
    consultation: Consulting,
    notice_id: NoticeId,
    client_key: Annotated[uuid.UUID, Form()],
    reason: Field = "",
    place: Field = "",
    name: Field = "",
    contact: Field = "",
    lang: Language = None,
) -> Response:
    """Receive an objection; a refusal gives the form back with what was written."""
    language = _language(request, lang)
    sent = {"reason": reason, "place": place, "name": name, "contact": contact}
    try:
        receipt = _receive(request, services, consultation, notice_id, client_key, sent, language)
    except MabeleError as error:
        with as_public(services) as unit:
            shown = _shown(notice(unit.connection, notice_id, consultation.today), language)
        values = {
            "notice": shown,
            "client_key": str(client_key),
            "sent": sent,
            "fault": str(error),
        }
        return _html("notice", language, values, status=422, stored=False)
    values = {
        "receipt": {
            "reference": receipt.claim.reference,
            "secret": receipt.claim.secret,
            "late": receipt.late,
            "digest": receipt.digest,
        }
    }
    return _html("receipt", language, values, status=201, stored=False)


def _receive(
    request: Request,
    services: Shared,
    consultation: Consulting,
    notice_id: int,
    client_key: uuid.UUID,
    sent: Mapping[str, str],
    language: Spoken,
) -> Receipt:
    admit(consultation, request, "object", notice_id)
    written = {field: text.replace("\0", "").strip() for field, text in sent.items()}
    if not written["reason"]:
        raise InputError(_REASON[language])
    new = NewObjection(
        client_key=client_key,
        reason=written["reason"],
        language=language,
        place=place_of(None, None, written["place"][:1000] or None),
        contact=Contact(written["name"][:200] or None, written["contact"][:500] or None),
    )
    keys = consultation.keys
    with as_public(services, "objection") as unit:
        receipt = objecting.receive(
            unit, notice_id, new, consultation.clock(), keys.server_key, keys.public_key
        )
        unit.commit()
    return receipt


def _language(request: Request, asked: str | None) -> Spoken:
    return language_of(asked, request.headers.get("accept-language", ""))


def _province(name: str) -> Place:
    place = find_province(name)
    if place is not None:
        return place
    raise NotFound(f"there is no province “{name[:60]}”.")


def _listed(view: NoticeView, language: Spoken) -> dict[str, Any]:
    return {
        "id": view.id,
        "kind": view.kind,
        "cells": view.perimeter.count,
        "until": _day(view.closes_on, language),
    }


def _shown(view: NoticeView, language: Spoken) -> dict[str, Any]:
    return {
        **_listed(view, language),
        "open": view.status == "open",
        "text": view.text.fr if language == "fr" else view.text.en,
        "parties": [party.name for party in view.parties],
    }


def _day(day: date, language: Spoken) -> str:
    return day.strftime("%d/%m/%Y") if language == "fr" else day.isoformat()


def _html(
    name: str,
    language: Spoken,
    values: Mapping[str, Any],
    *,
    status: int = 200,
    stored: bool = True,
) -> Response:
    headers = {"Cache-Control": "no-cache" if stored else "no-store", "Vary": "Accept-Language"}
    return HTMLResponse(page(name, language, values), status, headers)
