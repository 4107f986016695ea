"""Charts: the same bytes each time, told in words, and no bar where nobody looked."""

from __future__ import annotations

import csv
import io
from datetime import date
from xml.etree import ElementTree

import pytest
import shapely
from shapely import Point, box

from geo.activity.expansion import Subject, SubjectKind, expansion_of
from geo.activity.looks import steps_between
from geo.activity.records import Observation, Seen, Survey
from maps.charts.expansion import change_chart, expansion_csv, rings_chart, summary
from maps.style import LANGUAGES

LON, LAT, CELL = 25.5, -10.75, 1 / 120
MONTHS = steps_between(date(2024, 1, 1), date(2024, 4, 30))
WORLD = shapely.MultiPolygon([box(LON - 1, LAT - 1, LON + 1, LAT + 1)])
SVG = "{http://www.w3.org/2000/svg}"
ATTACK = '=ZEA <1> & "x"'


def found(*, points: bool = False, looked=(0, 1, 3), name=ATTACK):
    """A patch in each month surveyed; March (2) is surveyed by nobody."""
    subject = Subject(SubjectKind.ASM_AREA, name, box(LON, LAT, LON + CELL, LAT + CELL))
    patch = box(LON, LAT, LON + CELL / 2, LAT + CELL / 2)
    shape = Point(LON + 0.001, LAT + 0.001) if points else shapely.MultiPolygon([patch])
    observations = [Observation(None, "s", Seen.DETECTION, shape, MONTHS[m]) for m in looked]
    observations.append(Observation(None, "s", Seen.DETECTION, shape, None))
    surveys = [Survey("s", WORLD, MONTHS[month]) for month in looked]
    return expansion_of(subject, observations, surveys, MONTHS)


@pytest.mark.parametrize("chart", [rings_chart, change_chart])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["svg", "png"])
def test_a_chart_is_the_same_bytes_each_time(chart, language, kind):
    one, other = (chart(found(), language, kind).content for _ in range(2))
    assert one == other
    assert one.startswith(b"\x89PNG" if kind == "png" else b"<?xml")
    assert b"<dc:date>" not in one


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_svg_tells_its_figures_and_fetches_nothing(language):
    drawn = rings_chart(found(), language)
    root = ElementTree.fromstring(drawn.content)
    assert root.get("role") == "img"
    assert ATTACK in root.find(f"{SVG}title").text
    assert root.find(f"{SVG}desc").text == drawn.alt == summary(found(), language)
    text = drawn.content.decode()
    assert "<!DOCTYPE" not in text
    assert "<script" not in text
    assert all(ref.startswith("#") for ref in hrefs(root))


def hrefs(root) -> list[str]:
    return [
        value for one in root.iter() for name, value in one.attrib.items() if name.endswith("href")
    ]


def test_a_month_that_nobody_surveyed_is_a_band_and_no_bar():
    def paths(expansion) -> int:
        root = ElementTree.fromstring(rings_chart(expansion, "fr").content)
        return len([one for one in root.iter(f"{SVG}g") if one.get("id", "").startswith("patch_")])

    assert paths(found()) == paths(found(looked=(0, 1, 2, 3))) + 2  # the band and its legend


def test_the_words_say_what_the_chart_cannot():
    french, english = summary(found(), "fr"), summary(found(), "en")
    assert "4 périodes, dont 1 non observées" in french
    assert "1 observations sans date indiquée" in french
    assert "1 of them not surveyed" in english
    assert "in Apr 2024: 21.0 ha" in english  # a quarter of a carré, 84.0 ha there (domain.md 1)
    never = found(looked=())
    assert "rien n’en est dit" in summary(never, "fr")
    assert rings_chart(never, "en").alt.endswith("nothing is said of it.")


def test_the_table_leaves_empty_what_nobody_surveyed():
    rows = list(csv.DictReader(io.StringIO(expansion_csv(found()))))
    assert len(rows) == 4 * 4
    march = next(row for row in rows if row["from"] == "2024-03-01" and row["zone"] == "inside")
    assert (march["surveyed"], march["seen_ha"], march["new_ha"]) == ("not_surveyed", "", "")
    april = next(row for row in rows if row["from"] == "2024-04-01" and row["zone"] == "inside")
    assert float(april["seen_ha"]) == pytest.approx(21.0, abs=0.1)
    assert rows[0]["subject"] == "'" + ATTACK  # no spreadsheet takes it for a formula


def test_places_are_drawn_where_nothing_has_a_size():
    assert "1 places without a size" in summary(found(points=True), "en")
    assert rings_chart(found(points=True), "fr", "png").content.startswith(b"\x89PNG")
