"""The extract lists the vertices exactly, and its drawing measures what its scale says."""

from __future__ import annotations

import io
import math
import re

import pypdf
import pytest
import shapely
from paper_rows import (
    COLUMN,
    HOSTILE,
    PRINTED,
    ROW,
    an_extract,
    around,
    drawn_on,
    pages_of,
    square,
    text_of,
)
from pyproj import Geod

from geo.errors import GridError
from geo.grid import PERU_18_SOUTH
from geo.perimeter import Perimeter
from maps.papers import ExtractPaper, Limit, Neighbour, survey_extract
from maps.papers.survey import named_with_kind

POINTS_PER_MM = 72 / 25.4
# 50 columns of three carrés, each a row higher: 4 corners, and 4 for each of the 49 steps
STAIRS = Perimeter.from_cells([(COLUMN + i, ROW + j) for i in range(50) for j in range(i, i + 3)])
LARGEST = square(COLUMN, ROW, 21, 22) | square(COLUMN + 21, ROW, 1, 9)
RING = square(COLUMN, ROW, 5, 5) - square(COLUMN + 2, ROW + 2, 1, 1)
PARTS = square(COLUMN, ROW, 3, 3) | square(COLUMN + 20, ROW + 2, 2, 2)


def test_it_says_what_where_when_and_both_areas() -> None:
    text = text_of(survey_extract(an_extract()))
    assert "EXTRAIT DE LA CARTE DE RETOMBES MINIÈRES" in text
    assert "Lualaba" in text
    assert "Kolwezi" in text
    assert "1 019,460 ha = 12 × 84,955 ha" in text
    # PROJ 9, geodesic polygon of 12 carrés with densified sides: 1 008.37 ha
    assert "1 008,37 ha" in text
    assert "Données du 3 mars 2025" in text
    assert "révision 1 234 du 3 mars 2025 à 16 h 00 min 00 s" in text


def test_the_geodesic_area_is_that_of_proj() -> None:
    outline = shapely.segmentize(square(COLUMN, ROW, 4, 3).outline(), 1 / 12000)
    area, _ = Geod(ellps="WGS84").geometry_area_perimeter(shapely.get_parts(outline)[0])
    assert f"{abs(area) / 10_000:.2f}" == "1008.37"


def test_vertices_stand_in_dms_and_decimal_clockwise_from_the_north_west() -> None:
    text = text_of(survey_extract(an_extract()))
    # columns 3056 and 3060: 25°28′00″ and 25°30′00″; rows -1283 and -1286: 10°41′30″, 10°43′00″
    assert "1 Contour 25° 28′ 00″ E 10° 41′ 30″ S 25,4666667 −10,6916667" in text
    assert "2 Contour 25° 30′ 00″ E 10° 41′ 30″ S 25,5000000 −10,6916667" in text
    assert "3 Contour 25° 30′ 00″ E 10° 43′ 00″ S 25,5000000 −10,7166667" in text
    assert "4 Contour 25° 28′ 00″ E 10° 43′ 00″ S 25,4666667 −10,7166667" in text


def test_enclaves_and_parts_are_named() -> None:
    ring = text_of(survey_extract(an_extract(perimeter=RING)))
    assert "Sommets (8)" in ring
    assert "Contour, enclave 1" in ring
    parts = text_of(survey_extract(an_extract(perimeter=PARTS)))
    assert "Partie 1" in parts
    assert "Partie 2" in parts


@pytest.mark.parametrize(
    ("perimeter", "scale"),
    [
        (square(COLUMN, ROW, 1, 1), "1:25 000"),
        (square(COLUMN, ROW, 4, 3), "1:50 000"),
        (LARGEST, "1:200 000"),
        (square(COLUMN, ROW, 80, 1), "1:500 000"),
    ],
)
def test_the_scale_is_the_largest_of_the_list_at_which_the_ground_fits(
    perimeter: Perimeter, scale: str
) -> None:
    assert f"Échelle {scale} " in text_of(survey_extract(an_extract(perimeter=perimeter)))


