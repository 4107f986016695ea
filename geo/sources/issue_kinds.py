"""The kinds of issues that reading a file can raise: a closed, stable vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

FileIssue = Literal[
    "columns_guessed",
    "columns_held_back",
    "columns_left_out",
    "columns_missing",
    "crs_assumed",
    "crs_overridden",
    "dates_coarse",
    "encoding_doubtful",
    "encoding_guessed",
    "file_ignored",
    "geometry_ignored",
    "kind_from_code",
    "kind_from_name",
    "layer_not_activity",
    "layer_not_rights",
    "layer_rows",
    "layer_without_geometry",
    "m_dropped",
    "places_abroad",
    "reader_warning",
    "rows_deleted",
    "same_file_twice",
    "text_cut",
    "uncertainty_not_stated",
    "z_dropped",
]
"""Issues of a whole file or layer."""

Refusal = Literal[
    "bad_coordinates",
    "geometry_broken",
    "line_broken",
    "no_area",
    "no_geometry",
    "not_a_place",
    "not_a_polygon",
    "position_zero",
]
"""Reasons why a row is not kept."""

RowIssue = Literal[
    "area_ambiguous",
    "area_mismatch",
    "area_unreadable",
    "axes_by_letter",
    "axes_exchanged",
    "axes_swapped",
    "code_missing",
    "confidence_unreadable",
    "date_ambiguous",
    "date_impossible",
    "date_in_future",
    "date_one_sided",
    "date_unreadable",
    "day_impossible",
    "detection_repeated",
    "duplicate_code",
    "expires_before_grant",
    "grant_date_missing",
    "hidden_characters",
    "holder_missing",
    "invalid_ring",
    "kind_missing",
    "kind_overridden",
    "kind_unknown",
    "mineral_unknown",
    "multi_part",
    "off_lattice",
    "outside_country",
    "patch_unreadable",
    "place_repaired",
    "place_swapped",
    "points_left_out",
    "position_contradicted",
    "repeated_across_files",
    "repeated_geometry",
    "seconds_off_lattice",
    "shares_odd",
    "site_missing",
    "status_contradicted",
    "status_missing",
    "status_unknown",
    "too_large",
    "twice_enclosed",
    "uncertainty_unreadable",
    "value_held_back",
    "visit_repeated",
    "workers_unreadable",
]
"""Oddities of a row that is kept."""

IssueKind = FileIssue | Refusal | RowIssue

ISSUE_KINDS: Mapping[str, frozenset[str]] = {
    "file": frozenset(get_args(FileIssue)),
    "refusal": frozenset(get_args(Refusal)),
    "row": frozenset(get_args(RowIssue)),
}
"""The same by what they concern, for tables of labels."""
