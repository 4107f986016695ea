"""Atom feeds (RFC 4287) of what happened, paged (RFC 5005), with places by GeoRSS.

Ids are made in the register's own namespace, so that an entry keeps its id under any name of this
server. All text has its control characters taken out; lxml escapes the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid5

from lxml import etree

from api.delivery.webhook import path_of
from geo.casework.watching.reading import Told
from geo.casework.watching.words import clean, heading, summary
from geo.law.values import Bilingual, Language

ATOM = "http://www.w3.org/2005/Atom"
GEORSS = "http://www.georss.org/georss"
HISTORY = "http://purl.org/syndication/history/1.0"
MEDIA_TYPE = "application/atom+xml"
CERTIFICATE = "/api/v1/feeds/certificate.pem"
PAGE = 50
"""Entries of a page."""

_AUTHOR = Bilingual("Cadastre minier (Mabele)", "Mining cadastre (Mabele)")


@dataclass(frozen=True, slots=True)
class FeedPage:
    """One page of a feed.

    Parameters
    ----------
    name : what makes the feed this one and no other, for its id.
    base : the address of this server. own : path and query of this page.
    newest, older : path and query of the first page and of the next one; None: there is none.
    since : the instant of ``updated`` where nothing happened yet.
    """

    namespace: UUID
    name: str
    title: str
    language: Language
    base: str
    own: str
    newest: str
    older: str | None
    since: datetime
    entries: Sequence[Told]

    @property
    def updated(self) -> datetime:
        """The instant of the newest entry; of the beginning where there is none."""
        return self.entries[0].at if self.entries else self.since


def atom_of(page: FeedPage) -> etree._Element:
    """Return the page as an Atom document, not signed yet."""
    feed = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM, "georss": GEORSS, "fh": HISTORY})
    feed.set("{http://www.w3.org/XML/1998/namespace}lang", page.language)
    _add(feed, "id", uuid5(page.namespace, f"feed:{page.name}").urn)
    _add(feed, "title", page.title)
    _add(feed, "updated", _instant(page.updated))
    _add(_sub(feed, "author"), "name", _AUTHOR.text(page.language))
    _add(feed, "generator", "Mabele")
    _link(feed, "self", page.base + page.own, MEDIA_TYPE)
    if page.own != page.newest:
        _link(feed, "first", page.base + page.newest, MEDIA_TYPE)
    if page.older is not None:
        _link(feed, "next", page.base + page.older, MEDIA_TYPE)
    _link(
        feed, "describedby", f"{page.base}/api/v1/feeds/certificate.pem", "application/x-pem-file"
    )
    for told in page.entries:
        _entry(feed, told, page)
    return feed


def _entry(feed: etree._Element, told: Told, page: FeedPage) -> None:
    entry = _sub(feed, "entry")
    _add(entry, "id", uuid5(page.namespace, f"event:{told.id}").urn)
    _add(entry, "title", heading(told).text(page.language))
    _add(entry, "updated", _instant(told.at))
    _add(entry, "published", _instant(told.at))
    _sub(entry, "category").set("term", told.kind.value)
    _link(entry, "alternate", page.base + path_of(told), None)
    _add(entry, "summary", summary(told).text(page.language)).set("type", "text")
    if told.box is not None:
        west, south, east, north = (f"{degrees:.6f}" for degrees in told.box)
        if (west, south) == (east, north):
            etree.SubElement(entry, f"{{{GEORSS}}}point").text = f"{south} {west}"
        else:
            etree.SubElement(entry, f"{{{GEORSS}}}box").text = f"{south} {west} {north} {east}"


def _sub(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{ATOM}}}{name}")


def _add(parent: etree._Element, name: str, text: str) -> etree._Element:
    child = _sub(parent, name)
    child.text = clean(text)
    return child


def _link(parent: etree._Element, rel: str, href: str, media_type: str | None) -> None:
    link = _sub(parent, "link")
    link.set("rel", rel)
    link.set("href", href)
    if media_type is not None:
        link.set("type", media_type)


def _instant(at: datetime) -> str:
    """Return an instant as RFC 3339 has it, in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
