"""What all papers share: the same bytes from the same row, metadata, fonts, text kept as text."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pypdf
import pytest
from paper_rows import PRINTED, a_receipt, an_extract, an_opinion

from maps.papers import cadastral_opinion, receipt, survey_extract
from maps.papers.frame import MapFrame, best_scale, metres_per_degree
from maps.papers.labels import Labels
from maps.papers.sheet import FONTS, Head, Sheet
from maps.papers.text import printable, visual_order

Draw = Callable[..., bytes]
PAPERS: list[tuple[Draw, Any]] = [
    (receipt, a_receipt()),
    (cadastral_opinion, an_opinion()),
    (survey_extract, an_extract()),
]


@pytest.mark.parametrize(("draw", "row"), PAPERS)
def test_the_same_row_gives_the_same_bytes_and_another_instant_others(draw: Draw, row: Any) -> None:
    assert draw(row) == draw(row)
    assert draw(row) != draw(replace(row, printed_at=PRINTED + timedelta(seconds=1)))


def test_another_process_with_another_hash_seed_and_zone_gives_the_same_bytes() -> None:
    program = (
        "import hashlib; from paper_rows import *; from maps.papers import *; "
        "print(hashlib.sha256(survey_extract(an_extract()) + receipt(a_receipt())).hexdigest())"
    )
    import hashlib

    here = hashlib.sha256(survey_extract(an_extract()) + receipt(a_receipt())).hexdigest()
    path = ":".join([str(FONTS.parents[1]), str(FONTS.parents[1] / "tests" / "papers")])
    for seed, zone in (("1", "Asia/Tokyo"), ("2", "UTC")):
        found = subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONPATH": path, "PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        )
        assert found.stdout.strip() == here


@pytest.mark.parametrize(("draw", "row"), PAPERS)
def test_metadata_names_title_language_and_instant_and_no_machine(draw: Draw, row: Any) -> None:
    reader = pypdf.PdfReader(io.BytesIO(draw(row)), strict=True)
    metadata = reader.metadata
    assert metadata is not None
    assert metadata.producer == metadata.creator == "Mabele"
    assert metadata.creation_date == PRINTED
    assert reader.trailer["/Root"]["/Lang"] == "fr-CD"
    assert str(metadata.title).split(" — ")[0] in {
        "Récépissé de dépôt",
        "Avis cadastral",
        "Extrait de la carte de retombes minières",
    }
    assert b"fpdf" not in draw(row)[-3000:]


@pytest.mark.parametrize(("draw", "row"), PAPERS)
def test_fonts_are_embedded_as_subsets(draw: Draw, row: Any) -> None:
    document = draw(row)
    reader = pypdf.PdfReader(io.BytesIO(document))
    fonts = reader.pages[0]["/Resources"]["/Font"].values()
    for font in fonts:
        descendant = font["/DescendantFonts"][0]
        assert "+DejaVuSans" in descendant["/BaseFont"]
        assert "/FontFile2" in descendant["/FontDescriptor"]
    assert len(document) < 200_000  # the two fonts are 1.4 MB


def test_the_fonts_licence_lies_beside_them() -> None:
    assert "Bitstream" in (FONTS / "LICENSE").read_text(encoding="utf-8")
    assert {file.name for file in FONTS.glob("*.ttf")} == {"DejaVuSans.ttf", "DejaVuSans-Bold.ttf"}


def test_importing_the_papers_loads_no_pdf_library() -> None:
    program = "import sys, maps.papers; print([m for m in ('fpdf', 'segno') if m in sys.modules])"
    found = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=FONTS.parents[1],
    )
    assert found.stdout.strip() == "[]"


def test_what_no_font_has_is_a_box_and_invisible_marks_are_dropped() -> None:
    covered = {ord(c) for c in "aé□ "}
    assert printable("a\u0000\u202ee\u0301\n\U0001f600\ud800\ue000", covered) == "a□é □□□"


def test_a_right_to_left_line_is_put_in_the_order_of_reading() -> None:
    assert visual_order("plain") == "plain"
    assert visual_order("שלום") == "םולש"
    assert visual_order("PE 12 שלום") == "PE 12 םולש"


def test_a_wrapped_text_fits_and_says_when_it_is_shortened() -> None:
    sheet = Sheet(Head("Titre", "R", PRINTED))
    sheet.use(9)
    lines = sheet.lines("mot " * 100 + "x" * 300, 50, 4)
    assert len(lines) == 4
    assert lines[-1].endswith(" […]")
    assert all(sheet.get_string_width(line) <= 50.01 for line in lines)
    assert sheet.get_string_width(sheet.fitted("y" * 500, 30)) <= 30
    assert sheet.fitted("court", 30) == "court"


def test_a_degree_has_the_length_that_proj_measures() -> None:
    from pyproj import Geod

    geod = Geod(ellps="WGS84")
    for latitude in (0.0, -5.0, -10.7, 5.3):
        across, along = metres_per_degree(latitude)
        small = 1e-3
        assert across * small == pytest.approx(
            geod.inv(20, latitude, 20 + small, latitude)[2], rel=1e-7
        )
        assert along * small == pytest.approx(
            geod.inv(20, latitude - small / 2, 20, latitude + small / 2)[2], rel=1e-7
        )


def test_the_scale_is_the_first_that_leaves_the_margin() -> None:
    # one carré at the equator is 927.7 m by 921.5 m: 37.1 mm at 1:25 000, 18.6 mm at 1:50 000
    carre = (20.0, 0.0, 20 + 1 / 120, 1 / 120)
    assert best_scale(carre, 60, 60, 10) == 25_000
    assert best_scale(carre, 57, 60, 10) == 50_000  # 37.0 mm are not enough
    assert best_scale((12.2, -13.46, 31.3, 5.39), 171, 135, 14) == 20_000_000


def test_graticule_lines_are_multiples_of_their_step_within_the_frame() -> None:
    frame = MapFrame(20, 40, 150, 100, 25.4833, -10.7, 50_000)
    step = frame.step_arcseconds(24)
    assert step == 60  # 30″ are 18 mm, one minute 36 mm
    for lon in frame.meridians(step):
        assert frame.left <= frame.x(lon) <= frame.right
        assert round(lon * 60, 6) == round(lon * 60)


def test_labels_never_overlap_and_stay_inside() -> None:
    labels = Labels(0, 0, 10, 10)
    assert labels.place(4, 2, [(1, 1), (5, 5)]) == (5, 5)  # the first would stick out
    assert labels.place(4, 2, [(6, 6)]) is None
    assert labels.place(4, 2, [(5, 8)]) == (5, 8)
    labels.take(0, 0, 10, 4)
    assert labels.place(2, 2, [(2, 2)]) is None
