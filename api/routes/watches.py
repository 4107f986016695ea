"""Watches of one's own: kept, listed, changed, ended and taken up again; how each one tells."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from api.access import STORABLE, Placed, SameOrigin, Shared, SignedIn
from api.auth import Viewer
from api.consulting import Unstored
from api.delivery.addresses import require_url
from api.delivery.webhook import told_json
from api.mail_settings import is_mail_address
from api.services import Services
from api.watching import Watches, address_of_server, as_viewer
from geo.casework.watching.areas import (
    AreaKind,
    WatchedArea,
    area_of_box,
    area_of_polygon,
    area_of_province,
    area_of_runs,
    area_of_title,
)
from geo.casework.watching.channels import (
    ask_by_mail,
    ask_test,
    deliveries_of,
    end_mail,
    end_webhook,
    resume_webhook,
    rotate_webhook,
    set_webhook,
)
from geo.casework.watching.events import EventKind
from geo.casework.watching.reading import feed_state, items_of_watch
from geo.casework.watching.watches import (
    WatchOrder,
    WatchView,
    change_watch,
    keep_watch,
    set_feed,
    watch_of,
    watches_of,
)
from geo.casework.watching.words import KINDS
from geo.errors import WatchRefused
from geo.law.values import Language

router = APIRouter(prefix="/watches", tags=["watches"], dependencies=[Placed, Unstored])

WatchId = Annotated[int, Path(ge=1, lt=1 << 63)]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*\S[^\x00]*$")]
FEED = "/api/v1/feeds/watch.atom?key="


class Order(BaseModel):
    """What to watch: exactly one of the five, and which kinds of events (none named: all)."""

    model_config = ConfigDict(extra="forbid")
    name: Name
    title_id: int | None = Field(default=None, ge=1, lt=1 << 63)
    runs: list[Annotated[list[int], Field(min_length=3, max_length=3)]] | None = Field(
        default=None, max_length=20_000
    )
    polygon: dict[str, Any] | None = None
    bbox: list[float] | None = Field(default=None, min_length=4, max_length=4)
    province: str | None = Field(default=None, max_length=100, pattern=STORABLE)
    kinds: list[EventKind] = Field(default_factory=list, max_length=len(EventKind))
    language: Language = "fr"

    def area(self) -> WatchedArea:
        """Return the ground asked for.

        Raises: WatchRefused where it is none, or is given twice.
        """
        given = {name: getattr(self, name) for name in _AREAS if getattr(self, name) is not None}
        if len(given) != 1:
            raise WatchRefused(
                f"a watch has exactly one of {', '.join(_AREAS)}.",
                f"une veille porte sur un seul de : {', '.join(_AREAS)}.",
            )
        name, value = next(iter(given.items()))
        area: WatchedArea = _AREAS[name](value)
        return area


_AREAS: dict[str, Any] = {
    "title_id": area_of_title,
    "runs": area_of_runs,
    "polygon": area_of_polygon,
    "bbox": area_of_box,
    "province": area_of_province,
}


class Change(BaseModel):
    """What to change. ``active`` false ends the watch, true takes it up again."""

    model_config = ConfigDict(extra="forbid")
    name: Name | None = None
    kinds: list[EventKind] | None = Field(default=None, max_length=len(EventKind))
    language: Language | None = None
    active: bool | None = None


class WebhookOrder(BaseModel):
    """Where a program wants to be told: an address of the public internet, with https."""

    model_config = ConfigDict(extra="forbid")
    url: str = Field(min_length=8, max_length=2000, pattern=STORABLE)


class MailOrder(BaseModel):
    """Where letters shall go, once whoever reads there has confirmed it."""

    model_config = ConfigDict(extra="forbid")
    address: str = Field(min_length=3, max_length=254, pattern=STORABLE)


class Webhook(BaseModel):
    """A webhook; ``reason`` says why it is paused or ended."""

    url: str
    state: str
    reason: str | None


class Mail(BaseModel):
    """Letters; ``confirmed_at`` null: the reader of the address has not confirmed yet."""

    address: str
    question_sent_at: datetime | None
    confirmed_at: datetime | None


class Watch(BaseModel):
    """A watch. ``runs`` are row, first column, column after the last; ``bbox`` in degrees."""

    id: int
    name: str
    area: AreaKind
    title_id: int | None
    province: str | None
    runs: list[list[int]] | None
    bbox: tuple[float, float, float, float] | None
    kinds: list[EventKind]
    language: Language
    active: bool
    created_at: datetime
    changed_at: datetime
    has_feed: bool
    webhook: Webhook | None
    mail: Mail | None


class NewWatch(Watch):
    """A watch just made, with the address of its feed, which is shown this once."""

    feed: str


class WatchList(BaseModel):
    """One's own watches, the newest first, and what may be asked of a new one."""

    watches: list[Watch]
    kinds: dict[EventKind, dict[str, str]]
    mail_is_sent: bool
    told_up_to: datetime


