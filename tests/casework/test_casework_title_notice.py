"""A title application under consultation: not decided before it closes, nor its notice after it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text
from test_casework_titles import application, step

from geo.errors import NeedsRuling, NotPermitted, StepRefused
from geo.register.orders import ActOrder

LENGTH = {"days": 30, "length_basis": "réunion du village"}


def standing(town) -> list[tuple[date, date | None]]:
    """The notices that everybody reads: last day, and the day on which one was withdrawn."""
    with town.official() as unit:
        rows = unit.connection.execute(
            text("select closes_on, withdrawn_on from published.notice order by id")
        )
        return [(row.closes_on, row.withdrawn_on) for row in rows]


@pytest.fixture
def published(town) -> int:
    """A file filed on 3 March 2025 with a notice of thirty days."""
    file_id = application(town)
    step(town, "company", file_id, "file", 0)
    step(town, "agent", file_id, "publish_notice", 1, payload=LENGTH)
    return file_id


def test_a_notice_is_published_by_the_cadastre_alone(town, published) -> None:
    assert standing(town) == [(date(2025, 4, 2), None)]
    with pytest.raises(NotPermitted):
        step(town, "company", published, "publish_notice", 2, payload=LENGTH)


def to_the_minister(town, file_id) -> None:
    """Take the file to its decision."""
    step(town, "agent", file_id, "propose_favourable", 2)
    step(town, "agent2", file_id, "confirm_favourable", 3)
    step(town, "agent", file_id, "forward", 4)


@pytest.mark.parametrize(("day", "open_"), [(date(2025, 4, 2), True), (date(2025, 4, 3), False)])
def test_nothing_is_granted_while_objections_are_in_time(town, published, day, open_) -> None:
    to_the_minister(town, published)
    town.clock.go_to(day)
    act = ActOrder("grant", "Arrêté 9", day)
    with pytest.raises((StepRefused, NeedsRuling)) as refused:
        step(town, "minister", published, "grant", 5, act=act)
    still_open = isinstance(refused.value, StepRefused) and "2025-04-02" in str(refused.value)
    assert still_open is open_


def test_a_withdrawn_application_takes_its_open_notice_with_it(town, published) -> None:
    step(town, "company", published, "withdraw", 2, reason="renoncé")
    assert standing(town) == [(date(2025, 4, 2), date(2025, 3, 3))]


def test_a_notice_that_is_over_stays_as_it_was(town, published) -> None:
    town.clock.go_to(date(2025, 4, 3))
    step(town, "company", published, "withdraw", 2, reason="renoncé")
    assert standing(town) == [(date(2025, 4, 2), None)]
