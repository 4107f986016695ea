"""Who may take which step in which state: stated by hand from the law, held to Python and database.

Code minier art. 33 to 49, 60, 79, 177 to 186, 286 to 290; RM art. 69, 100, 133. Everything that is
not in the table is tried and refused: by the machine, and by the trigger under the role's own name.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date

import pytest
from casework_steps import rectangle
from casework_town import COL, HOLDER, ROW, settle_town
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from geo.casework.files import machine_of
from geo.register.connection import UnitOfWork, engine_for
from geo.register.people import DATABASE_ROLE, Role

C, K, M = "company", "cadastre", "minister"
WHO = {C: {Role.COMPANY}, K: {Role.OFFICER, Role.SUPERVISOR}, M: {Role.MINISTER}}
ROLES = (*WHO[C], *WHO[K], *WHO[M], Role.EGC, Role.OPINION, Role.INSPECTOR, Role.LEGAL)

REVIEW = {
    ("filed", "propose_favourable"): ("favourable_proposed", K),
    ("filed", "propose_unfavourable"): ("unfavourable_proposed", K),
    ("favourable_proposed", "return_review"): ("filed", K),
    ("unfavourable_proposed", "confirm_unfavourable"): ("with_minister", K),
    ("unfavourable_proposed", "return_review"): ("filed", K),
}
DRAFT = {
    ("draft", "ask_consents"): ("consents_asked", C),
    ("draft", "file"): ("filed", C),
    ("consents_asked", "file"): ("filed", C),
    ("consents_asked", "reopen"): ("draft", C),
}
REGISTRATION = {
    ("registration_prepared", "register"): ("registered", K),
}
TABLES = {
    "title": {
        **DRAFT,
        **REVIEW,
        ("filed", "publish_notice"): ("filed", K),
        **REGISTRATION,
        ("draft", "drop"): ("dropped", C + K),
        ("consents_asked", "drop"): ("dropped", C + K),
        ("draft", "enter_paper"): ("paper_entered", K),
        ("paper_entered", "confirm_paper"): ("filed", K),
        ("paper_entered", "return_paper"): ("draft", K),
        ("draft", "propose_take_over"): ("take_over_proposed", K),
        ("take_over_proposed", "return_take_over"): ("draft", K),
        ("take_over_proposed", "confirm_take_over"): ("filed", K),
        ("filed", "record_withdrawal"): ("withdrawn", K),
        ("favourable_proposed", "record_withdrawal"): ("withdrawn", K),
        ("unfavourable_proposed", "record_withdrawal"): ("withdrawn", K),
        ("reviewed", "record_withdrawal"): ("withdrawn", K),
        ("with_minister", "record_withdrawal"): ("withdrawn", K),
        ("favourable_proposed", "confirm_favourable"): ("reviewed", K),
        ("reviewed", "forward"): ("with_minister", K),
        ("with_minister", "grant"): ("granted", M),
        ("with_minister", "refuse"): ("refused", M),
        ("with_minister", "return_to_review"): ("filed", M),
        ("granted", "prepare_registration"): ("registration_prepared", K),
        ("registration_prepared", "return_registration"): ("granted", K),
        ("refused", "appeal"): ("appealed", C),
        ("refused", "close_refused"): ("rejected", K),
        ("appealed", "uphold_appeal"): ("with_minister", M),
        ("appealed", "dismiss_appeal"): ("rejected", M),
        ("filed", "withdraw"): ("withdrawn", C),
        ("favourable_proposed", "withdraw"): ("withdrawn", C),
        ("unfavourable_proposed", "withdraw"): ("withdrawn", C),
        ("reviewed", "withdraw"): ("withdrawn", C),
        ("with_minister", "withdraw"): ("withdrawn", C),
    },
    "dealing": {
        **DRAFT,
        **REVIEW,
        **REGISTRATION,
        ("draft", "drop"): ("dropped", C),
        ("consents_asked", "drop"): ("dropped", C),
        ("favourable_proposed", "confirm_favourable"): ("with_minister", K),
        ("favourable_proposed", "accept"): ("decided", K),
        ("with_minister", "approve"): ("decided", M),
        ("with_minister", "take_effect_by_silence"): ("decided", K),
        ("with_minister", "refuse"): ("refused", M),
        ("decided", "prepare_registration"): ("registration_prepared", K),
        ("registration_prepared", "return_registration"): ("decided", K),
        ("filed", "withdraw"): ("withdrawn", C),
        ("favourable_proposed", "withdraw"): ("withdrawn", C),
        ("unfavourable_proposed", "withdraw"): ("withdrawn", C),
        ("with_minister", "withdraw"): ("withdrawn", C),
    },
    "ending": {
        **REGISTRATION,
        ("draft", "notify"): ("notified", K),
        ("draft", "drop"): ("dropped", K),
        ("notified", "defend"): ("notified", C),
        ("notified", "propose"): ("proposed", K),
        ("notified", "abandon"): ("abandoned", K + M),
        ("proposed", "confirm"): ("with_minister", K),
        ("proposed", "abandon"): ("abandoned", K + M),
        ("with_minister", "decide"): ("decided", M),
        ("with_minister", "abandon"): ("abandoned", K + M),
        ("decided", "appeal"): ("appealed", C),
        ("decided", "prepare_registration"): ("registration_prepared", K),
        ("appealed", "uphold_appeal"): ("abandoned", M),
        ("appealed", "dismiss_appeal"): ("registration_prepared", M),
    },
    "suspension": {
        ("draft", "propose"): ("proposed", K),
        ("draft", "drop"): ("dropped", K),
        ("proposed", "confirm"): ("with_minister", K),
        ("proposed", "abandon"): ("abandoned", K + M),
        ("with_minister", "abandon"): ("abandoned", K + M),
        ("with_minister", "decide"): ("decided", M),
        ("decided", "register"): ("suspended", K),
        ("suspended", "propose_lifting"): ("lifting_proposed", K),
        ("lifting_proposed", "keep"): ("suspended", M),
        ("lifting_proposed", "lift"): ("lifted", M),
    },
    "correction": {
        ("draft", "propose"): ("proposed", K),
        ("draft", "drop"): ("dropped", K),
        ("proposed", "return"): ("draft", K),
        ("proposed", "confirm"): ("registered", K),
        ("proposed", "reject"): ("rejected", K),
    },
}
SECOND_PERSON = {
    ("title", "confirm_paper"): {"enter_paper", "open"},
    ("title", "confirm_take_over"): {"propose_take_over", "open"},
    ("title", "confirm_favourable"): {"propose_favourable"},
    ("title", "confirm_unfavourable"): {"propose_unfavourable"},
    ("title", "register"): {"prepare_registration"},
    ("dealing", "confirm_favourable"): {"propose_favourable"},
    ("dealing", "accept"): {"propose_favourable"},
    ("dealing", "confirm_unfavourable"): {"propose_unfavourable"},
    ("dealing", "register"): {"prepare_registration"},
    ("ending", "confirm"): {"propose"},
    ("ending", "register"): {"prepare_registration"},
    ("suspension", "confirm"): {"propose"},
    ("suspension", "register"): {"propose"},
    ("correction", "confirm"): {"propose", "open"},
    ("correction", "reject"): {"propose"},
}
LOGIN = {
    Role.COMPANY: "company",
    Role.OFFICER: "agent2",
    Role.SUPERVISOR: "chief",
    Role.MINISTER: "minister",
    Role.EGC: "egc",
    Role.OPINION: "sgnc",
    Role.INSPECTOR: "inspector",
    Role.LEGAL: "legal",
}


def roles_of(who: str) -> set[Role]:
    """The roles that a word of the table stands for."""
    return set().union(*(roles for word, roles in WHO.items() if word in who))


def allowed(machine: str) -> dict[tuple[str, str, Role], str]:
    """(state, action, role) and the state that follows, as the table has it."""
    return {
        (state, action, role): target
        for (state, action), (target, who) in TABLES[machine].items()
        for role in roles_of(who)
    }


@pytest.mark.parametrize("code", TABLES)
def test_the_machine_allows_what_the_law_does_and_nothing_else(code) -> None:
    machine, table = machine_of(code), allowed(code)
    actions = sorted({t.action for t in machine.transitions})
    found = {
        (state.code, action, role): step.target
        for state in machine.states
        for action in actions
        for role in ROLES
        if (step := machine.step(action, state.code)) is not None and role in step.roles
    }
    assert found == table


@pytest.mark.parametrize("code", TABLES)
def test_the_second_of_two_people_is_another_one(code) -> None:
    machine = machine_of(code)
    found = {(code, t.action): set(t.differs_from) for t in machine.transitions if t.differs_from}
    assert found == {key: who for key, who in SECOND_PERSON.items() if key[0] == code}


class Desk:
    """A file, set to a state by the owner, stepped by raw SQL under a role of the application."""

    def __init__(self, town, owner, machine: str) -> None:
        self.town, self.owner, self.refusal = town, owner, None
        subject = next(iter(machine_of(machine).subjects))
        with self._unwatched() as connection:
            self.file = connection.scalar(
                text(
                    "insert into casework.case_file (machine, subject, state, since, party_id, "
                    "opened_by, owner_role) select :machine, :subject, 'draft', now(), :party, id, "
                    "'mabele_cadastre' from register.account where login = 'agent' returning id"
                ),
                {"machine": machine, "subject": subject, "party": town.parties[HOLDER]},
            )
            connection.execute(
                text(
                    "insert into casework.case_version (file_id, number, runs, content, made_by, "
                    "at) select :file, 1, cast(:runs as int[]), '{}', id, now() "
                    "from register.account where login = 'agent'"
                ),
                {"file": self.file, "runs": rectangle(COL, ROW, 1, 1).to_lists()},
            )

    @contextmanager
    def _unwatched(self):
        """The owner's connection, without triggers on the file and its versions."""
        with self.owner.begin() as connection:
            connection.execute(text("select set_config('app.actor', 'agent', true)"))
            connection.execute(text("select register.open_revision()"))
            for table in ("case_file", "case_version"):
                connection.execute(text(f"alter table casework.{table} disable trigger user"))
            yield connection
            for table in ("case_file", "case_version"):
                connection.execute(text(f"alter table casework.{table} enable trigger user"))

    def put(self, state: str, role: Role) -> None:
        """Set the file's state; it is of the role that shall step, and seen by all that may be."""
        with self._unwatched() as connection:
            connection.execute(
                text(
                    "update casework.case_file set state = :state, owner_role = :role, "
                    "filed_at = now(), entered_at = now(), number = 'X-' || id where id = :file"
                ),
                {"state": state, "role": DATABASE_ROLE[role], "file": self.file},
            )

    def step(self, action: str, role: Role, login: str | None = None, *, keep: bool) -> str | None:
        """Take a step by raw SQL; return the state that follows, None where it is refused."""
        with UnitOfWork(self.town.engine, DATABASE_ROLE[role], login or LOGIN[role], "x") as unit:
            try:
                unit.connection.execute(_STEP, {"file": self.file, "action": action})
            except DBAPIError as error:
                self.refusal = getattr(error.orig, "diag", None)
                return None
            after = unit.connection.scalar(_STATE, {"file": self.file})
            if keep:
                unit.commit()
        return str(after)

    @property
    def state(self) -> str:
        """The file's state."""
        with self.owner.connect() as connection:
            return str(connection.scalar(_STATE, {"file": self.file}))


