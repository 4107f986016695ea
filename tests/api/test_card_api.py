"""The parts of a card, the lists beside the map and the search, on the drawn register.

Expected numbers are counted on the drawing (see ``drawn_register``); angles by hand: column 3060 is
3060 × 30″ = 25°30′, row -1284 is 10°42′ S.
"""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from drawn_register import COL, COMPANY, HOSTILE_CODE, ROW, WITHHELD_HOLDER

HERE = f"{(COL - 6) / 120},{(ROW - 1) / 120},{(COL + 12) / 120},{(ROW + 11) / 120}"


def found(client: Any, words: str) -> dict[str, Any]:
    answer = client.get("/api/v1/search", params={"q": words})
    assert answer.status_code == 200, answer.text
    return answer.json()


def number_of(client: Any, code: str) -> int:
    return next(one["id"] for one in found(client, code)["results"] if one["code"] == code)


def part(client: Any, code: str, name: str, **asked: Any) -> dict[str, Any]:
    answer = client.get(f"/api/v1/titles/{number_of(client, code)}/{name}", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_vertices_of_carres_in_order_and_both_notations(public) -> None:
    answer = part(public, "100", "vertices")
    (ring,) = answer["rings"]
    assert (answer["on_lattice"], answer["total"], ring["hole"]) == (True, 4, False)
    words = [(one["lat_dms"], one["lon_dms"]) for one in ring["vertices"]]
    assert words == [
        ("10° 37′ 00″ S", "25° 30′ 00″ E"),  # north-west, then with the carrés on the left
        ("10° 42′ 00″ S", "25° 30′ 00″ E"),
        ("10° 42′ 00″ S", "25° 35′ 00″ E"),
        ("10° 37′ 00″ S", "25° 35′ 00″ E"),
    ]
    assert ring["vertices"][1] == {
        "lon": 25.5,
        "lat": -10.7,
        "lon_dms": "25° 30′ 00″ E",
        "lat_dms": "10° 42′ 00″ S",
    }


def test_vertices_off_the_lattice_are_as_received_and_said_so(public) -> None:
    answer = part(public, "105", "vertices")
    assert answer["on_lattice"] is False
    lons = {round(one["lon"], 9) for one in answer["rings"][0]["vertices"]}
    assert lons == {round((COL + 50 + 1 / 3) / 120, 9), round((COL + 54 + 1 / 3) / 120, 9)}


def test_the_csv_of_vertices_has_no_formula(public) -> None:
    answer = public.get(f"/api/v1/titles/{number_of(public, HOSTILE_CODE)}/vertices.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "<" not in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["vertex"] for row in rows] == ["1", "2", "3", "4"]
    assert rows[0]["latitude_dms"][0].isdigit()
    assert float(rows[0]["latitude"]) == pytest.approx((ROW + 2) / 120)
    assert float(rows[0]["longitude"]) == pytest.approx((COL + 60) / 120)


def test_history_of_an_import_names_its_row_and_its_day(public) -> None:
    answer = part(public, "100", "history")
    assert answer["acts_shown"] is False
    (event,) = answer["events"]
    assert event["what"] == ["granted"]
    assert event["source"]["row"] == 1
    assert event["after"]["holders"] == [COMPANY]
    assert event["cells_gained"] == 100
    assert event["acts"] == []


def test_history_withholds_names_from_all_but_the_cadastre(public, signed_in) -> None:
    (event,) = part(public, "105", "history")["events"]
    assert event["after"]["holders"] == [None]
    assert WITHHELD_HOLDER not in str(part(public, "105", "history"))
    (event,) = part(signed_in("reader"), "105", "history")["events"]
    assert event["after"]["holders"] == [None]
    (event,) = part(signed_in("agent"), "105", "history")["events"]
    assert event["after"]["holders"] == [WITHHELD_HOLDER]


def test_documents_say_that_there_are_none_and_the_extract_is_for_who_signed_in(
    public, signed_in
) -> None:
    assert part(public, "100", "documents") == {
        "acts": [],
        "notices": [],
        "survey_extract": None,
    }
    address = part(signed_in("reader"), "100", "documents")["survey_extract"]
    assert address.endswith("/survey-extract.pdf")


def test_unknown_titles_have_no_parts(public) -> None:
    for name in ("overlaps", "vertices", "vertices.csv", "history", "documents"):
        assert public.get(f"/api/v1/titles/999999/{name}").status_code == 404


def test_overlaps_come_in_pages(public) -> None:
    first = part(public, "100", "overlaps", limit=2)
    rest = part(public, "100", "overlaps", limit=2, offset=2)
    codes = [one["other"]["code"] for one in (*first["items"], *rest["items"])]
    assert (first["total"], codes) == (3, ["ZRG 9", "101", "ZEA-1"])  # 20, 6 and 4 carrés


def test_titles_in_view_are_counted_paged_and_follow_the_layers(public) -> None:
    def listed(**asked: Any) -> tuple[int, list[str]]:
        answer = public.get("/api/v1/titles", params={"bbox": HERE, **asked})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        return page["total"], [one["code"] for one in page["items"]]

    assert listed() == (4, ["100", "101", "ZEA-1", "ZRG 9"])
    assert listed(limit=1, offset=1) == (4, ["101"])
    assert listed(kinds_off="PE,ZRG") == (2, ["101", "ZEA-1"])
    assert listed(states_off="granted")[0] < 4
    page = public.get("/api/v1/titles", params={"bbox": HERE}).json()
    assert page["items"][0]["cells"] == 100
    assert page["items"][0]["legal_area_ha"] == "8495.500"
    off = public.get("/api/v1/titles", params={"bbox": "25,-11,27,-10", "kinds_off": "PE"}).json()
    odd = next(one for one in off["items"] if one["code"] == "105")
    assert (odd["cells"], odd["legal_area_ha"]) == (None, None)
    assert odd["area_cells"] == pytest.approx(16)


def test_titles_in_view_and_on_a_carre_of_another_day(public) -> None:
    asked = {"bbox": HERE, "on": "1950-01-01"}
    assert public.get("/api/v1/titles", params=asked).json() == {"total": 0, "items": []}
    later = {"bbox": HERE, "on": "2026-07-02", "kinds_off": "ZRG"}
    codes = [one["code"] for one in public.get("/api/v1/titles", params=later).json()["items"]]
    assert codes == ["100", "101", "ZEA-1"]
    there = public.get(f"/api/v1/carres/{COL + 1}/{ROW + 1}", params={"on": "2013-01-01"}).json()
    assert "101" not in [one["code"] for one in there["titles"]], "granted in 2014"
    known = {"bbox": HERE, "as_known_on": "2000-01-01"}
    assert public.get("/api/v1/titles", params=known).json()["total"] == 0


@pytest.mark.parametrize("bbox", ["1,2,3", "a,b,c,d", "26,-10,25,-11", "0,0,200,1", "nan,0,1,1"])
def test_a_box_that_is_none_is_refused(public, bbox: str) -> None:
    assert public.get("/api/v1/titles", params={"bbox": bbox}).status_code == 422


def test_a_carre_names_who_holds_it(public) -> None:
    def holding(col: int, row: int) -> dict[str, float]:
        answer = public.get(f"/api/v1/carres/{COL + col}/{ROW + row}").json()
        return {one["code"]: one["share"] for one in answer["titles"]}

    assert holding(1, 1) == {"100": 1, "101": 1, "ZRG 9": 1}
    assert holding(9, 9) == {"100": 1}
    assert holding(10, 9) == {}, "the carré beside it only touches"
    assert holding(50, 0) == {"105": pytest.approx(4 / 9)}, "two thirds by two thirds"
    answer = public.get(f"/api/v1/carres/{COL}/{ROW}").json()
    assert answer["bounds"][:2] == [25.5, -10.7]
    assert (answer["inside"], answer["province"]) == (True, "Lualaba")
    assert public.get("/api/v1/carres/0/0").json()["inside"] is False
    assert public.get("/api/v1/carres/99999/0").status_code == 400


def test_search_finds_places_without_accents(public) -> None:
    places = found(public, "kasai")["places"]
    assert {one["kind"] for one in places} >= {"province"}
    (town,) = [one for one in found(public, "Kolwezi")["places"] if one["kind"] == "town"]
    assert town["bounds"][:2] == pytest.approx([25.47, -10.71], abs=0.02)  # GeoNames


def test_search_reads_coordinates_and_states_their_order(public) -> None:
    (point,) = found(public, "10°42'15\" S, 25°30'15\" E")["points"]
    assert (point["order"], point["col"], point["row"]) == ("letters", COL, ROW - 1)
    readings = found(public, "25,5 -10,7")["points"]
    assert [(one["order"], one["inside"]) for one in readings] == [
        ("lon_lat", True),
        ("lat_lon", False),
    ]
    assert found(public, "PE 100")["points"] == []


def test_search_reads_a_carre(public) -> None:
    assert found(public, f"{COL}, −{-ROW}")["carre"] == {"col": COL, "row": ROW, "inside": True}
    assert found(public, "carré 5, 7")["carre"] == {"col": 5, "row": 7, "inside": False}
    assert found(public, "100")["carre"] is None
