"""Who may act in a file, on which title, by which act, until when: checks that machines share."""

from __future__ import annotations

from datetime import date

from sqlalchemy import text

from geo.casework.facts import party_word, right_facts
from geo.casework.office import legal_day
from geo.casework.work import Work
from geo.errors import StepRefused
from geo.law.facts import RightFacts
from geo.register.connection import CADASTRE
from geo.register.grounds import LEASE_KINDS, RIGHT_KINDS
from geo.register.orders import ActKind, ActOrder
from geo.register.people import Role

TITLES = RIGHT_KINDS - LEASE_KINDS
"""Kinds of right that a holder has of the State; a lease is had of another holder."""

_STANDING = frozenset({"granted", "suspended", "force_majeure"})
_PARTIES = text("select party_id from casework.case_party where file_id = :file")
_CO_HOLDERS = text(
    "select party_id from casework.case_party where file_id = :file and part = 'co_holder'"
)
_CALL = text(
    "insert into casework.case_party (file_id, party_id, part) select :file, h.party_id, "
    "'defendant' from register.title_version v join register.holding h "
    "on h.title_version_id = v.id where v.title_id = :title and upper_inf(v.known) "
    "and v.valid @> cast(:on as date) on conflict do nothing"
)
_DECIDED = text(
    "select payload #>> '{act,reference}' as reference, (payload #>> '{act,on_day}')::date as day "
    "from casework.case_step where file_id = :file and action = any(:actions) "
    "and payload ? 'act' order by seq desc limit 1"
)
_DUE = text(
    "select due_on from casework.case_step where file_id = :file and to_state = :state "
    "and from_state <> to_state order by seq desc limit 1"
)


def title_of(work: Work) -> int:
    """Return the title that the file is about.

    Raises
    ------
    StepRefused : the file names none.
    """
    if work.file.title_id is None:
        raise StepRefused("name the title that it is about.", "nommez le titre concerné.")
    return work.file.title_id


def right_of(work: Work, title_id: int) -> RightFacts:
    """Return what a title is on the day of the step."""
    with work.unit.acting_as(CADASTRE):
        return right_facts(work.unit, title_id, work.day)


def require_standing(right: RightFacts) -> None:
    """Refuse what is no title that stands: its kind is another, or it has ended."""
    if right.kind not in TITLES:
        raise StepRefused(
            f"{right.kind or 'that'} is not a title of the State's register.",
            f"{right.kind or 'cela'} n’est pas un titre octroyé par l’État.",
        )
    if right.state not in _STANDING:
        raise StepRefused(
            f"the title is {right.state}: it does not stand.",
            f"le titre n’est plus en vigueur (état : {right.state}).",
        )


def require_held_by_applicant(work: Work, right: RightFacts) -> None:
    """Refuse a file about a title that is not the applicant's, or of which a holder is left out.

    A title held by several is dealt with by all of them: each is a co-holder of the file, whose
    consent filing asks for.
    """
    with work.unit.acting_as(CADASTRE):
        named = set(work.unit.connection.scalars(_CO_HOLDERS, {"file": work.file.id}))
    own = None if work.file.party_id is None else party_word(work.file.party_id)
    if own not in right.holders:
        raise StepRefused(
            f"{right.kind} {right.code or ''} is not held by the applicant.",
            f"{right.kind} {right.code or ''} n’appartient pas au demandeur.",
        )
    left_out = right.holders - {own} - {party_word(party) for party in named}
    if left_out:
        raise StepRefused(
            f"{len(left_out)} co-holder(s) of the title are not in the file. Name them.",
            f"{len(left_out)} cotitulaire(s) du titre manquent au dossier. Nommez-les.",
        )


def require_kind(work: Work, right: RightFacts) -> None:
    """Refuse a file that states another kind than the title's."""
    if work.content.kind != right.kind:
        raise StepRefused(
            f"the title is of kind {right.kind}, the file says {work.content.kind}.",
            f"le titre est de type {right.kind}, le dossier indique {work.content.kind}.",
        )


