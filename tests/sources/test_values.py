"""Values of registers as they are written, and what they must read as.

Codes of kinds, states and the 32 status strings are those of domain.md and of the 2015 register;
dates and angles are worked out by hand.
"""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.sources.areas import read_area
from geo.sources.codes import code_key
from geo.sources.dates import order_in, read_date
from geo.sources.holders import read_holders, shares_odd
from geo.sources.kinds import kind_in_name, kind_of_code, read_kind
from geo.sources.minerals import read_minerals
from geo.sources.rows import Procedure, State
from geo.sources.status import UNKNOWN, read_status, says_ended
from geo.sources.text import clean, shown


@pytest.mark.parametrize(
    ("text", "kind", "application"),
    [
        ("PR (AS)", "PR", False),
        ("PR (PP)", "PR", False),
        ("ARPC (Car)", "ARPC", False),
        ("AECP (Min)", "AECP", False),
        ("pe", "PE", False),
        ("PEM", "PEPM", False),
        ("ARC", "ARPC", False),
        ("PE_APP", "PE", True),
        ("PEM_APP", "PEPM", True),
        ("Demande de PR", "PR", True),
        ("Permis de recherches", "PR", False),
        ("Permis d'exploitation", "PE", False),
        ("Permis d’Exploitation de Petite Mine", "PEPM", False),
        ("Permis d'exploitation des rejets", "PER", False),
        ("Zone d'exploitation artisanale", "ZEA", False),
        ("PR - Permis de Recherches", "PR", False),
        ("Permis d'exploitation (PE)", "PE", False),
        ("Exploration", "PR", False),
        ("Exploration Permit", "PR", False),
        ("Mining license", "PE", False),
        ("Artisanal Mining Zone", "ZEA", False),
        ("Application for exploration permit", "PR", True),
    ],
)
def test_kinds(text, kind, application):
    read = read_kind(text)
    assert (read.kind, read.application) == (kind, application)


@pytest.mark.parametrize("text", ["", "???", "PX", "Permis de conduire", "PE PR", "<b>PR</b>"])
def test_what_is_no_kind_stays_unknown(text):
    assert read_kind(text) is None


def test_kinds_in_names_and_codes():
    assert kind_in_name("zea_2025").kind == "ZEA"
    assert kind_in_name("PE_APP").application
    assert kind_in_name("ZEAs du Lualaba").kind == "ZEA"
    assert kind_in_name("cadastre") is None
    assert kind_in_name("pr_et_pe") is None
    assert kind_of_code("PE 4960") == "PE"
    assert kind_of_code("ZRG01342") == "ZRG"
    assert kind_of_code("4960") is None
    assert kind_of_code("PERU 12") is None


STATUSES_OF_2015 = {
    "Actif": ("granted", "none"),
    "Radiation en cours": ("being_struck_off", "none"),
    "Demande Approuvée": ("application", "none"),
    "Actif-En Renouvellement": ("granted", "renewal"),
    "Actif-En Force Majeure": ("force_majeure", "none"),
    "Actif-Transformation PR en PE": ("granted", "transformation"),
    "Droit Déchu": ("forfeited", "none"),
    "Nouvelle Demande": ("application", "none"),
    "Actif-Transformation ARPC en AECP": ("granted", "transformation"),
    "Actif-En Convention": ("granted", "none"),
    "Actif-En cours de Cession Totale": ("granted", "total_transfer"),
    "Actif-Transformation PR en PEPM": ("granted", "transformation"),
    "Actif-En Déchéance_NonPaiement": ("granted", "forfeiture"),
    "Renouvellment Octroi": ("granted", "renewal"),
    "Actif-Levée de Force Majeure": ("granted", "force_majeure_lifted"),
    "Demande PEPM Approuvée": ("granted", "transformation"),
    "A déchoir pour non paiement": ("granted", "forfeiture"),
    "Actif-En cours de Transformation Partielle": ("granted", "partial_transformation"),
    "Demande-Transformation Partielle": ("application", "partial_transformation"),
    "Demande AECP Approuvée": ("granted", "transformation"),
    "Actif-Transformation PEPM en PE": ("granted", "transformation"),
    "Demande-Cession Partielle": ("application", "partial_transfer"),
    "Droit Octroyé PR->PEPM": ("granted", "none"),
    "Droit Octroyé": ("granted", "none"),
    "Demande PE Approuvée": ("granted", "transformation"),
    "Actif-En cours de Renonciation totale": ("granted", "total_relinquishment"),
    "Droit Octroyé ARPC->AECP": ("granted", "none"),
    "Actif-En cours de Renonciation partielle": ("granted", "partial_relinquishment"),
    "Droit Octroyé PR->PE": ("granted", "none"),
    "Actif-En cours de Cession Partielle": ("granted", "partial_transfer"),
    "Actif-Transformation en Multiple": ("granted", "split"),
    "Demande-Transformation en Multiple": ("application", "split"),
}


