"""What each kind of issue of a file of areas means, in French and in English."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from geo.law.values import Bilingual

REFUSALS = frozenset(
    {
        *("bad_coordinates", "class_missing", "class_unknown", "geometry_broken", "geometry_kind"),
        *("invalid_geometry", "line_broken", "no_geometry"),
    }
)
"""Issues that take a row away."""

SENTENCES: Mapping[str, Bilingual] = MappingProxyType(
    {
        "bad_coordinates": Bilingual(
            "Une coordonnée n’est ni une longitude ni une latitude ; la ligne n’est pas gardée.",
            "A coordinate is no longitude or latitude; the row is not kept.",
        ),
        "class_missing": Bilingual(
            "La ligne ne dit pas sa classe et le fichier en a plusieurs ; elle n’est pas gardée.",
            "The row does not say its class and the file has several; it is not kept.",
        ),
        "class_unknown": Bilingual(
            "La classe n’est pas de celles annoncées pour ce fichier ; la ligne n’est pas gardée.",
            "The class is none of those announced for this file; the row is not kept.",
        ),
        "consent_unknown": Bilingual(
            "Qui doit consentir n’a pas été compris ; la valeur est laissée vide.",
            "Whose consent is asked was not understood; the value is left empty.",
        ),
        "crs_assumed": Bilingual(
            "Le système de coordonnées n’est pas indiqué et WGS 84 a été retenu ; confirmez-le.",
            "The coordinate system is not stated and WGS 84 was taken; confirm it.",
        ),
        "crs_overridden": Bilingual(
            "Le système de coordonnées demandé à l’import remplace celui du fichier.",
            "The coordinate system asked for at import replaces that of the file.",
        ),
        "date_unreadable": Bilingual(
            "La date de l’acte n’a pas été comprise ; elle est laissée vide.",
            "The day of the act was not understood; it is left empty.",
        ),
        "geometry_broken": Bilingual(
            "La géométrie ne peut pas être lue ; la ligne n’est pas gardée.",
            "The geometry cannot be read; the row is not kept.",
        ),
        "geometry_kind": Bilingual(
            "La géométrie n’est ni un point, ni une ligne, ni un polygone ; la ligne n’est pas "
            "gardée.",
            "The geometry is no point, line or polygon; the row is not kept.",
        ),
        "hidden_characters": Bilingual(
            "Le texte contenait des caractères invisibles, retirés.",
            "The text held hidden characters, which were taken out.",
        ),
        "invalid_geometry": Bilingual(
            "Le polygone n’est pas valide au lieu indiqué ; la ligne n’est pas gardée, "
            "corrigez-la.",
            "The polygon is not valid at the place named; the row is not kept, correct it.",
        ),
        "line_broken": Bilingual(
            "La ligne du fichier ne peut pas être lue ; elle n’est pas gardée.",
            "The line of the file cannot be read; it is not kept.",
        ),
        "marked_unknown": Bilingual(
            "Clôture ou signalisation : la valeur n’a pas été comprise ; elle est laissée vide.",
            "Fence or sign: the value was not understood; it is left empty.",
        ),
        "no_geometry": Bilingual(
            "La ligne n’a pas de géométrie ; elle n’est pas gardée.",
            "The row has no geometry; it is not kept.",
        ),
        "outside_country": Bilingual(
            "Le lieu est hors du pays ; vérifiez les coordonnées et leur ordre.",
            "The place lies outside the country; check the coordinates and their order.",
        ),
        "repeated_geometry": Bilingual(
            "La même géométrie est déjà dans ce fichier, à la ligne indiquée.",
            "The same geometry is in this file already, in the row named.",
        ),
        "text_cut": Bilingual(
            "Un texte trop long a été coupé.",
            "A text that was too long has been cut.",
        ),
        "z_dropped": Bilingual(
            "Les altitudes ou mesures des géométries sont laissées de côté.",
            "Heights or measures of the geometries are left out.",
        ),
    }
)

_READING = Bilingual(
    "La lecture du fichier appelle une vérification.",
    "The reading of the file asks for a check.",
)


def sentence_of(kind: str) -> Bilingual:
    """Return what an issue means; of a kind that only the readers of files know, that it is one."""
    return SENTENCES.get(kind, _READING)
