"""Fills the rows of the printed papers from a dossier and from the register (``maps.papers``).

Names are those that the asker may see: an official every one, a company its own and the published.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import shapely
from sqlalchemy import Row, text

from geo.boundaries import province_of
from geo.casework.documents import KINDS
from geo.casework.dossier import Dossier, findings_of
from geo.casework.machines import MACHINES
from geo.casework.office import legal_day
from geo.errors import NotFound
from geo.grid import DRC
from geo.law.outcomes import Outcome
from geo.perimeter import Perimeter
from geo.register.connection import CADASTRE, UnitOfWork
from geo.register.inner_views import GroundMet
from geo.register.people import OF_THE_CADASTRE, Actor, Role
from geo.register.reader import PublicReader, Reader
from geo.register.views import TitleView
from maps.papers import (
    ExtractPaper,
    Neighbour,
    OpinionPaper,
    PaperDocument,
    PaperFiling,
    PaperFinding,
    PaperRuling,
    ReceiptPaper,
)
from maps.papers.rows import Conclusion
from maps.style import UNKNOWN_KIND

WITHHELD = "nom non publié"
SEAT = "Kinshasa"
"""Seat of the cadastre, for a file that names no province."""
SEES_ALL_NAMES = OF_THE_CADASTRE | {Role.LEGAL, Role.MINISTER, Role.EGC, Role.INSPECTOR}
SEES_DRAFT_OPINIONS = OF_THE_CADASTRE | {Role.LEGAL, Role.MINISTER}
MARGIN_CELLS = 8
_PROPOSED = {
    "propose_favourable": "favourable",
    "propose_unfavourable": "unfavourable",
    "propose_available": "favourable",
}
_CONFIRMING = frozenset({"confirm_favourable", "confirm_unfavourable", "certify_available"})
_DIGESTS = text(
    "select sha256 from casework.case_document where file_id = :file and withdrawn_at is null "
    "and at <= :at order by sha256"
)
_RULINGS = text(
    "select id, reference, text, signatory, signed_on, sha256 from casework.legal_ruling "
    "where id = any(:ids)"
)
_HOLDERS = text(
    "select p.id, p.name, p.public_name from register.title_version v "
    "join register.holding h on h.title_version_id = v.id "
    "join register.party p on p.id = h.party_id where v.title_id = :title "
    "and v.valid @> cast(:on as date) and v.known @> cast(:known as bigint) order by h.position"
)
_NAMES = text("select id, public_name from register.party where id = any(:ids)")
_REVISION_AT = text("select at from register.revision where id = :revision")
_PUBLISHED = text("select distinct title_id from published.ground")


def receipt_row(unit: UnitOfWork, whole: Dossier, now: datetime) -> ReceiptPaper:
    """Return the receipt of a filing, as it was filed.

    Raises
    ------
    NotFound : nothing was filed yet.
    """
    file = whole.file
    if file.filed_at is None or file.entered_at is None or file.number is None:
        raise NotFound("nothing was filed: there is no receipt yet.")
    filed = next(step for step in whole.steps if step.at == file.entered_at)
    version = next(one for one in whole.versions if one.number == filed.version_number)
    papers = [one for one in whole.documents if one.at <= file.entered_at]
    entered = None
    if file.paper_received_at is not None:
        entered = PaperFiling(file.entered_at, file.paper_reason or "")
    return ReceiptPaper(
        number=file.number,
        kind=version.content["kind"],
        subject=_subject(whole),
        applicant=_applicant(whole),
        perimeter=_perimeter(version.runs),
        filed_at=file.filed_at,
        documents=tuple(
            PaperDocument(KINDS[one.kind].fr, one.name, one.sha256, one.bytes) for one in papers
        ),
        digest=_digest(unit, whole, version, file.entered_at),
        place=file.province or SEAT,
        printed_at=now,
        paper=entered,
        illustrative=_is_demonstration(unit),
    )


def _digest(unit: UnitOfWork, whole: Dossier, version: Row[Any], at: datetime) -> str:
    """Return the digest of what was asked for and of every document, whoever reads the receipt."""
    with unit.acting_as(CADASTRE):
        digests = list(unit.connection.scalars(_DIGESTS, {"file": whole.file.id, "at": at}))
    said = [whole.file.number, version.content, version.runs, digests]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def opinion_row(unit: UnitOfWork, whole: Dossier, actor: Actor, now: datetime) -> OpinionPaper:
    """Return the newest cadastral opinion of a file; a draft until a second person signed it.

    Raises
    ------
    NotFound : none was proposed, or it is a draft and the asker is not of the house.
    """
    proposed = _last(whole.steps, _PROPOSED)
    signed = _last(whole.steps, _CONFIRMING, after=proposed.seq if proposed else 0)
    if proposed is None or (signed is None and actor.role not in SEES_DRAFT_OPINIONS):
        raise NotFound("no cadastral opinion of this file was signed yet.")
    judged = _judged_at(whole, (signed.seq if signed else None, proposed.seq))
    version = next(one for one in whole.versions if one.number == judged.version_number)
    conclusion: Conclusion = "favourable"
    if _PROPOSED[proposed.action] == "unfavourable":
        conclusion = "unfavourable"
    return OpinionPaper(
        number=whole.file.number or "",
        kind=version.content["kind"],
        subject=_subject(whole),
        applicant=_applicant(whole),
        perimeter=_perimeter(version.runs),
        conclusion=conclusion,
        reasons=proposed.reason,
        findings=_paper_findings(unit, whole, judged.id),
        facts_on=judged.day,
        rules_on=judged.rules_on,
        law_version=judged.law_version,
        digest=_digest(unit, whole, version, proposed.at),
        reviewer=proposed.actor or "",
        supervisor=(signed.actor or "") if signed else "",
        place=whole.file.province or SEAT,
        printed_at=now,
        confirmed_at=signed.at if signed else None,
        illustrative=_is_demonstration(unit),
    )


def _last(steps: Iterable[Row[Any]], actions: Iterable[str], after: int = 0) -> Row[Any] | None:
    named = set(actions)
    found = [step for step in steps if step.action in named and step.seq > after]
    return found[-1] if found else None


def _judged_at(whole: Dossier, steps: tuple[int | None, ...]) -> Row[Any]:
    for seq in steps:
        for judged in whole.judgements:
            if seq is not None and judged.step_seq == seq:
                return judged
    raise NotFound("no judgement of the law stands behind this opinion.")


def _paper_findings(
    unit: UnitOfWork, whole: Dossier, judgement_id: int
) -> tuple[PaperFinding, ...]:
    rows = findings_of(unit, whole.file.id, judgement_id)
    ids = [row.ruling_id for row in rows if row.ruling_id]
    rulings = {
        row.id: _paper_ruling(row) for row in unit.connection.execute(_RULINGS, {"ids": ids})
    }
    return tuple(_paper_finding(row, rulings.get(row.ruling_id)) for row in rows)


def _paper_ruling(row: Row[Any]) -> PaperRuling:
    return PaperRuling(row.reference, row.text, row.signatory, row.signed_on, row.sha256 or "")


def _paper_finding(row: Row[Any], ruling: PaperRuling | None) -> PaperFinding:
    return PaperFinding(
        code=row.code,
        outcome=Outcome(row.outcome),
        verdict=row.verdict,
        article=row.article,
        source=row.source,
        confidence=row.confidence,
        message_fr=row.message["fr"],
        rules_on=row.rules_on,
        cells=_perimeter(row.runs),
        default=row.default_verdict or "",
        subject=row.subject,
        first_day=row.first_day,
        ruling=ruling,
    )


def file_extract(unit: UnitOfWork, whole: Dossier, actor: Actor, now: datetime) -> ExtractPaper:
    """Return the extract of the survey map for the ground that a file asks for.

    Raises
    ------
    NotFound : the file asks for no ground.
    """
    version = whole.versions[-1]
    perimeter = _perimeter(version.runs)
    if not perimeter:
        raise NotFound("the file names no carré: there is nothing to draw.")
    code = whole.file.number or f"dossier {whole.file.id}"
    return _extract(
        unit, actor, now, perimeter,
        code=code, kind=version.content["kind"], state="application", holder=_applicant(whole),
        own={whole.file.title_id}, province=whole.file.province,
    )  # fmt: skip


def title_extract(unit: UnitOfWork, actor: Actor, title_id: int, now: datetime) -> ExtractPaper:
    """Return the extract of the survey map for a title today.

    Raises
    ------
    NotFound : there is no such title for these eyes, or it has no ground.
    """
    if actor.role in SEES_ALL_NAMES:
        with unit.acting_as(CADASTRE):
            shown = Reader(unit.connection).title(title_id, on=legal_day(now))
    else:
        shown = PublicReader(unit.connection).title(title_id)
    if not shown.grounds:
        raise NotFound(f"title {title_id} holds no ground: there is nothing to draw.")
    runs = [run for one in shown.grounds for run in one.perimeter.to_lists()]
    return _extract(
        unit, actor, now, Perimeter.from_runs(runs),
        code=shown.code or f"titre {shown.id}", kind=shown.kind or UNKNOWN_KIND.code,
        state=shown.state, holder=_holders(unit, actor, shown, now), own={title_id},
        off=_off_lattice(shown),
    )  # fmt: skip


def _off_lattice(shown: TitleView) -> Any:
    """Return the exact ground of a right that does not lie on the lattice, None of others."""
    if all(one.on_lattice for one in shown.grounds):
        return None
    return shapely.union_all([one.geometry for one in shown.grounds])


def _extract(
    unit: UnitOfWork,
    actor: Actor,
    now: datetime,
    perimeter: Perimeter,
    *,
    code: str,
    kind: str,
    state: str,
    holder: str,
    own: set[int | None],
    province: str | None = None,
    off: Any = None,
) -> ExtractPaper:
    day = legal_day(now)
    with unit.acting_as(CADASTRE):
        reader = Reader(unit.connection)
        revision = reader.revision()
        known_at = unit.connection.scalar(_REVISION_AT, {"revision": revision})
        met = reader.grounds_meeting(_around(perimeter), day)
        public = set(unit.connection.scalars(_PUBLISHED))
        neighbours = _neighbours(unit, actor, met, own, public)
    return ExtractPaper(
        reference=f"EXT-{code}-{revision}",
        code=code,
        kind=kind,
        state=state,
        holder=holder,
        perimeter=perimeter,
        province=province or province_of(perimeter.outline()) or "",
        locality="",
        neighbours=neighbours,
        day=day,
        revision=revision,
        known_at=known_at or now,
        printed_at=now,
        ground=off,
        off_lattice=off is not None,
        illustrative=_is_demonstration(unit),
    )


def _around(perimeter: Perimeter) -> Perimeter:
    """Return the rectangle around a perimeter, wider by its own size and some carrés."""
    low_col, low_row, high_col, high_row = perimeter.bounds
    wide = max(high_col - low_col, high_row - low_row) + MARGIN_CELLS
    rows = range(low_row - wide, high_row + wide)
    return Perimeter.from_runs([(row, low_col - wide, high_col + wide) for row in rows])


def _neighbours(
    unit: UnitOfWork, actor: Actor, met: list[GroundMet], own: set[int | None], public: set[int]
) -> tuple[Neighbour, ...]:
    seen = [
        one
        for one in met
        if one.title_id not in own and (actor.role in SEES_ALL_NAMES or one.title_id in public)
    ]
    ids = sorted({holder.id for one in seen for holder in one.holders})
    published = {row.id: row.public_name for row in unit.connection.execute(_NAMES, {"ids": ids})}
    return tuple(
        Neighbour(
            code=one.code or f"titre {one.title_id}",
            kind=one.kind or UNKNOWN_KIND.code,
            state=one.state,
            shape=one.ground.geometry,
            holder=", ".join(
                _name(actor, holder.id, holder.name, published.get(holder.id))
                for holder in one.holders
            ),
        )
        for one in seen
    )


def _holders(unit: UnitOfWork, actor: Actor, shown: TitleView, now: datetime) -> str:
    with unit.acting_as(CADASTRE):
        known = Reader(unit.connection).revision()
        asked = {"title": shown.id, "on": legal_day(now), "known": known}
        rows = unit.connection.execute(_HOLDERS, asked).all()
    return ", ".join(_name(actor, row.id, row.name, row.public_name) for row in rows)


def _name(actor: Actor, party_id: int, name: str, public_name: str | None) -> str:
    if actor.role in SEES_ALL_NAMES or party_id in actor.parties:
        return name
    return public_name or WITHHELD


def _subject(whole: Dossier) -> str:
    machine = MACHINES[whole.file.machine]
    said = f"{machine.label.fr} : {machine.subjects[whole.file.subject].fr}"
    return said[0].upper() + said[1:]


def _applicant(whole: Dossier) -> str:
    """Return who asks: the party, or the person of the office where an office proposes."""
    for party in whole.parties:
        if party.part == "proposer":
            return party.name or WITHHELD
    return (whole.steps[0].actor if whole.steps else None) or "office proposant"


def _perimeter(runs: Any) -> Perimeter | None:
    return Perimeter.from_runs(runs, DRC) if runs else None


def _is_demonstration(unit: UnitOfWork) -> bool:
    return PublicReader(unit.connection).is_demonstration()
