"""The words of the demonstration register: statuses as received, invented holders, minerals.

Holders are plain words and every one says ``(démonstration)``: none can be taken for a company or
a person that exists. Statuses are written as real registers write them, with their typing errors.
"""

from __future__ import annotations

from random import Random

NOTE = "Illustratif : données inventées (démonstration)"

Holders = tuple[tuple[str, int | None], ...]
Weighted = tuple[tuple[str, int], ...]

# Rows of each kind in 7,355 of the register of 2015 (a count, no row of it).
KINDS = {
    "PR": 3278, "ZRG": 2802, "PE": 437, "ARPC": 324, "AECP": 287, "PEPM": 127, "ZEA": 70,
    "PER": 20, "AECT": 10,
}  # fmt: skip
SUFFIXES: dict[str, Weighted] = {
    "PR": ((" (AS)", 61), (" (PP)", 39)),
    "ARPC": ((" (Car)", 98), (" (Min)", 2)),
    "AECP": ((" (Car)", 98), (" (Min)", 2)),
    "AECT": ((" (Car)", 1),),
}
# Size in carrés at the 0, 10, 25, 50, 75, 90 and 100th percentile of each kind.
SIZES = {
    "PR": (1, 10, 36, 160, 350, 460, 471), "ZRG": (1, 6, 31, 150, 368, 460, 471),
    "PE": (1, 6, 16, 44, 202, 373, 471), "PEPM": (1, 5, 11, 25, 100, 257, 400),
    "PER": (1, 2, 3, 6, 9, 60, 127), "ARPC": (1, 3, 4, 5, 5, 5, 5),
    "AECP": (1, 2, 4, 4, 5, 5, 12), "AECT": (1, 2, 3, 4, 5, 5, 5),
    "ZEA": (2, 7, 12, 26, 36, 51, 170),
}  # fmt: skip
PERCENTILES = (0.0, 0.10, 0.25, 0.50, 0.75, 0.90, 1.0)
# Term in years, first day of grants in the register of each kind.
TERMS = {"PR": 5, "PE": 25, "PEPM": 5, "PER": 5, "ARPC": 1, "AECP": 5, "AECT": 1}

COMMON_STATUSES: Weighted = (
    ("Actif", 24), ("Actif-En Renouvellement", 8), ("Radiation en cours", 20),
    ("Droit Déchu", 3), ("Renouvellment Octroi", 2), ("Renouvellement Octroi", 1),
    ("A déchoir pour non paiement", 1), ("Actif-En Déchéance_NonPaiement", 2),
)  # fmt: skip
STATUSES: dict[str, Weighted] = {
    "PR": (
        *COMMON_STATUSES, ("Demande Approuvée", 12), ("Nouvelle Demande", 4),
        ("Actif-En Force Majeure", 6), ("Actif-Levée de Force Majeure", 2),
        ("Actif-Transformation PR en PE", 6), ("Actif-Transformation PR en PEPM", 3),
        ("Actif-En cours de Cession Totale", 3), ("Actif-En Convention", 2),
        ("Actif-En cours de Transformation Partielle", 1), ("Demande PEPM Approuvée", 1),
        ("Actif-En cours de Renonciation totale", 1), ("Droit Octroyé", 1),
    ),
    "PE": (
        ("Actif", 66), ("Actif-En Convention", 14), ("Actif-En Renouvellement", 8),
        ("Actif-En Force Majeure", 3), ("Droit Déchu", 3), ("Demande-Transformation Partielle", 1),
        ("Actif-En cours de Cession Totale", 1), ("Actif-En Déchéance_NonPaiement", 2),
        ("Actif-En cours de Renonciation partielle", 1), ("Demande-Cession Partielle", 1),
        ("Droit Octroyé PR->PE", 1),
    ),
    "PEPM": (
        ("Actif", 40), ("Actif-En Renouvellement", 14), ("Actif-Transformation PEPM en PE", 11),
        ("Radiation en cours", 6), ("Droit Déchu", 5), ("Demande-Transformation Partielle", 12),
        ("Droit Octroyé PR->PEPM", 5), ("Actif-En cours de Cession Partielle", 1),
    ),
    "PER": (
        ("Actif", 10), ("Radiation en cours", 6), ("Actif-En Renouvellement", 3),
        ("Nouvelle Demande", 1),
    ),
    "ARPC": (
        ("Actif-Transformation ARPC en AECP", 38), ("Radiation en cours", 36), ("Actif", 6),
        ("Actif-En Renouvellement", 5), ("Demande Approuvée", 5), ("Nouvelle Demande", 4),
        ("Demande AECP Approuvée", 5),
    ),
    "AECP": (
        ("Actif", 45), ("Radiation en cours", 31), ("Actif-En Renouvellement", 16),
        ("Droit Déchu", 6), ("Actif-En Déchéance_NonPaiement", 1), ("Droit Octroyé ARPC->AECP", 1),
    ),
    "AECT": (("Actif", 9), ("Nouvelle Demande", 1)),
    "ZEA": (("Actif", 1),),
    "ZRG": (("Actif", 1),),
}  # fmt: skip
APPLICATIONS = frozenset({"Nouvelle Demande", "Demande Approuvée"})
ENDING = frozenset({"Radiation en cours", "Droit Déchu"})

