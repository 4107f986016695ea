"""Visits and detections read from files: typed, nothing guessed, sensitive columns at the door."""

from datetime import date

import numpy as np
import pytest
import shapely
from activity_files_help import (
    IPIS,
    POINTS,
    everything_said,
    frame,
    kinds,
    points,
    read,
    saved,
    text_file,
)
from activity_files_help import seen as observations

from geo.activity.records import Seen
from geo.errors import FileRefused, LawDataInvalid, SchemaUnknown
from geo.periods import Period
from geo.sources.activity.origins import known_origins
from geo.sources.activity.sensitive import sensitive_list

SECRETS = ("FARDC", "Maï-Maï", "0991234567", "bonne")
SENSITIVE = ("armed_group1", "type_armed_group1", "womenpregnant", "childunder15", "numero_tel")


@pytest.mark.parametrize("ending", [".geojson", ".gpkg", ".parquet", ".fgb", ".csv"])
def test_every_visit_is_a_row_in_every_format(tmp_path, ending):
    reading = read(saved(frame(), tmp_path / f"ipis{ending}"))
    first, second, third, fourth = observations(reading)
    assert (reading.schema, reading.features, reading.refused) == ("ipis", 4, 0)
    assert {o.seen for o in observations(reading)} == {Seen.VISIT}
    assert first.site == second.site == "codmine00001"
    assert first.during == Period(date(2019, 5, 15), date(2019, 5, 16))
    assert fourth.during is None
    assert second.minerals == ("Au", "coltan")
    assert third.minerals == ("cassiterite", "wolframite")
    assert (first.workers, second.workers, third.workers) == (120, 0, None)
    assert (third.name, fourth.name) == ("Site Kéba", None)
    assert shapely.get_coordinates([o.geometry for o in observations(reading)]).tolist() == [
        list(xy) for xy in POINTS
    ]
    assert first.attributes["province"] == "Sud-Kivu"
    assert not [o for o in observations(reading) if o.confidence is not None or o.patch_ha]


def test_a_shapefile_with_cut_names_reads_as_the_same_visits(tmp_path):
    with pytest.warns(RuntimeWarning, match="laundered"):
        path = saved(frame(), tmp_path / "ipis.shp")
    reading = read(path)
    assert reading.schema == "ipis"
    assert [o.workers for o in observations(reading)] == [120, 0, None, 35]
    assert [o.uncertainty_m for o in observations(reading)] == [9.0, None, 4000.0, None]
    assert not [secret for secret in SECRETS if secret in everything_said(reading)]
    assert {"armed_grou", "type_armed", "womenpregn", "childunder"} <= set(reading.dropped)


def test_uncertainty_is_what_is_published_and_else_not_stated(tmp_path):
    reading = read(saved(frame(), tmp_path / "ipis.gpkg"))
    assert [o.uncertainty_m for o in observations(reading)] == [9.0, None, 4000.0, None]
    (issue,) = [i for i in reading.issues if i.kind == "uncertainty_not_stated"]
    assert issue.value == "2"
    assert "“Boussole” 1" in issue.message


def test_sensitive_columns_stay_at_the_door(tmp_path):
    reading = read(saved(frame(), tmp_path / "ipis.geojson"))
    assert reading.dropped == SENSITIVE
    assert reading.left_out == ("humeur",)
    assert not [secret for secret in SECRETS if secret in everything_said(reading)]
    assert all(row.sensitive == {} for row in reading.rows)
    assert kinds(reading)["columns_held_back"] == kinds(reading)["columns_left_out"] == 1


def test_sensitive_columns_that_are_asked_for_come_apart_from_the_observation(tmp_path):
    reading = read(saved(frame(), tmp_path / "ipis.geojson"), keep_sensitive=True)
    assert reading.dropped == ()
    assert reading.rows[0].sensitive["armed_group1"] == "FARDC"
    assert "humeur" not in reading.rows[0].sensitive
    assert reading.rows[3].sensitive == {}
    assert not [secret for secret in SECRETS if secret in everything_said(reading)]


