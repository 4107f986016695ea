"""The exclusivity groups that the law data states, held against its own matrix."""

from __future__ import annotations

from itertools import combinations_with_replacement, pairwise

from geo.law import Law
from geo.law.values import CellVerdict

# Whatever is done under these, two rights of the pair never end up holding the same carré: the
# later one is refused, replaces the earlier one (transformation), takes the ground out of it
# (renunciation) or becomes one with it (two zones).
NEVER_TOGETHER = {
    CellVerdict.BLOCK,
    CellVerdict.OWN_TITLE_ONLY,
    CellVerdict.ALLOW_WITH_RENUNCIATION,
    CellVerdict.MERGE,
}


def never_together(law: Law, upper: str, lower: str) -> bool:
    """Whether every rule of a cell keeps the two apart; unsure weeks take their neighbours'."""
    stated = [rule.value for rule in law.cells[upper, lower].values]
    rules = [rule for rule in stated if rule.reason != "entry_into_force_unsure"]
    return all(rule.verdict in NEVER_TOGETHER for rule in rules)


def test_the_groups_are_the_pairs_that_the_matrix_keeps_apart(law: Law) -> None:
    rights = [kind.code for kind in law.kinds.values() if kind.row and kind.column]
    by_matrix = {
        frozenset(pair)
        for pair in combinations_with_replacement(rights, 2)
        if never_together(law, *pair) and never_together(law, *reversed(pair))
    }
    stated = {
        frozenset(pair)
        for group in law.exclusive.values()
        for dated in group.values
        for pair in combinations_with_replacement(sorted(dated.value), 2)
        if set(pair) <= set(rights)  # the matrix has no column for agreements and attributions
    }
    assert stated == by_matrix


def test_the_groups_are_those_of_the_register(law: Law) -> None:
    # Stated by hand: mining titles, quarries, tailings, each with the artisanal zones.
    day = max(dated.first_day for group in law.exclusive.values() for dated in group.values)
    assert law.exclusive_groups(day) == {
        "mining": {"PR", "PE", "PEPM", "ZEA"},
        "quarry": {"ARPC", "AECP", "AECT", "ZEA"},
        "tailings": {"PER", "ZEA"},
        "allocation": {"EGC", "ZEA"},
        "work_area": {"PORTION", "WORK_AREA"},
    }

    assert never_together(law, "EGC", "ZEA")


def test_periods_of_every_provision_follow_one_another(law: Law) -> None:
    timelines = [*law.cells.values(), *law.exclusive.values(), law.nominal_area_ha]
    for timeline in timelines:
        for earlier, later in pairwise(timeline.values):
            assert earlier.period.end == later.period.start
        assert timeline.values[-1].period.end is None