class FeedAddress(BaseModel):
    """The address of a feed, shown this once: whoever has it reads the feed."""

    feed: str


class WebhookSecret(BaseModel):
    """The secret that signs messages (Standard Webhooks), shown this once."""

    secret: str


class Items(BaseModel):
    """Items, the newest first; ``next_before`` asks for those before, null: there are none."""

    items: list[dict[str, Any]]
    next_before: int | None


class Delivery(BaseModel):
    """A message on its way, arrived or given up."""

    id: int
    channel: str
    message_id: str
    test: bool
    state: str
    attempts: int
    made_at: datetime
    next_at: datetime | None
    ended_at: datetime | None
    last_status: int | None
    last_error: str | None


@contextmanager
def _own(services: Services, viewer: Viewer, watch_id: int, why: str) -> Iterator[Connection]:
    """Open a transaction on a watch of the viewer's own, committed unless it fails."""
    with as_viewer(services, viewer, why) as unit:
        watch_of(unit.connection, watch_id)
        yield unit.connection
        unit.commit()


@router.get("")
def list_watches(viewer: SignedIn, services: Shared, watching: Watches) -> WatchList:
    """Return one's own watches, ended ones too, and the kinds of events there are."""
    with as_viewer(services, viewer) as unit:
        found = watches_of(unit.connection)
        state = feed_state(unit.connection)
    kinds = {kind: {"fr": label.fr, "en": label.en} for kind, label in KINDS.items()}
    sends = watching.settings.mail is not None
    watches = [Watch(**_fields(one)) for one in found]
    return WatchList(watches=watches, kinds=kinds, mail_is_sent=sends, told_up_to=state.at)


@router.post("", status_code=201, dependencies=[SameOrigin])
def create_watch(
    request: Request, viewer: SignedIn, services: Shared, watching: Watches, order: Order
) -> NewWatch:
    """Keep a watch; what is recorded from now on makes items. Its feed's address is shown once."""
    key, feed_hash = _new_key()
    wanted = WatchOrder(order.name, order.area(), order.kinds, order.language)
    with as_viewer(services, viewer, "keep a watch") as unit:
        made = keep_watch(unit.connection, wanted, watching.clock(), feed_hash)
        view = watch_of(unit.connection, made)
        unit.commit()
    return NewWatch(**_fields(view), feed=f"{address_of_server(request, watching)}{FEED}{key}")


@router.get("/{watch_id}")
def one_watch(viewer: SignedIn, services: Shared, watch_id: WatchId) -> Watch:
    """Return a watch of one's own."""
    with as_viewer(services, viewer) as unit:
        return Watch(**_fields(watch_of(unit.connection, watch_id)))