@pytest.mark.parametrize(
    "name",
    [
        *(
            "armed_group1",
            "ArmedGroup2",
            "Groupe armé",
            "GROUPES_ARMES_3",
            "frequency_armed_group1",
        ),
        *("interference", "actor_nonfardc_interferences", "childunder15work", "Travail d'enfants"),
        *("nb_enfants", "NBENFANTS", "womenpregnant", "womensani", "Femmes enceintes"),
        *("work_at_night", "travail_de_nuit", "TravailNuit", "travail_nu", "téléphone", "No_Tel"),
        *("nom_du_chef", "Prénom", "enqueteur", "interviewee_name", "e_mail", "incident_type"),
        *("accidents", "accidentcauses", "forced_labour_armed_group1", "taxes", "barrieres"),
        *(
            "état_sécuritaire",
            "ethnie",
            "état de santé",
            "PHONENUMBER",
            "nbMineurs",
            "moins_de_15_ans",
            "photo_1",
        ),
    ],
)
def test_a_sensitive_name_is_known_however_it_is_written(name):
    assert sensitive_list().holds(name)


@pytest.mark.parametrize(
    "name",
    [
        *("pcode", "name", "nom", "visit_date", "province", "territoire", "collectivité"),
        *("groupement", "village", "mineral1", "workers_numb", "location_origin", "source"),
        *(
            "qualification",
            "traceability",
            "det_id",
            "region",
            "area_ha",
            "year",
            "date",
            "chefferie",
        ),
        *("confidence", "site_minier", "nombre_creuseurs", "superficie", "longitude", "project"),
        *(
            "charbon",
            "charme",
            "road_access",
            "forage",
            "image_date",
            "visit_onsite",
            "is_gold_mine",
        ),
    ],
)
def test_a_harmless_name_is_not_taken_for_a_sensitive_one(name):
    assert not sensitive_list().holds(name)


def test_a_name_that_reaches_a_person_is_held_back(tmp_path):
    names = ["Chez Jean +243 991 234 567", "jean@example.cd", "Camp 2010", "Kéba 0991234567"]
    path = saved(frame(name=names), tmp_path / "ipis.gpkg")
    reading = read(path)
    assert [o.name for o in observations(reading)] == [None, None, "Camp 2010", None]
    assert kinds(reading)["value_held_back"] == 3
    assert "example.cd" not in everything_said(reading)
    assert "234 567" not in everything_said(reading)
    assert read(path, keep_sensitive=True).rows[0].sensitive["name"] == names[0]


def test_a_broken_line_is_refused_without_repeating_what_it_holds(tmp_path):
    text = (
        "pcode,visit_date,longitude,latitude,armed_group1\n"
        "a,2020-01-05,28.5,-2.5,FARDC\n"
        "b,2020-01-05,28.5,-2.5,FARDC,Maï-Maï\n"
    )
    reading = read(text_file(tmp_path, text))
    assert (reading.features, len(reading.rows), reading.refused) == (2, 1, 1)
    assert "FARDC" not in everything_said(reading)
    wkt = text.replace("longitude,latitude", "wkt").replace("28.5,-2.5", "POINT(28.5 -2.5)")
    reading = read(text_file(tmp_path, wkt))
    assert (len(reading.rows), kinds(reading)["line_broken"]) == (1, 1)
    assert "FARDC" not in everything_said(reading)


def test_text_cut_by_a_field_is_not_repeated(tmp_path):
    latin = "pcode;visit_date;longitude;latitude;name\nx;2020-01-05;28,5;-2,5;Kéba\n"
    reading = read(text_file(tmp_path, latin, encoding="cp1252"))
    assert observations(reading)[0].name == "Kéba"
    assert kinds(reading)["encoding_guessed"] == 1
    with pytest.raises(FileRefused, match="not utf-8"):
        read(text_file(tmp_path, latin, encoding="cp1252"), encoding="utf-8")


DETECTIONS = {
    "det_id": [1, 2, 3],
    "region": ["Congo Basin"] * 3,
    "area_ha": [30.5, np.nan, -4.0],
}


def test_detections_state_neither_day_nor_confidence(tmp_path):
    places = points([(25.0, -9.0), (26.0, -8.5), (27.0, 1.0)])
    reading = read(saved(frame(DETECTIONS, places), tmp_path / "points.parquet"))
    assert reading.schema == "africa_mining_watch"
    found = observations(reading)
    assert [o.patch_ha for o in found] == [30.5, None, None]
    assert {(o.seen, o.during, o.confidence, o.uncertainty_m, o.site) for o in found} == {
        (Seen.DETECTION, None, None, None, None)
    }
    assert dict(found[0].attributes) == {"det_id": "1", "region": "Congo Basin"}
    assert kinds(reading) == {"patch_unreadable": 1}


