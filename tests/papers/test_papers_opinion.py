"""The opinion groups its findings, shows rulings, and is a draft until a second person confirms."""

from __future__ import annotations

from datetime import date

from paper_rows import COLUMN, HOSTILE, ROW, a_finding, an_opinion, pages_of, sha, square, text_of

from geo.law.outcomes import Finding, Outcome
from geo.law.values import Bilingual, Moment, Severity, Verdict
from geo.perimeter import Perimeter
from maps.papers import PaperFinding, PaperRuling, cadastral_opinion

RULING = PaperRuling(
    "DJ-2025-7", "Le coin ne suffit pas.", "Me Ilunga", date(2025, 3, 10), sha("décision")
)


def test_it_says_conclusion_days_law_and_both_names() -> None:
    text = text_of(cadastral_opinion(an_opinion()))
    assert "AVIS FAVORABLE" in text
    assert "Règles en vigueur le 3 mars 2025" in text
    assert "Faits constatés le 10 mars 2025" in text
    assert "3f5a9c01" in text
    assert "A. Mbuyi" in text
    assert "B. Kasongo" in text
    assert "Confirmé le 3 mars 2025 à 16 h 00 min 00 s" in text


def test_each_conclusion_has_its_words() -> None:
    said = {
        c: text_of(cadastral_opinion(an_opinion(conclusion=c)))
        for c in ("favourable", "unfavourable", "reserved")
    }
    assert "AVIS DÉFAVORABLE" in said["unfavourable"]
    assert "AVIS RÉSERVÉ" in said["reserved"]
    assert "AVIS FAVORABLE" not in said["unfavourable"] + said["reserved"]


def test_a_draft_says_so_on_every_page_and_a_confirmed_opinion_nowhere() -> None:
    findings = tuple(a_finding(Outcome.FAIL, "block") for _ in range(20))
    draft = pages_of(cadastral_opinion(an_opinion(findings=findings, confirmed_at=None)))
    assert len(draft) > 1
    assert all(page.count("PROJET") >= 2 for page in draft)  # the watermark and the mark
    assert "PROJET" not in text_of(cadastral_opinion(an_opinion(findings=findings)))


def test_findings_stand_under_their_outcome_with_article_carres_and_day() -> None:
    findings = (
        a_finding(Outcome.PASS, "allow", code="lattice"),
        a_finding(Outcome.FAIL, "block", cells=Perimeter.from_runs([(-1286, 3056, 3060)])),
        a_finding(Outcome.NOT_APPLICABLE, "not_applicable", code="coop"),
    )
    text = text_of(cadastral_opinion(an_opinion(findings=findings)))
    order = [
        text.index(words)
        for words in (
            "Constats non satisfaits (1)",
            "× ground_free — Interdit",
            "Constats satisfaits (1)",
            "✓ lattice — Autorisé",
            "Dispositions sans objet (1)",
            "· coop — Sans objet",
        )
    ]
    assert order == sorted(order)
    assert "Code minier, art. 30(e) (Loi 18/001)" in text
    assert "Règle du 21 février 2025" in text
    assert "Carrés concernés 4 : ligne −1286 : colonnes 3056 à 3059" in text


def test_an_undetermined_finding_shows_its_ruling_or_that_it_has_none() -> None:
    open_one = a_finding(Outcome.UNDETERMINED, "needs_legal_review", default="block")
    ruled = a_finding(Outcome.UNDETERMINED, "needs_legal_review", ruling=RULING)
    unruled = text_of(cadastral_opinion(an_opinion(findings=(open_one,))))
    assert "Non tranché" in unruled
    assert "Réponse du texte incertain Interdit" in unruled
    text = text_of(cadastral_opinion(an_opinion(findings=(ruled,))))
    assert "Tranché par la décision juridique DJ-2025-7 du 10 mars 2025" in text
    assert "Le coin ne suffit pas." in text
    assert "Me Ilunga" in text
    assert sha("décision") in text
    assert "Non tranché" not in text


def test_a_long_list_of_carres_is_shortened_in_words() -> None:
    comb = Perimeter.from_cells([(3000 + 2 * i, -1200 + j) for i in range(10) for j in range(10)])
    text = text_of(cadastral_opinion(an_opinion(perimeter=comb)))
    assert "… et 60 autres carrés en 60 suites" in text


def test_hostile_text_everywhere_does_not_fail() -> None:
    finding = a_finding(
        Outcome.UNDETERMINED,
        HOSTILE,
        code=HOSTILE,
        article=HOSTILE,
        source=HOSTILE,
        confidence=HOSTILE,
        message_fr=HOSTILE,
        cells=square(1, 1, 1, 1),
        ruling=PaperRuling(HOSTILE, HOSTILE, HOSTILE, date(2025, 1, 1), HOSTILE),
    )
    paper = an_opinion(
        number=HOSTILE,
        subject=HOSTILE,
        reasons=HOSTILE * 20,
        reviewer=HOSTILE,
        supervisor=HOSTILE,
        findings=(finding,) * 3,
        law_version=HOSTILE,
        place=HOSTILE,
    )
    pages = pages_of(cadastral_opinion(paper))
    assert f"page {len(pages)} sur {len(pages)}" in pages[-1]


def test_a_rule_that_did_not_exist_yet_names_its_first_day_and_whom_it_concerns() -> None:
    finding = a_finding(
        Outcome.FAIL, "no_legal_basis", first_day=date(2025, 2, 21), subject="PE 4960"
    )
    text = text_of(cadastral_opinion(an_opinion(findings=(finding,))))
    assert "Sans base légale ce jour" in text
    assert "en vigueur dès le 21 février 2025" in text
    assert "Concerne PE 4960" in text


def test_a_finding_of_the_law_engine_is_printed_as_it_was_judged() -> None:
    judged = Finding(
        code="ground_free",
        outcome=Outcome.UNDETERMINED,
        verdict=Verdict.NEEDS_LEGAL_REVIEW,
        severity=Severity.BLOCK,
        reason="uncertain",
        article="art. 30(e)",
        source="Loi 18/001",
        confidence="U",
        facts={},
        cells=square(COLUMN, ROW, 1, 1),
        default=Verdict.BLOCK,
        first_day=None,
        message_key="ground_free.undetermined",
        message=Bilingual(fr="Le texte est incertain.", en="The text is uncertain."),
        moment=Moment.REVIEW,
        day=date(2025, 3, 10),
        rules_on=date(2025, 3, 3),
        rule_version="3f5a9c01",
        subject="PE 4960",
        rule="ground_free",
    )
    printed = PaperFinding.of(judged, RULING)
    assert printed == a_finding(
        Outcome.UNDETERMINED,
        "needs_legal_review",
        article="art. 30(e)",
        confidence="U",
        message_fr="Le texte est incertain.",
        rules_on=date(2025, 3, 3),
        cells=square(COLUMN, ROW, 1, 1),
        default="block",
        subject="PE 4960",
        ruling=RULING,
    )
