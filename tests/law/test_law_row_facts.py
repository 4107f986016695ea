"""What the law is told of a row: one spelling for one code and for one holder, and no more."""

from __future__ import annotations

from datetime import date

import pytest

from geo.findings import facts_of
from geo.law import Law, judge_pair
from geo.sources.holders import read_holders
from geo.sources.rows import Procedure, RightRow, State

DAY = date(2020, 1, 15)


def row_of(kind: str, holders: str, code: str | None, granted_on: date | None) -> RightRow:
    return RightRow(
        file="register.csv",
        row=1,
        code=code,
        part=None,
        kind=kind,
        kind_raw=kind,
        state=State.GRANTED,
        procedure=Procedure.NONE,
        status_raw=None,
        holders=read_holders(holders),
        holders_raw=holders,
        minerals=(),
        minerals_raw=None,
        filed_on=None,
        granted_on=granted_on,
        expires_on=None,
        declared_cells=None,
        declared_area_ha=None,
        geometry=None,
        placement=None,
        valid=True,
        raw={},
    )


def verdict_of_transformation(holders: str, earlier: str, law: Law) -> str:
    permit = row_of("PE", holders, "1", date(2019, 3, 4))
    research = row_of("PR", earlier, "2", date(2012, 2, 6))
    return judge_pair(facts_of(permit), facts_of(research), DAY, law).verdict


@pytest.mark.parametrize(
    ("holders", "earlier"),
    [
        ("MINES DE L'ÉTOILE SARL", "Mines de l'Etoile S.A.R.L."),
        ("ETOILE S.A.R.L", "etoile  sarl"),
        ("ETOILE S.P.R.L. (60%), NUIT SA (40%)", "Nuit S.A. (40%), Étoile SPRL (60%)"),
    ],
)
def test_spellings_of_one_holder_meet(holders: str, earlier: str, law: Law) -> None:
    assert verdict_of_transformation(holders, earlier, law) == "allow"


@pytest.mark.parametrize(
    ("holders", "earlier"),
    [
        ("ETOILE SARL", "ETOILE SPRL"),
        ("ETOILE", "ETOILES"),
        ("ETOILE 1 SARL", "ETOILE 2 SARL"),
        ("ETOILE (60%), NUIT (40%)", "ETOILE (100%)"),
        ("SOC.AB MINES", "SOCAB MINES"),
    ],
)
def test_other_words_are_other_holders(holders: str, earlier: str, law: Law) -> None:
    assert verdict_of_transformation(holders, earlier, law) == "block"


@pytest.mark.parametrize(
    "holders", ["", "?", "(100%)", "ETOILE (60%), (40%)", "ETOILE (60%), - (40%)"]
)
def test_a_holder_without_a_name_leaves_the_answer_open(holders: str, law: Law) -> None:
    assert verdict_of_transformation(holders, "ETOILE (100%)", law) == "needs_legal_review"
    assert verdict_of_transformation(holders, holders, law) == "needs_legal_review"


def reason_of_two_rows(code: str | None, other_code: str | None, law: Law) -> str:
    day = date(2012, 2, 6)
    one, other = row_of("PR", "Étoile", code, day), row_of("PR", "ETOILE", other_code, day)
    return judge_pair(facts_of(one), facts_of(other), DAY, law).reason


@pytest.mark.parametrize(("code", "other"), [("PR 00123", "123"), ("PR123", "pr-123")])
def test_spellings_of_one_code_meet(code: str, other: str, law: Law) -> None:
    assert reason_of_two_rows(code, other, law) == "same_title"


@pytest.mark.parametrize(
    ("code", "other"),
    [("PR 123", "PR 124"), ("123", "1230"), (None, None), ("?", "?"), ("0", "0"), ("N/A", "N/A")],
)
def test_other_codes_and_codes_without_a_number_name_no_common_title(
    code: str | None, other: str | None, law: Law
) -> None:
    assert reason_of_two_rows(code, other, law) == "matrix"
