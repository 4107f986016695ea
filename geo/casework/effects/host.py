"""Who may propose an allocation on a title: its holders, all of them, or a lessee with theirs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import text

from geo.casework.rulings import rulings_for
from geo.casework.work import Work
from geo.casework.writing import add_parties
from geo.errors import NeedsRuling, StepRefused
from geo.register.connection import CADASTRE
from geo.register.reader import Reader

LESSEE_QUESTION = "third_parties"
"""Which provision a ruling names that lets a lessee propose with the holder's consent."""

_HOLDERS = text(
    "select h.party_id from register.title_version v "
    "join register.holding h on h.title_version_id = v.id where v.title_id = :title "
    "and upper_inf(v.known) and v.valid @> cast(:on as date)"
)
_CO_HOLDERS = text(
    "select party_id from casework.case_party where file_id = :file and part = 'co_holder'"
)


@dataclass(frozen=True, slots=True)
class HostParties:
    """Holders and lessees of a title on a day, by the number of the party."""

    holders: frozenset[int]
    lessees: frozenset[int]


def host_of(work: Work) -> int:
    """Return the permit in which ground is asked for.

    Raises
    ------
    StepRefused : the file names none.
    """
    if work.file.host_title_id is None:
        raise StepRefused("the file names no permit.", "le dossier ne nomme aucun permis.")
    return work.file.host_title_id


def parties_of(work: Work, title_id: int) -> HostParties:
    """Return who holds and who leases a title on the day of the step."""
    with work.unit.acting_as(CADASTRE):
        rows = work.unit.connection.execute(_HOLDERS, {"title": title_id, "on": work.day})
        holders = frozenset(row.party_id for row in rows)
        leases = Reader(work.unit.connection).leases_of(title_id, work.day)
    return HostParties(holders, frozenset(p.id for one in leases for p in one.parties))


def require_who_may_propose(work: Work) -> None:
    """Refuse a proposal by somebody who neither holds nor leases the permit."""
    parties = parties_of(work, host_of(work))
    if work.file.party_id not in parties.holders | parties.lessees:
        raise StepRefused(
            "only a holder of the permit, or its lessee with the holder's consent, proposes.",
            "seul un titulaire du permis, ou son amodiataire avec son accord, fait la proposition.",
        )


def require_all_holders(work: Work) -> None:
    """Refuse to go on while a holder of the permit is not in the file, to consent to it."""
    require_who_may_propose(work)
    with work.unit.acting_as(CADASTRE):
        named = set(work.unit.connection.scalars(_CO_HOLDERS, {"file": work.file.id}))
    absent = parties_of(work, host_of(work)).holders - named - {work.file.party_id}
    if absent:
        raise StepRefused(
            f"{len(absent)} other holder(s) of the permit must consent. Ask for it: ask_consents.",
            f"{len(absent)} autre(s) titulaire(s) du permis doivent consentir. Demandez-le : "
            "ask_consents.",
        )


def name_co_holders(work: Work) -> None:
    """Open the file to every other holder of the permit, to read it and to consent."""
    others = parties_of(work, host_of(work)).holders - {work.file.party_id}
    add_parties(work.unit, work.file.id, _with_part(others, "co_holder"))


def require_ruling_for_lessee(work: Work) -> None:
    """Refuse to decide on a lessee's proposal without a legal ruling: no text was found on it."""
    if work.file.party_id in parties_of(work, host_of(work)).holders:
        return
    rulings = rulings_for(work.unit, work.file.id, work.office.law)
    named = [one for one in rulings if one.code == LESSEE_QUESTION and one.scope == "file"]
    if not any(one.answer == "permitted" for one in named):
        raise NeedsRuling(
            "the proposer leases the permit: no text was found that lets a lessee propose. A "
            f"legal ruling on “{LESSEE_QUESTION}” must settle it.",
            (),
            "le proposant est amodiataire : aucun texte trouvé ne lui permet de proposer. Un avis "
            f"juridique sur « {LESSEE_QUESTION} » doit le trancher.",
        )


def _with_part(parties: Iterable[int], part: str) -> list[tuple[int, str]]:
    return [(party, part) for party in sorted(parties)]
