"""The facts of a file that the law is asked about, read from the register as of a day.

Read with the register's own role, whoever asks: an applicant is judged against every neighbour,
also one whose holder's name is withheld. Findings name neighbours by kind and code, which are
public; parties are compared by their numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, text

from geo.casework.areas import places_met
from geo.casework.given import given_in
from geo.casework.money.standing import fee_paid
from geo.casework.office import legal_day
from geo.casework.operation.cooperatives import cooperative_facts
from geo.casework.operation.judged import operation_case
from geo.casework.pending import pending_proposals
from geo.casework.reading import document_kinds
from geo.casework.terms import years_together
from geo.casework.terrain import BANK, outside_border, water_cells
from geo.casework.work import CaseFile, Version
from geo.law.case import (
    Applicant,
    CaseFacts,
    Cooperative,
    Host,
    Neighbour,
    Places,
    Proposal,
    Step,
)
from geo.law.facts import RightFacts
from geo.law.values import Law
from geo.perimeter import Perimeter
from geo.register.connection import CADASTRE, UnitOfWork
from geo.register.inner_views import GroundMet
from geo.register.names import kind_and_code
from geo.register.reader import Reader

_RIGHT = text(
    "select v.kind, v.code, v.state, v.filed_on, v.granted_on, v.expires_on, "
    "(select array_agg(h.party_id) from register.holding h where h.title_version_id = v.id) "
    "as parties from register.title_version v where v.title_id = :title and upper_inf(v.known) "
    "and v.valid @> cast(:on as date)"
)
_HELD = text(
    "select runs from register.perimeter_version where title_id = :title and upper_inf(known) "
    "and held @> cast(:on as date)"
)
_APPLICANT = text(
    "select p.kind, (select count(distinct v.title_id) from register.title_version v "
    "join register.holding h on h.title_version_id = v.id where h.party_id = p.id "
    "and v.kind = 'PR' and upper_inf(v.known) and v.valid @> cast(:on as date) "
    "and v.title_id is distinct from :title and exists (select from register.perimeter_version g "
    "where g.title_id = v.title_id and upper_inf(g.known) and g.held @> cast(:on as date))) "
    "as permits, (select coalesce(sum(g.cells), 0) from register.title_version v "
    "join register.holding h on h.title_version_id = v.id "
    "join register.perimeter_version g on g.title_id = v.title_id and upper_inf(g.known) "
    "and g.held @> cast(:on as date) where h.party_id = p.id and v.kind = 'PR' "
    "and upper_inf(v.known) and v.valid @> cast(:on as date) "
    "and v.title_id is distinct from :title) as cells from register.party p where p.id = :party"
)
_PORTIONS = text(
    "select count(distinct v.title_id) from register.title_version v "
    "join register.holding h on h.title_version_id = v.id join register.perimeter_version g "
    "on g.title_id = v.title_id and upper_inf(g.known) and g.held @> cast(:on as date) "
    "where h.party_id = :party and v.kind = 'PORTION' and upper_inf(v.known) "
    "and v.valid @> cast(:on as date) and v.title_id is distinct from :title"
)
_LESSEES = text(
    "select count(*) as lessees, count(*) filter (where exists (select from "
    "casework.case_consent g where g.file_id = c.file_id and g.party_id = c.party_id "
    "and g.version_number = :version and g.withdrawn_at is null)) as consenting "
    "from casework.case_party c where c.file_id = :file and c.part in ('lessee', 'mortgagee')"
)
_LEASED = text(
    "select exists (select from register.lease l where l.host_title_id = :title "
    "and upper_inf(l.known) and l.valid @> cast(:on as date))"
)
_AREA_KIND = {"PORTION": "ZEA", "WORK_AREA": "EGC"}
"""An attribution is judged as ground of the area in which it lies: the law states its rules so."""
_STEPS = text(
    "select m.clock, s.began, s.done from (select to_state, due_on, seq, at as began, "
    "lead(at) over (order by seq) as done from casework.case_step "
    "where file_id = :file and from_state <> to_state) s join casework.machine_state m "
    "on m.machine = :machine and m.state = s.to_state "
    "where m.clock is not null and s.due_on is not null order by s.seq"
)
_INSIDE_OTHERS = frozenset({"ATE", "APE", "PORTION", "WORK_AREA"})
_RANKS = text(
    "select f.title_id as id, f.filed_at as at from casework.case_file f "
    "where f.title_id = any(:titles) and f.machine = 'title' "
    "and f.subject not in ('renewal', 'taken_over') and f.filed_at is not null"
)


def facts_of(unit: UnitOfWork, law: Law, file: CaseFile, version: Version, day: date) -> CaseFacts:
    """Return everything that is known of a file on a day.

    The rules are those of its filing; a file not yet filed is judged by those of the day. Of the
    operation of an area the record is asked, and the rules are always those of the day.
    """
    if file.machine == "operation" and file.title_id is not None:
        with unit.acting_as(CADASTRE):
            return operation_case(unit, file.title_id, day, law)
    documents = document_kinds(unit, file.id)
    with unit.acting_as(CADASTRE):
        proposal = _proposal(file, version, documents, unit, day)
        host_id = host_title(file)
        places = _places(unit, proposal, day, law)
        return CaseFacts(
            proposal=proposal,
            applicant=_applicant(unit, law, file, version, day),
            host=None if host_id is None else _host(unit, file, version, host_id, day, law),
            neighbours=tuple(_neighbours(unit, file, version, day)),
            places=given_in(unit, file.id).of_places(places),
            water=water_cells(proposal.perimeter, places.get(BANK)),
            cooperative=_cooperative(unit, file, version, day),
            steps=timed_steps(unit, file),
        )


def timed_steps(unit: UnitOfWork, file: CaseFile) -> tuple[Step, ...]:
    """Return the stays of a file in states with a statutory clock: since when, and until when.

    A stay lasts from the step into a state to the step out of it. One whose clock had no known end
    on the day it began (``due_on`` null) is left out: nothing can be overdue.
    """
    rows = unit.connection.execute(_STEPS, {"file": file.id, "machine": file.machine})
    return tuple(
        Step(row.clock, legal_day(row.began), None if row.done is None else legal_day(row.done))
        for row in rows
    )


def _places(
    unit: UnitOfWork, proposal: Proposal, day: date, law: Law
) -> Mapping[str, Places | None]:
    """Return the restricted places met, by the distances of the day of filing."""
    if not proposal.perimeter:
        return {}
    return places_met(unit, proposal.perimeter, day, law, rules_on=proposal.filed_on or day)


def host_title(file: CaseFile) -> int | None:
    """Return the title whose ground is asked for, or that is transformed."""
    if file.host_title_id is not None:
        return file.host_title_id
    return file.title_id if file.subject in ("transformation", "split") else None


def party_word(party_id: int) -> str:
    """Return how the law is told of a party: by number, never by name."""
    return f"party {party_id}"


def _proposal(
    file: CaseFile, version: Version, documents: frozenset[str], unit: UnitOfWork, day: date
) -> Proposal:
    content = version.content
    perimeter = version.perimeter or _ground_kept(unit, file, day)
    before = _before(unit, file, day)
    filed_on, filed_order = _rank(unit, file, day)
    if file.subject == "partial_relinquishment" and before is not None:
        perimeter = before - perimeter
    asking: list[int | None] = [share.party_id for share in content.holders]
    asking = asking or [file.party_id]
    return Proposal(
        kind=_AREA_KIND.get(content.kind, content.kind),
        perimeter=perimeter,
        filed_on=filed_on,
        filed_order=filed_order,
        substances=None if content.substances is None else frozenset(content.substances),
        holders=frozenset(party_word(one) for one in asking if one is not None),
        new=file.subject in ("new", "taken_over"),
        term_years=content.term_years,
        renewals=content.renewals,
        total_years=_total_years(unit, file, version, day),
        declared_cells=content.declared_cells,
        off_vertices=0,
        oblique_edges=0,
        clipped=Perimeter.empty(),
        clip_allowed=Perimeter.empty(),
        outside_border=outside_border(perimeter),
        transfers_rights=content.transfers_rights,
        documents=documents,
        before=before,
    )


def _rank(unit: UnitOfWork, file: CaseFile, day: date) -> tuple[date | None, int | None]:
    """Return the day of filing of a file, and its rank on that day.

    What was taken over from an earlier register has the day that the register has for it: none
    where it has none, and no rank among those filed on one day.
    """
    if file.subject == "taken_over":
        known = None if file.title_id is None else right_facts(unit, file.title_id, day).filed_on
        return known, None
    filed_at = file.filed_at or file.paper_received_at
    return (None, None) if filed_at is None else (legal_day(filed_at), rank_of(filed_at))


def _total_years(unit: UnitOfWork, file: CaseFile, version: Version, day: date) -> Decimal | None:
    """Return all terms of a small mine together, that asked for included; None: not known."""
    asked = version.content.term_years
    if version.content.kind != "PEPM" or file.subject != "renewal" or file.title_id is None:
        return asked if version.content.kind == "PEPM" else None
    right = right_facts(unit, file.title_id, day)
    return years_together(asked, right.granted_on, right.expires_on)


def _ground_kept(unit: UnitOfWork, file: CaseFile, day: date) -> Perimeter:
    """Return the ground of a file that draws none: all that the title concerned holds."""
    if file.machine not in ("allocation_life", "dealing") or file.title_id is None:
        return Perimeter.empty()
    return held_perimeter(unit, file.title_id, day)


def _before(unit: UnitOfWork, file: CaseFile, day: date) -> Perimeter | None:
    """Return what a title holds before its renewal or relinquishment, None for other files."""
    if file.title_id is None or file.subject not in ("renewal", "partial_relinquishment"):
        return None
    return held_perimeter(unit, file.title_id, day)


def held_perimeter(unit: UnitOfWork, title_id: int, on: date) -> Perimeter:
    """Return what a title holds on a day; nothing where it holds nothing."""
    runs = [
        run for row in unit.connection.scalars(_HELD, {"title": title_id, "on": on}) for run in row
    ]
    return Perimeter.from_runs(runs) if runs else Perimeter.empty()


def _applicant(
    unit: UnitOfWork, law: Law, file: CaseFile, version: Version, day: date
) -> Applicant:
    """Return what is known of who asks; a group's companies are not known, hence a lower bound."""
    content, parties = version.content, _asking(file, version)
    if not parties:
        return Applicant()
    rows = [
        unit.connection.execute(
            _APPLICANT, {"party": party, "on": day, "title": file.title_id}
        ).one()
        for party in parties
    ]
    nominal = law.nominal_area_ha.value_on(day)
    return Applicant(
        legal_person=_all_legal([row.kind for row in rows]),
        own_funds_percent=content.own_funds_percent,
        state_share_percent=content.state_share_percent,
        congolese_percent=content.congolese_percent,
        research_permits=max(row.permits for row in rows),
        research_area_km2=max(Decimal(row.cells) for row in rows) * nominal / 100,
        group_counted=False,
    )


