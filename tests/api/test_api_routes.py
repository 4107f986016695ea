"""What the API says of the drawn register. Expected numbers are counted on the drawing."""

from __future__ import annotations

from typing import Any

import pytest
from drawn_register import AS_OF, COL, COMPANY, FILE, HOSTILE_CODE, HOSTILE_HOLDER, ROW
from drawn_register import WITHHELD_HOLDER as WITHHELD


def find(client: Any, code: str) -> dict[str, Any]:
    results = client.get("/api/v1/search", params={"q": code}).json()["results"]
    return next(result for result in results if result["code"] == code)


def card(client: Any, code: str) -> dict[str, Any]:
    return client.get(f"/api/v1/titles/{find(client, code)['id']}").json()


def test_summary_counts_titles_by_kind_and_state(public) -> None:
    summary = public.get("/api/v1/summary").json()
    counts = {(entry["kind"], entry["state"]): entry["count"] for entry in summary["rights"]}
    assert counts == {
        ("AECP", "granted"): 1,
        ("PE", "granted"): 1,
        ("PER", "granted"): 1,
        ("PR", "application"): 1,
        ("PR", "granted"): 3,
        ("ZEA", "granted"): 1,
        ("ZRG", "granted"): 1,
    }
    assert summary["demonstration"] is True


def test_card_of_a_right_on_the_lattice(public) -> None:
    title = card(public, "100")
    assert title["cells"] == 100
    assert title["legal_area_ha"] == "8495.500"  # 100 × 84.955
    assert title["on_lattice"] is True
    assert title["holders"] == [{"name": COMPANY, "share": None}]
    assert title["granted_on"] == "2012-03-04"
    assert title["status_raw"] == "Actif"
    assert title["source"] == {"file": FILE, "row": 1, "as_of": AS_OF.isoformat()}
    west, south, east, north = title["bounds"]
    assert [west * 120, south * 120] == pytest.approx([COL, ROW])
    assert [east * 120, north * 120] == pytest.approx([COL + 10, ROW + 10])
    # A carré at 10.66° S measures 84.04 ha (domain: 84.032 at 10.7° S).
    assert title["geodesic_area_ha"] == pytest.approx(8404, rel=2e-3)


def test_card_of_a_right_off_the_lattice_measures_and_does_not_count(public) -> None:
    title = card(public, "105")
    assert title["on_lattice"] is False
    assert title["cells"] is None
    assert title["legal_area_ha"] is None
    assert title["area_cells"] == pytest.approx(16)


def test_overlaps_stand_on_both_cards(public) -> None:
    host, zone = card(public, "100"), card(public, "ZEA-1")
    there = {overlap["other"]["code"]: overlap for overlap in host["overlaps"]}
    assert host["overlaps_total"] == len(host["overlaps"])
    assert {code: overlap["cells"] for code, overlap in there.items()} == {
        "101": 6,
        "ZEA-1": 4,
        "ZRG 9": 20,
    }
    back = next(overlap for overlap in zone["overlaps"] if overlap["other"]["code"] == "100")
    assert back["id"] == there["ZEA-1"]["id"]
    assert there["ZEA-1"]["share"] == pytest.approx(0.04)
    assert back["share"] == pytest.approx(1)
    assert there["ZEA-1"]["legal_area_ha"] == "339.820"  # 4 × 84.955
    assert "30" in back["article"]
    assert back["message"]["fr"]
    assert back["message"]["en"]


def test_a_quarry_on_an_exploration_permit_is_allowed(public) -> None:
    # Code 2018 art 30 (d), read in a published copy (S): domain.md, section 2.3.
    overlap = card(public, "102")["overlaps"][0]
    assert (overlap["cells"], overlap["verdict"], overlap["confidence"]) == (4, "allow", "S")


def test_geometry_is_whole_and_in_degrees(public) -> None:
    answer = public.get(f"/api/v1/titles/{find(public, '104')['id']}/geometry").json()
    assert answer["type"] == "Feature"
    assert answer["geometry"]["type"] in {"Polygon", "MultiPolygon"}
    flat = str(answer["geometry"]["coordinates"]).replace("[", "").replace("]", "").split(",")
    longitudes = [float(value) for value in flat[::2]]
    assert (min(longitudes) * 120, max(longitudes) * 120) == pytest.approx((COL + 40, COL + 43))
    runs = answer["properties"]["runs"]
    assert {(first, end) for _, first, end in runs} == {(COL + 40, COL + 43)}


def test_search_by_code_by_holder_and_past_accents(public) -> None:
    assert find(public, "103")["kind"] == "PR"
    results = public.get("/api/v1/search", params={"q": "kalónda mining"}).json()["results"]
    assert {"100", "101"} <= {result["code"] for result in results}


@pytest.mark.parametrize("words", ["%", "_", "\\", "((", "100%' or 1=1 --", "é" * 99])
def test_search_takes_any_text_as_text(public, words: str) -> None:
    answer = public.get("/api/v1/search", params={"q": words})
    assert answer.status_code == 200
    assert answer.json()["results"] == []