@pytest.mark.parametrize(
    ("perimeter", "denominator"), [(square(COLUMN, ROW, 1, 1), 25_000), (LARGEST, 200_000)]
)
def test_the_drawn_ground_has_the_size_that_the_scale_says(
    perimeter: Perimeter, denominator: int
) -> None:
    document = survey_extract(an_extract(perimeter=perimeter, neighbours=()))
    west, south, east, north = perimeter.outline().bounds
    middle = (south + north) / 2
    geod = Geod(ellps="WGS84")
    high_m = geod.inv(west, south, west, north)[2]
    wide_m = geod.inv(west, middle, east, middle)[2]  # the chord, shorter by < 1e-6 here
    width, height = _heaviest_outline_mm(drawn_on(document))
    assert width == pytest.approx(wide_m * 1000 / denominator, abs=0.01)
    assert height == pytest.approx(high_m * 1000 / denominator, abs=0.01)


@pytest.mark.parametrize("perimeter", [LARGEST, STAIRS, PARTS, RING, square(1500, 600, 1, 1)])
def test_the_whole_ground_lies_within_the_margins(perimeter: Perimeter) -> None:
    document = survey_extract(an_extract(perimeter=perimeter))
    box = pypdf.PdfReader(io.BytesIO(document)).pages[0].mediabox
    width, height = float(box.width) / POINTS_PER_MM, float(box.height) / POINTS_PER_MM
    for x, y in _outline_points(drawn_on(document)):
        assert 15 < x < width - 15
        assert 21 < y < height - 17


def _heaviest_outline_mm(content: str) -> tuple[float, float]:
    xs, ys = zip(*_outline_points(content), strict=True)
    return max(xs) - min(xs), max(ys) - min(ys)


def _outline_points(content: str) -> list[tuple[float, float]]:
    """Return the points of the ground's heavy outline, in millimetres from the top left."""
    path = re.search(r"0\.0627 0\.0941 0\.1569 RG ((?:\S+ \S+ [ml] )+)S Q", content)
    assert path is not None
    return [(float(x), float(y)) for x, y in re.findall(r"(\S+) (\S+) [ml] ", path.group(1))]


def test_neighbours_are_labelled_on_the_map_and_listed() -> None:
    pages = pages_of(survey_extract(an_extract()))
    assert "ZEA 081" in pages[0]
    assert "PE 9999" not in pages[0]
    assert "PE 9999 PE — Permis d’exploitation Octroyé hors du cadre" in pages[1]
    assert "ZEA — Zone d’exploitation artisanale (octroyé)" in pages[0]  # the legend


def test_a_code_without_the_letters_of_its_kind_gets_them_on_the_map() -> None:
    ground = square(COLUMN + 1, ROW + 3, 3, 1)
    rows = (around("470", "PR", "application", ground),)
    first, second = pages_of(survey_extract(an_extract(neighbours=rows)))
    assert "PR 470" in first
    assert "Demande en instruction" in second


def test_kinds_differ_by_hatch_and_states_by_dash_not_by_colour_alone() -> None:
    def drawing(kind: str, state: str) -> str:
        row = around("X", kind, state, square(COLUMN + 1, ROW + 3, 3, 1))
        return re.sub(
            r"[\d.]+ [\d.]+ [\d.]+ (rg|RG)",
            "",
            drawn_on(survey_extract(an_extract(neighbours=(row,)))),
        )

    plain = drawing("PR", "granted")
    assert drawing("ZEA", "granted").count(" l") > plain.count(" l") + 10
    assert "] 0 d" in drawing("PR", "suspended")
    assert drawing("PR", "suspended") != plain


def test_two_hundred_vertices_are_all_listed() -> None:
    text = text_of(survey_extract(an_extract(perimeter=STAIRS)))
    assert "Sommets (200)" in text
    for number in range(1, 201):
        assert re.search(rf"\b{number} Contour 25° |\b{number} Contour 26° ", text), number


def test_clipped_carres_show_the_limit_the_counted_and_the_exact_ground() -> None:
    border = shapely.LineString([(25.46, -10.75), (25.49, -10.70), (25.5, -10.68)])
    ground = shapely.box(25.4666666667, -10.7166666667, 25.48, -10.6916666667)
    text = text_of(
        survey_extract(
            an_extract(
                ground=ground,
                ground_reason="carrés coupés par la frontière nationale",
                limits=(Limit("border", "Frontière nationale", border),),
            )
        )
    )
    assert "1 019,460 ha = 12 × 84,955 ha" in text  # a clipped carré counts whole
    assert "Terrain exact 403,3" in text  # 0.0133333° of the 0.0333333°: 1 008.37 × 0.4 = 403.35
    assert "Frontière nationale" in text
    assert "Sommets des carrés entiers" in text


