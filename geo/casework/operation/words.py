"""What the operation of an area says to people, in French and in English, by code.

A sentence states facts and what is asked; it accuses nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from geo.law.values import Bilingual

LAYOUT_WORDS: Mapping[str, Bilingual] = MappingProxyType(
    {
        "invalid_geometry": Bilingual(
            "Le tracé de {features} est invalide ({fault}) à {place} : redessinez-le.",
            "The drawing of {features} is invalid ({fault}) at {place}: draw it again.",
        ),
        "outside_area": Bilingual(
            "{features} sort du périmètre : ramenez-le à l’intérieur.",
            "{features} leaves the area: bring it inside.",
        ),
        "pit_outside_portion": Bilingual(
            "La fosse {features} n’est pas dans une portion ou un site attribué ({portions}).",
            "Pit {features} is not inside an attributed portion or work area ({portions}).",
        ),
        "pit_across_portions": Bilingual(
            "La fosse {features} est à cheval sur plusieurs portions ou sites ({portions}).",
            "Pit {features} lies across several portions or work areas ({portions}).",
        ),
        "depth_unknown": Bilingual(
            "La profondeur de la fosse {features} n’est pas indiquée ({article}).",
            "The depth of pit {features} is not stated ({article}).",
        ),
        "pit_too_deep": Bilingual(
            "La fosse {features} descend à {depth} m ; la norme admet {limit} m ({article}).",
            "Pit {features} goes down {depth} m; the standard allows {limit} m ({article}).",
        ),
        "pit_depth_open": Bilingual(
            "La fosse {features} descend à {depth} m ; la limite de {limit} m est souvent citée, "
            "mais son article n’a pas été retrouvé : un juriste doit trancher.",
            "Pit {features} goes down {depth} m; the limit of {limit} m is often quoted, but its "
            "article was not found: a lawyer must settle it.",
        ),
        "tunnel": Bilingual(
            "{features} est une galerie ; la norme n’en admet pas ({article}).",
            "{features} is a tunnel; the standard allows none ({article}).",
        ),
        "in_exclusion_strip": Bilingual(
            "{features} : à {distance} m, dans une bande d’exclusion de {width} m.",
            "{features}: {distance} m away, inside an exclusion strip of {width} m.",
        ),
        "pits_overlap": Bilingual(
            "Les fosses {features} se superposent.", "Pits {features} overlap."
        ),
    }
)

OBSTACLE_WORDS: Mapping[str, Bilingual] = MappingProxyType(
    {
        "no_accepted_assessment": Bilingual(
            "Aucune évaluation géologique n’a été acceptée.",
            "No geological assessment was accepted.",
        ),
        "no_accepted_layout": Bilingual(
            "Aucun plan d’exploitation n’a été accepté.", "No mine layout was accepted."
        ),
        "condition_unmet": Bilingual(
            "La condition minimale « {condition} » n’est pas remplie.",
            "The minimum condition “{condition}” is not met.",
        ),
        "condition_not_checked": Bilingual(
            "La condition minimale « {condition} » n’a pas été vérifiée.",
            "The minimum condition “{condition}” was not checked.",
        ),
        "critical_finding": Bilingual(
            "Un constat critique du {found_on} n’est pas levé : le travail s’arrête.",
            "A critical finding of {found_on} stands: work stops.",
        ),
        "high_finding": Bilingual(
            "Un constat grave du {found_on} n’est pas levé.", "A high finding of {found_on} stands."
        ),
        "remediation_overdue": Bilingual(
            "La remédiation d’un constat du {found_on} était attendue pour le {due_on}.",
            "The remediation of a finding of {found_on} was due on {due_on}.",
        ),
        "not_open": Bilingual(
            "L’exploitation n’est pas ouverte (état : {state}).",
            "The area is not open (state: {state}).",
        ),
        "suspended": Bilingual("L’exploitation est suspendue.", "The area is suspended."),
        "closed": Bilingual("L’exploitation est fermée.", "The area is closed."),
    }
)

SHARE_WORDS: Mapping[str, Bilingual] = MappingProxyType(
    {
        "no_figure": Bilingual(
            "Aucun chiffre national daté et sourcé : la part n’est pas déterminée.",
            "No dated, sourced national figure: the share is undetermined.",
        ),
        "grade_unknown": Bilingual(
            "La teneur d’une déclaration n’est pas indiquée : du minerai ne se compare pas à du "
            "métal.",
            "The grade of a declaration is not stated: ore is not compared with metal.",
        ),
        "no_declaration": Bilingual(
            "Aucune déclaration pour cette période.", "No declaration for that period."
        ),
        "figure_is_nil": Bilingual(
            "Le chiffre national est nul : la part n’est pas déterminée.",
            "The national figure is nil: the share is undetermined.",
        ),
    }
)

LEVEL_NAMES: Mapping[int, Bilingual] = MappingProxyType(
    {
        0: Bilingual("non évalué", "not assessed"),
        1: Bilingual("critique", "critical"),
        2: Bilingual("élevé", "high"),
        3: Bilingual("en progrès", "progressing"),
        4: Bilingual("conforme", "conforming"),
    }
)
"""The single scale of standards; what each level has for effect is in the law data."""

BASIS_NAMES: Mapping[str, Bilingual] = MappingProxyType(
    {
        "zone": Bilingual("zone (ZEA)", "zone (ZEA)"),
        "allocation": Bilingual("affectation (route B)", "allocation (route B)"),
        "egc_ground": Bilingual("terrain de l’EGC", "ground of EGC"),
    }
)
"""Why artisanal work is lawful on a ground (``Basis``)."""
