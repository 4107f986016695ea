"""Inherited conflicts against sets of carrés, told without runs or sweeps."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from geo.register.conflicts import Holding, conflicts_brought_by

runs = st.tuples(st.integers(-3, 3), st.integers(-6, 6), st.integers(1, 5)).map(
    lambda run: (run[0], run[1], run[1] + run[2])
)
holdings = st.lists(
    st.builds(
        Holding, st.integers(1, 5), st.sampled_from([1, 2]), st.lists(runs, min_size=1, max_size=4)
    ),
    max_size=8,
)


@given(st.sets(st.integers(1, 5)), holdings)
def test_each_carre_is_in_the_conflict_of_exactly_its_holders(
    new: set[int], held: list[Holding]
) -> None:
    holders: dict[tuple[int, int, int], set[int]] = defaultdict(set)
    for one in held:
        for row, start, end in one.runs:
            for col in range(start, end):
                holders[one.group, row, col].add(one.title_id)
    expected = {
        cell: titles for cell, titles in holders.items() if len(titles) > 1 and titles & new
    }
    found: dict[tuple[int, int, int], frozenset[int]] = {}
    for conflict in conflicts_brought_by(new, held):
        assert list(conflict.runs) == sorted(conflict.runs)
        for row, start, end in conflict.runs:
            assert start < end
            for col in range(start, end):
                cell = conflict.group, row, col
                assert cell not in found
                found[cell] = conflict.titles
    assert found == expected


def test_three_thousand_rights_on_one_ground_are_one_conflict() -> None:
    titles = range(1, 3001)
    held = [Holding(title, 1, [(row, 0, 20) for row in range(20)]) for title in titles]
    (conflict,) = conflicts_brought_by(set(titles), held)
    assert len(conflict.titles) == 3000
    assert len(conflict.runs) == 20
