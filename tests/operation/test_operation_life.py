"""The life of an area's operation: every step allowed, and the forbidden one beside it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import shapely
from operation_ground import COL, ROW, box, feature, geojson, pit
from operation_people import LAW, PAPER_SHA256, PEOPLE, House, rectangle
from sqlalchemy import text

from geo.casework.content import Content
from geo.casework.files import Draft, open_draft, take_step
from geo.casework.judging import past_judgements
from geo.casework.machines.operation import OPERATION
from geo.casework.office import Office
from geo.casework.operation.judged import ASKED
from geo.casework.operation.obstacles import may_operate
from geo.casework.operation.orders import (
    Assess,
    AssessStandard,
    CheckCondition,
    CloseFinding,
    Decide,
    Find,
    Inspect,
)
from geo.casework.operation.reading import read_record
from geo.casework.operation.record import AreaState, state_on
from geo.casework.operation.writing import decide_assessment, decide_layout, keep, submit_layout
from geo.casework.rulings import RulingOrder, decide_ruling, propose_ruling
from geo.casework.work import StepOrder
from geo.errors import (
    LawForbids,
    MabeleError,
    NeedsRuling,
    NotFound,
    NotPermitted,
    SecondPersonNeeded,
    StepRefused,
)
from geo.grid import DRC
from geo.law.facts_json import facts_from_json
from geo.law.judge import judge
from geo.law.provisions import PROVISIONS
from geo.law.values import Moment
from geo.register.connection import engine_for
from geo.register.people import ROLE_OF, Actor

DAY = date(2025, 9, 1)
PRACTICES = tuple(name for name in LAW.parameters if name.startswith("practice."))
LOOKED_AT = (
    *("id_cards", "controlled_zone"),
    *(p for p in PRACTICES if p not in ("practice.under_18", "practice.pregnant_women")),
)
YES = Decide(on_day=DAY, accepted=True, reason="reviewed")


class Clock:
    """An hour that a test moves."""

    def __init__(self) -> None:
        self.at = datetime(2025, 9, 1, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


class Story:
    """One area's file and the people who act on it."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.clock = Clock()
        self.office = Office(house.engine, LAW, self.clock)
        self.area = house.allocation
        self.file = 0
        self.steps = 0

    def actor(self, login: str) -> Actor:
        role = ROLE_OF[PEOPLE[login]]
        return Actor(login=login, role=role, account_id=self.house.accounts[login])

    def open(self, login: str = "egc.one", subject: str = "allocation", area: int = 0) -> int:
        draft = Draft("operation", subject, Content(kind="EGC"), title_id=area or self.area)
        return open_draft(self.office, self.actor(login), draft)

    def step(self, login: str, action: str, reason: str = "because") -> str:
        self.clock.at += timedelta(minutes=10)
        taken = take_step(
            self.office,
            self.actor(login),
            self.file,
            action,
            StepOrder(reason=reason),
            expected_steps=self.steps,
        )
        self.steps = taken.seq
        return taken.state

    def refused(self, login: str, action: str, error: type[MabeleError], reason: str = "x") -> None:
        with pytest.raises(error):
            self.step(login, action, reason)

    def keep(self, login: str, order: Any) -> int:
        with self.house.work(login) as unit:
            return keep(unit, self.area, order)

    def obstacles(self, day: date = DAY) -> set[str]:
        with self.house.work("officer") as unit:
            return {o.code for o in may_operate(read_record(unit, self.area), day, LAW)}

    def public_state(self) -> str:
        with self.house.owner.connect() as connection:
            return str(
                connection.scalar(
                    text("select state from published.asm_operation where title_id = :area"),
                    {"area": self.area},
                )
            )


@pytest.fixture(scope="module")
def story(house: House) -> Story:
    return Story(house)


