"""Opening a file, changing what it asks for, and taking its next step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import text

from geo.casework.consents import require_consents
from geo.casework.content import Content
from geo.casework.documents import KINDS
from geo.casework.judging import Judged, judge_work, store_judgement
from geo.casework.machine import OPENING, Gate, Machine, Transition
from geo.casework.machines import MACHINES
from geo.casework.office import Office, legal_day
from geo.casework.reading import document_kinds, file_of, last_version
from geo.casework.refusals import refused_by_name
from geo.casework.work import CaseFile, StepOrder, Version, Work
from geo.casework.writing import add_parties, insert_step, insert_version
from geo.errors import (
    FileChanged,
    InputError,
    LawForbids,
    NeedsRuling,
    NotPermitted,
    SecondPersonNeeded,
    StepRefused,
)
from geo.law.outcomes import Finding
from geo.law.values import Language
from geo.perimeter import Perimeter
from geo.register.connection import CADASTRE, UnitOfWork
from geo.register.people import Actor, Role

_OPEN = text(
    "insert into casework.case_file (machine, subject, state, since, title_id, host_title_id, "
    "party_id, opened_by, province, paper_received_at, paper_reason) values (:machine, :subject, "
    "'draft', :at, :title, :host, :party, :account, :province, :received, :paper_reason) "
    "returning id"
)

_SAME_PERSON = text(
    "select account_id = casework.my_account() from casework.case_step "
    "where file_id = :file and action = :action order by seq desc limit 1"
)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a file is opened with. ``title_id`` is the title concerned, ``host_title_id`` the title
    whose ground is asked for; ``party_id`` who asks.

    ``paper_received_at`` and ``paper_reason``: for an application received on paper, the instant
    of its receipt and why it is entered afterwards.
    """

    machine: str
    subject: str
    content: Content
    perimeter: Perimeter | None = None
    party_id: int | None = None
    title_id: int | None = None
    host_title_id: int | None = None
    province: str | None = None
    co_parties: tuple[tuple[int, str], ...] = ()
    paper_received_at: datetime | None = None
    paper_reason: str | None = None


@dataclass(frozen=True, slots=True)
class StepTaken:
    """A step that was taken: its number in the file, the new state, the filing's number if any."""

    file_id: int
    seq: int
    state: str
    number: str | None
    judged: Judged | None


def machine_of(code: str) -> Machine:
    """Return a machine.

    Raises
    ------
    InputError : there is none of that code.
    """
    if code not in MACHINES:
        raise InputError(f"“{code}” is no kind of file. There are: {', '.join(sorted(MACHINES))}.")
    return MACHINES[code]


def open_draft(office: Office, actor: Actor, draft: Draft) -> int:
    """Open a file as a draft, which its proposer alone sees; return its number in the register.

    Raises
    ------
    InputError : no such machine or subject, or a paper filing without its reason.
    NotPermitted : the role opens no such file, or the company does not act for the party.
    """
    machine = machine_of(draft.machine)
    _require_subject(machine, draft)
    if actor.role not in machine.opened_by:
        raise NotPermitted(f"{actor.role.value} opens no file of kind {machine.code}")
    with office.at_work(actor, f"draft of {machine.code}") as unit:
        at = office.clock()
        with refused_by_name():
            file_id = _insert_file(unit, actor, draft, at)
            proposer = () if draft.party_id is None else ((draft.party_id, "proposer"),)
            add_parties(unit, file_id, (*proposer, *draft.co_parties))
            insert_version(unit, file_id, Version(1, draft.content, draft.perimeter), at)
        unit.commit()
    return file_id


def _require_subject(machine: Machine, draft: Draft) -> None:
    if draft.subject not in machine.subjects:
        known = ", ".join(sorted(machine.subjects))
        raise InputError(f"“{draft.subject}” is no subject of {machine.code}: {known}.")
    if (draft.paper_received_at is None) != (not draft.paper_reason):
        raise InputError(
            "a filing on paper has the instant of its receipt and a reason, or neither."
        )


def _insert_file(unit: UnitOfWork, actor: Actor, draft: Draft, at: datetime) -> int:
    unit.open_revision()
    values = {
        "machine": draft.machine,
        "subject": draft.subject,
        "at": at,
        "title": draft.title_id,
        "host": draft.host_title_id,
        "party": draft.party_id,
        "account": actor.account_id,
        "province": draft.province,
        "received": draft.paper_received_at,
        "paper_reason": draft.paper_reason,
    }
    return int(unit.connection.scalar(_OPEN, values))


def revise(
    office: Office,
    actor: Actor,
    file_id: int,
    content: Content,
    perimeter: Perimeter | None,
    expected_version: int,
) -> int:
    """Write another version of what a file asks for; return its number.

    Raises
    ------
    FileChanged : the last version is not the one expected: somebody else wrote another.
    StepRefused : nobody of that role may change the file now.
    """
    with office.at_work(actor, "new version") as unit:
        file_of(unit, file_id)
        if last_version(unit, file_id).number != expected_version:
            raise FileChanged(
                "somebody else changed the file in the meantime. Compare first.",
                "quelqu’un d’autre a modifié le dossier entre-temps. Comparez d’abord.",
            )
        version = Version(expected_version + 1, content, perimeter)
        with refused_by_name():
            insert_version(unit, file_id, version, office.clock())
        unit.commit()
    return version.number