def _asking(file: CaseFile, version: Version) -> tuple[int, ...]:
    """Return whose eligibility is asked: who asks, or who receives a title that is transferred."""
    if file.subject == "transfer":
        return tuple(share.party_id for share in version.content.holders)
    return () if file.party_id is None else (file.party_id,)


def _all_legal(kinds: Sequence[str]) -> bool | None:
    """Return whether all are legal persons; None where one is not known and none is natural."""
    if "natural" in kinds:
        return False
    return True if all(kind == "legal" for kind in kinds) else None


def _host(
    unit: UnitOfWork, file: CaseFile, version: Version, title_id: int, day: date, law: Law
) -> Host:
    right = right_facts(unit, title_id, day)
    asked = {"file": file.id, "version": version.number}
    third = unit.connection.execute(_LESSEES, asked).one()
    leased = bool(unit.connection.scalar(_LEASED, {"title": title_id, "on": day}))
    return Host(
        right=right,
        perimeter=held_perimeter(unit, title_id, day),
        fee_paid=fee_paid(unit, title_id, day, law),
        leased=leased,
        mortgaged=None,
        third_parties_consent=third.lessees == third.consenting if third.lessees else None,
        consent_withdrawn=_consent_withdrawn(unit, file.id),
    )


def _cooperative(
    unit: UnitOfWork, file: CaseFile, version: Version, day: date
) -> Cooperative | None:
    """Return what is known of the cooperative that an attribution is for."""
    area, party, ground = file.host_title_id, file.party_id, version.perimeter
    if file.machine != "attribution" or area is None or party is None or ground is None:
        return None
    known = cooperative_facts(unit, party, area, day)
    others = [
        one
        for one in Reader(unit.connection).attributions_in(area, day)
        if one.title_id != file.title_id
    ]
    return Cooperative(
        portion=ground,
        zone=held_perimeter(unit, area, day),
        attributed=_union([one.ground.perimeter for one in others]),
        portions_held=int(
            unit.connection.scalar(_PORTIONS, {"party": party, "on": day, "title": file.title_id})
        ),
        approved=known.approved,
        members_have_cards=known.members_have_cards,
        conduct_code_signed=known.conduct_code_signed,
    )