def test_every_transition_names_its_roles_and_speaks_two_languages() -> None:
    assert {t.action for t in OPERATION.transitions} == {
        *("file", "confirm_assessment", "confirm_layout", "open", "suspend", "lift", "close"),
        "confirm_rehabilitation",
    }
    for transition in OPERATION.transitions:
        assert transition.roles
        assert transition.label.fr != transition.label.en
    deciding = {t.action: t.differs_from for t in OPERATION.transitions if t.differs_from}
    assert deciding == {
        "open": ("confirm_layout",),
        "lift": ("suspend",),
        "confirm_rehabilitation": ("close",),
    }
    machine_states = {state.code for state in OPERATION.states} - {"draft"}
    assert machine_states == {state.value for state in AreaState}


def test_the_whole_life(story: Story) -> None:  # one story, told in order
    with pytest.raises(NotPermitted):
        story.open("company")
    story.file = story.open()
    assert story.step("egc.one", "file") == "not_assessed"
    second = Story(story.house)  # one file for each area
    second.file = second.open("inspector.one")
    second.clock.at = story.clock.at
    second.refused("inspector.one", "file", StepRefused)
    assert story.public_state() == "not_assessed"
    _assess(story)
    _lay_out(story)
    _open(story)
    _breach_and_lifting(story)
    _end(story)


def _assess(story: Story) -> None:
    story.refused("egc.one", "confirm_assessment", LawForbids)
    number = story.keep(
        "egc.one",
        Assess(
            on_day=DAY,
            document_sha256=PAPER_SHA256,
            organisation="EGC",
            vintage=2025,
            resources="inferred",
        ),
    )
    story.refused("egc.one", "confirm_assessment", LawForbids)
    with story.house.work("egc.two") as unit:
        decide_assessment(unit, story.area, number, YES)
    story.refused("officer", "confirm_assessment", NotPermitted)
    story.refused("egc.one", "open", StepRefused)
    assert story.step("egc.one", "confirm_assessment") == "assessed"


def _lay_out(story: Story) -> None:
    story.refused("egc.one", "confirm_layout", LawForbids)
    with story.house.work("egc.one") as unit:
        made = submit_layout(unit, story.area, geojson(pit("P1", box(100, 100))), DAY, LAW)
    story.refused("egc.one", "confirm_layout", LawForbids)
    with story.house.work("egc.two") as unit:
        decide_layout(unit, story.area, made.id, YES, LAW)
    assert story.step("egc.one", "confirm_layout") == "laid_out"


def _open(story: Story) -> None:
    conditions = ["no_child_labour", "no_pregnant_women", "ppe"]
    for condition in conditions[:2]:
        _met(story, condition)
    story.refused("egc.two", "open", LawForbids)  # one condition was not checked
    _met(story, conditions[2])
    story.refused("egc.two", "open", NeedsRuling)  # what nobody looked at is not known
    for condition in LOOKED_AT:
        _met(story, condition)
    story.refused("egc.one", "open", SecondPersonNeeded)
    story.refused("company", "open", MabeleError)
    story.refused("egc.two", "suspend", StepRefused)
    assert story.step("egc.two", "open") == "open"
    assert story.public_state() == "open"
    assert story.obstacles() == set()


def _met(story: Story, condition: str, on_day: date = DAY) -> None:
    order = CheckCondition(on_day=on_day, condition=condition, outcome="met", evidence="visit")
    story.keep("inspector.one", order)


