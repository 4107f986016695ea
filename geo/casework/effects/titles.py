"""What the steps of a title application do: claim the ground, end the claim, register the title."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import text

from geo.casework.content import Content
from geo.casework.effects.inner import fates_in, require_fates
from geo.casework.effects.standing import (
    act_of_kind,
    decided_by,
    filing_day,
    require_act_of,
    require_act_since_filing,
    require_held_by_applicant,
    require_kind,
    require_over,
    require_standing,
    right_of,
    title_of,
)
from geo.casework.effects.taking_over import TAKEN_OVER, require_not_taken_over
from geo.casework.facts import held_perimeter
from geo.casework.opinions import ask_opinions, require_opinions
from geo.casework.work import Work
from geo.errors import StepRefused
from geo.law.calendar import months_after
from geo.law.host_events import HostEvent
from geo.perimeter import Perimeter
from geo.register.connection import CADASTRE
from geo.register.orders import ActOrder, TitleFacts
from geo.register.people import Authority
from geo.register.writer import claim, end_claim, grant, renew, shrink, transform
from geo.sources.rows import Holder, State

_NAMES = text("select id, name from register.party where id = any(:parties)")
_LINK = text("update casework.case_file set title_id = :title where id = :file")
_LINK_BOTH = text(
    "update casework.case_file set title_id = :title, host_title_id = :host where id = :file"
)
_RENEWALS = text(
    "select count(distinct a.id) from register.title_version v join register.act a "
    "on a.id = v.act_id where v.title_id = :title and upper_inf(v.known) and a.kind = 'renewal'"
)
_OPINIONS = text(
    "select authority, answer from casework.opinion_request where file_id = :file "
    "and answer <> 'favourable' order by authority"
)
_LAST_REVIEW = text(
    "select action from casework.case_step where file_id = :file "
    "and action in ('confirm_favourable', 'confirm_unfavourable') order by seq desc limit 1"
)

NEEDS_MORE_OPINIONS = frozenset({"PE", "PEPM", "AECP"})
"""Kinds on which a technical and an environmental opinion are given before the decision."""

FROM_A_TITLE = frozenset({"transformation", "split"})
"""Subjects that ask for ground of a title of the same holder."""


def holders_of(work: Work) -> tuple[Holder, ...]:
    """Return who shall hold, by the names that the register has for them.

    Raises
    ------
    StepRefused : one is no party of the register.
    """
    wanted: list[int | None] = [share.party_id for share in work.content.holders]
    wanted = wanted or [work.file.party_id]
    rows = work.unit.connection.execute(_NAMES, {"parties": [w for w in wanted if w]})
    names: dict[int, str] = {row.id: row.name for row in rows}
    shares = {share.party_id: share.share for share in work.content.holders}
    missing = [party for party in wanted if party not in names]
    if missing:
        raise StepRefused(
            f"party {missing[0]} is not in the register.",
            f"la partie {missing[0]} n’est pas au registre.",
        )
    return tuple(Holder(names[party], shares.get(party)) for party in wanted if party)


def link_title(work: Work, title_id: int) -> None:
    """Say in the file which title it made."""
    work.unit.connection.execute(_LINK, {"title": title_id, "file": work.file.id})


def link_both(work: Work, title_id: int, host_id: int | None) -> None:
    """Say in the file which title it made, and in or from which one."""
    values = {"title": title_id, "host": host_id, "file": work.file.id}
    work.unit.connection.execute(_LINK_BOTH, values)


def facts_for(work: Work, state: State, **more: date | str | None) -> TitleFacts:
    """Return the attributes of the title that a file asks for."""
    content: Content = work.content
    return TitleFacts(
        code=more.pop("code", None) or work.file.number,  # type: ignore[arg-type]
        kind=content.kind,
        state=state,
        holders=holders_of(work),
        minerals=content.substances or (),
        declared_cells=content.declared_cells,
        **more,  # type: ignore[arg-type]
    )


def require_application(work: Work) -> None:
    """Refuse to file an application without its ground, who asks, or the title that it is about."""
    require_not_taken_over(work)
    if not work.ground or work.file.party_id is None:
        raise StepRefused(
            "an application names its ground and who asks for it.",
            "une demande indique son terrain et qui le demande.",
        )
    if work.file.subject == "new":
        return
    right = right_of(work, title_of(work))
    require_standing(right)
    require_held_by_applicant(work, right)
    if work.file.subject == "renewal":
        require_kind(work, right)
        _require_renewal(work, right.expires_on)


def require_electronic(work: Work) -> None:
    """Refuse the applicant's own filing of what the office received on paper."""
    if work.file.paper_received_at is not None:
        raise StepRefused(
            "it was received on paper: two officials enter it.",
            "elle a été reçue sur papier : deux agents la saisissent.",
        )
    require_application(work)


