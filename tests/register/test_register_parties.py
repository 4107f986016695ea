"""What kind of person a name belongs to: a person's name is never taken for a company's."""

from __future__ import annotations

import pytest

from geo.register.parties import party_kind

LEGAL = [
    "Kalonda Mining S.A.R.L.",
    "X SARL",
    "Kalonda Mining, SARL",
    "Kalonda Resources Sprl",
    "KALONDA MINING SA",
    "Kalonda Mining SA",
    "Kalonda Mining S.A.",
    "Kalonda Mining Company s.a.",
    "Kalonda SAS",
    "Kalonda & Co",
    "Kalonda Holdings Ltd.",
    "Kalonda Minerals (Barbados) Ltd Sprl",
    "SOCIÉTÉ MINIÈRE DU KALONDA",
    "Société Minière du Lualaba",
    "LA SOCIETE MINIERE DU KALONDA",
    "SOCIETE DE PROSPECTION, DE RECHERCHE ET D'EXPLOITATION DE L'OR",
    "Société Kalonda (en liquidation)",
    "COOPÉRATIVE MINIÈRE DES CREUSEURS DE KALONDA",
    "PROVINCE DU LUALABA",
    "L'État congolais",
]

NATURAL = ["M. Kalonda", "Mme Kalonda SARL", "Monsieur Sa Kalonda"]

UNKNOWN = [
    "KALONDA NGOY",
    "Sa Kalonda",
    "Ilunga Sa",
    "Ilunga Kabongo Sa",
    "ILUNGA SA",
    "GECAMINES SA",
    "Kabongo AB",
    "Kabongo J. SA",
    "Kabongo S.A.",
    "Kabongo Sas",
    "Jean Kabongo, gérant, société X",
    "Jean Kabongo, société X",
    "Jean Kabongo, X SARL",
    "Jean Kabongo (X SARL)",
    "Jean Kabongo - Société X",
    "Jean Kabongo / X SARL",
    "Jean Kabongo gérant X SARL",
    "Jean Kabongo pour la société X",
    "X SARL, Jean Kabongo",
    "X SARL (Jean Kabongo)",
    "X SARL représentée par Jean Kabongo",
    "Ets Kalonda",
    "Kalonda Mining",
    "Incorpora Kalonda",
    "SARLAND Kalonda",
    "?",
    "",
]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *((name, "legal") for name in LEGAL),
        *((name, "natural") for name in NATURAL),
        *((name, "unknown") for name in UNKNOWN),
    ],
)
def test_party_kinds_are_judged_carefully(name: str, kind: str) -> None:
    assert party_kind(name) == kind
