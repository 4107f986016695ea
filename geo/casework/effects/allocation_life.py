"""What befalls an allocation by agreement (route B): changed, ended, its ground returned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from sqlalchemy import text

from geo.casework.facts import held_perimeter
from geo.casework.rulings import rulings_for
from geo.casework.work import Work
from geo.errors import NeedsRuling, StepRefused
from geo.perimeter import Perimeter
from geo.register.connection import CADASTRE
from geo.register.orders import ActKind, ActOrder, Ends, Keeps, Together
from geo.register.reader import Reader
from geo.register.writer import change_allocation, release, set_state
from geo.sources.rows import State

CONSENT_WITHDRAWN = "consent_withdrawn"
"""What a ruling names to say whether a consent may be taken back after the act (no text found)."""

CHANGES = frozenset({"extension", "reduction", "renewal"})
ENDS: Mapping[str, ActKind] = MappingProxyType(
    {
        "end": "end_of_allocation",
        "withdrawal_of_consent": "consent_withdrawn",
        "breach": "breach",
    }
)

_HOST = text(
    "select host_title_id from register.allocation where title_id = :title and upper_inf(known) "
    "and valid @> cast(:on as date)"
)
_PARTIES = text(
    "insert into casework.case_party (file_id, party_id, part) select :file, h.party_id, "
    "'defendant' from register.title_version v join register.holding h "
    "on h.title_version_id = v.id where v.title_id = :host and upper_inf(v.known) "
    "and v.valid @> cast(:on as date) on conflict do nothing"
)
_LINK_HOST = text(
    "update casework.case_file set host_title_id = :host, involves = array['egc'] where id = :file"
)


def allocation_of(work: Work) -> int:
    """Return the allocation that the file is about.

    Raises
    ------
    StepRefused : the file names none.
    """
    if work.file.title_id is None:
        raise StepRefused("name the allocation.", "nommez l’allocation.")
    return work.file.title_id


def require_change(work: Work) -> None:
    """Refuse to file what is no change: an extension adds, a reduction takes, a renewal lasts."""
    with work.unit.acting_as(CADASTRE):
        held = held_perimeter(work.unit, allocation_of(work), work.day)
    if not held:
        raise StepRefused("it is no allocation in force.", "aucune allocation en vigueur.")
    subject, asked = work.file.subject, work.version.perimeter
    if subject == "extension" and not (asked and held <= asked and held != asked):
        raise StepRefused(
            "an extension keeps every carré and adds some.",
            "une extension garde tous les carrés et en ajoute.",
        )
    if subject == "reduction" and not (asked and asked <= held and asked != held):
        raise StepRefused(
            "a reduction keeps some of the carrés and adds none.",
            "une réduction garde une partie des carrés et n’en ajoute pas.",
        )
    if subject == "renewal" and work.content.ends_on is None:
        raise StepRefused("say until when: ends_on.", "dites jusqu’à quand : ends_on.")


def call_parties(work: Work) -> None:
    """Open the file to EGC and to the holders of the host title, who are heard."""
    asked = {"title": allocation_of(work), "on": work.day}
    host = work.unit.connection.scalar(_HOST, asked)
    values = {"file": work.file.id, "host": host, "on": work.day}
    work.unit.connection.execute(_LINK_HOST, values)
    work.unit.connection.execute(_PARTIES, values)


def require_ruling_on_withdrawal(work: Work) -> None:
    """Refuse to end an allocation because a consent is taken back, unless a ruling permits it.

    Before the act a consent may be taken back; after it no text was found that says so.
    """
    if work.file.subject != "withdrawal_of_consent":
        return
    rulings = rulings_for(work.unit, work.file.id, work.office.law)
    named = [ruling for ruling in rulings if ruling.code == CONSENT_WITHDRAWN]
    if not named:
        raise NeedsRuling(
            "no text was found on a consent taken back after the act. A legal ruling on "
            f"“{CONSENT_WITHDRAWN}” must settle it.",
            (),
            "aucun texte n’a été trouvé sur un consentement retiré après l’acte. Un avis "
            f"juridique sur « {CONSENT_WITHDRAWN} » doit le trancher.",
        )
    if named[-1].answer == "refused":
        raise StepRefused(
            f"ruling {named[-1].reference} does not permit it.",
            f"l’avis {named[-1].reference} ne le permet pas.",
        )


def register_change(work: Work) -> None:
    """Enter an extension, a reduction or a renewal, from the day of its act."""
    allocation, subject = allocation_of(work), work.file.subject
    act = ActOrder("renewal" if subject == "renewal" else "agreement", *_of(work))
    if subject == "renewal":
        change_allocation(work.unit, allocation, act, ends_on=work.content.ends_on)
        return
    with_rest = _kept_inside(work, allocation, work.ground)
    change_allocation(work.unit, allocation, act, perimeter=work.ground, together=with_rest)


def _kept_inside(work: Work, allocation: int, left: Perimeter) -> tuple[Together, ...]:
    """Return what becomes of work areas: they keep what is left of them, or end with it."""
    said: list[Together] = []
    for area in Reader(work.unit.connection).attributions_in(allocation, work.act.on_day):
        kept = area.ground.perimeter & left
        if kept != area.ground.perimeter:
            said.append(Keeps(area.title_id, kept) if kept else Ends(area.title_id))
    return tuple(said)


def suspend_allocation(work: Work) -> None:
    """Stop work on the ground while it is rehabilitated; it stays encumbered meanwhile."""
    reference, on_day, note = _of(work)
    kind: ActKind = "breach" if work.file.subject == "breach" else "suspension"
    if work.file.subject == "withdrawal_of_consent":
        kind = "consent_withdrawn"
    set_state(
        work.unit, allocation_of(work), State.SUSPENDED, ActOrder(kind, reference, on_day, note)
    )


def return_ground(work: Work) -> None:
    """End the allocation: the ground is the holder's own again, free of the charge."""
    allocation = allocation_of(work)
    act = ActOrder(ENDS[work.file.subject], *_of(work))
    inner = Reader(work.unit.connection).attributions_in(allocation, work.act.on_day)
    ended = tuple(Ends(area.title_id) for area in inner)
    release(work.unit, allocation, act, together=ended)


def _of(work: Work) -> tuple[str, date, str | None]:
    return work.act.reference, work.act.on_day, work.act.note