def _breach_and_lifting(story: Story) -> None:
    visit = story.keep("inspector.one", Inspect(on_day=DAY, authority="SAEMAPE", summary="visit"))
    assessed = AssessStandard(on_day=DAY, standard="EGC", level=3, assessor="EGC")
    story.keep("egc.one", assessed)
    breach = Find(
        on_day=DAY, severity="critical", text="a tunnel", inspection_id=visit, practice="tunnels"
    )
    # The finding suspends: in its own transaction, as a step of the inspector who made it.
    story.clock.at += timedelta(hours=1)
    with story.house.work("inspector.one") as unit:
        number = keep(unit, story.area, breach, story.clock.at)
    story.steps += 1
    assert _last_step(story) == ("suspend", "inspector.one", story.clock.at, "a tunnel")
    assert story.obstacles() == {"suspended", "critical_finding"}
    assert story.public_state() == "suspended"
    story.refused("inspector.one", "suspend", StepRefused)
    story.refused("inspector.two", "lift", LawForbids)  # the finding stands
    close = CloseFinding(on_day=DAY, finding_id=number, remediation="filled in")
    story.keep("inspector.one", close)
    story.refused("inspector.two", "lift", LawForbids)  # the level rises by an assessment only
    story.keep("egc.one", assessed.model_copy(update={"on_day": DAY + timedelta(days=1)}))
    story.clock.at += timedelta(days=2)
    story.refused("inspector.one", "lift", SecondPersonNeeded)
    assert story.step("inspector.two", "lift") == "open"
    assert story.obstacles(DAY + timedelta(days=3)) == set()


def _last_step(story: Story) -> tuple[str, str, datetime, str]:
    statement = text(
        "select s.action, a.login, s.at, s.reason from casework.case_step s "
        "join register.account a on a.id = s.account_id where s.file_id = :file "
        "order by s.seq desc limit 1"
    )
    with story.house.owner.connect() as connection:
        row = connection.execute(statement, {"file": story.file}).one()
    return (row.action, row.login, row.at, row.reason)


def _end(story: Story) -> None:
    assert story.step("officer", "close") == "closed"
    story.refused("inspector.one", "open", StepRefused)
    story.refused("egc.one", "confirm_rehabilitation", NotPermitted)
    assert story.step("inspector.one", "confirm_rehabilitation") == "rehabilitated"
    assert story.obstacles(DAY + timedelta(days=3)) >= {"closed"}


def test_the_state_of_each_day_is_read_back(story: Story) -> None:
    with story.house.work("egc.two") as unit:
        record = read_record(unit, story.area)
    assert state_on(record, DAY - timedelta(days=1)) is AreaState.NOT_ASSESSED
    assert state_on(record, DAY + timedelta(days=1)) is AreaState.SUSPENDED
    assert state_on(record, DAY + timedelta(days=5)) is AreaState.REHABILITATED
    with story.house.work("company") as unit:  # its holder reads the same life
        assert read_record(unit, story.area).life == record.life


def test_what_was_known_before_a_step_is_read_back(story: Story) -> None:
    with story.house.owner.connect() as connection:
        opened = connection.scalar(
            text("select revision from casework.case_step where file_id = :f and action = 'open'"),
            {"f": story.file},
        )
    with story.house.work("officer") as unit:
        before = read_record(unit, story.area, as_known_on=opened - 1)
        after = read_record(unit, story.area, as_known_on=opened)
    assert before.life[-1].to_state == "laid_out"
    assert after.life[-1].to_state == "open"
    assert before.findings == after.findings == ()


def test_a_file_is_of_an_area_of_its_kind(house: House) -> None:
    story = Story(house)
    story.file = story.open("inspector.one", "allocation", house.zone)
    story.refused("inspector.one", "file", StepRefused)
    other = Story(house)
    other.file = other.open("officer", "zone", house.other_title)
    other.refused("officer", "file", NotFound)


def test_the_database_asks_for_the_record_whatever_the_program_does(house: House) -> None:
    story = Story(house)
    story.area = house.egc_ground
    story.file = story.open(subject="egc_ground")
    story.step("egc.one", "file")
    insert = text(
        "insert into casework.case_step (file_id, seq, action, from_state, to_state, at) "
        "values (:file, 2, 'confirm_assessment', 'not_assessed', 'assessed', :at)"
    )
    with (
        pytest.raises(Exception, match="does not allow to confirm_assessment"),
        house.work("egc.one") as unit,
    ):
        unit.connection.execute(insert, {"file": story.file, "at": story.clock.at})


