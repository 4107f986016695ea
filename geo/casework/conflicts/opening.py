"""Opening a conflict, or adding what is new to the case of the same place.

All of it in one transaction that holds the register's lock before it looks for a case: of two
people who report the same place at once, one opens the case and the other adds to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import shapely
from sqlalchemy import text

from geo.boundaries import province_of
from geo.casework.conflicts.facts import Fact, facts_of
from geo.casework.conflicts.measure import measured_by
from geo.casework.conflicts.orders import NameParty, OpenConflict
from geo.casework.conflicts.places import MergeRule, Place, SamePlace, same_place
from geo.casework.conflicts.reading import ENDED
from geo.casework.conflicts.stepping import step_within
from geo.casework.conflicts.writing import add_evidence, keep
from geo.casework.content import Content
from geo.casework.office import Office
from geo.casework.reading import file_of
from geo.casework.refusals import refused_by_name
from geo.casework.work import Version
from geo.casework.writing import insert_version
from geo.errors import StepRefused
from geo.perimeter import Perimeter
from geo.register.connection import CADASTRE, UnitOfWork
from geo.register.people import Actor, Role

_OPEN = text(
    "insert into casework.case_file (machine, subject, state, since, title_id, party_id, "
    "opened_by, province) values ('conflict', :subject, 'draft', :at, :title, :party, :account, "
    ":province) returning id"
)
_DESCRIBE = text(
    "insert into casework.conflict (file_id, on_day, titles, near_m) "
    "values (:file, :on, :titles, :near)"
)
_HOLDERS = text(
    "select distinct h.party_id from register.title_version v "
    "join register.holding h on h.title_version_id = v.id where v.title_id = any(:titles) "
    "and upper_inf(v.known) and v.valid @> published.today() order by h.party_id"
)
_CASES = text(
    "select casework.conflict_root(f.id) as id, c.near_m, e.runs, e.sites, "
    "st_asbinary(e.geom) as geom "
    "from casework.conflict c join casework.case_file f on f.id = c.file_id "
    "join casework.conflict_evidence e on e.file_id = f.id and e.geom is not null "
    "where c.titles = cast(:titles as bigint[]) and f.filed_at is not null order by e.id"
)


@dataclass(frozen=True, slots=True)
class Reported:
    """What became of a report.

    ``same`` None: a case was opened (or kept as a draft); else why it belongs to the case named.
    ``added`` counts new evidence: 0 where the case had all of it. ``reopened``: an ended case was
    reopened by it; ``awaits_reopening``: the office decides, because a company reported it.
    """

    file_id: int
    number: str | None
    state: str
    same: SamePlace | None
    added: int
    reopened: bool = False
    awaits_reopening: bool = False


def report_conflict(office: Office, actor: Actor, order: OpenConflict, rule: MergeRule) -> Reported:
    """Open a conflict, or add its facts to the case of the same place.

    Raises
    ------
    NotFound : no such overlap or observation, for these eyes.
    InputError : a place that is none, or facts of several places.
    StepRefused : no conflict over permits, or about a title that the company does not hold.
    """
    with office.at_work(actor, f"conflict: {order.subject}") as unit:
        unit.open_revision()
        facts = facts_of(office, unit, actor, order, rule)
        found = None if order.draft else _case_of(unit, [fact.place for fact in facts], rule)
        if found is None:
            told = _open(office, actor, unit, order, facts, rule)
        else:
            told = _join(office, actor, unit, order, facts, *found)
        unit.commit()
    return told


def _case_of(
    unit: UnitOfWork, places: Sequence[Place], rule: MergeRule
) -> tuple[int, SamePlace] | None:
    """Return the case of the same place: one under way before an ended one, then the nearest.

    Of the distance set today and that of the day on which a case was opened, the wider counts.
    """
    titles, measure = places[0].titles, measured_by(unit.connection)
    near_m: dict[int, Decimal] = {}
    known: dict[int, list[Place]] = {}
    with unit.acting_as(CADASTRE):
        for row in unit.connection.execute(_CASES, {"titles": sorted(titles)}):
            sites = frozenset(tuple(site.split(":", 1)) for site in row.sites)
            carres = None if row.runs is None else Perimeter.from_runs(row.runs)
            place = Place(titles, shapely.from_wkb(bytes(row.geom)), carres, sites)
            known.setdefault(row.id, []).append(place)
            near_m[row.id] = max(rule.near_m, row.near_m, near_m.get(row.id, rule.near_m))
        ranked: list[tuple[bool, Decimal, int, SamePlace]] = []
        for case, held in known.items():
            wide = MergeRule(near_m[case])
            met = [same for one in places if (same := same_place(held, one, wide, measure))]
            if met:
                nearest = min(met, key=lambda same: same.distance_m)
                ended = file_of(unit, case).state in ENDED
                ranked.append((ended, nearest.distance_m, case, nearest))
    if not ranked:
        return None
    _, _, case, same = min(ranked, key=lambda one: one[:3])
    return case, same


def _open(
    office: Office,
    actor: Actor,
    unit: UnitOfWork,
    order: OpenConflict,
    facts: Sequence[Fact],
    rule: MergeRule,
) -> Reported:
    titles, today = sorted(facts[0].place.titles), office.today
    with unit.acting_as(CADASTRE):
        holders = list(unit.connection.scalars(_HOLDERS, {"titles": titles}))
    values = {
        "subject": order.subject,
        "at": office.clock(),
        "title": titles[0] if len(titles) == 1 else None,
        "party": _own_party(actor, holders),
        "account": actor.account_id,
        "province": province_of(facts[0].place.geometry),
    }
    with refused_by_name():
        file_id = int(unit.connection.scalar(_OPEN, values))
        content = Content(kind="CONFLICT", note=order.summary)
        insert_version(unit, file_id, Version(1, content, None), office.clock())
        about = {"file": file_id, "on": today, "titles": titles, "near": rule.near_m}
        unit.connection.execute(_DESCRIBE, about)
    for fact in facts:
        add_evidence(unit, file_id, fact.evidence, today)
    for party in holders:
        keep(unit, file_id, NameParty(on_day=today, part="holder", party_id=party))
    if not order.draft:
        step_within(office, actor, unit, file_id, "file")
    file = file_of(unit, file_id)
    return Reported(file_id, file.number, file.state, None, len(facts))


def _own_party(actor: Actor, holders: Sequence[int]) -> int | None:
    """Return for which holder of the titles a company acts; None for an office."""
    if actor.role is not Role.COMPANY:
        return None
    own = sorted(actor.parties & set(holders))
    if not own:
        raise StepRefused(
            "a company opens a conflict about a title that it holds.",
            "une société ouvre un conflit sur un titre qu’elle détient.",
        )
    return own[0]


def _join(
    office: Office,
    actor: Actor,
    unit: UnitOfWork,
    order: OpenConflict,
    facts: Sequence[Fact],
    case: int,
    same: SamePlace,
) -> Reported:
    """Add facts to a case; an ended one is reopened by an office if anything was new."""
    new = [add_evidence(unit, case, fact.evidence, office.today, same) for fact in facts]
    added = sum(number is not None for number in new)
    file = file_of(unit, case)
    waits = bool(added) and file.state in ENDED
    reopens = waits and actor.role is not Role.COMPANY
    if reopens:
        step_within(office, actor, unit, case, "reopen", order.summary)
    state = file_of(unit, case).state
    return Reported(case, file.number, state, same, added, reopens, waits and not reopens)