def test_a_right_off_the_lattice_lists_its_own_vertices() -> None:
    ground = shapely.Polygon([(25.4671, -10.7163), (25.4952, -10.7171), (25.4984, -10.6921)])
    text = text_of(survey_extract(an_extract(ground=ground, off_lattice=True)))
    assert "Sommets (3)" in text
    assert "25° 29′ 54,24″ E" in text  # 0.4984 × 60 = 29.904; 0.904 × 60 = 54.24
    assert "25,4984000" in text


def test_an_application_is_plotted_for_information() -> None:
    assert "à titre indicatif" in text_of(survey_extract(an_extract(state="application")))
    assert "à titre indicatif" not in text_of(survey_extract(an_extract()))


def test_demonstration_data_is_marked_on_every_page() -> None:
    pages = pages_of(survey_extract(an_extract(illustrative=True)))
    assert all(page.count("ILLUSTRATIF") >= 2 for page in pages)
    assert "ILLUSTRATIF" not in text_of(survey_extract(an_extract()))


def test_points_lines_and_unknown_kinds_are_drawn_and_named() -> None:
    rows = (
        Neighbour(
            "N39",
            "ROAD",
            "granted",
            shapely.LineString([(25.4, -10.72), (25.6, -10.69)]),
            label="Route nationale",
        ),
        Neighbour("SITE 7", "SITE", "granted", shapely.Point(25.49, -10.688), label="Site"),
        Neighbour("VIDE", "PE", "granted", shapely.Polygon()),
    )
    text = text_of(survey_extract(an_extract(neighbours=rows)))
    assert "ROAD — Route nationale" in text
    assert "3 VIDE PE — Permis d’exploitation Octroyé hors du cadre" in text


def test_hostile_text_and_a_crossed_polygon_do_not_fail() -> None:
    bow_tie = shapely.Polygon([(25.4, -10.8), (25.6, -10.6), (25.4, -10.6), (25.6, -10.8)])
    rows = tuple(
        Neighbour(HOSTILE, HOSTILE[:50] + str(n), "x", bow_tie, HOSTILE, HOSTILE) for n in range(30)
    )
    paper = an_extract(
        reference=HOSTILE,
        code=HOSTILE,
        kind=HOSTILE,
        holder=HOSTILE,
        province=HOSTILE,
        locality=HOSTILE,
        neighbours=rows,
        ground_reason=HOSTILE,
        limits=(Limit("protected", HOSTILE, bow_tie),),
    )
    pages = pages_of(survey_extract(paper))
    assert "<script>" in pages[0]
    assert f"page {len(pages)} sur {len(pages)}" in pages[-1]


def test_ground_that_cannot_be_drawn_is_refused_by_name() -> None:
    with pytest.raises(GridError, match="no carrés"):
        survey_extract(an_extract(perimeter=Perimeter.empty()))
    with pytest.raises(GridError, match="grid in degrees"):
        survey_extract(an_extract(perimeter=Perimeter.from_cells([(1, 1)], PERU_18_SOUTH)))


def test_the_rows_are_frozen() -> None:
    paper: ExtractPaper = an_extract()
    with pytest.raises(AttributeError):
        paper.revision = 2  # type: ignore[misc]
    assert paper.known_at == PRINTED
    assert math.isclose(float(paper.perimeter.legal_area_ha), 1019.46)


def test_kinds_without_an_abbreviation_are_named_in_french_words() -> None:
    inner = (
        around("titre 4", "WORK_AREA", "granted", square(COLUMN, ROW, 2, 1)),
        around("titre 6", "PORTION", "granted", square(COLUMN + 2, ROW, 2, 1)),
    )
    said = text_of(survey_extract(an_extract(neighbours=inner)))
    assert [named_with_kind(one) for one in inner] == [
        "terrain de travail titre 4",
        "portion titre 6",
    ]
    assert "Terrain de travail d’une coopérative" in said
    assert "WORK_AREA" not in said
    assert "PORTION" not in said
