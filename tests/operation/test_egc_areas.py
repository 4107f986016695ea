"""Areas on a page: the list, words, the check while drawing, who works where, the chart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest
from defusedxml import ElementTree
from drawn_register import settings_for
from operation_ground import EAST_PORTION, WEST_PORTION, box, geojson, pit
from operation_people import PASSWORD, PEOPLE, House
from served import served

from api.app import create_app
from geo.casework.operation.production import MonthTotal
from maps.charts.production import production_chart, summary, tonnes_text

DAY = "2025-09-01"
KEEPERS = {"egc.one", "inspector.one"}
OFFICIALS = KEEPERS | {"officer", "supervisor", "legal", "minister"}
READERS = OFFICIALS | {"company"}
ASKERS = (None, *sorted(set(PEOPLE) - {"egc.two", "inspector.two", "stranger"}))

Ask = Callable[..., httpx.Response]


@pytest.fixture(scope="module")
def ask(house: House, database: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Ask as one of the people, or as nobody."""
    settings = settings_for(database, tmp_path_factory.mktemp("data"))
    app = create_app(settings, lambda: datetime(2025, 9, 2, 9, tzinfo=UTC))
    clients: dict[str | None, httpx.Client] = {}
    with served(app) as address:

        def send(login: str | None, method: str, path: str, **more: Any) -> httpx.Response:
            if login not in clients:
                headers = {"Origin": address, "Accept-Language": "en"}
                made = clients[login] = httpx.Client(base_url=address, headers=headers)
                if login is not None:
                    known = {"name": login, "password": PASSWORD}
                    assert made.post("/api/v1/session", json=known).status_code == 200
            return clients[login].request(method, f"/api/v1/operation{path}", **more)

        yield send
    for made in clients.values():
        made.close()


def laid(content: bytes, **form: Any) -> dict[str, Any]:
    """A layout as a form sends it."""
    return {"files": {"layout": ("plan.geojson", content)}, "data": {"on_day": DAY, **form}}


def test_who_may_read_and_who_may_ask_for_a_check(ask: Ask, house: House) -> None:
    area = f"/{house.allocation}"
    for path in ("", "/words", f"{area}/attributions", f"{area}/production/2025/chart.svg"):
        may = {login for login in ASKERS if ask(login, "GET", path).status_code == 200}
        assert may == READERS, path
        assert ask(None, "GET", path).status_code == 401
    content = geojson(pit("P1", box(100, 100)))
    path = f"{area}/layouts/check"
    answers = {one: ask(one, "POST", path, **laid(content)).status_code for one in ASKERS}
    assert {one for one, status in answers.items() if status == 200} == KEEPERS
    stranger = ask("stranger", "GET", f"{area}/attributions")
    assert (stranger.status_code, ask("stranger", "GET", "").json()) == (404, [])
    assert ask("egc.one", "GET", f"/{house.zone}/attributions").status_code == 404


def test_the_list_shows_each_person_his_areas_with_ground_and_cooperatives(
    ask: Ask, house: House
) -> None:
    lines = {one["title_id"]: one for one in ask("inspector.one", "GET", "").json()}
    assert set(lines) == {house.allocation, house.zone, house.egc_ground}
    one = lines[house.allocation]
    assert (one["code"], one["basis"], one["cells"]) == ("AL 1", "allocation", 4)
    assert (one["held_from"], one["ends_on"]) == ("2025-03-03", "2035-03-03")
    assert (one["state"], one["state_label"]["fr"]) == ("not_assessed", "Non évaluée")
    assert one["state_since"] is None
    assert one["cooperatives"] == ["Coopérative Tumaini", "Coopérative Umoja"]
    assert lines[house.zone]["ends_on"] is None
    mine = {one["title_id"] for one in ask("egc.one", "GET", "").json()}
    assert mine == {house.allocation, house.egc_ground}
    (theirs,) = ask("company", "GET", "").json()
    assert theirs["title_id"] == house.allocation
    assert theirs["incidents"] is None


def test_findings_and_incidents_are_counted_once(ask: Ask, house: House) -> None:
    area = f"/{house.zone}"

    def kept(path: str, **body: Any) -> int:
        answer = ask("inspector.one", "POST", f"{area}/{path}", json={"on_day": DAY, **body})
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    visit = kept("inspections", authority="SAEMAPE", summary="visite")
    first = kept("findings", severity="minor", text="affichage", inspection_id=visit)
    kept("findings", severity="minor", text="affichages", inspection_id=visit, corrects=first)
    closed = kept("findings", severity="minor", text="abri", inspection_id=visit)
    kept("closures", finding_id=closed, remediation="réparé")
    kept("incidents", category="fall", text="chute")
    lines = {one["title_id"]: one for one in ask("legal", "GET", "").json()}
    assert (lines[house.zone]["findings"], lines[house.zone]["incidents"]) == (1, 1)
    assert (lines[house.egc_ground]["findings"], lines[house.egc_ground]["incidents"]) == (0, 0)


