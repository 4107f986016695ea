"""Short words for the tests of the casework: draft, add, step, settle, rule, what is forbidden."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from casework_town import HOLDER, OTHER, Town, rectangle
from sqlalchemy import Row, create_engine, text

from geo.casework.content import Content, Share
from geo.casework.documents import Paper, add_document
from geo.casework.files import Draft, StepTaken, machine_of, open_draft, take_step
from geo.casework.reading import file_of
from geo.casework.rulings import RulingOrder, decide_ruling, propose_ruling
from geo.casework.work import CaseFile, StepOrder
from geo.errors import NeedsRuling, NotFound, NotPermitted, SecondPersonNeeded, StepRefused
from geo.perimeter import Perimeter
from geo.register.orders import ActOrder
from geo.register.reader import Reader

PDF = b"%PDF-1.4 scan"
LOGINS = ("company", "agent", "chief", "minister", "egc", "inspector", "legal")


def file(town: Town, file_id: int) -> CaseFile:
    """The file as the cadastre sees it."""
    with town.official() as unit:
        return file_of(unit, file_id)


def row_of(town: Town, file_id: int) -> Row:
    """Machine, state and number of steps of a file, whoever may see it."""
    engine = create_engine(town.owner)
    with engine.connect() as connection:
        asked = text("select machine, state, steps from casework.case_file where id = :file")
        found = connection.execute(asked, {"file": file_id}).one()
    engine.dispose()
    return found


def steps_of(town: Town, file_id: int) -> int:
    """How many steps a file has."""
    return int(row_of(town, file_id).steps)


def step(town: Town, login: str, file_id: int, action: str, **order) -> StepTaken:
    """Take a step as who has read the file."""
    return take_step(
        town.office,
        town[login],
        file_id,
        action,
        StepOrder(**order),
        expected_steps=steps_of(town, file_id),
    )


def rule(town: Town, file_id: int | None, code: str, **more) -> int:
    """A ruling of one adviser, put in force by another."""
    values = {"rule": None, "answer": "permitted", "from_day": date(2002, 7, 11), **more}
    order = RulingOrder(
        code=code,
        text="essai",
        reference=f"Avis {code}",
        signatory="M. le conseiller",
        signed_on=town.office.today,
        file_id=file_id,
        **values,
    )
    number = propose_ruling(town.office, town["legal"], order)
    decide_ruling(town.office, town["legal2"], number, "in_force")
    return number


def settled(town: Town, login: str, file_id: int, action: str, **order) -> StepTaken:
    """Take a step, with a ruling on all that the law leaves open in it."""
    try:
        return step(town, login, file_id, action, **order)
    except NeedsRuling as open_still:
        for code in sorted({found.code for found in open_still.findings}):
            rule(town, file_id, code)
    return step(town, login, file_id, action, **order)


def add(town: Town, login: str, file_id: int, kind: str) -> None:
    """Add a document of a kind."""
    add_document(town.office, town[login], file_id, Paper(kind, f"{kind}.pdf", PDF))


def act(kind: str, day: date, reference: str = "Arrêté d’essai 7") -> ActOrder:
    """An act of a day."""
    return ActOrder(kind, reference, day)


def draft(
    town: Town,
    machine: str,
    subject: str,
    ground: Perimeter | None = None,
    login: str = "company",
    **more,
) -> int:
    """A draft; words that :class:`Content` has go into the content."""
    known = set(Content.model_fields)
    content = {"kind": "PR", **{key: more.pop(key) for key in list(more) if key in known}}
    default = next(iter(town[login].parties), town.parties[HOLDER])
    party = more.pop("party_id", default)
    order = Draft(machine, subject, Content(**content), ground, party, province="Lualaba", **more)
    return open_draft(town.office, town[login], order)


def title_on(town: Town, title_id: int, on: date, known: date | int | None = None):
    """A title as of a day, as known at a revision."""
    with town.official() as unit:
        return Reader(unit.connection).title(title_id, on=on, as_known_on=known)


def party_is(town: Town, name: str, kind: str) -> None:
    """Say what kind of person a party is, as an import would."""
    engine = create_engine(town.owner)
    with engine.begin() as connection:
        connection.execute(text("select register.open_revision()"))
        asked = text("update register.party set kind = :kind where name = :name")
        connection.execute(asked, {"kind": kind, "name": name})
    engine.dispose()


def answer_opinions(town: Town, file_id: int, answer: str = "favourable") -> None:
    """Answer every opinion asked for in a file."""
    engine = create_engine(town.owner)
    with engine.begin() as connection:
        connection.execute(text("select set_config('app.actor', 'sgnc', true)"))
        asked = text(
            "update casework.opinion_request set answer = :answer, answered_at = now(), text = '' "
            "where file_id = :file and answer is null"
        )
        connection.execute(asked, {"answer": answer, "file": file_id})
    engine.dispose()


def refuse_neighbours(town: Town, file_id: int, allowed: dict[str, set[str]]) -> None:
    """Try every action of the machine by every login: those not allowed here are refused.

    ``allowed`` names, for each action that the law allows in this state, who may take it.
    """
    now = row_of(town, file_id)
    machine, count = machine_of(now.machine), now.steps
    for action in sorted({t.action for t in machine.transitions}):
        for login in LOGINS:
            if login in allowed.get(action, set()):
                continue
            try:
                take_step(
                    town.office, town[login], file_id, action, StepOrder(), expected_steps=count
                )
            except (StepRefused, SecondPersonNeeded, NotPermitted, NotFound):
                continue
            raise AssertionError(f"{login} took {action} in {now.state}")


__all__ = [
    "HOLDER",
    "OTHER",
    "Decimal",
    "Share",
    "act",
    "add",
    "answer_opinions",
    "draft",
    "file",
    "party_is",
    "rectangle",
    "refuse_neighbours",
    "rule",
    "settled",
    "step",
    "steps_of",
    "title_on",
]
