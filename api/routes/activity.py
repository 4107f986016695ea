"""Activity: what was seen, and which ground was looked at; deliveries by officers.

Everybody reads public sources as known now. Officials of the cadastre, EGC, inspectors, legal
officers and the Minister's office read all sources, also as known in an earlier revision.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path as FilePath
from typing import Annotated, Literal

import shapely
from fastapi import APIRouter, Depends, Form, Path, Query, UploadFile
from shapely.geometry.base import BaseGeometry

from api.access import STORABLE, AtDesk, Cadastre, Costly, Desk, Officer, Placed, SameOrigin, Shared
from api.activity_wire import (
    DeliveryOut,
    IssueOut,
    IssuePage,
    ObservationOut,
    ObservationPage,
    PlaceNamed,
    PositionDecision,
    PositionOrder,
    ProposalOut,
    SourceOut,
    StoredOut,
    SurveyedOut,
    SurveyOut,
    delivery_said,
    observation_said,
    place_named,
    proposal_said,
    source_said,
    stored_said,
    survey_said,
    surveyed_said,
)
from geo.activity.coverage import surveyed
from geo.casework.office import legal_day
from geo.errors import InputError
from geo.perimeter import Perimeter
from geo.periods import Period
from geo.register.activity.extents import extent_stated
from geo.register.activity.lists import deliveries, delivery_issues
from geo.register.activity.places import (
    Position,
    decide_position,
    position_proposals,
    propose_position,
    public_places,
)
from geo.register.activity.reader import ActivityReader
from geo.register.activity.writer import Delivery, SourceFacts, store_delivery
from geo.register.people import OF_THE_CADASTRE, Role
from geo.sources.activity.reading import read_activity

router = APIRouter(prefix="/activity", tags=["activity"], dependencies=[Placed])

Number = Annotated[int, Path(ge=1, le=2**62)]
Text = Annotated[str | None, Query(max_length=200, pattern=STORABLE)]
Day = Annotated[date | None, Query()]
Known = Annotated[int | None, Query(ge=0, lt=1 << 62)]
Box = Annotated[str | None, Query(max_length=200, description="west,south,east,north in degrees")]
Said = Annotated[str | None, Form(max_length=2000, pattern=STORABLE)]

OFFICIALS = OF_THE_CADASTRE | {Role.EGC, Role.INSPECTOR, Role.LEGAL, Role.MINISTER}
MAX_BYTES = 20 << 20
MAX_CARRES = 10_000


def reader_of(desk: AtDesk) -> ActivityReader:
    """Return a reader of what the viewer may see: officials all sources, everybody public ones."""
    return ActivityReader(desk.connection, public=desk.viewer.role not in OFFICIALS)


Reading = Annotated[ActivityReader, Depends(reader_of)]


@router.get("/sources")
def sources(reader: Reading) -> list[SourceOut]:
    """Return the sources of activity, with how much each says now."""
    return [source_said(source) for source in reader.sources()]


@router.get("/surveys")
def surveys(reader: Reading, source: Text = None, known: Known = None) -> list[SurveyOut]:
    """Return the ground that was looked at, and when."""
    return [survey_said(one) for one in reader.survey_views(source=source, known=known)]


@router.get("/observations")
def observations(
    reader: Reading,
    bbox: Box = None,
    source: Text = None,
    site: Text = None,
    start: Annotated[date | None, Query(alias="from")] = None,
    end: Annotated[date | None, Query(alias="to")] = None,
    known: Known = None,
    after: Annotated[int, Query(ge=0, lt=1 << 62)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> ObservationPage:
    """Return observations, a page at a time; with a period, those that state days within it."""
    found = reader.views(
        inside=None if bbox is None else _box(bbox),
        source=source,
        site=site,
        during=_during(start, end),
        known=known,
        after_id=after,
        limit=limit + 1,
    )
    items = [observation_said(view) for view in found[:limit]]
    return ObservationPage(items=items, next=items[-1].id if len(found) > limit else None)


@router.get("/observations/{number}")
def observation(reader: Reading, number: Number, known: Known = None) -> ObservationOut:
    """Return one observation."""
    return observation_said(reader.observation(number, known))


@router.get("/surveyed", dependencies=[Costly])
def surveyed_ground(
    desk: AtDesk,
    reader: Reading,
    bbox: Box = None,
    carres: Annotated[str | None, Query(max_length=200_000, description="col:row,…")] = None,
    title: Annotated[int | None, Query(ge=1, lt=1 << 62)] = None,
    source: Text = None,
    start: Annotated[date | None, Query(alias="from")] = None,
    end: Annotated[date | None, Query(alias="to")] = None,
) -> SurveyedOut:
    """Return how far a box, some carrés or the ground of a title were surveyed.

    Ground and months that no source looked at are not surveyed: nothing is known of them.
    """
    ground = _asked_ground(desk, bbox, carres, title)
    during = _during(start, end)
    return surveyed_said(surveyed(ground, during, reader.surveys(source=source)))


@router.get("/deliveries")
def delivered(desk: AtDesk, _: Cadastre, source: Text = None) -> list[DeliveryOut]:
    """Return the deliveries in the order in which they came (cadastre)."""
    return [delivery_said(one) for one in deliveries(desk.connection, source=source)]


@router.get("/deliveries/{delivery}/issues")
def issues(
    desk: AtDesk,
    _: Cadastre,
    delivery: Number,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> IssuePage:
    """Return what was odd in a delivered file (cadastre)."""
    total, found = delivery_issues(desk.connection, delivery, limit, offset)
    names = IssueOut.model_fields
    items = [IssueOut(**{name: getattr(one, name) for name in names}) for one in found]
    return IssuePage(total=total, items=items)


@router.post("/deliveries", status_code=201, dependencies=[SameOrigin])
def deliver(
    services: Shared,
    viewer: Officer,
    file: UploadFile,
    source: Annotated[str, Form(pattern="^[a-z0-9][a-z0-9_-]{0,39}$")],
    extent: Annotated[str, Form(min_length=1, max_length=5_000_000)],
    minus: Annotated[str | None, Form(max_length=5_000_000)] = None,
    start: Annotated[date | None, Form(alias="from")] = None,
    end: Annotated[date | None, Form(alias="to")] = None,
    crs: Said = None,
    replaces: Annotated[int | None, Form(ge=1, lt=1 << 62)] = None,
    name: Said = None,
    kind: Annotated[Literal["sites", "detections", "raster"] | None, Form()] = None,
    public: Annotated[bool | None, Form()] = None,
    publisher: Said = None,
    licence: Said = None,
    citation: Said = None,
    method: Said = None,
) -> StoredOut:
    """Store a file of sites or detections with the ground and days surveyed (officer, supervisor).

    ``extent``: bbox:west,south,east,north, ``country`` (less ``minus``), ``sites``, or polygons as
    WKT or GeoJSON. Without ``from`` and ``to`` the period is not stated. ``name``, ``kind`` and
    ``public`` describe a source with its first delivery. At most 20 MiB.
    """
    facts = None
    if name is not None and kind is not None and public is not None:
        facts = SourceFacts(name, kind, public, publisher, licence, citation, method)
    content = file.file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise InputError(f"the file is larger than {MAX_BYTES >> 20} MiB. Use the command line.")
    with _on_disk(file.filename, content) as path:
        reading = read_activity(
            path,
            source=source,
            crs=crs,
            keep_sensitive=services.settings.keep_sensitive,
            received_on=legal_day(services.clock()),
        )
    seen = [row.observation for row in reading.rows]
    order = Delivery(
        source,
        reading,
        content,
        extent_stated(extent, seen, minus),
        _during(start, end),
        facts,
        replaces,
    )
    with services.office.at_work(viewer.actor, f"delivery of {source}") as unit:
        stored = store_delivery(unit, order)
        unit.commit()
    return stored_said(stored)


@router.get("/named-places")
def named_places(desk: AtDesk) -> list[PlaceNamed]:
    """Return places known by name, for most of which no document gives a position."""
    return [place_named(place) for place in public_places(desk.connection)]


@router.get("/named-places/proposals")
def proposals(desk: AtDesk, _: Cadastre) -> list[ProposalOut]:
    """Return the positions that were proposed, and what became of them (cadastre)."""
    return [proposal_said(one) for one in position_proposals(desk.connection)]


@router.post("/named-places/{code}/positions", status_code=201, dependencies=[SameOrigin])
def propose(services: Shared, viewer: Officer, code: str, order: PositionOrder) -> ProposalOut:
    """Propose where a place lies, by a document; another person decides (officer, supervisor)."""
    position = Position(**{name: getattr(order, name) for name in PositionOrder.model_fields})
    with services.office.at_work(viewer.actor, f"position of {code}: {order.document}") as unit:
        number = propose_position(unit, code, position)
        unit.commit()
        return proposal_said(position_proposals(unit.connection, number)[0])


@router.post("/named-places/proposals/{proposal}/decision", dependencies=[SameOrigin])
def decide(
    services: Shared, viewer: Officer, proposal: Number, decision: PositionDecision
) -> ProposalOut:
    """Confirm or reject a position, as another person than its proposer (officer, supervisor)."""
    with services.office.at_work(viewer.actor, decision.reason) as unit:
        decide_position(unit, proposal, decision.reason, confirm=decision.confirm)
        unit.commit()
        return proposal_said(position_proposals(unit.connection, proposal)[0])


def _during(start: date | None, end: date | None) -> Period | None:
    """Return the period asked or stated: both bounds, or neither."""
    if start is None and end is None:
        return None
    if start is None or end is None or start >= end:
        raise InputError("a period needs from and to, the first day and the day after the last.")
    return Period(start, end)


def _box(words: str) -> BaseGeometry:
    return extent_stated(f"bbox:{words}", ()).ground


def _asked_ground(
    desk: Desk, bbox: str | None, carres: str | None, title: int | None
) -> BaseGeometry:
    if sum(one is not None for one in (bbox, carres, title)) != 1:
        raise InputError("ask about one ground: bbox, carres or title.")
    if bbox is not None:
        return _box(bbox)
    if carres is not None:
        return _of_carres(carres)
    outlines = [ground.geometry for ground in desk.title(title or 0).grounds]
    if not outlines:
        raise InputError(f"title {title} holds no ground today.")
    return shapely.union_all(outlines)


def _of_carres(words: str) -> BaseGeometry:
    try:
        cells = [tuple(int(n) for n in one.split(":")) for one in words.split(",")]
        runs = [(row, col, col + 1) for col, row in cells]
    except ValueError as error:
        raise InputError("carrés are written col:row,col:row, in whole numbers.") from error
    if len(runs) > MAX_CARRES:
        raise InputError(f"{len(runs):,} carrés are more than {MAX_CARRES:,}. Ask in parts.")
    return Perimeter.from_runs(runs).outline()


@contextmanager
def _on_disk(name: str | None, content: bytes) -> Iterator[FilePath]:
    """Lay an upload under the last part of its name, for readers that need a file."""
    safe = FilePath((name or "upload").replace("\\", "/").replace("\x00", "")).name or "upload"
    with tempfile.TemporaryDirectory(prefix="mabele-") as folder:
        path = FilePath(folder) / safe[-100:]
        path.write_bytes(content)
        yield path
