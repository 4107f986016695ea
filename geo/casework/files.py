"""Opening a file, changing what it asks for, and taking its next step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from geo.casework.consultation.notices import withdraw_if_open
from geo.casework.content import Content
from geo.casework.examining import examine
from geo.casework.judging import Judged, store_judgement
from geo.casework.machine import Machine, Transition
from geo.casework.machines import MACHINES
from geo.casework.office import Office, legal_day
from geo.casework.reading import document_kinds, file_of, last_version
from geo.casework.refusals import refused_by_name
from geo.casework.work import CaseFile, StepOrder, Version, Work
from geo.casework.writing import add_parties, insert_step, insert_version
from geo.errors import FileChanged, InputError, NotPermitted, StepRefused
from geo.perimeter import Perimeter
from geo.register.connection import CADASTRE, REGISTER, UnitOfWork
from geo.register.people import Actor, Role
from geo.register.received import last_revision

_OPEN = text(
    "insert into casework.case_file (machine, subject, state, since, title_id, host_title_id, "
    "party_id, opened_by, province, paper_received_at, paper_reason) values (:machine, :subject, "
    "'draft', :at, :title, :host, :party, :account, :province, :received, :paper_reason) "
    "returning id"
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
    require_subject(machine, draft)
    if actor.role not in machine.openers_of(draft.subject):
        raise NotPermitted(f"{actor.role.value} opens no file of kind {machine.code} for that")
    with office.at_work(actor, f"draft of {machine.code}") as unit:
        at = office.clock()
        with refused_by_name():
            file_id = _insert_file(unit, actor, draft, at)
            proposer = () if draft.party_id is None else ((draft.party_id, "proposer"),)
            add_parties(unit, file_id, (*proposer, *draft.co_parties))
            insert_version(unit, file_id, Version(1, draft.content, draft.perimeter), at)
        unit.commit()
    return file_id


def require_subject(machine: Machine, draft: Draft) -> None:
    """Hold a draft to what its machine knows.

    Raises
    ------
    InputError : it is of no subject of the machine, or a paper filing without its reason.
    """
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
    expected_version: int | None = None,
) -> StepTaken:
    """Take the next step of a file: check, judge, record and carry out, in one transaction.

    Parameters
    ----------
    expected_steps : how many steps the file had when the person decided.
    expected_version : which version the person read, so that nobody signs what he did not read;
        None does not ask.

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
        work = _under_the_lock(
            unit, lambda: _examined(office, actor, unit, file_id, action, order, expected_steps)
        )
        if expected_version not in (None, work.version.number):
            raise FileChanged(
                f"there is version {work.version.number}, and you read {expected_version}. Read it "
                "before you act on it.",
                f"la version {work.version.number} existe, vous avez lu la {expected_version}. "
                "Lisez-la avant d’agir.",
            )
        with refused_by_name():
            work.seq = insert_step(work)
        with unit.acting_as(REGISTER):
            if work.judged:
                store_judgement(work)
            if work.transition.effect:
                work.transition.effect(work)
            if work.machine.by_state[work.transition.target].final:
                withdraw_if_open(work)
        after = file_of(unit, file_id)
        unit.commit()
    return StepTaken(file_id, work.seq, after.state, after.number, work.judged)


def _under_the_lock(unit: UnitOfWork, examined: Callable[[], Work]) -> Work:
    """Examine a step, then take the register's lock; return what still holds under it.

    Examining is long and holds nobody up. Where another transaction was committed meanwhile, what
    was read may have changed (a neighbour, a consent, a ruling, an objection): it is examined once
    more, now that nobody else can write. So a file's instant follows all that was filed before it.
    """
    with unit.acting_as(CADASTRE):
        seen = last_revision(unit)
    work = examined()
    if unit.open_revision() == seen + 1:
        return work
    again = examined()
    if again.version.number != work.version.number:
        raise FileChanged(
            "somebody else changed what the file asks for in the meantime. Read it again.",
            "quelqu’un d’autre a modifié la demande entre-temps. Relisez-la.",
        )
    return again


def _examined(
    office: Office,
    actor: Actor,
    unit: UnitOfWork,
    file_id: int,
    action: str,
    order: StepOrder,
    expected_steps: int,
) -> Work:
    work = _begin(office, actor, unit, file_id, action, order, expected_steps)
    examine(work)
    return work


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
