"""What a neighbour gives for a file: told to the law once another person has accepted it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from casework_town import COL, OTHER, ROW, rectangle

from geo.casework.content import Content
from geo.casework.documents import Paper, add_document
from geo.casework.files import Draft, open_draft, take_step
from geo.casework.given import accept_document
from geo.casework.judging import judge_file
from geo.casework.reading import file_of, last_version
from geo.errors import InputError, NotFound, NotPermitted, SecondPersonNeeded
from geo.law.values import Moment, Verdict
from geo.register.orders import ActOrder, TitleFacts
from geo.register.writer import grant
from geo.sources.rows import Holder, State

PDF = b"%PDF-1.4 paper"
GROUND = rectangle(COL + 60, ROW, 3, 3)


@pytest.fixture
def permit(town) -> int:
    """A research permit of another company, where a quarry is searched for (Code art. 30 c)."""
    with town.official() as unit:
        facts = TitleFacts(
            code="PR 77",
            kind="PR",
            state=State.GRANTED,
            holders=(Holder(OTHER, Decimal(100)),),
            filed_on=date(2023, 1, 9),
            granted_on=date(2023, 6, 1),
        )
        title = grant(unit, facts, GROUND, ActOrder("grant", "Arrêté 77", date(2023, 6, 1)))
        unit.commit()
    return title


@pytest.fixture
def quarry(town, permit) -> int:
    """An application for a quarry research on that ground, filed."""
    (party,) = town["company"].parties
    draft = Draft("title", "new", Content(kind="ARPC"), rectangle(COL + 60, ROW, 2, 2), party)
    file_id = open_draft(town.office, town["company"], draft)
    take_step(town.office, town["company"], file_id, "file", expected_steps=0)
    return file_id


def verdict(town, file_id) -> Verdict:
    """The law's word on the overlap with the permit."""
    with town.office.at_work(town["agent"], "") as unit:
        file, version = file_of(unit, file_id), last_version(unit, file_id)
        judged = judge_file(town.office, unit, file, version, Moment.REVIEW, date(2025, 3, 4))
    (found,) = [f.finding for f in judged.settled.findings if f.finding.code == "overlap"]
    return found.verdict


def bring(town, file_id, about, kind="neighbour_consent", login="company") -> int:
    """Bring a paper into the file."""
    paper = Paper(kind, "accord.pdf", PDF, about=about)
    return add_document(town.office, town[login], file_id, paper)


def test_a_consent_counts_once_somebody_of_the_cadastre_accepts_it(town, permit, quarry) -> None:
    assert verdict(town, quarry) is Verdict.ALLOW_WITH_CONSENT
    paper = bring(town, quarry, f"title:{permit}")
    assert verdict(town, quarry) is Verdict.ALLOW_WITH_CONSENT
    accept_document(town.office, town["agent"], paper)
    assert verdict(town, quarry) is Verdict.ALLOW


def test_the_consent_of_another_title_changes_nothing(town, quarry) -> None:
    paper = bring(town, quarry, f"title:{town.titles['PE 526']}")
    accept_document(town.office, town["agent"], paper)
    assert verdict(town, quarry) is Verdict.ALLOW_WITH_CONSENT


def test_who_brings_a_paper_does_not_accept_it(town, permit, quarry) -> None:
    paper = bring(town, quarry, f"title:{permit}", login="agent")
    with pytest.raises(SecondPersonNeeded):
        accept_document(town.office, town["agent"], paper)
    accept_document(town.office, town["agent2"], paper)
    with pytest.raises(NotFound):
        accept_document(town.office, town["chief"], paper)


@pytest.mark.parametrize("login", ["company", "rival", "egc", "minister", "legal", "inspector"])
def test_nobody_but_the_cadastre_accepts_a_paper(town, permit, quarry, login) -> None:
    paper = bring(town, quarry, f"title:{permit}")
    with pytest.raises((NotPermitted, NotFound)):
        accept_document(town.office, town[login], paper)
    assert verdict(town, quarry) is Verdict.ALLOW_WITH_CONSENT


@pytest.mark.parametrize(
    ("kind", "about"),
    [
        ("neighbour_consent", None),
        ("neighbour_consent", "title:"),
        ("neighbour_consent", "place:village:Kapata"),
        ("place_consent", "title:3"),
        ("place_consent", "place:village"),
        ("consent", "title:3"),
    ],
)
def test_a_paper_says_whose_it_is(town, quarry, kind, about) -> None:
    with pytest.raises(InputError, match="about"):
        bring(town, quarry, about, kind)
