"""Rates of fees, dues of a title, payments, and the lists that the cadastre works from."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response, UploadFile

from api.access import Cadastre, Officer, Placed, SameOrigin, Shared, of_role
from api.auth import Viewer
from api.fee_wire import (
    CancellationIn,
    CandidateOut,
    DecisionIn,
    DuesOut,
    EffectOut,
    ListOut,
    PaymentIn,
    PaymentOut,
    ProofOut,
    ProposalOut,
    RateIn,
    RateOnDay,
    RateOut,
    RatesOut,
    RemovalIn,
    WorksIn,
)
from api.problems import language_of
from api.wire import Sentence
from geo.casework.documents import MOST_BYTES
from geo.casework.money.dues import dues_of
from geo.casework.money.effect import fee_effect_of
from geo.casework.money.lists import LISTERS, Candidate, ListKind
from geo.casework.money.merge import Price, law_with_rates, price_on, rate_names
from geo.casework.money.payments import (
    cancel_payment,
    keep_proof,
    payments_of,
    proof_of,
    receive_payment,
)
from geo.casework.money.rates import (
    confirm_rate,
    open_proposals,
    propose_rate,
    propose_removal,
    published_rates,
    reject_rate,
)
from geo.casework.money.standing import account_of
from geo.casework.money.works import WorksReport, report_works
from geo.register.connection import PUBLIC, UnitOfWork
from geo.register.people import Role
from geo.register.reader import Reader
from maps.fee_words import REASONS, candidates_csv

router = APIRouter(tags=["fees"], dependencies=[Placed])
RatesDesk = Annotated[Viewer, Depends(of_role(Role.ADMINISTRATOR))]
"""Those who keep the table of rates."""
RatesCheck = Annotated[Viewer, Depends(of_role(Role.ADMINISTRATOR, Role.SUPERVISOR))]
"""Those who confirm a rate that somebody else proposed."""
TitleId = Annotated[int, Path(ge=1, lt=1 << 63)]
ProposalId = Annotated[int, Path(ge=1, lt=1 << 63)]
Receipt = Annotated[str, Path(pattern=r"^[0-9]{4}-[0-9]{6}$")]
Revision = Annotated[int | None, Query(ge=0, lt=1 << 63)]
CivilYear = Annotated[int | None, Query(ge=1900, le=2999)]
LegalDay = Annotated[date | None, Query(ge=date(1900, 1, 1), le=date(2999, 12, 31))]


@router.get("/fees/rates")
def rates(services: Shared, on: LegalDay = None) -> RatesOut:
    """Return what a carré costs on a day, for each rate of the law, and the rates entered."""
    day = on or services.office.today
    with UnitOfWork(services.engine, PUBLIC, actor="public") as unit:
        entered = published_rates(unit)
    law = law_with_rates(services.office.law, entered)
    return RatesOut(
        on=day,
        law=law.version,
        on_day=[_on_day(price_on(rule, day, law, entered)) for rule in rate_names(law)],
        rates=[RateOut.of(rate, services.office.law) for rate in entered],
    )


def _on_day(price: Price) -> RateOnDay:
    label = REASONS.get(price.reason)
    return RateOnDay(
        rule=price.rule,
        usd_per_carre=price.usd_per_carre,
        article=price.article,
        reason=None if label is None else Sentence(fr=label.fr, en=label.en),
        entered=price.entered,
    )


@router.get("/fees/proposals")
def proposals(viewer: Cadastre, services: Shared) -> list[ProposalOut]:
    """Return the rates that wait for a second person."""
    with services.office.at_work(viewer.actor, "") as unit:
        return [ProposalOut.of(one) for one in open_proposals(unit)]


@router.post("/fees/proposals", status_code=201, dependencies=[SameOrigin])
def propose(viewer: RatesDesk, services: Shared, asked: RateIn) -> ProposalOut:
    """Propose a rate as an administrator; it says nothing before somebody else confirms it."""
    with services.office.at_work(viewer.actor, f"rate of {asked.rule} proposed") as unit:
        made = propose_rate(unit, asked.rate(), services.office.law, replaces=asked.replaces)
        answer = _proposal(unit, made)
        unit.commit()
    return answer


@router.post("/fees/removals", status_code=201, dependencies=[SameOrigin])
def propose_to_remove(viewer: RatesDesk, services: Shared, asked: RemovalIn) -> ProposalOut:
    """Propose as an administrator to take a rate out of the register again."""
    with services.office.at_work(viewer.actor, f"removal of rate {asked.rate} proposed") as unit:
        answer = _proposal(unit, propose_removal(unit, asked.rate))
        unit.commit()
    return answer


def _proposal(unit: UnitOfWork, proposal_id: int) -> ProposalOut:
    return next(ProposalOut.of(one) for one in open_proposals(unit) if one.id == proposal_id)


@router.post("/fees/proposals/{proposal_id}/decision", status_code=204, dependencies=[SameOrigin])
def decide(
    viewer: RatesCheck, services: Shared, proposal_id: ProposalId, asked: DecisionIn
) -> Response:
    """Confirm or reject a rate; only another person than its proposer confirms it."""
    with services.office.at_work(viewer.actor, asked.reason) as unit:
        if asked.accepted:
            confirm_rate(unit, proposal_id, asked.reason, services.office.law)
        else:
            reject_rate(unit, proposal_id, asked.reason)
        unit.commit()
    return Response(status_code=204)


@router.get("/titles/{title_id}/dues")
def dues(
    viewer: Cadastre,
    services: Shared,
    title_id: TitleId,
    year: CivilYear = None,
    on: LegalDay = None,
    as_known_on: Revision = None,
) -> DuesOut:
    """Return what a title owes for a civil year, step by step, and what was paid for it."""
    day = on or services.office.today
    asked = year or day.year
    with services.office.at_work(viewer.actor, "") as unit:
        owed = dues_of(unit, title_id, asked, day, services.office.law, as_known_on)
        paid = payments_of(unit, title_id, asked, as_known_on)
    accounts = [account_of(due, paid, asked, day) for due in owed.dues]
    return DuesOut.of(owed, accounts, paid)


@router.get("/titles/{title_id}/fee-effect")
def effect(
    viewer: Cadastre,
    services: Shared,
    title_id: TitleId,
    cells: Annotated[int, Query(ge=1, le=1_000_000)],
    route: Literal["a", "b"] = "b",
    on: LegalDay = None,
) -> EffectOut:
    """Return what giving up so many carrés does to a title's dues, by both routes."""
    day = on or services.office.today
    with services.office.at_work(viewer.actor, "") as unit:
        found = fee_effect_of(unit, title_id, cells, route, day, services.office.law)
    return EffectOut.of(found)