def _require_renewal(work: Work, expires_on: date | None) -> None:
    """Refuse a renewal asked for too late, without its term, or that counts too few renewals."""
    if expires_on is not None and filing_day(work) >= expires_on:
        raise StepRefused(
            f"the title expired on {expires_on}: a renewal is filed before (Code minier art. 49).",
            f"le titre a expiré le {expires_on} : le renouvellement se demande avant "
            "(Code minier, art. 49).",
        )
    with work.unit.acting_as(CADASTRE):
        had = work.unit.connection.scalar(_RENEWALS, {"title": title_of(work)})
        held = held_perimeter(work.unit, title_of(work), work.day)
    if work.content.term_years is None or work.content.renewals <= had:
        raise StepRefused(
            f"a renewal states its term in years, and that it is number {had + 1} at least.",
            f"un renouvellement indique sa durée en années, et qu’il est au moins le {had + 1}ᵉ.",
        )
    _require_within(work, held)


def _require_within(work: Work, held: Perimeter) -> None:
    outside = work.ground - held
    if outside:
        raise StepRefused(
            f"{outside.count} carré(s) are not the title's.",
            f"{outside.count} carré(s) n’appartiennent pas au titre.",
        )


def open_claim(work: Work) -> None:
    """Hold the ground as a claim from the day of filing (RM art. 101); a renewal holds it.

    What is asked for out of a title is a claim of its own: the file's title is the claim, its host
    the title that it comes from.
    """
    if work.file.subject == "renewal":
        return
    filed_on = filing_day(work)
    number = _number(work)
    facts = facts_for(work, State.APPLICATION, code=number, filed_on=filed_on)
    title_id = claim(work.unit, facts, work.ground, filed_on)
    host = work.file.title_id if work.file.subject in FROM_A_TITLE else work.file.host_title_id
    link_both(work, title_id, host)


def _number(work: Work) -> str | None:
    """Return the number that the step under way gave the file."""
    asked = text("select number from casework.case_file where id = :file")
    number: str | None = work.unit.connection.scalar(asked, {"file": work.file.id})
    return number


def withdraw_claim(work: Work) -> None:
    """End the claim of an application that its applicant takes back: its ground is free today."""
    _end(work, ActOrder("withdrawal", f"{work.file.number}", work.day), State.WITHDRAWN)


def reject_claim(work: Work) -> None:
    """End the claim of an application refused for good: no appeal is open any more."""
    order = work.order.act
    reference = order.reference if order else decided_by(work, "refuse", "dismiss_appeal")
    _end(work, ActOrder("rejection", reference or f"{work.file.number}", work.day), State.REJECTED)


def _end(work: Work, act: ActOrder, state: State) -> None:
    if work.file.subject != "renewal":
        end_claim(work.unit, title_of(work), act, state)


def require_appeal_over(work: Work) -> None:
    """Refuse to close a refused file while its applicant may appeal (RM art. 133)."""
    require_over(work, "refused", "the applicant may appeal", "le demandeur peut faire recours")


def ask_for_opinions(work: Work) -> None:
    """Ask for the technical and the environmental opinion, where the kind of title needs them."""
    if work.content.kind in NEEDS_MORE_OPINIONS and not work.unit.connection.scalar(
        text("select exists (select from casework.opinion_request where file_id = :file)"),
        {"file": work.file.id},
    ):
        ask_opinions(work, (Authority.MINES_DIRECTORATE, Authority.ENVIRONMENT))


def require_ready_for_decision(work: Work) -> None:
    """Refuse to send a file to the Minister while an opinion is missing (Code minier art. 76)."""
    require_opinions(work)