_STATE = text("select state from casework.case_file where id = :file")
_STEP = text(
    "insert into casework.case_step (file_id, seq, action, from_state, to_state, at, "
    "version_number) select :file, coalesce((select steps from casework.case_file "
    "where id = :file), 0) + 1, :action, '', '', clock_timestamp(), 1"
)


@pytest.fixture(scope="module")
def owner_town(database):
    engine = engine_for(database.app, pool_size=4)
    yield settle_town(engine, date(2025, 3, 3), database.owner)
    engine.dispose()


@pytest.fixture(scope="module")
def owner(owner_town):
    engine = create_engine(owner_town.owner)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("code", TABLES)
def test_the_database_allows_what_the_law_does_and_nothing_else(owner_town, owner, code) -> None:
    machine, table = machine_of(code), allowed(code)
    desk = Desk(owner_town, owner, code)
    actions = sorted({t.action for t in machine.transitions})
    for state in machine.states:
        for role in ROLES:
            desk.put(state.code, role)
            for action in actions:
                found = desk.step(action, role, keep=False)
                assert found == table.get((state.code, action, role)), (state.code, action, role)


@pytest.mark.parametrize("key", SECOND_PERSON, ids="-".join)
def test_the_database_asks_for_the_second_person(owner_town, owner, key) -> None:
    code, action = key
    state = next(state for state, one, role in allowed(code) if one == action)
    for first in sorted(SECOND_PERSON[key] - {"open"}):
        desk = Desk(owner_town, owner, code)
        desk.put(next(state for state, one, _ in allowed(code) if one == first), Role.OFFICER)
        assert desk.step(first, Role.OFFICER, "agent2", keep=True)
        desk.put(state, Role.OFFICER)
        assert desk.step(action, Role.OFFICER, "agent2", keep=False) is None
        assert desk.refusal.constraint_name == "case_step_second_person"
        assert desk.step(action, Role.SUPERVISOR, keep=False) is not None
    if "open" in SECOND_PERSON[key]:
        desk = Desk(owner_town, owner, code)
        desk.put(state, Role.OFFICER)
        assert desk.step(action, Role.OFFICER, "agent", keep=False) is None
        assert desk.refusal.constraint_name == "case_step_second_person"


WALK = st.lists(
    st.tuples(st.integers(0, 40), st.sampled_from(ROLES), st.booleans()), min_size=5, max_size=30
)


@pytest.mark.parametrize("code", TABLES)
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(walk=WALK)
def test_database_and_machine_agree_along_random_walks(owner_town, owner, code, walk) -> None:
    """From the draft on, every try passes in the database exactly if the machine has it."""
    machine, taken = machine_of(code), {}
    desk = Desk(owner_town, owner, code)
    for choice, role, second in walk:
        before = desk.state
        desk.put(before, role)
        own = [t for t in machine.transitions if before in t.sources]
        pool = own if own and choice % 4 else list(machine.transitions)
        action = pool[choice % len(pool)].action
        login = "agent" if role is Role.OFFICER and second else LOGIN[role]
        there = machine.step(action, before)
        same = there and any(
            taken.get(one, "agent" if one == "open" else None) == login
            for one in there.differs_from
        )
        expected = there.target if there and role in there.roles and not same else None
        assert desk.step(action, role, login, keep=True) == expected
        if expected:
            taken[action] = login
