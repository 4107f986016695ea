"""What the steps that end a title do: expiry confirmed, forfeiture for fees or unstarted works."""

from __future__ import annotations

from datetime import date

from sqlalchemy import text

from geo.casework.effects.inner import fates_in, require_fates
from geo.casework.effects.standing import (
    TITLES,
    act_of_kind,
    require_act_of,
    require_act_since_filing,
    require_over,
    right_of,
    title_of,
)
from geo.casework.money.standing import fee_paid
from geo.casework.money.works import latest_reports
from geo.casework.rulings import ENDING, answering, rulings_for
from geo.casework.work import Work
from geo.errors import NeedsRuling, NoLegalBasis, StepRefused
from geo.law.calendar import deadline_after
from geo.law.facts import RightFacts
from geo.law.host_events import HostEvent
from geo.perimeter import Perimeter
from geo.register.connection import CADASTRE
from geo.register.orders import ActKind
from geo.register.writer import release, set_state
from geo.sources.rows import State

_PENDING = text(
    "select f.number from casework.case_file f "
    "join casework.machine_state s on s.machine = f.machine and s.state = f.state "
    "where coalesce(f.host_title_id, f.title_id) = :title and f.id <> :file and not s.final "
    "and f.filed_at is not null and ((f.machine = 'title' "
    "and f.subject in ('renewal', 'transformation', 'split') "
    "and (cast(:expires as date) is null "
    "or (f.filed_at at time zone 'Africa/Kinshasa')::date < :expires)) "
    "or (f.machine = 'ending' and f.state in ('decided', 'appealed'))) order by f.filed_at"
)
_WORKS_CLOCKS = {"PR": "works_start_pr", "PE": "works_start_pe"}
_ENDED = frozenset({"expired", "forfeited", "relinquished", "rejected", "withdrawn", "application"})


def require_cause_to_end(work: Work) -> None:
    """Refuse to notify the end of what is no title in force, or without the cause stated.

    An expiry lies in the past; a fee that is paid, works that have begun are no cause.
    """
    right = right_of(work, title_of(work))
    if right.kind not in TITLES or right.state in _ENDED:
        raise StepRefused(
            f"that is no title in force ({right.kind or 'none'}, {right.state}).",
            f"ce n’est pas un titre en vigueur ({right.kind or 'aucun'}, {right.state}).",
        )
    require_nothing_pending(work)
    _require_expired(work, right)
    _cause(work, right)


def require_nothing_pending(work: Work) -> None:
    """Refuse to end a title while a timely renewal, a transformation or an appeal is pending.

    The title lives on meanwhile (Code minier art. 49). A filing on paper counts from its receipt.
    """
    expires_on = right_of(work, title_of(work)).expires_on
    asked = {"title": title_of(work), "file": work.file.id, "expires": expires_on}
    with work.unit.acting_as(CADASTRE):
        pending = list(work.unit.connection.scalars(_PENDING, asked))
    if pending:
        raise StepRefused(
            f"{', '.join(pending)} is pending on that title: it lives on until then.",
            f"{', '.join(pending)} est en cours sur ce titre : il reste valide jusque-là.",
        )


def _require_expired(work: Work, right: RightFacts) -> None:
    if work.file.subject == "expiry" and (right.expires_on is None or right.expires_on > work.day):
        raise StepRefused(
            f"the title expires on {right.expires_on}, not before today.",
            f"le titre expire le {right.expires_on}, pas avant aujourd’hui.",
        )


def _cause(work: Work, right: RightFacts) -> bool | None:
    """Return whether the cause of a forfeiture or caducity is given; None: it is not known.

    Raises
    ------
    StepRefused : it is not given: the fee is paid, or works have begun or may still begin.
    """
    if work.file.subject == "expiry":
        return True
    given = _works_missing(work, right) if "works" in work.file.subject else _fee_missing(work)
    if given is False:
        raise StepRefused(
            "the cause is not given: what the title owed was done.",
            "le motif n’existe pas : l’obligation du titre est remplie.",
        )
    return given