@pytest.mark.parametrize("text", STATUSES_OF_2015)
def test_the_32_statuses_of_the_2015_register(text):
    """« Demande PEPM Approuvée » stands on PR rows that have a grant date: kind decides."""
    kind = "ARPC" if "AECP" in text else "PR"
    assert read_status(text, kind) == tuple(STATUSES_OF_2015[text])
    assert read_status(text.upper().replace("-", " - "), kind) == tuple(STATUSES_OF_2015[text])
    assert len(STATUSES_OF_2015) == 32


def test_an_approved_application_of_the_same_kind_is_an_application():
    assert read_status("Demande PEPM Approuvée", "PEPM")[0] is State.APPLICATION


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("Approuvé", State.GRANTED),
        ("demande", State.APPLICATION),
        ("instance", State.APPLICATION),
        ("En instance", State.APPLICATION),
        ("Suspendu", State.SUSPENDED),
        ("expiré", State.EXPIRED),
        ("Rejeté", State.REJECTED),
        ("Active", State.GRANTED),
        ("Pending", State.APPLICATION),
        ("Application", State.APPLICATION),
        ("Granted", State.GRANTED),
        ("Expired", State.EXPIRED),
        ("Renouvellement Octroi", State.GRANTED),
        ("Caduque", State.EXPIRED),
        ("Lapsed", State.EXPIRED),
        ("Révoquée", State.FORFEITED),
        ("Revoked", State.FORFEITED),
    ],
)
def test_words_of_the_portal(text, state):
    assert read_status(text)[0] is state


@pytest.mark.parametrize(
    "text",
    [
        *("Inactif", "Actif-Bidon", "Non actif", "Actif-Transformation XX en YY", "", "1"),
        *("Annulé", "Droit Octroyé à tort", "Actifs sous réserve de paiement"),
        *("Actif ?", "Actif?", "Granted!", "Expiré ?", "Actif\uff1f", "Approuv\ufffd", "Caduc ?"),
    ],
)
def test_what_is_not_understood_is_never_active(text):
    assert read_status(text) == UNKNOWN


@pytest.mark.parametrize("text", ["Annulée", "Retiré", "Cancelled", "Withdrawn"])
def test_what_drops_an_application_leaves_a_right_unknown(text):
    assert read_status(text, "PE", application=True) == (State.REJECTED, Procedure.NONE)
    assert read_status(text, "PE") == UNKNOWN
    assert says_ended(text)


@pytest.mark.parametrize(
    "text", ["Radié", "Renoncée", "Éteint", "Surrendered", "Relinquished", "Struck off"]
)
def test_an_end_without_a_state_of_its_own_is_unknown_and_said_to_be_an_end(text):
    assert read_status(text, "PE") == read_status(text, "PE", application=True) == UNKNOWN
    assert says_ended(text)
    assert not says_ended(text + " ?")
    assert not says_ended("Actif")


@given(st.text(max_size=80))
def test_no_text_breaks_the_readers(text):
    read_status(text)
    read_kind(text)
    read_minerals(text)
    read_date(text)
    read_area(text, "ha")
    code_key(text)
    assert "\x00" not in shown(text)
    cleaned = clean(text)
    assert cleaned is None or cleaned.isprintable()