def require_grantable(work: Work) -> None:
    """Refuse to grant by an act older than the filing, or against an opinion.

    An exploitation permit is granted only if the cadastral, the technical and the environmental
    opinion are favourable (Code minier art. 76); on others the authority decides.
    """
    require_act_since_filing(work)
    _require_fates(work)
    if work.content.kind not in NEEDS_MORE_OPINIONS:
        return
    asked = {"file": work.file.id}
    against = [row.authority for row in work.unit.connection.execute(_OPINIONS, asked)]
    if work.unit.connection.scalar(_LAST_REVIEW, asked) != "confirm_favourable":
        against.insert(0, "cadastre")
    if against:
        raise StepRefused(
            f"opinions are not favourable: {', '.join(against)} (Code minier art. 76). Refuse it, "
            "or return it to the review.",
            f"des avis ne sont pas favorables : {', '.join(against)} (Code minier, art. 76). "
            "Refusez, ou renvoyez à l’instruction.",
        )


def _require_fates(work: Work) -> None:
    """Refuse to grant what takes a title’s ground while nobody knows what becomes of the rest."""
    renewed = work.file.subject == "renewal"
    source = work.file.title_id if renewed else work.file.host_title_id
    if source is None or (not renewed and work.file.subject not in FROM_A_TITLE):
        return
    with work.unit.acting_as(CADASTRE):
        rest = held_perimeter(work.unit, source, work.day) - work.ground
    if not renewed:
        event = HostEvent.SPLIT if rest else HostEvent.TRANSFORMATION
        require_fates(work, source, event, rest)
    elif rest:
        require_fates(work, source, HostEvent.PARTIAL_RELINQUISHMENT, work.ground)


def require_same_act(work: Work) -> None:
    """Refuse to register by another act than the Minister's."""
    require_act_of(work, "grant")


def register_title(work: Work) -> None:
    """Enter the title in the register, from the day of its act."""
    if work.file.subject in ("new", TAKEN_OVER):
        facts, act = _granted(work), act_of_kind(work, "grant")
        grant(work.unit, facts, work.ground, act, application=title_of(work))
    elif work.file.subject == "renewal":
        _register_renewal(work)
    else:
        _register_transformation(work)


def _granted(work: Work) -> TitleFacts:
    return facts_for(
        work,
        State.GRANTED,
        code=_new_code(work),
        filed_on=_filed_on(work),
        granted_on=work.act.on_day,
        expires_on=_expiry(work, work.act.on_day),
    )


def _filed_on(work: Work) -> date | None:
    """Return the day of filing, None for what was taken over without one."""
    if work.file.subject == TAKEN_OVER:
        return right_of(work, title_of(work)).filed_on
    return filing_day(work)


def _register_renewal(work: Work) -> None:
    """Enter the new term, which follows the former one, and give up what was not kept."""
    title, day = title_of(work), work.act.on_day
    former = right_of(work, title).expires_on or day
    expiry = _expiry(work, former)
    if expiry is None:
        raise StepRefused(
            "a renewal states its term in years.", "un renouvellement indique sa durée en années."
        )
    renew(work.unit, title, expiry, act_of_kind(work, "renewal"))
    given_up = held_perimeter(work.unit, title, day) - work.ground
    if given_up:
        fates = fates_in(work, title, HostEvent.PARTIAL_RELINQUISHMENT, work.ground)
        act = act_of_kind(work, "relinquishment")
        shrink(work.unit, title, given_up, act, together=fates.together)
        fates.carry_out(work)


def _register_transformation(work: Work) -> None:
    """Make a title of the claim, out of the one that it comes from (Code minier art. 60 to 67)."""
    host = work.file.host_title_id
    if host is None:
        raise StepRefused("the file names no title to transform.", "aucun titre à transformer.")
    left = held_perimeter(work.unit, host, work.act.on_day) - work.ground
    fates = fates_in(work, host, HostEvent.SPLIT if left else HostEvent.TRANSFORMATION, left)
    transform(
        work.unit,
        host,
        _granted(work),
        work.ground,
        act_of_kind(work, "transformation"),
        application=title_of(work),
        together=fates.together,
    )
    fates.carry_out(work)


def _new_code(work: Work) -> str:
    code = work.order.payload.get("code")
    if not isinstance(code, str) or not code.strip() or len(code) > 40:
        raise StepRefused(
            "give the number of the permit: {“code”: …}, at most 40 characters.",
            "donnez le numéro du permis : {« code » : …}, 40 caractères au plus.",
        )
    return code.strip()


def _expiry(work: Work, start: date) -> date | None:
    """Return the first day after the term asked for, counted from a day; None: not stated."""
    years: Decimal | None = work.content.term_years
    return None if years is None else months_after(start, int(years * 12))