def require_signature(work: Work) -> None:
    """Refuse a step of a company by an account that signs for no party of the file."""
    if work.actor.role is not Role.COMPANY:
        return
    with work.unit.acting_as(CADASTRE):
        parties = set(work.unit.connection.scalars(_PARTIES, {"file": work.file.id}))
    if not work.actor.signs_for & (parties | {work.file.party_id}):
        raise StepRefused(
            "your mandate is to prepare, not to sign. Ask who signs for the party.",
            "votre mandat permet de préparer, non de signer. Demandez au signataire.",
        )


def call_holders(work: Work) -> None:
    """Open the file to the holders of the title, who are heard."""
    asked = {"file": work.file.id, "title": title_of(work), "on": work.day}
    work.unit.connection.execute(_CALL, asked)


def act_of_kind(work: Work, kind: ActKind, on_day: date | None = None) -> ActOrder:
    """Return the step's act as one of a kind, on its own day or on another."""
    act = work.act
    return ActOrder(kind, act.reference, on_day or act.on_day, act.note)


def filing_day(work: Work) -> date:
    """Return the day of the filing, or of the receipt on paper; today where neither was yet.

    What was taken over from an earlier register has the day that the register has, if it has one.
    """
    if work.file.subject == "taken_over":
        known = right_of(work, title_of(work)).filed_on
        if known is not None:
            return known
    return legal_day(work.file.filed_at or work.file.paper_received_at or work.at)


def require_act_since_filing(work: Work) -> None:
    """Refuse an act that is older than the application on which it decides."""
    filed_on = filing_day(work)
    if work.act.on_day < filed_on:
        raise StepRefused(
            f"the act is dated {work.act.on_day}, before the filing of {filed_on}.",
            f"l’acte est daté du {work.act.on_day}, avant le dépôt du {filed_on}.",
        )


def require_act_of(work: Work, *actions: str) -> None:
    """Refuse to register by another act than the one decided on."""
    row = work.unit.connection.execute(
        _DECIDED, {"file": work.file.id, "actions": list(actions)}
    ).one_or_none()
    if row is not None and (row.reference, row.day) != (work.act.reference, work.act.on_day):
        raise StepRefused(
            f"the decision rests on {row.reference} of {row.day}. Register that act.",
            f"la décision repose sur {row.reference} du {row.day}. Inscrivez cet acte.",
        )


def decided_by(work: Work, *actions: str) -> str | None:
    """Return the reference of the act that one of the actions rested on last."""
    asked = {"file": work.file.id, "actions": list(actions)}
    row = work.unit.connection.execute(_DECIDED, asked).one_or_none()
    return None if row is None else str(row.reference)


def due_in(work: Work, state: str) -> date | None:
    """Return the last day of the clock that entering a state started, by the law of that day."""
    asked = {"file": work.file.id, "state": state}
    due: date | None = work.unit.connection.scalar(_DUE, asked)
    return due


def require_over(work: Work, state: str, english: str, french: str) -> None:
    """Refuse a step while the clock of a state runs, or where its length is not known.

    ``english`` and ``french`` say who may still do what.
    """
    due = due_in(work, state)
    if due is None:
        raise StepRefused(
            f"{english}: the law of that day states no length of the time for it.",
            f"{french} : la loi de ce jour n’en dit pas le délai.",
        )
    if work.day <= due:
        raise StepRefused(f"{english} until {due}.", f"{french} jusqu’au {due}.")


def require_appeal_in_time(work: Work) -> None:
    """Refuse an appeal after its 30 days (RM art. 133), or by who does not sign."""
    require_signature(work)
    due = due_in(work, work.file.state)
    if due is not None and work.day > due:
        raise StepRefused(
            f"the time to appeal ended on {due} (RM art. 133): the priority is lost.",
            f"le délai de recours a pris fin le {due} (RM, art. 133) : la priorité est perdue.",
        )
