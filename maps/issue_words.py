"""What each kind of import issue means, in French and in English: what is odd and what to do.

The closed vocabulary is ``geo.sources.issue_kinds``. No sentence says whose fault it is: an odd
value can be right, and whoever received it reads the file again before anybody is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from maps.activity_issue_words import ACTIVITY_WORDS
from maps.style import Label

_FILES = {
    "columns_guessed": Label(
        "Les colonnes ont été reconnues à leur nom seul ; vérifiez-les, ou décrivez-les dans un "
        "fichier de correspondance.",
        "Columns were recognised by their names alone; check them, or describe them in a mapping "
        "file.",
    ),
    "columns_missing": Label(
        "Des colonnes attendues n’ont pas été trouvées ; demandez-les, ou nommez-les dans un "
        "fichier de correspondance.",
        "Expected columns were not found; ask for them, or name them in a mapping file.",
    ),
    "crs_assumed": Label(
        "Le système de coordonnées n’est pas indiqué et WGS 84 a été retenu ; confirmez-le.",
        "The coordinate system is not stated and WGS 84 was taken; confirm it.",
    ),
    "crs_overridden": Label(
        "Le système de coordonnées demandé à l’import remplace celui du fichier ; vérifiez la "
        "position d’un périmètre connu.",
        "The coordinate system asked for at import replaces that of the file; check where a known "
        "perimeter lies.",
    ),
    "encoding_doubtful": Label(
        "L’encodage déclaré du texte est peut-être un autre ; vérifiez les noms accentués.",
        "The declared encoding of the text may be another one; check accented names.",
    ),
    "encoding_guessed": Label(
        "L’encodage du texte a été deviné ; vérifiez les noms accentués, ou indiquez-le à "
        "l’import.",
        "The encoding of the text was guessed; check accented names, or state it at import.",
    ),
    "file_ignored": Label(
        "Un fichier joint n’est pas un registre et n’a pas été lu ; vérifiez qu’il n’y manque "
        "rien.",
        "An enclosed file is no register and was not read; check that nothing is missing.",
    ),
    "geometry_ignored": Label(
        "Une seconde colonne de géométrie n’a pas été lue ; vérifiez que la première est la bonne.",
        "A second geometry column was not read; check that the first is the right one.",
    ),
    "kind_from_code": Label(
        "Le type des droits a été lu dans leur code ; vérifiez-le, ou indiquez-le à l’import.",
        "The kind of the rights was read from their codes; check it, or state it at import.",
    ),
    "kind_from_name": Label(
        "Le type des droits a été lu dans le nom du fichier ou de la couche ; vérifiez-le, ou "
        "indiquez-le à l’import.",
        "The kind of the rights was read from the name of the file or layer; check it, or state it "
        "at import.",
    ),
    "layer_not_rights": Label(
        "Une couche ne contient pas de droits et n’a pas été lue ; vérifiez que c’est voulu.",
        "A layer holds no rights and was not read; check that this is intended.",
    ),
    "layer_rows": Label(
        "Le fichier a plusieurs couches, dont les lignes sont comptées à la suite ; cherchez une "
        "ligne dans la couche indiquée.",
        "The file has several layers, whose rows are counted on; look for a row in the layer "
        "named.",
    ),
    "layer_without_geometry": Label(
        "Une couche n’a pas de géométrie et n’a pas été lue ; demandez-en les périmètres s’il en "
        "faut.",
        "A layer has no geometry and was not read; ask for its perimeters if they are needed.",
    ),
    "m_dropped": Label(
        "Des mesures (M) jointes aux sommets n’ont pas été gardées ; rien n’est à faire si elles "
        "n’ont pas de sens ici.",
        "Measures (M) attached to vertices were not kept; nothing is to be done if they mean "
        "nothing here.",
    ),
    "reader_warning": Label(
        "La bibliothèque de lecture a émis un avertissement ; lisez-le et vérifiez le fichier.",
        "The reading library gave a warning; read it and check the file.",
    ),
    "rows_deleted": Label(
        "Le fichier contient des lignes marquées comme supprimées, qui n’ont pas été lues ; "
        "confirmez qu’elles le sont.",
        "The file holds rows marked as deleted, which were not read; confirm that they are.",
    ),
    "same_file_twice": Label(
        "Le même fichier a été donné deux fois et chacun de ses droits compte deux fois ; "
        "donnez-le une seule fois.",
        "The same file was given twice and each of its rights counts twice; give it once.",
    ),
    "text_cut": Label(
        "Un texte est coupé au milieu d’une lettre, sans doute par la largeur de sa colonne ; "
        "demandez le texte entier.",
        "A text is cut in the middle of a letter, probably by the width of its column; ask for the "
        "whole text.",
    ),
    "z_dropped": Label(
        "Les altitudes (Z) n’ont pas été gardées ; rien n’est à faire pour un cadastre à plat.",
        "Heights (Z) were not kept; nothing is to be done for a flat cadastre.",
    ),
}

_REFUSALS = {
    "bad_coordinates": Label(
        "La ligne n’est pas gardée, car une coordonnée est illisible ou impossible ; "
        "corrigez-la et envoyez la ligne à nouveau.",
        "The row is not kept because a coordinate is unreadable or impossible; correct it and send "
        "the row again.",
    ),
    "geometry_broken": Label(
        "La ligne n’est pas gardée, car son contour n’est pas une géométrie complète ; corrigez-le "
        "et envoyez la ligne à nouveau.",
        "The row is not kept because its outline is no complete geometry; correct it and send the "
        "row again.",
    ),
    "line_broken": Label(
        "La ligne n’est pas gardée, car elle n’a pas autant de champs que l’en-tête ; corrigez les "
        "séparateurs et les guillemets.",
        "The row is not kept because it has not as many fields as the header; correct separators "
        "and quotes.",
    ),
    "no_area": Label(
        "La ligne n’est pas gardée, car son contour n’entoure aucun terrain ; redressez-le d’après "
        "les coordonnées du titre.",
        "The row is not kept because its outline encloses no ground; redraw it from the "
        "coordinates of the title deed.",
    ),
    "no_geometry": Label(
        "La ligne n’est pas gardée, car elle n’a ni périmètre ni position ; ajoutez-les et envoyez "
        "la ligne à nouveau.",
        "The row is not kept because it has no perimeter and no position; add one and send the row "
        "again.",
    ),
    "not_a_polygon": Label(
        "La ligne n’est pas gardée, car sa géométrie n’est pas une surface ; remplacez les points "
        "ou lignes par un polygone.",
        "The row is not kept because its geometry is no area; replace points or lines by a "
        "polygon.",
    ),
}

_ROWS = {
    "area_ambiguous": Label(
        "La superficie déclarée peut se lire de deux façons et n’est pas retenue ; écrivez-la sans "
        "séparateur de milliers.",
        "The declared area can be read in two ways and is not taken; write it without thousands "
        "separators.",
    ),
    "area_mismatch": Label(
        "La superficie déclarée n’est pas celle du périmètre ; comparez les deux avec le titre.",
        "The declared area is not that of the perimeter; compare both with the title deed.",
    ),
    "area_unreadable": Label(
        "La superficie déclarée ne se lit pas comme un nombre ; écrivez-la en chiffres avec son "
        "unité.",
        "The declared area cannot be read as a number; write it in figures with its unit.",
    ),
    "axes_by_letter": Label(
        "Les lettres N, S, E et O disent que la latitude vient d’abord et ont été suivies ; "
        "vérifiez l’ordre des colonnes.",
        "The letters N, S, E and W say that latitude comes first and were followed; check the "
        "order of the columns.",
    ),
    "axes_exchanged": Label(
        "Longitude et latitude ont été échangées comme demandé ; vérifiez la position obtenue.",
        "Longitude and latitude were exchanged as asked; check the resulting position.",
    ),
    "axes_swapped": Label(
        "Le périmètre est hors du pays, mais y serait si longitude et latitude étaient échangées ; "
        "faites confirmer leur ordre avant de l’échanger.",
        "The perimeter lies outside the country, but would lie inside with longitude and latitude "
        "exchanged; have their order confirmed before you exchange them.",
    ),
    "code_missing": Label(
        "Le droit n’a pas de code ; retrouvez-le dans le titre.",
        "The right has no code; find it in the title deed.",
    ),
    "date_ambiguous": Label(
        "La date peut se lire de deux façons ; écrivez-la sous la forme année-mois-jour.",
        "The date can be read in two ways; write it as year-month-day.",
    ),
    "date_impossible": Label(
        "La date ne correspond à aucun jour possible ; retrouvez-la dans le titre.",
        "The date is no possible day; find it in the title deed.",
    ),
    "date_unreadable": Label(
        "La date ne se lit pas ; écrivez-la sous la forme année-mois-jour.",
        "The date cannot be read; write it as year-month-day.",
    ),
    "duplicate_code": Label(
        "Plusieurs lignes portent le même code ; dites si ce sont des parties d’un droit ou des "
        "doublons.",
        "Several rows bear the same code; say whether they are parts of one right or repetitions.",
    ),
    "expires_before_grant": Label(
        "L’expiration précède l’octroi ; comparez les deux dates avec le titre.",
        "The expiry comes before the grant; compare both dates with the title deed.",
    ),
    "grant_date_missing": Label(
        "La date d’octroi manque ; retrouvez-la dans l’arrêté.",
        "The date of grant is missing; find it in the order of grant.",
    ),
    "hidden_characters": Label(
        "Le texte contient des caractères invisibles, laissés de côté ; retapez la valeur.",
        "The text holds invisible characters, which were left out; type the value again.",
    ),
    "holder_missing": Label(
        "Aucun titulaire n’est indiqué ; retrouvez-le dans le titre.",
        "No holder is named; find the holder in the title deed.",
    ),
    "invalid_ring": Label(
        "Le contour se croise ou se touche lui-même et a été gardé tel que reçu ; redressez-le "
        "d’après les coordonnées du titre.",
        "The outline crosses or touches itself and was kept as received; redraw it from the "
        "coordinates of the title deed.",
    ),
    "kind_missing": Label(
        "Le type du droit manque ; retrouvez-le dans le titre.",
        "The kind of the right is missing; find it in the title deed.",
    ),
    "kind_overridden": Label(
        "Le type demandé à l’import remplace celui de la ligne ; vérifiez lequel est juste.",
        "The kind asked for at import replaces that of the row; check which is right.",
    ),
    "kind_unknown": Label(
        "Le type du droit n’est pas connu du cadastre ; corrigez-le, ou ajoutez-le au fichier de "
        "correspondance.",
        "The kind of the right is not known to the cadastre; correct it, or add it to the mapping "
        "file.",
    ),
    "mineral_unknown": Label(
        "Une substance n’a pas été reconnue ; vérifiez son écriture.",
        "A mineral was not recognised; check its spelling.",
    ),
    "multi_part": Label(
        "Le périmètre est en plusieurs morceaux ; vérifiez qu’ils forment bien un seul droit.",
        "The perimeter is in several pieces; check that they make up one right.",
    ),
    "off_lattice": Label(
        "Le périmètre ne suit pas la grille des carrés et a été gardé tel que reçu ; comparez ses "
        "sommets avec le titre.",
        "The perimeter does not follow the grid of carrés and was kept as received; compare its "
        "vertices with the title deed.",
    ),
    "outside_country": Label(
        "Le périmètre est hors du pays ; vérifiez ses coordonnées et leur système.",
        "The perimeter lies outside the country; check its coordinates and their system.",
    ),
    "repeated_across_files": Label(
        "Le même droit, de même code et de même périmètre, est aussi dans un autre fichier ; dites "
        "lequel des deux fichiers est à retenir.",
        "The same right, with the same code and perimeter, is also in another file; say which of "
        "the two files is to be taken.",
    ),
    "points_left_out": Label(
        "La géométrie contient des points ou des lignes à côté des polygones, laissés de côté ; "
        "vérifiez que les polygones sont complets.",
        "The geometry holds points or lines beside polygons, which were left out; check that the "
        "polygons are complete.",
    ),
    "repeated_geometry": Label(
        "Plusieurs lignes ont exactement le même périmètre ; dites si ce sont des droits "
        "différents ou des doublons.",
        "Several rows have exactly the same perimeter; say whether they are different rights or "
        "repetitions.",
    ),
    "seconds_off_lattice": Label(
        "Les secondes d’une coordonnée ne sont ni 00 ni 30 ; comparez-la avec le titre.",
        "The seconds of a coordinate are neither 00 nor 30; compare it with the title deed.",
    ),
    "shares_odd": Label(
        "Les parts des titulaires ne font pas un tout ; comparez-les avec le titre.",
        "The shares of the holders do not make a whole; compare them with the title deed.",
    ),
    "status_contradicted": Label(
        "Le type dit que c’est une demande, le statut dit le contraire ; vérifiez l’état du droit.",
        "The kind says that it is an application, the status says otherwise; check the state of "
        "the right.",
    ),
    "status_missing": Label(
        "Le statut manque ; indiquez l’état du droit.",
        "The status is missing; state what the right’s state is.",
    ),
    "status_unknown": Label(
        "Le statut n’a pas été compris ; corrigez-le, ou ajoutez-le au fichier de correspondance.",
        "The status was not understood; correct it, or add it to the mapping file.",
    ),
    "too_large": Label(
        "Le périmètre est trop grand pour compter ses carrés et a été gardé comme polygone ; "
        "vérifiez ses coordonnées.",
        "The perimeter is too large to count its carrés and was kept as a polygon; check its "
        "coordinates.",
    ),
    "twice_enclosed": Label(
        "Le contour fait deux fois le tour de certains carrés ; redressez-le d’après les "
        "coordonnées du titre.",
        "The outline goes round some carrés twice; redraw it from the coordinates of the title "
        "deed.",
    ),
}

ISSUE_WORDS: Mapping[str, Label] = MappingProxyType(
    {**_FILES, **_REFUSALS, **_ROWS, **ACTIVITY_WORDS}
)
"""One sentence for each kind of issue."""

CORRECTORS: Mapping[str, Label] = MappingProxyType(
    {
        "sender": Label("l’expéditeur", "the sender"),
        "importer": Label("l’importateur", "the importer"),
        "cadastre": Label("le cadastre", "the cadastre"),
    }
)
"""Who corrects an issue: who sent the file, who imports it, or the cadastre itself."""

FIELDS: Mapping[str, Label] = MappingProxyType(
    {
        "area": Label("Superficie", "Area"),
        "code": Label("Code", "Code"),
        "expires_on": Label("Expiration", "Expiry"),
        "filed_on": Label("Dépôt", "Filing"),
        "geometry": Label("Périmètre", "Perimeter"),
        "granted_on": Label("Octroi", "Grant"),
        "holders": Label("Titulaires", "Holders"),
        "kind": Label("Type", "Kind"),
        "minerals": Label("Substances", "Minerals"),
        "part": Label("Partie", "Part"),
        "status": Label("Statut", "Status"),
    }
)
"""What an issue can be about within a row."""

_UNNAMED = Label("Anomalie sans description ; lisez le détail.", "Issue without words; see detail.")


def issue_label(kind: str) -> Label:
    """Return the sentence of a kind of issue, also of one that an older import recorded."""
    return ISSUE_WORDS.get(kind, _UNNAMED)


def corrector_label(who: str) -> Label:
    """Return who corrects an issue; a code that no list knows stays as it is."""
    return CORRECTORS.get(who, Label(who, who))


def field_label(field: str | None) -> Label | None:
    """Return the name of a field; a column of the file that no list knows stays as it is."""
    return None if field is None else FIELDS.get(field, Label(field, field))