def _fee_missing(work: Work) -> bool | None:
    with work.unit.acting_as(CADASTRE):
        paid = fee_paid(work.unit, title_of(work), work.day, work.office.law)
    return None if paid is None else not paid


def _works_missing(work: Work, right: RightFacts) -> bool | None:
    """Return whether works should have begun and have not, as officials saw it (art. 197)."""
    with work.unit.acting_as(CADASTRE):
        report = latest_reports(work.unit, work.day).get(title_of(work))
    if report is not None and report.started_on is not None:
        return False
    due = _works_due(work, right)
    if due is not None and work.day <= due:
        return False
    return None if report is None or due is None else report.observed_on > due or None


def _works_due(work: Work, right: RightFacts) -> date | None:
    clock = _WORKS_CLOCKS.get(str(right.kind))
    if clock is None or right.granted_on is None:
        return None
    try:
        deadline = deadline_after(clock, right.granted_on, work.office.law)
    except NoLegalBasis:
        return None
    return None if deadline is None else deadline.latest


def require_defence_heard(work: Work) -> None:
    """Refuse to go on before the holder's time for a defence is over, or its defence is in.

    An expiry is no sanction: nobody defends a title against its own term (art. 286 to 289 are of
    the forfeiture).
    """
    if work.file.subject == "expiry" or "defence" in work.documents:
        return
    require_over(
        work,
        "notified",
        "the holder may defend itself",
        "le titulaire peut présenter sa défense",
    )


def require_cause_given(work: Work) -> None:
    """Refuse to decide while the cause is not known, unless a legal ruling says that it is given.

    The ruling's code is ``ending``, its rule the file's subject.
    """
    require_act_since_filing(work)
    require_nothing_pending(work)
    require_fates(work, title_of(work), _event(work), Perimeter.empty())
    if _cause(work, right_of(work, title_of(work))):
        return
    subject = work.file.subject
    rulings = rulings_for(work.unit, work.file.id, work.office.law)
    ruling = answering(rulings, ENDING, subject, None, work.day, work.day)
    if ruling is None:
        raise NeedsRuling(
            "the register does not say whether the cause is given (no rate, no report, or no term "
            f"known). A legal ruling on “{ENDING}”, rule “{subject}”, settles it.",
            (),
            "le registre ne dit pas si le motif existe (taux, constat ou délai inconnu). Un avis "
            f"juridique sur « {ENDING} », règle « {subject} », doit le trancher.",
        )
    if ruling.answer == "refused":
        raise StepRefused(
            f"ruling {ruling.reference} does not permit it.",
            f"l’avis {ruling.reference} ne le permet pas.",
        )


def require_appeal_over(work: Work) -> None:
    """Refuse to free the ground while the holder may still appeal (RM art. 133)."""
    require_over(work, "decided", "the holder may appeal", "le titulaire peut faire recours")


def require_same_act(work: Work) -> None:
    """Refuse to strike off by another act than the decision, or while something is pending."""
    require_act_of(work, "decide")
    require_nothing_pending(work)


def _kind(work: Work) -> ActKind:
    return "expiry_confirmed" if work.file.subject == "expiry" else "forfeiture"


def _event(work: Work) -> HostEvent:
    return HostEvent.EXPIRY if work.file.subject == "expiry" else HostEvent.FORFEITURE


def mark_struck_off(work: Work) -> None:
    """Say in the register that the title is being struck off; it holds its ground meanwhile."""
    set_state(work.unit, title_of(work), State.BEING_STRUCK_OFF, act_of_kind(work, _kind(work)))


def restore(work: Work) -> None:
    """Say in the register that the title stands after all: its appeal was upheld."""
    set_state(work.unit, title_of(work), State.GRANTED, work.act)


def free_ground(work: Work) -> None:
    """Free the title's ground from today: the day of registration (Code minier art. 290)."""
    fates = fates_in(work, title_of(work), _event(work), Perimeter.empty())
    act = act_of_kind(work, _kind(work), work.day)
    release(work.unit, title_of(work), act, together=fates.together)
