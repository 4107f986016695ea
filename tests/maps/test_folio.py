"""The map as a file: what is in it, and what cannot get in."""

import json
import re

import folium
import pytest
from rights import TEMPLATE_ATTACK

from maps import folio
from maps.folio import About, folio_html
from maps.style import Label

ABOUT = About(Label("Essai", "Trial"), (("register.gpkg", "ab" * 32),), illustrative=True)


@pytest.fixture(scope="module")
def page(small_findings):
    return folio_html(small_findings, ABOUT)


@pytest.fixture(scope="module")
def data(page):
    pattern = r'<script type="application/json" id="folio-data">(.*?)</script>'
    return json.loads(re.search(pattern, page, re.DOTALL).group(1))


def test_it_is_a_folium_map_in_one_file(page):
    assert 'class="folium-map"' in page
    assert not re.search(r"<(?:script|img|iframe)[^>]* src=|<link\b", page)


def test_names_that_attack_are_nowhere_markup(page):
    assert "</script><script>alert(1)" not in page
    assert "\\u003c/script\\u003e\\u003cscript\\u003ealert(1)" in page


def test_names_that_are_templates_stay_text(page, data):
    """folium renders what elements give it as templates: nothing received may pass through that."""
    assert f"{TEMPLATE_ATTACK} (60 %)" in data["strings"]
    assert "49" not in data["strings"]
    assert page.count("function foliate(") == 1


def test_rows_and_overlaps_are_all_there(data):
    assert [title[0] for title in data["titles"]] == [
        "4960",
        "=cmd|' /C calc'!A0",
        "",
        "off",
        "nowhere",
    ]
    pairs = {(overlap[0], overlap[1]): overlap[3] for overlap in data["overlaps"]}
    assert pairs == {(0, 1): 4, (1, 2): 1, (0, 3): 0.5}


def test_exact_rights_are_drawn_in_whole_carres(data):
    west, south = 26 * 120, -11 * 120
    (ring,) = data["titles"][0][-1]
    assert data["titles"][0][11] == 1
    corners, x, y = set(), 0, 0
    for dx, dy in zip(ring[::2], ring[1::2], strict=True):
        x, y = x + dx, y + dy
        corners.add((x - west, y - south))
    assert corners == {(0, 0), (10, 0), (10, 6), (0, 6)}


def test_a_right_off_the_lattice_keeps_its_shape(data):
    (ring,) = data["titles"][3][-1]
    assert data["titles"][3][11] == 0
    assert ring[:2] == [260_000_000, -110_000_000]
    assert len(ring) == 6


def test_a_right_without_geometry_is_listed_and_not_drawn(data):
    assert data["titles"][4][-1] == []


def test_the_map_says_where_its_data_comes_from(data):
    assert data["files"] == [{"name": "register.gpkg", "sha256": "ab" * 32}]
    assert data["on"] == "2024-06-01"
    assert data["illustrative"] is True
    assert "GeoNames" in data["credits"]


def test_the_same_findings_give_the_same_bytes(page, small_findings):
    assert folio_html(small_findings, ABOUT) == page


def test_other_folium_maps_keep_their_links(page):
    addresses = [address for _, address in folium.Map.default_js]
    plain = folium.Map().get_root().render()
    assert all(address in plain for address in addresses)
    assert len(folio.LeafletOnly.default_js) == 1


def test_a_plugin_that_is_not_vendored_fails_loudly(small_findings, monkeypatch):
    links = [*folio.LeafletOnly.default_js, ("plugin", "https://example.invalid/p.js")]
    monkeypatch.setattr(folio.LeafletOnly, "default_js", links)
    with pytest.raises(KeyError, match="plugin"):
        folio_html(small_findings, ABOUT)


def test_every_word_is_said_in_both_languages():
    source = (folio.PAGE / "words.js").read_text(encoding="utf-8")
    french, english = source.split("  en: {")
    keys = re.compile(r"^    (\w+):", re.MULTILINE)
    assert set(keys.findall(french)) == set(keys.findall(english.split("const LOCALES")[0]))