def test_search_survives_a_nul_and_a_quote(public) -> None:
    for words in ("\u0000103", "'"):
        assert public.get("/api/v1/search", params={"q": words}).status_code == 200


def test_hostile_names_are_passed_on_as_text(public) -> None:
    title = card(public, HOSTILE_CODE)
    assert title["holders"][0]["name"] == HOSTILE_HOLDER
    answer = public.get("/api/v1/search", params={"q": HOSTILE_CODE})
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_withheld_names_are_for_the_cadastre_alone(public, signed_in) -> None:
    assert card(public, "105")["holders"] == [{"name": None, "share": None}]
    assert WITHHELD not in public.get("/api/v1/search", params={"q": "105"}).text
    assert public.get("/api/v1/search", params={"q": "Ilunga"}).json()["results"] == []
    assert card(signed_in("reader"), "105")["holders"][0]["name"] is None
    for login in ("agent", "admin"):
        client = signed_in(login)
        assert card(client, "105")["holders"][0]["name"] == WITHHELD
        assert client.get("/api/v1/search", params={"q": "Ilunga"}).json()["results"]


def test_overlaps_come_in_pages_and_by_verdict(public) -> None:
    everything = public.get("/api/v1/overlaps").json()
    assert everything["total"] == 5 == len(everything["items"])
    first = public.get("/api/v1/overlaps", params={"limit": 2}).json()
    second = public.get("/api/v1/overlaps", params={"limit": 2, "offset": 2}).json()
    ids = [item["id"] for item in everything["items"]]
    assert [item["id"] for page in (first, second) for item in page["items"]] == ids[:4]
    allowed = public.get("/api/v1/overlaps", params={"verdict": "allow"}).json()
    assert {item["verdict"] for item in allowed["items"]} == {"allow"}
    summary = public.get("/api/v1/summary").json()["overlaps"]
    assert sum(entry["count"] for entry in summary) == 5


def test_a_verdict_that_nobody_gives_has_no_overlaps(public) -> None:
    for verdict in ("perhaps", "'", "é", "\n"):
        answer = public.get("/api/v1/overlaps", params={"verdict": verdict})
        assert (answer.status_code, answer.json()["total"]) == (200, 0)


def test_import_issues_are_for_the_cadastre_alone(public, signed_in) -> None:
    assert public.get("/api/v1/issues").status_code == 401
    refused = signed_in("reader").get("/api/v1/issues")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
    for login in ("agent", "admin"):
        page = signed_in(login).get("/api/v1/issues").json()
        assert {"status_unknown", "encoding_guessed"} <= {i["kind"] for i in page["items"]}
        assert page["total"] == len(page["items"])
        values = [issue["value"] for issue in page["items"] if issue["kind"] == "status_unknown"]
        assert values == [HOSTILE_CODE]
        said = next(issue for issue in page["items"] if issue["kind"] == "status_unknown")
        assert said["field_label"] == {"fr": "Statut", "en": "Status"}
        assert said["corrector"] == {"fr": "l’expéditeur", "en": "the sender"}
        assert "compris" in said["meaning"]["fr"]
        assert "understood" in said["meaning"]["en"]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/v1/titles/999999", 404, "not_found"),
        ("/api/v1/titles/999999/geometry", 404, "not_found"),
        ("/api/v1/titles/0", 400, "bad_request"),
        (f"/api/v1/titles/{1 << 63}", 400, "bad_request"),
        ("/api/v1/titles/x", 400, "bad_request"),
        ("/api/v1/search", 400, "bad_request"),
        (f"/api/v1/search?q={'a' * 101}", 400, "bad_request"),
        ("/api/v1/search?q=a&limit=51", 400, "bad_request"),
        ("/api/v1/overlaps?verdict=%00", 400, "bad_request"),
        ("/api/v1/overlaps?limit=0", 400, "bad_request"),
        ("/api/v1/overlaps?offset=-1", 400, "bad_request"),
        ("/api/v1/nothing", 404, "no_such_address"),
        ("/nothing", 404, "no_such_address"),
    ],
)
def test_what_cannot_be_answered_is_a_problem(public, path: str, status: int, code: str) -> None:
    answer = public.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.json()["status"], answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    "path", ["/api/v1/summary", "/api/v1/style", "/api/v1/overlaps", "/api/v1/search?q=100"]
)
def test_what_the_asker_holds_is_not_sent_again(public, path: str) -> None:
    first = public.get(path)
    tag = first.headers["etag"]
    again = public.get(path, headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag
    assert public.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_an_officers_answer_has_another_tag_and_is_private(public, signed_in) -> None:
    tag = public.get("/api/v1/summary").headers["etag"]
    answer = signed_in("agent").get("/api/v1/summary", headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, no-cache"


def test_text_is_compressed_for_those_who_ask(public) -> None:
    answer = public.get("/api/v1/style", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.json()["kinds"]