def _union(grounds: Sequence[Perimeter]) -> Perimeter:
    return Perimeter.from_runs([run for ground in grounds for run in ground.to_lists()])


def _consent_withdrawn(unit: UnitOfWork, file_id: int) -> bool:
    """Whether a co-holder took its consent back after the file was filed."""
    withdrawn = text(
        "select exists (select from casework.case_consent w where w.file_id = :file "
        "and w.withdrawn_at is not null and not exists (select from casework.case_consent g "
        "where g.file_id = w.file_id and g.party_id = w.party_id and g.withdrawn_at is null))"
    )
    return bool(unit.connection.scalar(withdrawn, {"file": file_id}))


def right_facts(unit: UnitOfWork, title_id: int, on: date) -> RightFacts:
    """Return what the law needs to know of a title on a day."""
    row = unit.connection.execute(_RIGHT, {"title": title_id, "on": on}).one_or_none()
    return RightFacts(None, "unknown") if row is None else _right(row)


def _right(row: Row[Any]) -> RightFacts:
    return RightFacts(
        kind=row.kind,
        state=row.state,
        filed_on=row.filed_on,
        granted_on=row.granted_on,
        holders=frozenset(party_word(party) for party in row.parties or ()),
        code=row.code,
        expires_on=row.expires_on,
    )