@router.patch("/{watch_id}", dependencies=[SameOrigin])
def patch_watch(
    viewer: SignedIn, services: Shared, watching: Watches, watch_id: WatchId, change: Change
) -> Watch:
    """Change a watch, end it, or take it up again; what happened meanwhile makes no item."""
    with _own(services, viewer, watch_id, "change a watch") as connection:
        wanted = change.model_dump(exclude_none=True)
        change_watch(connection, watch_id, watching.clock(), **wanted)
        return Watch(**_fields(watch_of(connection, watch_id)))


@router.delete("/{watch_id}", status_code=204, dependencies=[SameOrigin])
def delete_watch(
    viewer: SignedIn, services: Shared, watching: Watches, watch_id: WatchId
) -> Response:
    """End a watch. It is kept: ``PATCH`` with ``active`` true takes it up again."""
    with _own(services, viewer, watch_id, "end a watch") as connection:
        change_watch(connection, watch_id, watching.clock(), active=False)
    return Response(status_code=204)


@router.get("/{watch_id}/items")
def watch_items(
    request: Request,
    viewer: SignedIn,
    services: Shared,
    watching: Watches,
    watch_id: WatchId,
    before: Annotated[int | None, Query(ge=1, lt=1 << 63)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Items:
    """Return items of a watch, the newest first."""
    with as_viewer(services, viewer) as unit:
        watch_of(unit.connection, watch_id)
        found = items_of_watch(unit.connection, watch_id, before, limit + 1)
    base = address_of_server(request, watching)
    items = [told_json(told, base) for told in found[:limit]]
    return Items(items=items, next_before=found[limit - 1].id if len(found) > limit else None)


@router.post("/{watch_id}/feed", dependencies=[SameOrigin])
def rotate_feed(
    request: Request, viewer: SignedIn, services: Shared, watching: Watches, watch_id: WatchId
) -> FeedAddress:
    """Give the feed another address; the former one opens nothing from now on."""
    key, feed_hash = _new_key()
    with _own(services, viewer, watch_id, "another feed address") as connection:
        set_feed(connection, watch_id, feed_hash, watching.clock())
    return FeedAddress(feed=f"{address_of_server(request, watching)}{FEED}{key}")


@router.delete("/{watch_id}/feed", status_code=204, dependencies=[SameOrigin])
def close_feed(
    viewer: SignedIn, services: Shared, watching: Watches, watch_id: WatchId
) -> Response:
    """Let no address open the feed."""
    with _own(services, viewer, watch_id, "close a feed") as connection:
        set_feed(connection, watch_id, None, watching.clock())
    return Response(status_code=204)


@router.put("/{watch_id}/webhook", dependencies=[SameOrigin])
def put_webhook(
    viewer: SignedIn, services: Shared, watching: Watches, watch_id: WatchId, order: WebhookOrder
) -> WebhookSecret:
    """Have a program told at an address; the secret that signs is shown this once."""
    require_url(order.url, watching.settings.webhook_allow)
    salt = uuid4()
    with _own(services, viewer, watch_id, "set a webhook") as connection:
        set_webhook(connection, watch_id, order.url, salt)
    return _secret(watching, salt)


@router.post("/{watch_id}/webhook/secret", dependencies=[SameOrigin])
def rotate_secret(
    viewer: SignedIn, services: Shared, watching: Watches, watch_id: WatchId
) -> WebhookSecret:
    """Sign by another secret from now on."""
    salt = uuid4()
    with _own(services, viewer, watch_id, "another webhook secret") as connection:
        rotate_webhook(connection, watch_id, salt)
    return _secret(watching, salt)


@router.post("/{watch_id}/webhook/test", status_code=202, dependencies=[SameOrigin])
def test_delivery(
    viewer: SignedIn, services: Shared, watching: Watches, watch_id: WatchId
) -> Response:
    """Have a test message sent; what became of it is among the deliveries."""
    with _own(services, viewer, watch_id, "test a webhook") as connection:
        ask_test(connection, watch_id, watching.clock())
    return Response(status_code=202)


@router.post("/{watch_id}/webhook/resumption", status_code=204, dependencies=[SameOrigin])
def resume(viewer: SignedIn, services: Shared, watching: Watches, watch_id: WatchId) -> Response:
    """Send again to a webhook that was paused, first what waits."""
    with _own(services, viewer, watch_id, "resume a webhook") as connection:
        resume_webhook(connection, watch_id, watching.clock())
    return Response(status_code=204)


@router.delete("/{watch_id}/webhook", status_code=204, dependencies=[SameOrigin])
def delete_webhook(
    viewer: SignedIn, services: Shared, watching: Watches, watch_id: WatchId
) -> Response:
    """Tell the program no more."""
    with _own(services, viewer, watch_id, "remove a webhook") as connection:
        end_webhook(connection, watch_id, watching.clock())
    return Response(status_code=204)


@router.put("/{watch_id}/mail", status_code=202, dependencies=[SameOrigin])
def put_mail(
    viewer: SignedIn, services: Shared, watching: Watches, watch_id: WatchId, order: MailOrder
) -> Response:
    """Have the reader of an address asked whether they want letters."""
    if watching.settings.mail is None:
        raise WatchRefused(
            "this server sends no letters: its administrator has named no mail server.",
            "ce serveur n’envoie pas de courriel : aucun serveur de courrier n’est réglé.",
        )
    if not is_mail_address(order.address):
        raise WatchRefused(
            "this is no e-mail address: write name@example.cd.",
            "ce n’est pas une adresse électronique : écrivez nom@example.cd.",
        )
    chosen = watching.keys.mail_secrets(uuid4())
    with _own(services, viewer, watch_id, "ask by mail") as connection:
        ask_by_mail(connection, watch_id, order.address, chosen, watching.clock())
    return Response(status_code=202)


@router.delete("/{watch_id}/mail", status_code=204, dependencies=[SameOrigin])
def delete_mail(
    viewer: SignedIn, services: Shared, watching: Watches, watch_id: WatchId
) -> Response:
    """Send no more letters and forget the address."""
    with _own(services, viewer, watch_id, "remove an address") as connection:
        end_mail(connection, watch_id, watching.clock())
    return Response(status_code=204)


@router.get("/{watch_id}/deliveries")
def watch_deliveries(
    viewer: SignedIn,
    services: Shared,
    watch_id: WatchId,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> list[Delivery]:
    """Return what was sent of a watch and what became of it, the newest first."""
    with as_viewer(services, viewer) as unit:
        watch_of(unit.connection, watch_id)
        rows = deliveries_of(unit.connection, watch_id, limit)
    return [
        Delivery(
            **{
                **row._mapping,
                "message_id": f"msg_{row.message_id.hex}",
                "next_at": row.next_at if row.state == "waiting" else None,
            }
        )
        for row in rows
    ]


def _new_key() -> tuple[str, bytes]:
    """Return the key of a feed and what the database keeps of it."""
    key = secrets.token_urlsafe(32)
    return key, hashlib.sha256(key.encode()).digest()


def _secret(watching: Watches, salt: UUID) -> WebhookSecret:
    return WebhookSecret(secret=watching.keys.webhook_secret(salt))


def _fields(view: WatchView) -> dict[str, Any]:
    hook, mail = view.webhook, view.mail
    return {
        "id": view.id,
        "name": view.name,
        "area": view.area,
        "title_id": view.title_id,
        "province": view.province,
        "runs": view.cells.to_lists() if view.cells else None,
        "bbox": view.box,
        "kinds": list(view.kinds),
        "language": view.language,
        "active": view.active,
        "created_at": view.created_at,
        "changed_at": view.changed_at,
        "has_feed": view.has_feed,
        "webhook": Webhook(url=hook.url, state=hook.state, reason=hook.reason) if hook else None,
        "mail": None
        if mail is None
        else Mail(
            address=mail.address,
            question_sent_at=mail.sent_at,
            confirmed_at=mail.confirmed_at,
        ),
    }