@pytest.mark.parametrize(
    ("text", "holders"),
    [
        ("GECAMINES (100%)", [("GECAMINES", "100")]),
        ("X CO., LTD (60%), Y (40%)", [("X CO., LTD", "60"), ("Y", "40")]),
        ("A (33,34%), B (33.33 %), C ( 33.33%)", [("A", "33.34"), ("B", "33.33"), ("C", "33.33")]),
        ("MINES , D'AGRICULTURE ET DU COMMERCE", [("MINES , D'AGRICULTURE ET DU COMMERCE", None)]),
        ("CILU ''X'' (0%)", [("CILU ''X''", "0")]),
        ('Sté "SODECO"', [('Sté "SODECO"', None)]),
        ("A; B", [("A", None), ("B", None)]),
        ("A (50%), B", [("A", "50"), ("B", None)]),
        ("SOC (RDC) (100%)", [("SOC (RDC)", "100")]),
        ("", []),
    ],
)
def test_holders(text, holders):
    read = read_holders(text)
    assert [(h.name, None if h.share is None else str(h.share)) for h in read] == holders


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        ("A (100%)", False),
        ("A (60%), B (40%)", False),
        ("A (33.33%), B (33.33%), C (33.33%)", False),
        ("A", False),
        ("A (100%), B (100%)", True),
        ("A (0%)", True),
        ("A (50%), B", True),
        ("A (-5%)", True),
        ("A (abc%), B (100%)", True),
        ("A 40%", True),
        ("100% Congo SARL", False),
    ],
)
def test_shares_that_do_not_sum_up(text, odd):
    assert (shares_odd(read_holders(text)) is not None) is odd


@given(st.text(alphabet="AB ,;()%0123456789.'\"\n", max_size=60))
def test_holders_never_break_and_never_lose_a_share(text):
    holders = read_holders(text)
    assert all(holder.name for holder in holders)
    assert all(h.share is None or h.share >= 0 for h in holders)
    assert all(h.share is None or h.share == Decimal(str(h.share)) for h in holders)


names = (
    st.text(alphabet="ABCdé.', &-", min_size=1, max_size=12)
    .map(str.strip)
    .filter(
        lambda name: name.strip(" ,;&")  # the separators at a name's ends belong to the list
    )
)


@given(st.lists(st.tuples(names, st.decimals(0, 100, places=2)), min_size=1, max_size=5))
def test_holders_written_with_shares_are_read_back(holders):
    text = ", ".join(f"{name} ({share}%)" for name, share in holders)
    expected = [(" ".join(name.strip(" ,;&").split()), share) for name, share in holders]
    assert [(h.name, h.share) for h in read_holders(text)] == expected


@pytest.mark.parametrize(
    ("text", "codes", "unknown"),
    [
        ("Au, Diamant", ("Au", "diamond"), ()),
        (", Calcaire, Latérite, Sable, SiO2", ("limestone", "laterite", "sand", "silica"), ()),
        ("Nb-Ta, Wolfram, SnO2", ("coltan", "W", "cassiterite"), ()),
        ("Cuivre; Cobalt", ("Cu", "Co"), ()),
        ("Copper and Cobalt", ("Cu", "Co"), ()),
        ("Be, Be, Be", ("Be",), ()),
        ("Cu (Cuivre), Or", ("Cu", "Au"), ()),
        ("Groupe de platine, TR", ("platinum_group", "rare_earths"), ()),
        ("Au, Kryptonite", ("Au",), ("Kryptonite",)),
        ("", (), ()),
        (" , ,", (), ()),
    ],
)
def test_minerals(text, codes, unknown):
    assert read_minerals(text) == (codes, unknown)