def _neighbours(
    unit: UnitOfWork, file: CaseFile, version: Version, day: date
) -> Iterable[Neighbour]:
    """Return the other rights, applications and zones that share a carré with the ground.

    Restricted areas are asked for by class; leases and attributions lie in a neighbour.
    """
    if not version.perimeter:
        return ()
    own = {file.title_id, host_title(file)}
    met = [
        ground
        for ground in Reader(unit.connection).grounds_meeting(version.perimeter, day)
        if ground.title_id not in own
        and ground.ground.standing != "restricted"
        and ground.ground.kind not in _INSIDE_OTHERS
    ]
    ranks = _ranks(unit, [ground.title_id for ground in met])
    given = given_in(unit, file.id)
    held = [given.by(_neighbour(ground, ranks), ground.title_id) for ground in met]
    return [*held, *pending_proposals(unit, file, version.perimeter, day)]


def _ranks(unit: UnitOfWork, titles: Sequence[int]) -> Mapping[int, int]:
    """Return the rank of each title among those filed on one day: its instant in microseconds.

    A title that no file here asked for has none: when an import brought it is no rank.
    """
    rows = unit.connection.execute(_RANKS, {"titles": list(titles)})
    return {row.id: rank_of(row.at) for row in rows}


def rank_of(instant: datetime) -> int:
    """Return an instant as microseconds, to order what was filed on one day."""
    return int(instant.timestamp() * 1_000_000)


def _neighbour(met: GroundMet, ranks: Mapping[int, int]) -> Neighbour:
    right = RightFacts(
        kind=met.kind,
        state=met.state,
        filed_on=met.filed_on,
        granted_on=met.granted_on,
        holders=frozenset(party_word(holder.id) for holder in met.holders),
        code=met.code,
        expires_on=met.expires_on,
        filed_order=ranks.get(met.title_id),
    )
    name = kind_and_code(met.kind, met.code) or f"title {met.title_id}"
    return Neighbour(name, right, met.shared)