@router.get("/titles/{title_id}/payments")
def payments(
    viewer: Cadastre, services: Shared, title_id: TitleId, as_known_on: Revision = None
) -> list[PaymentOut]:
    """Return every payment for a title, cancelled ones too."""
    with services.office.at_work(viewer.actor, "") as unit:
        found = payments_of(unit, title_id, as_known_on=as_known_on)
    return [PaymentOut.of(one) for one in found]


@router.post("/titles/{title_id}/payments", status_code=201, dependencies=[SameOrigin])
def pay(viewer: Officer, services: Shared, title_id: TitleId, asked: PaymentIn) -> PaymentOut:
    """Receive a payment; the answer has the receipt number that the register gave it."""
    with services.office.at_work(viewer.actor, f"payment for {asked.year}") as unit:
        payment = receive_payment(unit, asked.order(title_id), services.office.clock())
        unit.commit()
    return PaymentOut.of(payment)


@router.post("/payments/proofs", status_code=201, dependencies=[SameOrigin])
def upload_proof(viewer: Officer, services: Shared, proof: UploadFile) -> ProofOut:
    """Keep the document that shows a payment; the payment names its digest."""
    content = proof.file.read(MOST_BYTES + 1)
    with services.office.at_work(viewer.actor, "proof of a payment") as unit:
        sha256 = keep_proof(unit, content)
        unit.commit()
    return ProofOut(sha256=sha256)


@router.get("/payments/{receipt}/proof", response_class=Response)
def proof(viewer: Cadastre, services: Shared, receipt: Receipt) -> Response:
    """Return the document that shows a payment."""
    with services.office.at_work(viewer.actor, "") as unit:
        media_type, content = proof_of(unit, receipt)
    headers = {
        "Content-Disposition": f'attachment; filename="{receipt}"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type=media_type, headers=headers)


@router.post("/payments/{receipt}/cancellation", status_code=201, dependencies=[SameOrigin])
def cancel(
    viewer: Officer, services: Shared, receipt: Receipt, asked: CancellationIn
) -> PaymentOut:
    """Cancel a wrong payment, as another person than the one who received it."""
    with services.office.at_work(viewer.actor, asked.reason) as unit:
        payment = cancel_payment(unit, receipt, asked.reason)
        unit.commit()
    return PaymentOut.of(payment)


@router.post("/titles/{title_id}/works", status_code=204, dependencies=[SameOrigin])
def works(viewer: Officer, services: Shared, title_id: TitleId, asked: WorksIn) -> Response:
    """Report what was seen of a title's works."""
    report = WorksReport(title_id, asked.observed_on, asked.started_on, asked.source)
    with services.office.at_work(viewer.actor, f"works seen on {asked.observed_on}") as unit:
        report_works(unit, report)
        unit.commit()
    return Response(status_code=204)


@router.get("/fees/lists/{kind}")
def listed(
    viewer: Cadastre,
    services: Shared,
    kind: ListKind,
    on: LegalDay = None,
    as_known_on: Revision = None,
    public_names: bool = False,
) -> ListOut:
    """Return a list as of a day and as known on a revision; it names candidates only."""
    day = on or services.office.today
    known, found = _candidates(viewer, services, kind, day, as_known_on, public_names)
    return ListOut(
        which=kind,
        on=day,
        as_known_revision=known,
        total=len(found),
        candidates=[CandidateOut.of(one) for one in found],
    )


@router.get("/fees/lists/{kind}/csv", response_class=Response)
def listed_csv(
    request: Request,
    viewer: Cadastre,
    services: Shared,
    kind: ListKind,
    on: LegalDay = None,
    as_known_on: Revision = None,
    public_names: bool = False,
) -> Response:
    """Return a list as CSV, in French unless the asker's browser prefers English."""
    day = on or services.office.today
    known, found = _candidates(viewer, services, kind, day, as_known_on, public_names)
    name = f"{kind}_{day.isoformat()}_r{known}.csv"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
        "Vary": "Accept-Language, Cookie, Authorization",
    }
    text = candidates_csv(found, language_of(request))
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


def _candidates(
    viewer: Viewer,
    services: Shared,
    kind: ListKind,
    on: date,
    as_known_on: int | None,
    public_names: bool,
) -> tuple[int, list[Candidate]]:
    """Return the revision that is meant, and the list as known on it."""
    with services.office.at_work(viewer.actor, "") as unit:
        known = Reader(unit.connection).revision_as_known(as_known_on)
        found = LISTERS[kind](
            unit,
            on,
            services.office.law,
            as_known_on=known,
            withheld_names=not public_names,
        )
    return known, found