MILLISECONDS = 1000


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2010-04-23", date(2010, 4, 23)),
        ("2010/04/23", date(2010, 4, 23)),
        ("2010-04-23T00:00:00", date(2010, 4, 23)),
        ("2010-04-22T22:00:00Z", date(2010, 4, 23)),  # midnight at Lubumbashi
        ("2010-04-22T23:00:00+00:00", date(2010, 4, 23)),  # midnight at Kinshasa
        ("2010-04-23T00:00:00+02:00", date(2010, 4, 23)),
        ("23/04/2010", date(2010, 4, 23)),
        ("23.04.2010", date(2010, 4, 23)),
        ("04/04/2010", date(2010, 4, 4)),
        ("20100423", date(2010, 4, 23)),
        (20100423, date(2010, 4, 23)),
        (1271980800 * MILLISECONDS, date(2010, 4, 23)),  # date -u -d 2010-04-23 +%s
        ((1271980800 - 3600) * MILLISECONDS, date(2010, 4, 23)),
        ((1271980800 - 7200) * MILLISECONDS, date(2010, 4, 23)),
        ((1271980800 + 43200) * MILLISECONDS, date(2010, 4, 23)),
        (str(1271980800 * MILLISECONDS), date(2010, 4, 23)),
        (-1577923200 * MILLISECONDS, date(1920, 1, 1)),  # date -u -d 1920-01-01 +%s
        (datetime(2010, 4, 23), date(2010, 4, 23)),
        (date(2010, 4, 23), date(2010, 4, 23)),
        (None, None),
        (float("nan"), None),
        ("", None),
        ("-", None),
        (0, None),
    ],
)
def test_dates(value, day):
    read = read_date(value)
    assert (read.day, read.problem) == (day, None)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("2010-02-30", "date_impossible"),
        ("31/02/2010", "date_impossible"),
        ("9999-12-31", "date_impossible"),
        ("0001-01-01", "date_impossible"),
        (8e15, "date_impossible"),
        (1e300, "date_impossible"),
        ("bientôt", "date_unreadable"),
        ("23/04/10", "date_unreadable"),
        (True, "date_unreadable"),
        ("03/04/2010", "date_ambiguous"),
        (1271980800, "date_ambiguous"),  # seconds where milliseconds are usual
    ],
)
def test_odd_dates(value, problem):
    assert read_date(value).problem == problem


def test_a_column_proves_the_order_of_its_dates():
    assert order_in(["03/04/2010", "23/04/2010"]) == "dmy"
    assert order_in(["03/04/2010", "04/23/2010"]) == "mdy"
    assert order_in(["03/04/2010"]) is None
    assert order_in(["13/04/2010", "04/13/2010"]) is None
    assert read_date("03/04/2010", "mdy").day == date(2010, 3, 4)
    assert read_date("03/04/2010", "dmy").problem is None


@pytest.mark.parametrize(
    ("text", "unit", "cells", "hectares"),
    [
        ("117 cu", None, 117, None),
        ("117", "cells", 117, None),
        ("12 carrés", None, 12, None),
        ("1 carré", "ha", 1, None),
        ("1,234 cu", None, 1234, None),
        ("9 940,2 ha", None, None, "9940.2"),
        ("1,234.5 km²", None, None, "123450"),
        ("1.234,5 ha", None, None, "1234.5"),
        ("84.955", "ha", None, "84.955"),
        ("400", None, None, None),
        ("", "ha", None, None),
    ],
)
def test_areas(text, unit, cells, hectares):
    area = read_area(text, unit)
    assert area.problem is None
    assert area.cells == cells
    assert area.hectares == (None if hectares is None else Decimal(hectares))


@pytest.mark.parametrize(
    ("text", "unit", "problem"),
    [
        ("84,955 ha", None, "area_ambiguous"),  # one carré, or eighty-five thousand hectares
        ("many ha", None, "area_unreadable"),
        ("12 parsecs", None, "area_unreadable"),
        ("1.5 cu", None, "area_unreadable"),
        ("-5 ha", None, "area_unreadable"),
    ],
)
def test_odd_areas(text, unit, problem):
    assert read_area(text, unit).problem == problem


def test_spellings_of_one_code_meet_and_zones_keep_their_series():
    assert code_key("PE 4960") == code_key("4960") == code_key("PR04960") == code_key(" 04960 ")
    assert code_key("ZEA-083") == code_key("zea 83") != code_key("83")
    assert code_key("ZRG01342") == code_key("ZRG 1342")
    assert code_key("AMR/12-b") == "AMR12B"