def test_a_stranger_sees_no_life(story: Story, database: Any) -> None:
    asked = text("select count(*) from casework.operation_life(:area)")
    with story.house.work("stranger") as unit:
        assert unit.connection.scalar(asked, {"area": story.area}) == 0
    tiles = engine_for(database.public)
    with pytest.raises(Exception, match="permission denied"), tiles.connect() as connection:
        connection.execute(asked, {"area": story.area})
    tiles.dispose()


def test_what_the_law_leaves_open_waits_for_a_ruling_in_the_file(house: House) -> None:
    story = _laid_out_zone(house)
    story.refused("inspector.two", "open", NeedsRuling)  # nobody looked for mercury, nor who enters
    ruling = _ruling(story, "prohibited_practices", "practice.mercury")
    story.refused("inspector.two", "open", NeedsRuling)  # proposed is not in force
    decide_ruling(story.office, story.actor("supervisor"), ruling, "in_force")
    story.refused("inspector.two", "open", NeedsRuling)  # one question of two
    other = _ruling(story, "members_only", "zone.members_only")
    decide_ruling(story.office, story.actor("supervisor"), other, "in_force")
    assert story.step("inspector.two", "open") == "open"
    _its_findings_are_kept(story, {ruling, other})


def _laid_out_zone(house: House) -> Story:
    story = Story(house)
    story.area = house.zone
    story.file = story.open("inspector.one", "zone")
    story.step("inspector.one", "file")
    _accept_for(story)
    story.step("inspector.one", "confirm_assessment")
    story.step("inspector.one", "confirm_layout")
    for condition in ("no_child_labour", "no_pregnant_women", "ppe", *LOOKED_AT):
        if condition != "practice.mercury":
            _met(story, condition)
    return story


def _ruling(story: Story, code: str, rule: str) -> int:
    order = RulingOrder(
        code=code,
        rule=rule,
        answer="permitted",
        text="the site has no gold",
        reference=f"AJ {code}",
        signatory="A. Mutombo",
        signed_on=DAY,
        from_day=DAY,
        file_id=story.file,
    )
    return propose_ruling(story.office, story.actor("legal"), order)


def _its_findings_are_kept(story: Story, rulings: set[int]) -> None:
    """What the law said lies beside the step, and is judged again on its facts alone."""
    with story.house.owner.connect() as connection:
        (past,) = [p for p in past_judgements(connection) if p.file_id == story.file]
        kept = connection.execute(
            text(
                "select g.code, g.verdict, g.ruling_id from casework.finding g "
                "join casework.judgement j on j.id = g.judgement_id where j.file_id = :file"
            ),
            {"file": story.file},
        ).all()
    assert {row.code for row in kept} == set(ASKED)
    assert {row.ruling_id for row in kept} - {None} == rulings
    assert {row.verdict for row in kept if row.ruling_id} == {"needs_legal_review"}
    assert (past.moment, past.verdict, past.asks) == ("grant", "allow", ASKED)
    facts = facts_from_json(past.facts, DRC)
    asked = {code: PROVISIONS[code] for code in past.asks}
    again = judge(facts, past.day, Moment.GRANT, LAW, asked)
    assert [(f.code, f.verdict.value) for f in again.findings] == [
        (row.code, row.verdict) for row in kept
    ]


def _accept_for(story: Story) -> None:
    """Have an assessment and a layout without pits accepted, in an area without portions."""
    west, south, east, north = rectangle(COL + 60, ROW, 2, 2).outline().bounds
    heap = shapely.box(west, south, (west + east) / 2, (south + north) / 2)
    with story.house.work("inspector.one") as unit:
        order = Assess(
            on_day=DAY,
            document_sha256=PAPER_SHA256,
            organisation="SGNC",
            vintage=2024,
            resources="not stated",
        )
        number = keep(unit, story.area, order)
        drawn = geojson(feature("W", "waste", heap))
        made = submit_layout(unit, story.area, drawn, DAY, LAW)
    assert made.check.issues == ()
    with story.house.work("inspector.two") as unit:
        decide_assessment(unit, story.area, number, YES)
        decide_layout(unit, story.area, made.id, YES, LAW)
