"""The facts about rights that the law is asked about, and what they were on a given day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Literal, TypeVar

Side = Literal["a", "b"]
T = TypeVar("T", date, int)


@dataclass(frozen=True, slots=True)
class RightFacts:
    """What is known of one right or area; None means not known, never "none".

    ``kind`` is a code of the law data (``PR``, ``ZEA``, ``EGC``…), or of a right that the law data
    has no rule for. ``code`` and ``holders`` are compared as they are: the caller gives the
    spellings of one number, or of one name, alike. ``state`` is the state of the
    right as the register words it: ``application``, ``granted``, ``suspended``,
    ``force_majeure``, ``being_struck_off``, ``forfeited``, ``expired``, ``relinquished``,
    ``rejected``, ``withdrawn``, or ``not_stated`` where the register is silent; any other word
    counts as unknown. ``granted_on`` is the day of institution for a zone or an area.
    ``filed_order`` ranks filings of one register (smaller is earlier) where days alone do not tell
    them apart.
    """

    kind: str | None
    state: str
    filed_on: date | None = None
    granted_on: date | None = None
    holders: frozenset[str] = frozenset()
    code: str | None = None
    expires_on: date | None = None
    filed_order: int | None = None


class Standing(Enum):
    """What a right was on the day asked."""

    ABSENT = "neither filed nor granted on that day"
    FILING_UNKNOWN = "not granted yet, day of filing not known"
    PENDING = "applied for"
    HELD = "held"
    RELEASE_NOT_RECORDED = "ended by its status, release of the ground not recorded"
    UNKNOWN = "state not known"


# A title holds its ground while suspended, in force majeure or being struck off: the ground is
# free only after a recorded release, so that these are judged like any granted right. A rejected
# applicant who appeals keeps the place in the queue: the ground is free once its end is recorded.
# An application taken back has no appeal: it stands no longer.
_BY_STATE = {
    "application": Standing.PENDING,
    "granted": Standing.HELD,
    "suspended": Standing.HELD,
    "force_majeure": Standing.HELD,
    "being_struck_off": Standing.HELD,
    "forfeited": Standing.RELEASE_NOT_RECORDED,
    "expired": Standing.RELEASE_NOT_RECORDED,
    "rejected": Standing.RELEASE_NOT_RECORDED,
    "relinquished": Standing.RELEASE_NOT_RECORDED,
    "withdrawn": Standing.ABSENT,
}


def standing_on(day: date, facts: RightFacts, *, is_area: bool) -> Standing:
    """Return what a right was on a day.

    Dates come first, the state fills in where they are silent: a right filed by that day and
    granted after it was an application on that day, whatever the register calls it now. Not yet
    granted and with no known day of filing, it may or may not have been applied for; an area is
    never applied for, so that it did not exist. The nominal expiry never frees ground; a right
    listed as expired still held on a day before it. Where the register is silent, what was granted
    by that day holds: ground is free only after a recorded release.
    """
    filed, granted = facts.filed_on, facts.granted_on
    if granted is None or granted > day:
        if filed is not None and filed > day:
            return Standing.ABSENT
        if granted is not None:
            return _before_grant(filed, is_area)
    if facts.state == "not_stated" and granted is not None:
        return Standing.HELD
    if facts.state == "expired" and facts.expires_on is not None and day < facts.expires_on:
        return Standing.HELD
    return _BY_STATE.get(facts.state, Standing.UNKNOWN)


def _before_grant(filed: date | None, is_area: bool) -> Standing:
    if is_area:
        return Standing.ABSENT
    return Standing.FILING_UNKNOWN if filed is None else Standing.PENDING


def later_of(a: RightFacts, b: RightFacts, a_pending: bool, b_pending: bool) -> Side | None:
    """Return which of two rights is the later one, None where the facts do not say.

    A pending application is always later than a held right. Otherwise the later filed is; where
    one of the two filings is not known, the later granted, because the day of a filing and the day
    of a grant do not compare: an earlier filing may well have been granted later. One comparison
    of unlike days is safe: what was filed after the other was granted was filed after it was
    filed. Equal days leave the order unknown.
    """
    if a_pending != b_pending:
        return "a" if a_pending else "b"
    by_filing = _later_filed(a, b)
    if by_filing or (a.filed_on and b.filed_on) or a_pending:
        return by_filing
    return _filed_after_grant(a, b) or _later(a.granted_on, b.granted_on)


def _later_filed(a: RightFacts, b: RightFacts) -> Side | None:
    return _later(a.filed_on, b.filed_on) or _later(a.filed_order, b.filed_order)


def _filed_after_grant(a: RightFacts, b: RightFacts) -> Side | None:
    if _later(a.filed_on, b.granted_on) == "a":
        return "a"
    return "b" if _later(a.granted_on, b.filed_on) == "b" else None


def _later(a: T | None, b: T | None) -> Side | None:
    if a is None or b is None or a == b:
        return None
    return "a" if a > b else "b"


def same_title(a: RightFacts, b: RightFacts) -> bool:
    """Return whether two rows state one title: the same code, kind, holders and day of grant.

    What is not known is never the same.
    """
    stated = (a.code, a.kind, a.granted_on)
    return all(stated) and stated == (b.code, b.kind, b.granted_on) and same_holders(a, b) is True


def same_holders(a: RightFacts, b: RightFacts) -> bool | None:
    """Return whether two rights have the very same holders, None where one's are not known."""
    if not a.holders or not b.holders:
        return None
    return a.holders == b.holders
