"""What the record says of a cooperative on a day, for whoever attributes ground to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from geo.casework.operation.reading import read_record
from geo.casework.operation.record import AreaRecord
from geo.errors import NotFound
from geo.register.connection import UnitOfWork


@dataclass(frozen=True, slots=True)
class CooperativeFacts:
    """Facts of a cooperative as :class:`geo.law.case.Cooperative` asks for them; None: not known.

    ``members_have_cards``: as many cards valid in the year of the day as members. How many portions
    it holds is the register's to say.
    """

    approved: bool | None = None
    members_have_cards: bool | None = None
    conduct_code_signed: bool | None = None


def cooperative_facts(
    unit: UnitOfWork, party_id: int, area_title_id: int, day: date
) -> CooperativeFacts:
    """Return what is known of a cooperative in an area on a day; nothing without a record."""
    try:
        record = read_record(unit, area_title_id)
    except NotFound:
        return CooperativeFacts()
    return facts_on(record, party_id, day)


def facts_on(record: AreaRecord, party_id: int, day: date) -> CooperativeFacts:
    """Return what a record says of a cooperative on a day: its newest statement until then."""
    stated = [c for c in record.cooperatives if c.party_id == party_id and c.on_day <= day]
    if not stated:
        return CooperativeFacts()
    newest = max(stated, key=lambda c: (c.on_day, c.id))
    approved = None
    if newest.approved_on is not None:
        ended = newest.approval_ends_on is not None and newest.approval_ends_on <= day
        approved = newest.approved_on <= day and not ended
    return CooperativeFacts(
        approved, _have_cards(record, party_id, newest.members, day), newest.conduct_code_signed
    )


def _have_cards(record: AreaRecord, party_id: int, members: int | None, day: date) -> bool | None:
    """Cards are valid for a calendar year (one year, renewable)."""
    counted = [
        c for c in record.cards if c.party_id == party_id and c.year == day.year and c.on_day <= day
    ]
    if members is None or not counted:
        return None
    return max(counted, key=lambda c: (c.on_day, c.id)).cards >= members
