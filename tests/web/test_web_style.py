"""The one source of colours and words: complete, bilingual, and readable without colour."""

from __future__ import annotations

import json
from itertools import combinations
from typing import get_args

import numpy as np
import pytest

from geo.law import Verdict, load_law
from geo.sources.rows import Procedure, State
from maps import style

# Severity 1.0 of Machado, Oliveira and Fernandes 2009, "A Physiologically-based Model for
# Simulation of Color Vision Deficiency", table 1; applied to linear sRGB.
SIGHTS = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
FROM_SRGB_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
D65 = np.array([0.95047, 1.0, 1.08883])
JUST_NOTICEABLE = 2.3  # CIE76 difference


def linear(colour: str) -> np.ndarray:
    channels = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(colour: str, sight: np.ndarray) -> np.ndarray:
    xyz = FROM_SRGB_TO_XYZ @ np.clip(sight @ linear(colour), 0, 1) / D65
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def luminance(colour: str) -> float:
    return float(np.array([0.2126, 0.7152, 0.0722]) @ linear(colour))


@pytest.mark.parametrize("sight", SIGHTS)
def test_colours_of_kinds_stay_apart_for_every_sight(sight: str) -> None:
    own = {k.colour for k in style.KINDS.values() if k.colour != style.NEUTRAL_COLOUR}
    seen = {colour: lab(colour, SIGHTS[sight]) for colour in own | {style.APPLICATION_COLOUR}}
    for one, other in combinations(seen, 2):
        assert np.linalg.norm(seen[one] - seen[other]) > 8 * JUST_NOTICEABLE, (one, other)


def test_colours_that_the_register_fixes() -> None:
    assert style.kind_style("PR").colour == "#00d5ff"
    assert style.kind_style("PE").colour == "#ff0055"
    assert style.colour_of("PE", "application") == "#ffd500"


def test_kinds_of_one_colour_differ_in_pattern() -> None:
    for one, other in combinations([*style.KINDS.values(), style.UNKNOWN_KIND], 2):
        assert (one.colour, one.pattern) != (other.colour, other.pattern), (one.code, other.code)


def test_verdicts_differ_in_mark_and_can_carry_white_letters() -> None:
    verdicts = list(style.VERDICTS.values())
    assert len({v.mark for v in verdicts}) == len(verdicts)
    for verdict in verdicts:
        contrast = 1.05 / (luminance(verdict.colour) + 0.05)
        assert contrast >= 4.5, verdict.code  # WCAG 2.2, 1.4.3


def test_every_state_procedure_and_verdict_has_its_words() -> None:
    assert set(style.STATES) == {state.value for state in State}
    assert set(style.PROCEDURES) == {procedure.value for procedure in Procedure}
    assert {str(verdict) for verdict in Verdict} <= set(style.VERDICTS)


def test_labels_are_filled_in_both_languages_and_never_joined() -> None:
    assert get_args(style.Language) == style.LANGUAGES
    labels = [
        *(k.label for k in style.KINDS.values()),
        *(s.label for s in style.STATES.values()),
        *(v.label for v in style.VERDICTS.values()),
        *style.PROCEDURES.values(),
        *style.CONFIDENCES.values(),
        *style.GROUPS.values(),
    ]
    for label in labels:
        assert label.fr.strip()
        assert label.en.strip()
        assert " / " not in label.fr + label.en


def test_unknown_codes_get_a_style_that_says_so() -> None:
    assert style.kind_style("XYZ") is style.UNKNOWN_KIND
    assert style.kind_style(None) is style.UNKNOWN_KIND
    assert style.state_style("zzz").code == "unknown"
    assert style.verdict_style(None) is style.UNKNOWN_VERDICT


def test_the_page_reads_plain_json() -> None:
    data = json.loads(json.dumps(style.to_json(), allow_nan=False))
    orders = [kind["order"] for kind in data["kinds"]]
    assert orders == sorted(orders)
    assert data["kinds"][0]["label"].keys() == {"fr", "en"}


def test_kinds_are_named_as_the_law_data_names_them() -> None:
    def plain(words: str) -> str:
        return words.split(" (")[0].replace("'", "’").casefold()

    for code, kind in load_law().kinds.items():
        if code in style.KINDS:
            label = style.KINDS[code].label
            assert plain(kind.name.fr) == label.fr.casefold(), code
            assert plain(kind.name.en) == label.en.casefold(), code