def test_columns_of_coordinates_are_held_against_the_geometry(tmp_path):
    places = points([(25.0, -9.0), (26.0, -8.5), (27.0, 1.0)])
    table = frame(DETECTIONS, places, lon=[25.0, 26.0004, 20.0], lat=[-9.0, -8.5, 1.0])
    reading = read(saved(table, tmp_path / "points.parquet"))
    (issue,) = [i for i in reading.issues if i.kind == "position_contradicted"]
    assert issue.row == 3
    assert observations(reading)[2].geometry.x == 27.0


def test_points_of_no_known_layout_ask_for_a_mapping(tmp_path):
    path = saved(frame({"titre": ["x"]}, points([(25, -9)])), tmp_path / "autre.gpkg")
    with pytest.raises(SchemaUnknown, match=r"titre.*mapping file"):
        read(path)


def test_a_register_of_rights_is_not_taken_for_detections(tmp_path):
    columns = {"code": ["12"], "parties": ["X"], "date_do": ["2012-01-03"]}
    path = saved(frame(columns, [shapely.box(25, -9, 25.1, -8.9)]), tmp_path / "droits.gpkg")
    with pytest.raises(SchemaUnknown):
        read(path)


def test_a_layer_that_is_no_activity_is_named_and_the_other_read(tmp_path):
    import pyogrio

    path = tmp_path / "both.gpkg"
    pyogrio.write_dataframe(frame(), path, layer="visits")
    other = frame({"titre": ["x"]}, points([(25, -9)]))
    pyogrio.write_dataframe(other, path, layer="other", append=True)
    reading = read(path)
    assert len(reading.rows) == 4
    assert kinds(reading)["layer_not_activity"] == 1


def test_progress_ends_at_the_end(tmp_path):
    told = []
    read(
        saved(frame(), tmp_path / "i.gpkg"), progress=lambda done, total: told.append((done, total))
    )
    assert told[0] == (0, 4)
    assert told[-1] == (4, 4)


def test_repeated_visits_and_detections_are_named_and_kept(tmp_path):
    table = frame(visit_date=["2019-05-15", "2019-05-15", "2019-05-15", None])
    reading = read(saved(table, tmp_path / "i.gpkg"))
    (issue,) = [i for i in reading.issues if i.kind == "visit_repeated"]
    assert (issue.row, len(reading.rows)) == (2, 4)
    square = shapely.box(25, -9, 25.01, -8.99)
    years = frame({"year": [2017, 2017, 2020]}, [square] * 3)
    reading = read(saved(years, tmp_path / "y.gpkg"))
    assert [i.row for i in reading.issues if i.kind == "detection_repeated"] == [2]
    assert len(reading.rows) == 3


def test_first_days_beyond_chance_are_said_once(tmp_path):
    many = {name: values[:1] * 40 for name, values in IPIS.items()}
    many["pcode"] = [f"c{i}" for i in range(40)]
    places = points([(28.5, -2.5)] * 40)
    coarse = frame(many, places, visit_date=["2010-01-01"] * 12 + ["2012-05-07"] * 28)
    assert kinds(read(saved(coarse, tmp_path / "c.gpkg")))["dates_coarse"] == 1
    fine = frame(many, places, visit_date=["2010-03-09"] * 40)
    assert not kinds(read(saved(fine, tmp_path / "f.gpkg")))["dates_coarse"]


def test_a_column_without_letters_is_taken_for_nothing(tmp_path):
    table = frame({**IPIS, "__________": ["x"] * 4})
    reading = read(saved(table, tmp_path / "i.parquet"))
    assert "__________" in reading.left_out
    assert "x" not in observations(reading)[0].attributes.values()


@pytest.mark.parametrize(
    "wrong",
    [
        "origins: []",
        "origins:\n  - {id: a}",
        "origins:\n  - {id: a, description: b, matches: [gps], begins: [], radius_m: 5, basis: c,"
        " source: null, confidence: U}",
        "origins:\n  - {id: a, description: b, matches: [gps], begins: [], radius_m: -5, basis: c,"
        " source: d, confidence: U}",
        "origins:\n  - {id: a, description: b, matches: [gps], begins: [], radius_m: 5, basis: c,"
        " source: d, confidence: sure}",
    ],
)
def test_a_table_of_origins_is_read_strictly(tmp_path, wrong):
    with pytest.raises(LawDataInvalid):
        known_origins(text_file(tmp_path, wrong, "origins.yaml"))
