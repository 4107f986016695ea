"""The filing receipt (récépissé de dépôt), with its digest as text and as a QR code."""

from __future__ import annotations

from maps.escape import terminal_text
from maps.papers import words
from maps.papers.rows import PaperFiling, ReceiptPaper
from maps.papers.sheet import DEMONSTRATION, INK, MARGIN_MM, Column, Head, Sheet
from maps.style import kind_style

TITLE = "Récépissé de dépôt"
QR_MM = 32.0
_REFERENCE_IN_CODE = 80


def draw(paper: ReceiptPaper) -> bytes:
    """Return the receipt as PDF."""
    sheet = Sheet(Head(TITLE, paper.number, paper.printed_at, _marks(paper)))
    sheet.title_block(f"Dossier n° {paper.number}")
    if paper.paper:
        sheet.notice(paper_mark(paper.paper))
    top = sheet.get_y()
    _qr(sheet, code_text(paper), MARGIN_MM + sheet.width_mm - QR_MM, top)
    sheet.facts(_facts(paper), width=sheet.width_mm - QR_MM - 6)
    sheet.set_y(max(sheet.get_y(), top + QR_MM + 2) if sheet.page_no() == 1 else sheet.get_y())
    sheet.facts([("Empreinte du dépôt (SHA-256)", paper.digest)], size=8.5)
    _documents(sheet, paper)
    _annex(sheet, paper)
    return sheet.to_bytes()


def paper_mark(filing: PaperFiling) -> str:
    """Return the permanent mark of a paper filing."""
    return (
        f"DÉPÔT SUR PAPIER — saisi le {words.instant(filing.entered_at)}, motif : {filing.reason}"
    )


def code_text(paper: ReceiptPaper) -> str:
    """Return what the QR code says: the reference and the digest, as text; no address."""
    reference = " ".join(terminal_text(paper.number).split())[:_REFERENCE_IN_CODE]
    return f"Mabele — récépissé n° {reference}\nSHA-256 {terminal_text(paper.digest)[:64]}"


def _marks(paper: ReceiptPaper) -> tuple[str, ...]:
    marks = (DEMONSTRATION,) if paper.illustrative else ()
    return (*marks, "DÉPÔT SUR PAPIER") if paper.paper else marks


def _facts(paper: ReceiptPaper) -> list[tuple[str, str]]:
    rows = [
        ("Numéro du dossier", paper.number),
        ("Objet", paper.subject),
        ("Type", words.kind_in_words(paper.kind, kind_style(paper.kind).label.fr)),
        ("Demandeur", paper.applicant),
    ]
    if paper.perimeter is not None:
        count = paper.perimeter.count
        area = words.hectares(paper.perimeter.legal_area_ha, 3)
        rows += [("Nombre de carrés", words.number(count)), ("Superficie légale", area)]
    rows += _instants(paper)
    return [*rows, ("Lieu du dépôt", paper.place)]


def _instants(paper: ReceiptPaper) -> list[tuple[str, str]]:
    if paper.paper is None:
        return [("Déposé le", words.instant(paper.filed_at))]
    return [
        ("Reçu sur papier le", words.instant(paper.filed_at)),
        ("Saisi le", words.instant(paper.paper.entered_at)),
        ("Motif de la saisie", paper.paper.reason),
    ]


def _documents(sheet: Sheet, paper: ReceiptPaper) -> None:
    count = len(paper.documents)
    sheet.heading(f"Pièces déposées ({count})")
    if not count:
        sheet.paragraph("Aucune pièce n’a été jointe.")
    else:
        columns = [
            Column("N°", 0.06, "R"),
            Column("Pièce", 0.30),
            Column("Fichier", 0.28),
            Column("Taille", 0.11, "R"),
            Column("SHA-256 (abrégé)", 0.25),
        ]
        sheet.listing(
            columns,
            (
                (
                    str(n),
                    d.label,
                    d.file_name,
                    words.size(d.size_bytes),
                    words.short_digest(d.sha256),
                )
                for n, d in enumerate(paper.documents, start=1)
            ),
            most=6,
        )
    sheet.paragraph(
        "Ce récépissé constate le dépôt et son instant, qui fixe le rang de la demande. "
        "Il ne vaut ni avis ni octroi.",
        size=8.5,
    )
    if paper.perimeter is not None:
        nominal = words.number(paper.perimeter.grid.legal_area_ha(1), 3)
        sheet.paragraph(
            f"La superficie légale est un compte : nombre de carrés × {nominal} ha "
            "(Règlement minier, art. 2).",
            size=8.5,
        )
    sheet.paragraph(
        "Le code contient la référence du dossier et l’empreinte du dépôt, en texte lisible "
        "sans réseau. Quiconque tient les mêmes fichiers retrouve les mêmes empreintes.",
        size=8.5,
    )


def _annex(sheet: Sheet, paper: ReceiptPaper) -> None:
    if not paper.documents:
        return
    sheet.heading("Annexe — empreintes complètes des pièces (SHA-256)")
    columns = [Column("N°", 0.06, "R"), Column("Fichier", 0.27), Column("SHA-256", 0.67)]
    rows = ((str(n), d.file_name, d.sha256) for n, d in enumerate(paper.documents, start=1))
    sheet.listing(columns, rows, size=7, most=20)


def _qr(sheet: Sheet, text: str, x: float, y: float) -> None:
    """Draw the code as black squares, one rectangle for each run of dark modules."""
    import segno

    rows = [list(row) for row in segno.make_qr(text, error="m").matrix_iter(border=4)]
    side = QR_MM / len(rows)
    sheet.set_fill_color(*INK)
    for line, row in enumerate(rows):
        for start, end in _dark_runs(row):
            sheet.rect(x + start * side, y + line * side, (end - start) * side, side, style="F")


def _dark_runs(row: list[int]) -> list[tuple[int, int]]:
    edges = [
        i for i, (a, b) in enumerate(zip([0, *row], [*row, 0], strict=True)) if bool(a) != bool(b)
    ]
    return list(zip(edges[::2], edges[1::2], strict=True))
