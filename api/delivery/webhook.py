"""One message to a program, by the Standard Webhooks: signed, to a judged address, bounded in time.

No redirect is followed, no proxy of the environment is used, and of the answer only the status is
read: the other side can neither lead us elsewhere nor hold us.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
from standardwebhooks import Webhook

from api.delivery.addresses import Resolve, resolve, target_of
from api.delivery.keys import WatchKeys
from geo.casework.watching.deliveries import Parcel
from geo.casework.watching.reading import Told
from geo.casework.watching.words import heading, summary
from geo.errors import WatchRefused

TIMEOUT_S = 10.0
"""For connecting, and for each reading and writing."""
WHOLE_S = 20.0
"""For all of it; a claim lasts longer (``geo.casework.watching.deliveries.CLAIM``)."""
GONE = 410
TEST = "mabele.test"


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one attempt. ``status`` None: no answer came, and ``error`` says why."""

    status: int | None
    error: str | None

    @property
    def arrived(self) -> bool:
        """Whether the other side took it."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """Whether the other side wants no more, ever."""
        return self.status == GONE


def payload_of(parcel: Parcel, base: str) -> dict[str, Any]:
    """Return what is sent: the same facts as in the feed, in both languages.

    Parameters
    ----------
    base : the address by which people reach this server; empty: links are left out.
    """
    if parcel.told is None:
        data: dict[str, Any] = {"watch": parcel.watch_id, "name": parcel.watch_name}
        return {"type": TEST, "timestamp": parcel.made_at.isoformat(), "data": data}
    told = parcel.told
    return {
        "type": f"mabele.{told.kind.value}",
        "timestamp": told.at.isoformat(),
        "data": {"watch": parcel.watch_id, "name": parcel.watch_name, **told_json(told, base)},
    }


def told_json(told: Told, base: str) -> dict[str, Any]:
    """Return an item as JSON. Names that are withheld are null."""
    title, text = heading(told), summary(told)
    return {
        "event": told.id,
        "revision": told.revision,
        "at": told.at.isoformat(),
        "kind": told.kind.value,
        "subject": told.subject,
        "title_id": told.title_id,
        "host_title_id": told.host_title_id,
        "meets": told.meets,
        "bbox": list(told.box) if told.box else None,
        "names": list(told.names),
        "facts": dict(told.facts),
        "heading": {"fr": title.fr, "en": title.en},
        "summary": {"fr": text.fr, "en": text.en},
        "link": f"{base}{path_of(told)}" if base else None,
    }


def path_of(told: Told) -> str:
    """Return where on this server more of it is said."""
    table, _, number = told.subject.partition(":")
    if table == "notice":
        return f"/api/v1/notices/{number}"
    if told.title_id is not None:
        return f"/api/v1/titles/{told.title_id}"
    return "/"


def send_all(
    parcels: Sequence[Parcel],
    keys: WatchKeys,
    allow: Sequence[str],
    base: str,
    at: datetime,
    resolve: Resolve = resolve,
) -> list[Sent]:
    """Send messages at the same time and return what became of each, in their order."""

    async def together() -> list[Sent]:
        sending = (_send(parcel, keys, allow, base, at, resolve) for parcel in parcels)
        return list(await asyncio.gather(*sending))

    return asyncio.run(together())


async def _send(
    parcel: Parcel,
    keys: WatchKeys,
    allow: Sequence[str],
    base: str,
    at: datetime,
    resolve: Resolve,
) -> Sent:
    try:
        async with asyncio.timeout(WHOLE_S):
            target = await asyncio.to_thread(target_of, parcel.url, allow, resolve)
            body = json.dumps(payload_of(parcel, base), ensure_ascii=False)
            headers = {
                **_signature(parcel, keys, at, body),
                "Content-Type": "application/json",
                "Host": target.host_header,
                "User-Agent": "Mabele",
            }
            async with (
                httpx.AsyncClient(
                    timeout=TIMEOUT_S,
                    follow_redirects=False,
                    trust_env=False,
                    verify=_tls(),
                ) as client,
                client.stream(
                    "POST",
                    target.url,
                    content=body.encode(),
                    headers=headers,
                    extensions={"sni_hostname": target.host},
                ) as answer,
            ):
                return Sent(answer.status_code, _said(answer.status_code))
    except TimeoutError:
        return Sent(None, f"no answer within {WHOLE_S:.0f} s")
    except WatchRefused as error:
        return Sent(None, str(error))
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        return Sent(
            None, f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        )


def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _signature(parcel: Parcel, keys: WatchKeys, at: datetime, body: str) -> dict[str, str]:
    """Return the headers that say who sent it, when, and under which id, at every attempt anew."""
    named = f"msg_{parcel.message_id.hex}"
    utc = at.astimezone(UTC)
    signature = Webhook(keys.webhook_secret(parcel.salt)).sign(named, utc, body)
    return {
        "webhook-id": named,
        "webhook-timestamp": str(int(utc.timestamp())),
        "webhook-signature": signature,
    }


def _said(status: int) -> str | None:
    return None if 200 <= status < 300 else f"answered {status}"
