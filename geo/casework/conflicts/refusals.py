"""What the database refuses of a conflict, by the constraint's name, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from geo.errors import CaseError, SecondPersonNeeded, StepRefused

_SAID: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "conflict_record_not_of_tomorrow": (
            "a record is of a day that has come. Give that day.",
            "une donnée est d’un jour passé ou présent. Donnez ce jour.",
        ),
        "conflict_record_of_a_conflict": (
            "the file is no conflict. Open one first.",
            "le dossier n’est pas un conflit. Ouvrez-en d’abord un.",
        ),
        "conflict_takes_no_more": (
            "the case was joined to another, or dropped. Go on in the other one.",
            "le dossier est joint à un autre, ou abandonné. Continuez dans l’autre.",
        ),
        "conflict_described_in_draft": (
            "what a case is about is said while it is a draft.",
            "l’objet d’un conflit se dit tant qu’il est un brouillon.",
        ),
        "conflict_described": (
            "the case names no title or no place. Open it as a conflict, with its evidence.",
            "le dossier ne nomme ni titre ni lieu. Ouvrez-le comme conflit, avec ses éléments.",
        ),
        "conflict_of_these_titles": (
            "the overlap is of other titles. It is a case of its own.",
            "la superposition est d’autres titres. Elle est un autre dossier.",
        ),
        "conflict_document_in_file": (
            "no such document is in the file. Add it to the file first.",
            "cette pièce n’est pas au dossier. Ajoutez-la d’abord.",
        ),
        "conflict_party_by_the_office": (
            "the office names parties once the case is open. Write to it.",
            "l’administration nomme les parties d’un dossier ouvert. Écrivez-lui.",
        ),
        "conflict_party_once": (
            "the party is named in the case already.",
            "la partie est déjà nommée au dossier.",
        ),
        "conflict_group_once": (
            "the group is named in the case already.",
            "le groupe est déjà nommé au dossier.",
        ),
        "conflict_party_of_the_case": (
            "that is no party of this case. Name it first.",
            "ce n’est pas une partie de ce dossier. Nommez-la d’abord.",
        ),
        "conflict_own_position": (
            "you state the position of your own company, of no other party.",
            "vous donnez la position de votre société, d’aucune autre partie.",
        ),
        "conflict_open_first": (
            "the case is a draft. Open it first.",
            "le dossier est un brouillon. Ouvrez-le d’abord.",
        ),
        "conflict_in_mediation": (
            "meetings are of a mediation. Begin it first.",
            "les réunions sont d’une médiation. Ouvrez-la d’abord.",
        ),
        "conflict_neutral": (
            "EGC is a party to this case: the cadastre mediates.",
            "l’EGC est partie à ce dossier : le cadastre en est le médiateur.",
        ),
        "conflict_settled_in_turn": (
            "a settlement is recorded once the parties were heard, and before one is proposed.",
            "un règlement s’enregistre après les positions, et avant d’en proposer un.",
        ),
        "conflict_carrier_needed": (
            "name the file that carries the settlement out, for the kinds that have one alone.",
            "nommez le dossier qui exécute le règlement, pour les seules natures qui en ont un.",
        ),
        "conflict_carrier_fits": (
            "that file does not carry it out: it must be filed, of a fitting kind, and about a "
            "title of the case.",
            "ce dossier ne l’exécute pas : il doit être déposé, d’une nature qui convient, et "
            "porter sur un titre du conflit.",
        ),
        "conflict_own_title": (
            "a company opens a conflict about a title that it holds.",
            "une société ouvre un conflit sur un titre qu’elle détient.",
        ),
        "conflict_one_case_a_place": (
            "a case of this place is there already. Add your evidence to it.",
            "un dossier de ce lieu existe déjà. Ajoutez-y vos éléments.",
        ),
        "conflict_everybody_heard": (
            "not every party was heard. Enter its position, or that it gave none when asked.",
            "toutes les parties n’ont pas été entendues. Saisissez leur position, ou qu’aucune "
            "n’a été donnée.",
        ),
        "conflict_settlement_recorded": (
            "no settlement was recorded since the case was opened or reopened. Record it first.",
            "aucun règlement n’est enregistré depuis l’ouverture ou la réouverture. "
            "Enregistrez-le d’abord.",
        ),
        "conflict_new_evidence": (
            "nothing new came since the case ended. Add the new evidence first.",
            "rien de nouveau depuis la fin du dossier. Ajoutez d’abord l’élément nouveau.",
        ),
        "conflict_merged_into_a_case": (
            "name in “into” another case, filed and not joined itself, about one of these titles.",
            "nommez dans « into » un autre dossier, déposé et non joint, sur un de ces titres.",
        ),
    }
)


def _second_person() -> CaseError:
    return SecondPersonNeeded(
        "you recorded the settlement. Another person must confirm it.",
        "vous avez enregistré le règlement. Une autre personne doit le confirmer.",
    )


REFUSED: Mapping[str, Callable[[], CaseError]] = MappingProxyType(
    {
        **{name: partial(StepRefused, en, fr) for name, (en, fr) in _SAID.items()},
        "conflict_settlement_second_person": _second_person,
    }
)
"""Each refusal, as the error to raise."""