_THINGS = (
    "Rivière", "Pierre", "Étoile", "Colline", "Forêt", "Savane", "Lampe", "Racine", "Pirogue",
    "Cascade", "Vallée", "Source", "Plume", "Brume", "Lanterne", "Clairière", "Falaise", "Dune",
    "Graine", "Marmite", "Échelle", "Boussole", "Corbeille", "Ardoise", "Balance", "Fenêtre",
)  # fmt: skip
_QUALITIES = (
    "Bleue", "Calme", "Lointaine", "Ronde", "Claire", "Dorée", "Tranquille", "Verte", "Ancienne",
    "Légère", "Haute", "Douce", "Rouge", "Vive", "Grise", "Fertile", "Patiente", "Blanche",
    "''Boréale''", "d'Argile", "& Fils", "Sans-Souci",
)  # fmt: skip
# Real names carry a form of company more often than not; those without one are withheld from the
# public, because nobody can tell them from a person's.
_FORMS = (" Sarl", " SPRL", " Sarl", " Société coopérative", "")


def holder_names(count: int, rng: Random) -> list[str]:
    """Return invented holders; about one in twelve is a natural person, as in real registers."""
    names = []
    for index in range(count):
        if index % 12 == 7:
            names.append(f"{rng.choice(('M.', 'Mme'))} Personne Imaginaire {index} (démonstration)")
            continue
        serial = "" if index < 200 else f" {index}"
        name = f"{rng.choice(_THINGS)} {rng.choice(_QUALITIES)}{serial}"
        name += _FORMS[index % len(_FORMS)]
        shouted = name.upper() if rng.random() < 0.4 else name
        names.append(f"{shouted} (démonstration)")
    return names


def holders_of(kind: str, names: list[str], rng: Random) -> Holders:
    """Return holders with shares in percent; a few rows have two, and some shares sum to 200."""
    if kind == "ZRG":
        return (("Projet de recherches illustratif (démonstration)", None),)
    if kind == "ZEA":
        return (("Service public illustratif (démonstration)", 100),)
    first = names[min(int(rng.expovariate(6 / len(names))), len(names) - 1)]
    if rng.random() > 0.04:
        return ((first, 100),)
    second = rng.choice(names)
    share = rng.choice((100, 100, 70, 60, 51, 95))
    return ((first, share), (second, 100 if share == 100 else 100 - share))


def minerals_string(minerals: str, rng: Random) -> str | None:
    """Return the minerals as a row has them: sometimes blank, sometimes with a leading comma."""
    dice = rng.random()
    if dice < 0.05:
        return None
    return f", {minerals}" if dice < 0.07 else minerals


def size_of(kind: str, scale: float, rng: Random) -> int:
    """Return a size in carrés drawn from the kind's percentiles, scaled, between 1 and 471."""
    draw, knots = rng.random(), SIZES[kind]
    step = next(i for i in range(len(knots) - 1) if draw <= PERCENTILES[i + 1])
    part = (draw - PERCENTILES[step]) / (PERCENTILES[step + 1] - PERCENTILES[step])
    return max(1, min(471, round((knots[step] + part * (knots[step + 1] - knots[step])) * scale)))


def mean_size(kind: str) -> float:
    """Return the mean of ``size_of`` at scale 1."""
    knots = SIZES[kind]
    return sum(
        (knots[i] + knots[i + 1]) / 2 * (PERCENTILES[i + 1] - PERCENTILES[i])
        for i in range(len(knots) - 1)
    )
