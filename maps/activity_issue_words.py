"""What each kind of issue of a file of activity means, in French and in English.

Part of :data:`maps.issue_words.ISSUE_WORDS`, under the same rules: what is odd, then what to do,
and nobody is accused.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from maps.style import Label

ACTIVITY_WORDS: Mapping[str, Label] = MappingProxyType(
    {
        "columns_held_back": Label(
            "Des colonnes sensibles n’ont pas été retenues avec les observations ; rien n’est à "
            "faire.",
            "Sensitive columns were not kept with the observations; nothing is to be done.",
        ),
        "columns_left_out": Label(
            "Des colonnes que rien ne déclare montrables n’ont pas été gardées ; nommez dans un "
            "fichier de correspondance celles qu’il faut.",
            "Columns that nothing says may be shown were not kept; name those you need in a "
            "mapping file.",
        ),
        "dates_coarse": Label(
            "Beaucoup de dates tombent le premier jour d’une année ou d’un mois ; faites dire si "
            "le jour est connu.",
            "Many dates fall on the first day of a year or a month; have it said whether the day "
            "is known.",
        ),
        "layer_not_activity": Label(
            "Une couche n’a pas été reconnue comme des sites ou des détections ; décrivez-la dans "
            "un fichier de correspondance.",
            "A layer was not recognised as sites or detections; describe it in a mapping file.",
        ),
        "places_abroad": Label(
            "Des lieux sont hors du pays et ont été gardés ; vérifiez que la source couvre aussi "
            "d’autres pays.",
            "Places lie outside the country and were kept; check that the source covers other "
            "countries too.",
        ),
        "uncertainty_not_stated": Label(
            "Aucune précision publiée n’est connue pour l’origine de ces positions ; demandez-la "
            "à la source.",
            "No published accuracy is known for the origin of these positions; ask the source for "
            "it.",
        ),
        "not_a_place": Label(
            "La ligne n’est pas gardée, car sa géométrie n’est ni un point ni une surface ; "
            "remplacez-la par l’un des deux.",
            "The row is not kept because its geometry is neither a point nor an area; replace it "
            "by one of them.",
        ),
        "position_zero": Label(
            "La ligne n’est pas gardée, car sa position est longitude 0, latitude 0, qui tient "
            "lieu de « aucune » ; donnez la vraie.",
            "The row is not kept because its position is longitude 0, latitude 0, which stands "
            "for none; give the true one.",
        ),
        "confidence_unreadable": Label(
            "La confiance n’est pas un nombre de son échelle et se lit « non indiquée » ; donnez "
            "l’échelle dans un fichier de correspondance.",
            "The confidence is no number on its scale and reads “not stated”; give the scale in a "
            "mapping file.",
        ),
        "date_in_future": Label(
            "La date vient après le jour de réception et se lit « non indiquée » ; retrouvez-la "
            "dans les notes de terrain.",
            "The date comes after the day of receipt and reads “not stated”; find it in the field "
            "notes.",
        ),
        "date_one_sided": Label(
            "Un seul des deux bouts de la période est donné, et elle se lit « non indiquée » ; "
            "complétez-la.",
            "Only one end of the period is given and it reads “not stated”; complete it.",
        ),
        "day_impossible": Label(
            "La date ou la période n’est pas possible et se lit « non indiquée » ; retrouvez-la "
            "à la source.",
            "The date or period is not possible and reads “not stated”; find it at the source.",
        ),
        "detection_repeated": Label(
            "Deux lignes disent la même détection, au même lieu et aux mêmes jours ; dites "
            "laquelle est à retenir.",
            "Two rows tell the same detection, at the same place and days; say which is to be "
            "taken.",
        ),
        "patch_unreadable": Label(
            "L’étendue n’est pas un nombre positif d’une unité connue et se lit « non indiquée » ; "
            "écrivez-la en hectares.",
            "The extent is no positive number of a known unit and reads “not stated”; write it in "
            "hectares.",
        ),
        "place_repaired": Label(
            "Le contour se croisait ou se touchait et une copie réparée est utilisée ; comparez-la "
            "avec l’original, qui est gardé.",
            "The outline crossed or touched itself and a repaired copy is used; compare it with "
            "the original, which is kept.",
        ),
        "place_swapped": Label(
            "Le lieu est hors du pays, mais y serait si longitude et latitude étaient échangées ; "
            "faites confirmer leur ordre.",
            "The place lies outside the country, but would lie inside with longitude and latitude "
            "exchanged; have their order confirmed.",
        ),
        "position_contradicted": Label(
            "Les colonnes de coordonnées et la géométrie ne disent pas le même lieu, et la "
            "géométrie est suivie ; vérifiez laquelle est juste.",
            "The columns of coordinates and the geometry do not say the same place, and the "
            "geometry is followed; check which is right.",
        ),
        "site_missing": Label(
            "La visite ne nomme pas le code de son site et n’est rattachée à aucun ; retrouvez-le.",
            "The visit does not give the code of its site and is tied to none; find it.",
        ),
        "uncertainty_unreadable": Label(
            "L’incertitude de la position n’est pas un nombre de mètres et se lit « non indiquée » "
            "; écrivez-la en mètres.",
            "The uncertainty of the position is no number of metres and reads “not stated”; write "
            "it in metres.",
        ),
        "value_held_back": Label(
            "Un texte contient un numéro de téléphone ou une adresse électronique et n’a pas été "
            "retenu ; rien n’est à faire.",
            "A text holds a phone number or an e-mail address and was not kept; nothing is to be "
            "done.",
        ),
        "visit_repeated": Label(
            "Deux lignes disent une visite du même site aux mêmes jours ; dites si ce sont deux "
            "visites ou un doublon.",
            "Two rows tell a visit of the same site on the same days; say whether they are two "
            "visits or a repetition.",
        ),
        "workers_unreadable": Label(
            "Le nombre de travailleurs n’est pas un nombre entier et se lit « non indiqué » ; "
            "écrivez-le en chiffres.",
            "The number of workers is no whole number and reads “not stated”; write it in figures.",
        ),
    }
)
"""One sentence for each kind of issue that only files of activity raise."""