def take_step(
    office: Office,
    actor: Actor,
    file_id: int,
    action: str,
    order: StepOrder | None = None,
    *,
    expected_steps: int,
) -> StepTaken:
    """Take the next step of a file: check, judge, record and carry out, in one transaction.

    Parameters
    ----------
    expected_steps : how many steps the file had when the person decided.

    Raises
    ------
    NotFound : there is no such file, or none that the actor may see.
    FileChanged : somebody else acted first.
    StepRefused, SecondPersonNeeded : the step may not be taken, now or by this person.
    LawForbids, NeedsRuling : the law stands against it, or leaves it open.
    GroundTaken, RegisterError : the register refuses what the step would do.
    """
    order = order or StepOrder()
    with office.at_work(actor, f"{action} of file {file_id}") as unit:
        work = _begin(office, actor, unit, file_id, action, order, expected_steps)
        _require(work)
        if work.transition.before:
            work.transition.before(work)
        if work.transition.moment:
            work.judged = judge_work(work)
            require_gate(work.transition.gate, work.judged)
        with refused_by_name():
            work.seq = insert_step(work)
        if work.transition.no_open_objections:
            _require_answered(work)  # again, now that nobody else can write
        with unit.acting_as(CADASTRE):
            if work.judged:
                store_judgement(work)
            if work.transition.effect:
                work.transition.effect(work)
        after = file_of(unit, file_id)
        unit.commit()
    return StepTaken(file_id, work.seq, after.state, after.number, work.judged)


def _begin(
    office: Office,
    actor: Actor,
    unit: UnitOfWork,
    file_id: int,
    action: str,
    order: StepOrder,
    expected_steps: int,
) -> Work:
    file = file_of(unit, file_id)
    if file.steps != expected_steps:
        raise FileChanged(
            "somebody else changed the file in the meantime. Read it again.",
            "quelqu’un d’autre a modifié le dossier entre-temps. Relisez-le.",
        )
    machine = machine_of(file.machine)
    at = max(office.clock(), file.since)
    return Work(
        unit=unit,
        office=office,
        actor=actor,
        machine=machine,
        transition=_allowed(machine, file, action, actor.role),
        file=file,
        version=last_version(unit, file_id),
        order=order,
        at=at,
        day=legal_day(at),
        documents=document_kinds(unit, file_id),
    )


def _allowed(machine: Machine, file: CaseFile, action: str, role: Role) -> Transition:
    transition = machine.step(action, file.state)
    if transition is None:
        known = machine.steps_from(file.state, role)
        actions = ", ".join(t.action for t in known) or "none"
        words = ", ".join(t.label.fr for t in known) or "aucune"
        raise StepRefused(
            f"“{action}” is no step of a file that is {file.state}. Yours now: {actions}.",
            f"« {action} » n’est pas une étape d’un dossier à l’état "
            f"« {machine.by_state[file.state].label.fr} ». Vos étapes : {words}.",
        )
    if role not in transition.roles:
        allowed = ", ".join(one.value for one in transition.roles)
        raise NotPermitted(f"“{action}” is for {allowed}")
    return transition


def _require(work: Work) -> None:
    """Refuse a step that lacks what it needs, naming all of it."""
    step = work.transition
    missing = [kind for kind in step.needs if kind not in work.documents]
    if missing:
        words = ", ".join(KINDS[kind].fr if kind in KINDS else kind for kind in missing)
        raise StepRefused(
            f"the file lacks: {', '.join(missing)}. Add it, then take the step.",
            f"il manque au dossier : {words}. Ajoutez, puis franchissez l’étape.",
        )
    if step.needs_reason and not work.order.reason.strip():
        raise StepRefused(
            "say why: the step needs a reason.", "dites pourquoi : l’étape demande un motif."
        )
    if step.needs_act and work.act.on_day > work.day:
        raise StepRefused(
            f"the act is dated {work.act.on_day}, after today.",
            f"l’acte est daté du {work.act.on_day}, après aujourd’hui.",
        )
    if step.act_kind:
        work.order = replace(work.order, act=replace(work.act, kind=step.act_kind))
    _require_second_person(work)
    if step.files:
        require_consents(work)
    if step.no_open_objections:
        _require_answered(work)


def _require_second_person(work: Work) -> None:
    own = {OPENING} if work.file.opened_by == work.actor.account_id else set()
    for action in set(work.transition.differs_from) - {OPENING}:
        asked = {"file": work.file.id, "action": action}
        if work.unit.connection.scalar(_SAME_PERSON, asked):
            own.add(action)
    if own & set(work.transition.differs_from):
        raise SecondPersonNeeded(
            "you took the step that this one confirms. Another person must take it.",
            "vous avez fait l’étape que celle-ci confirme. Une autre personne doit la faire.",
        )


def _require_answered(work: Work) -> None:
    from geo.casework.consultation import open_objections

    count = open_objections(work.unit, work.file.id)
    if count:
        raise StepRefused(
            f"{count} objection(s) are without an answer. Answer them first.",
            f"{count} opposition(s) sans réponse. Répondez-y d’abord.",
        )


def require_gate(gate: Gate, judged: Judged) -> None:
    """Refuse what the law's findings do not let pass.

    Raises
    ------
    LawForbids : something blocks. NeedsRuling : something is open, or a consent is missing.
    """
    if gate is Gate.NONE:
        return
    if judged.blocking:
        en, fr = _said(judged.blocking, "en"), _said(judged.blocking, "fr")
        raise LawForbids(en, judged.blocking, fr)
    if gate is Gate.SETTLED and judged.unsettled:
        en, fr = _said(judged.unsettled, "en"), _said(judged.unsettled, "fr")
        raise NeedsRuling(
            f"a legal ruling, or a consent, must be in the file first. {en}",
            judged.unsettled,
            f"un avis juridique, ou un consentement, doit d’abord être au dossier. {fr}",
        )


def _said(findings: Sequence[Finding], language: Language) -> str:
    """Return what the first findings say; all of them go with the error."""
    return " ".join(found.message.text(language) for found in findings[:3])
