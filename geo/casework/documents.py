"""Documents of a file: checked by size and by their first bytes, kept by their SHA-256."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from sqlalchemy import text

from geo.casework.given import require_about
from geo.casework.office import Office
from geo.casework.reading import file_of
from geo.casework.refusals import refused_by_name
from geo.errors import InputError, NotFound
from geo.law.values import Bilingual
from geo.register.connection import UnitOfWork
from geo.register.people import Actor

MOST_BYTES = 20 * 2**20

KINDS: Mapping[str, Bilingual] = MappingProxyType(
    {
        "request": Bilingual("demande", "application"),
        "scan": Bilingual("copie numérisée du dépôt sur papier", "scan of the filing on paper"),
        "mandate": Bilingual("mandat", "mandate"),
        "consent": Bilingual(
            "autorisation expresse du titulaire", "express authorisation of the holder"
        ),
        "renunciation": Bilingual("renonciation", "renunciation"),
        "egc_opinion": Bilingual("avis de l’EGC", "opinion of EGC"),
        "egc_agreement": Bilingual("accord avec l’EGC", "agreement with EGC"),
        "arecoms_notice": Bilingual("information de l’ARECOMS", "notice to ARECOMS"),
        "arecoms_approval": Bilingual("approbation de l’ARECOMS", "approval by ARECOMS"),
        "ministerial_act": Bilingual("acte du ministre", "act of the Minister"),
        "act": Bilingual("arrêté", "arrêté"),
        "technical_opinion": Bilingual("avis technique", "technical opinion"),
        "environmental_opinion": Bilingual(
            "avis environnemental et social", "environmental and social opinion"
        ),
        "geological_assessment": Bilingual("évaluation géologique", "geological assessment"),
        "mine_layout": Bilingual("plan d’exploitation", "mine layout"),
        "approval": Bilingual("agrément de la coopérative", "approval of the cooperative"),
        "conduct_code": Bilingual("code de conduite signé", "signed code of conduct"),
        "deed": Bilingual("acte de cession ou d’amodiation", "deed of transfer or lease"),
        "appeal": Bilingual("recours", "appeal"),
        "withdrawal_letter": Bilingual(
            "lettre de retrait du demandeur", "applicant’s letter of withdrawal"
        ),
        "defence": Bilingual("moyens de défense", "defence"),
        "neighbour_consent": Bilingual("consentement d’un voisin", "consent of a neighbour"),
        "neighbour_renunciation": Bilingual(
            "renonciation d’un voisin", "renunciation of a neighbour"
        ),
        "compensation": Bilingual("indemnité versée", "compensation paid"),
        "place_consent": Bilingual("consentement d’un lieu protégé", "consent of a place"),
        "evidence": Bilingual("pièce justificative", "evidence"),
        "opinion": Bilingual("avis", "opinion"),
        "other": Bilingual("autre pièce", "other document"),
    }
)
"""Kinds of document; the law's provisions ask for some of them by these names."""

RESTRICTED_KINDS = frozenset({"egc_agreement", "geological_assessment", "mine_layout"})
"""Terms and geology: for fewer people than the rest of the file."""

_SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)

_KEEP = text(
    "insert into casework.document_content (sha256, content) values (:sha256, :content) "
    "on conflict do nothing"
)
_ADD = text(
    "insert into casework.case_document (file_id, kind, name, media_type, bytes, sha256, "
    "reference, signatory, signed_on, restricted, about, at) values (:file, :kind, :name, "
    ":media_type, :bytes, :sha256, :reference, :signatory, :signed_on, :restricted, :about, "
    ":at) returning id"
)
_WITHDRAW = text(
    "update casework.case_document set withdrawn_at = :at where id = :document "
    "and withdrawn_at is null"
)
_READ = text(
    "select d.name, d.media_type, d.sha256, c.content from casework.case_document d "
    "join casework.document_content c using (sha256) where d.id = :document"
)


@dataclass(frozen=True, slots=True)
class Paper:
    """A document to add: its kind, its name and its bytes; who signed it and when, if stated.

    ``about`` : of which neighbour or place it is, where its kind is of one.
    """

    kind: str
    name: str
    content: bytes
    reference: str | None = None
    signatory: str | None = None
    signed_on: date | None = None
    about: str | None = None


def media_type_of(content: bytes) -> str:
    """Return what a document is by its first bytes, whatever its name says.

    Raises
    ------
    InputError : it is none of the types that are taken, is empty, or is too large.
    """
    if not content:
        raise InputError("the document is empty.")
    if len(content) > MOST_BYTES:
        raise InputError(f"a document may have {MOST_BYTES // 2**20} MiB. Send a smaller scan.")
    for signature, media_type in _SIGNATURES:
        if content.startswith(signature):
            return media_type
    raise InputError("the document is no PDF, JPEG, PNG or TIFF. Send it as a PDF.")


def add_document(office: Office, actor: Actor, file_id: int, paper: Paper) -> int:
    """Add a document to a file and return its number.

    Raises
    ------
    InputError : the kind is not known, or the bytes are none that are taken.
    StepRefused : the file is closed.
    """
    if paper.kind not in KINDS:
        raise InputError(f"“{paper.kind}” is no kind of document: {', '.join(sorted(KINDS))}.")
    require_about(paper.kind, paper.about)
    media_type = media_type_of(paper.content)
    with office.at_work(actor, f"document {paper.kind} of file {file_id}") as unit:
        file_of(unit, file_id)
        unit.open_revision()
        with refused_by_name():
            sha256 = keep_content(unit, paper.content)
            values = {
                "file": file_id,
                "kind": paper.kind,
                "name": paper.name,
                "media_type": media_type,
                "bytes": len(paper.content),
                "sha256": sha256,
                "reference": paper.reference,
                "signatory": paper.signatory,
                "signed_on": paper.signed_on,
                "restricted": paper.kind in RESTRICTED_KINDS,
                "about": paper.about,
                "at": office.clock(),
            }
            document = int(unit.connection.scalar(_ADD, values))
        unit.commit()
    return document


def keep_content(unit: UnitOfWork, content: bytes) -> str:
    """Keep bytes once, and return their SHA-256."""
    sha256 = hashlib.sha256(content).hexdigest()
    unit.connection.execute(_KEEP, {"sha256": sha256, "content": content})
    return sha256


def withdraw_document(office: Office, actor: Actor, document_id: int) -> None:
    """Take a document back out of a draft; once filed it stays.

    Raises
    ------
    NotFound : there is no such document that the actor added.
    StepRefused : the application was filed.
    """
    with office.at_work(actor, f"document {document_id} withdrawn") as unit:
        values = {"document": document_id, "at": office.clock()}
        with refused_by_name():
            if not unit.connection.execute(_WITHDRAW, values).rowcount:
                raise NotFound(f"you added no document {document_id} that could be withdrawn.")
        unit.commit()


def read_document(office: Office, actor: Actor, document_id: int) -> tuple[str, str, bytes]:
    """Return name, media type and bytes of a document that the actor may see.

    Raises
    ------
    NotFound : there is none, or none for these eyes.
    """
    with office.at_work(actor, "") as unit:
        row = unit.connection.execute(_READ, {"document": document_id}).one_or_none()
    if row is None:
        raise NotFound(f"there is no document {document_id} that you may see.")
    return row.name, row.media_type, bytes(row.content)
