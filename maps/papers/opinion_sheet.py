"""The cadastral opinion (avis cadastral): conclusion, findings by outcome, rulings, signatories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from geo.law.outcomes import Outcome
from maps.papers import words
from maps.papers.rows import OpinionPaper, PaperFinding, PaperRuling
from maps.papers.sheet import DEMONSTRATION, GREY, INK, MARGIN_MM, Head, Sheet
from maps.style import CONFIDENCES, kind_style, verdict_style

TITLE = "Avis cadastral"
CONCLUSIONS: Mapping[str, str] = MappingProxyType(
    {
        "favourable": "AVIS FAVORABLE",
        "unfavourable": "AVIS DÉFAVORABLE",
        "reserved": "AVIS RÉSERVÉ",
    }
)
_GROUPS: tuple[tuple[Outcome, str], ...] = (
    (Outcome.FAIL, "Constats non satisfaits"),
    (Outcome.UNDETERMINED, "Constats indéterminés"),
    (Outcome.PASS, "Constats satisfaits"),
    (Outcome.NOT_APPLICABLE, "Dispositions sans objet"),
)


_ASKS_NOTHING = frozenset({Outcome.PASS, Outcome.NOT_APPLICABLE})


def draw(paper: OpinionPaper) -> bytes:
    """Return the opinion as PDF; every page says « PROJET » while it is not confirmed."""
    draft = paper.confirmed_at is None
    marks = (DEMONSTRATION,) if paper.illustrative else ()
    marks = (*marks, "PROJET — avis non confirmé") if draft else marks
    watermark = "PROJET" if draft else ""
    sheet = Sheet(Head(TITLE, paper.number, paper.printed_at, marks, watermark))
    sheet.title_block(f"N° {paper.number} — {paper.subject}")
    sheet.notice(f"{CONCLUSIONS[paper.conclusion]}{' (PROJET)' if draft else ''}")
    sheet.facts(_facts(paper))
    sheet.heading("Motifs")
    sheet.paragraph(paper.reasons or "Aucun motif n’a été écrit.")
    _findings(sheet, paper.findings)
    _signatures(sheet, paper)
    return sheet.to_bytes()


def _facts(paper: OpinionPaper) -> list[tuple[str, str]]:
    rows = [
        ("Type", words.kind_in_words(paper.kind, kind_style(paper.kind).label.fr)),
        ("Demandeur", paper.applicant),
    ]
    if paper.perimeter is not None:
        rows += [
            ("Nombre de carrés", words.number(paper.perimeter.count)),
            ("Superficie légale", words.hectares(paper.perimeter.legal_area_ha, 3)),
            ("Carrés", words.carres(paper.perimeter)),
        ]
    return [
        *rows,
        ("Règles en vigueur le", words.day(paper.rules_on)),
        ("Faits constatés le", words.day(paper.facts_on)),
        ("Version des données de droit", paper.law_version),
        ("Empreinte du contenu jugé", paper.digest),
    ]


def _findings(sheet: Sheet, findings: Sequence[PaperFinding]) -> None:
    counts = ", ".join(f"{title.lower()} : {len(_of(findings, o))}" for o, title in _GROUPS)
    sheet.heading(f"Constats ({len(findings)})")
    sheet.paragraph(f"{counts[:1].upper()}{counts[1:]}.", size=8.5)
    sheet.paragraph(
        "Un carré est désigné par sa ligne et sa colonne sur le carroyage de 30″, comptées depuis "
        "l’équateur vers le nord et depuis le méridien de Greenwich vers l’est.",
        size=8,
        ink=GREY,
    )
    for outcome, title in _GROUPS:
        group = _of(findings, outcome)
        if not group:
            continue
        sheet.heading(f"{title} ({len(group)})", keep=22)
        for finding in group:
            if outcome in _ASKS_NOTHING and not finding.cells:
                _in_brief(sheet, finding)
            else:
                _in_full(sheet, finding)


def _of(findings: Sequence[PaperFinding], outcome: Outcome) -> list[PaperFinding]:
    return [finding for finding in findings if finding.outcome is outcome]


def _in_brief(sheet: Sheet, finding: PaperFinding) -> None:
    """Draw a finding that asks nothing of anybody as one paragraph."""
    verdict = verdict_style(finding.verdict)
    about = f" ({finding.subject})" if finding.subject else ""
    text = (
        f"{verdict.mark} {finding.code}{about} — {verdict.label.fr}. {finding.message_fr} "
        f"[{finding.article} ; règle du {words.day(finding.rules_on)}{_first_day(finding)}]"
    )
    sheet.paragraph(text, size=8, after=0.8)


def _first_day(finding: PaperFinding) -> str:
    return f" ; en vigueur dès le {words.day(finding.first_day)}" if finding.first_day else ""


def _in_full(sheet: Sheet, finding: PaperFinding) -> None:
    sheet.need(20)
    verdict = verdict_style(finding.verdict)
    sheet.paragraph(f"{verdict.mark} {finding.code} — {verdict.label.fr}", bold=True, after=0.2)
    sheet.paragraph(finding.message_fr, indent=5, after=0.4)
    confidence = CONFIDENCES.get(finding.confidence)
    rows = [
        ("Article", f"{finding.article} ({finding.source})" if finding.source else finding.article),
        ("Règle du", words.day(finding.rules_on) + _first_day(finding)),
        ("Confiance", confidence.fr if confidence else finding.confidence),
    ]
    if finding.subject:
        rows.insert(0, ("Concerne", finding.subject))
    if finding.cells:
        count = f"{words.number(finding.cells.count)} : {words.carres(finding.cells)}"
        rows.append(("Carrés concernés", count))
    if finding.default:
        rows.append(("Réponse du texte incertain", verdict_style(finding.default).label.fr))
    _indented_facts(sheet, rows)
    if finding.outcome is Outcome.UNDETERMINED:
        _ruling(sheet, finding.ruling)
    sheet.set_y(sheet.get_y() + 1.6)


def _ruling(sheet: Sheet, ruling: PaperRuling | None) -> None:
    if ruling is None:
        text = "Non tranché : une décision juridique est requise avant de statuer."
        sheet.paragraph(text, size=8.5, bold=True, indent=5)
        return
    title = f"Tranché par la décision juridique {ruling.reference} du {words.day(ruling.ruled_on)}"
    sheet.paragraph(title, size=8.5, bold=True, indent=5, after=0.2)
    sheet.paragraph(ruling.text, size=8.5, indent=5, after=0.4)
    rows = [("Signataire", ruling.signatory)]
    if ruling.document_sha256:
        rows.append(("Pièce (SHA-256)", ruling.document_sha256))
    _indented_facts(sheet, rows)


def _indented_facts(sheet: Sheet, rows: Sequence[tuple[str, str]]) -> None:
    sheet.facts(rows, size=8, label_mm=46, indent=5)


def _signatures(sheet: Sheet, paper: OpinionPaper) -> None:
    sheet.heading("Signataires", keep=34)
    confirmed = paper.confirmed_at
    said = f"Confirmé le {words.instant(confirmed)}" if confirmed else "Non confirmé : PROJET"
    columns = (
        ("Examiné par", paper.reviewer, ""),
        ("Confirmé par une seconde personne", paper.supervisor, said),
    )
    top, width = sheet.get_y(), sheet.width_mm / 2 - 4
    ends = []
    for index, (role, name, note) in enumerate(columns):
        x = MARGIN_MM + index * (width + 8)
        sheet.use(8.5, ink=GREY)
        y = sheet.put(x, top, width, [role])
        sheet.use(10, bold=True)
        y = sheet.put(x, y + 0.8, width, sheet.lines(name or "à désigner", width, 3))
        sheet.use(8)
        y = sheet.put(x, y + 0.8, width, sheet.lines(note, width, 2))
        ends.append(y)
    line = max(ends) + 10
    sheet.set_draw_color(*INK)
    sheet.set_line_width(0.2)
    for x in (MARGIN_MM, MARGIN_MM + width + 8):
        sheet.line(x, line, x + width, line)
    sheet.set_y(line + 2)
    sheet.paragraph(f"Fait à {paper.place}.", size=8.5)