def test_words_name_every_kind_and_level(ask: Ask) -> None:
    said = ask("egc.one", "GET", "/words").json()
    kinds = {one["code"]: one for one in said["kinds"]}
    assert kinds["pit"]["drawn_as"] == ["Polygon"]
    assert kinds["pit"]["takes"] == "depth_m"
    assert kinds["haul_way"]["drawn_as"] == ["Polygon", "LineString"]
    assert kinds["water"]["drawn_as"] == ["Polygon", "LineString", "Point"]
    assert kinds["exclusion_strip"]["takes"] == "width_m"
    assert kinds["facility"]["takes"] is None
    levels = [(one["level"], one["effect"]) for one in said["levels"]]
    assert levels == [
        *((0, "not_assessed"), (1, "stop"), (2, "suspend"), (3, "improve"), (4, "none"))
    ]


def test_a_check_says_what_keeping_would_say_and_keeps_nothing(ask: Ask, house: House) -> None:
    area = f"/{house.allocation}"
    content = geojson(pit("P1", box(-25, 100), "10.01"), pit("P2", box(300, 300), None))
    before = ask("egc.one", "GET", area).json()["layouts"]
    said = ask("egc.one", "POST", f"{area}/layouts/check", **laid(content)).json()
    assert ask("egc.one", "GET", area).json()["layouts"] == before
    kept = ask("egc.one", "POST", f"{area}/layouts", **laid(content)).json()
    assert said["issues"] == kept["issues"]
    by_code = {one["code"]: one for one in said["issues"]}
    assert by_code["pit_too_deep"]["severity"] == "block"
    assert by_code["pit_too_deep"]["article"]
    assert by_code["depth_unknown"]["severity"] == "needs_legal_review"
    assert by_code["depth_unknown"]["features"] == ["P2"]
    refused = ask("egc.one", "POST", f"{area}/layouts/check", **laid(b"{}"))
    assert (refused.status_code, refused.json()["code"]) == (422, "file_refused")


def test_a_version_that_was_not_seen_is_not_written_over(ask: Ask, house: House) -> None:
    path = f"/{house.egc_ground}/layouts"
    content = geojson(pit("P1", box(0, 0)))
    first = ask("egc.one", "POST", path, **laid(content, expected_version=0))
    assert first.json()["version"] == 1
    late = ask("egc.two", "POST", path, **laid(content, expected_version=0))
    assert (late.status_code, late.json()["code"]) == (409, "file_changed")
    assert len(ask("egc.one", "GET", f"/{house.egc_ground}").json()["layouts"]) == 1
    assert ask("egc.two", "POST", path, **laid(content, expected_version=1)).status_code == 201


def test_who_works_where(ask: Ask, house: House) -> None:
    path = f"/{house.allocation}/attributions"
    said = {one["code"]: one for one in ask("egc.one", "GET", path).json()}
    assert set(said) == {"WA 1", "WA 2"}
    west = said["WA 1"]
    assert (west["cooperative"], west["cells"], west["kind"]) == (
        *("Coopérative Tumaini", 2),
        "WORK_AREA",
    )
    assert west["runs"] == [list(run) for run in WEST_PORTION.to_lists()]
    assert said["WA 2"]["runs"] == [list(run) for run in EAST_PORTION.to_lists()]
    assert west["approval_reference"] == "Agrément 12"
    theirs = ask("company", "GET", path).json()
    assert {(one["approval_reference"], one["party_id"]) for one in theirs} == {(None, None)}


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_chart_tells_its_figures_and_the_silent_months(
    ask: Ask, house: House, lang: str
) -> None:
    for month, substance, tonnes in (
        *(("2025-06-01", "Co", "12.5"), ("2025-06-01", "Cu", "0")),
        ("2025-08-01", "Co", "1200"),
    ):
        body = {"on_day": DAY, "month": month, "substance": substance, "tonnes": tonnes}
        path = f"/{house.egc_ground}/declarations"
        answer = ask("egc.one", "POST", path, json={**body, "declared_by": "egc"})
        assert answer.status_code == 201, answer.text
    path = f"/{house.egc_ground}/production/2025/chart.svg"
    answer = ask("egc.one", "GET", path, params={"lang": lang})
    assert answer.headers["content-type"] == "image/svg+xml"
    told = ElementTree.fromstring(answer.content).find("{http://www.w3.org/2000/svg}desc").text
    if lang == "en":
        assert "Cu: Jun 2025 0 t." in told
        assert "Without a declaration: Jan 2025," in told
        assert "Sep 2025." in told  # of October nothing is said: it has not come
        assert "Oct 2025" not in told
    else:
        assert "Sans déclaration : janv. 2025" in told


def test_the_chart_of_a_silent_year_says_so_and_draws_the_same_bytes() -> None:
    first, again = (production_chart([], 2024, date(2025, 1, 1), "AL 1", "fr") for _ in "ab")
    assert first.content == again.content
    assert first.alt == "Aucune déclaration pour 2024 : rien n’en est dit."
    one = MonthTotal(date(2025, 6, 1), "Co", Decimal("12.5000"), 1)
    said = summary([one], 2025, date(2025, 6, 30), "fr")
    assert "Co : juin 2025 12,5 t." in said
    assert (tonnes_text(Decimal("100"), "en"), tonnes_text(Decimal("0.0000"), "en")) == ("100", "0")
