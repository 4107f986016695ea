"""Registers recognised by their columns, guessed by their words, or told by a mapping file."""

from datetime import date
from decimal import Decimal

import geopandas
import pytest
import shapely
from register_files import issues_of, kinds_of, square, write
from shapely.affinity import translate

from geo.errors import FileRefused, SchemaUnknown
from geo.sources import Procedure, State, read_register
from geo.sources.issue_kinds import ISSUE_KINDS


def frame(columns, count=None):
    count = count or len(next(iter(columns.values())))
    geometry = [square(3000 + 10 * i, -1300, 2) for i in range(count)]
    return geopandas.GeoDataFrame(columns, geometry=geometry, crs="EPSG:4326")


def read(tmp_path, columns, name="register.gpkg", **options):
    return read_register(write(frame(columns), tmp_path / name), **options)


def test_the_portal_of_2026(tmp_path):
    """Epoch milliseconds, also negative; unit of the area apart; former code."""
    reading = read(
        tmp_path,
        {
            "OBJECTID": [1, 2],
            "Code": ["13455", "ZEA-0083"],
            "Type": ["Permis d'Exploitation", "Zone d'Exploitation Artisanale"],
            "TypeAbb": ["PE", "ZEA"],
            "TypeGroup": ["Titres", "Zones"],
            "Status": ["Actif", "Mystère"],
            "StatusGrp": ["Active", "Active"],
            "Parties": ["TENKE, SA (80%), GECAMINES (20%)", "PROVINCE DU LUALABA (100%)"],
            "Region": ["Lualaba", "Lualaba"],
            "CommoditiesCd": ["Cu, Co", "Cu"],
            "Commodities": ["Cuivre, Cobalt", "Cuivre"],
            "AreaValue": [2.0, 117.0],
            "AreaUnit": ["cu", "cu"],
            "DteApplied": [1262300400000, None],
            "DteGranted": [1271980800000, -1577923200000],
            "DteExpires": [2061072000000, None],
            "OldCode": ["PR 991", None],
            "Part": ["A", None],
            "guidLicense": ["{1}", "{2}"],
            "guidShape": ["{3}", "{4}"],
        },
        "portal.geojson",
    )
    assert reading.schema == "cami_portal"
    mine, zone = reading.rows
    assert (mine.code, mine.part, mine.old_code, mine.kind) == ("13455", "A", "PR 991", "PE")
    assert [(h.name, h.share) for h in mine.holders] == [("TENKE, SA", 80), ("GECAMINES", 20)]
    assert mine.minerals == ("Cu", "Co")
    # date -u -d @1262300400: 2009-12-31 23:00, midnight at Kinshasa
    assert mine.filed_on == date(2010, 1, 1)
    assert mine.granted_on == date(2010, 4, 23)
    assert mine.expires_on == date(2035, 4, 25)
    assert zone.granted_on == date(1920, 1, 1)
    assert mine.declared_cells == 2
    assert zone.state is State.GRANTED  # the group of statuses is understood
    assert [issue.row for issue in issues_of(reading, "area_mismatch")] == [2]
    assert "columns_guessed" not in kinds_of(reading)
    assert mine.raw["DteGranted"] == 1271980800000


def test_the_later_public_copy(tmp_path):
    reading = read(
        tmp_path,
        {
            "Licence_": ["4960", "4961"],
            "Type": ["PE", "PEM"],
            "Status": ["Actif", "Nouvelle Demande"],
            "Parties": ["A (100%)", "B (100%)"],
            "Area": ["2 cu", "117 cu"],
            "Resource": ["Cu", "Au"],
        },
    )
    assert reading.schema == "cami_public_copy"
    assert [row.code for row in reading.rows] == ["4960", "4961"]
    assert [row.kind for row in reading.rows] == ["PE", "PEPM"]
    assert [row.declared_cells for row in reading.rows] == [2, 117]
    assert [row.minerals for row in reading.rows] == [("Cu",), ("Au",)]
    (issue,) = issues_of(reading, "area_mismatch")
    assert "117 carrés" in issue.message
    assert "has 2 carrés" in issue.message


@pytest.mark.parametrize(
    "columns",
    [
        {
            "Numéro du permis": ["12", "13"],
            "Titulaire": ["A", "B"],
            "Catégorie": ["PR", "PE"],
            "Statut": ["Actif", "Nouvelle Demande"],
            "Substances": ["Or", "Cuivre"],
            "Date d'octroi": ["23/04/2010", None],
            "Date d'expiration": ["22/04/2015", None],
            "Superficie (ha)": ["169.91", "170"],
        },
        {
            "license_no": ["12", "13"],
            "owner": ["A", "B"],
            "category": ["Exploration Permit", "Mining Licence"],
            "state": ["Active", "Pending"],
            "commodity": ["Gold", "Copper"],
            "grant_date": ["2010-04-23", None],
            "expiry_date": ["2015-04-22", None],
            "area_ha": [169.91, 170.0],
        },
        {
            "PERMIS": ["12", "13"],
            "HOLDER": ["A", "B"],
            "PERMIT_TYPE": ["PR", "PE"],
            "LEGAL_STATUS": ["Actif", "Demande"],
            "MINERALS": ["Au", "Cu"],
            "GRANTED": ["2010-04-23", None],
            "EXPIRES": ["2015-04-22", None],
            "HECTARES": [169.91, 170.0],
        },
    ],
)
def test_columns_never_seen_are_guessed_and_the_guess_reported(tmp_path, columns):
    reading = read(tmp_path, columns)
    first, second = reading.rows
    assert (first.code, second.code) == ("12", "13")
    assert (first.kind, second.kind) == ("PR", "PE")
    assert first.holders[0].name == "A"
    assert (first.state, second.state) == (State.GRANTED, State.APPLICATION)
    assert (first.minerals, second.minerals) == (("Au",), ("Cu",))
    assert (first.granted_on, first.expires_on) == (date(2010, 4, 23), date(2015, 4, 22))
    assert first.declared_area_ha == Decimal("169.91")
    (issue,) = issues_of(reading, "columns_guessed")
    assert issue.row is None
    assert issue.corrected_by == "importer"
    assert not issues_of(reading, "area_mismatch")


def test_names_cut_to_ten_letters_by_a_shapefile(tmp_path):
    columns = {"numero_per": ["12"], "type_permi": ["PR"], "date_octro": ["2010-04-23"]}
    (row,) = read(tmp_path, columns, "register.shp").rows
    assert (row.code, row.kind, row.granted_on) == ("12", "PR", date(2010, 4, 23))


def test_values_decide_where_a_name_could_be_a_code_or_a_kind(tmp_path):
    (row,) = read(tmp_path, {"permis": ["PE"], "numero": ["4960"]}).rows
    assert (row.kind, row.code) == ("PE", "4960")
    (row,) = read(tmp_path, {"permis": ["4960"], "xyz": ["PE"]}, "other.gpkg").rows
    assert (row.kind, row.code) == ("PE", "4960")


def test_without_any_column_that_is_understood_rows_are_kept(tmp_path):
    reading = read(tmp_path, {"foo": ["a", "b"], "bar": [1, 2]})
    assert len(reading.rows) == 2
    assert [row.kind for row in reading.rows] == [None, None]
    assert [row.state for row in reading.rows] == [State.NOT_STATED, State.NOT_STATED]
    (issue,) = issues_of(reading, "columns_missing")
    assert "kind" in issue.value


def test_columns_that_only_sound_like_a_field(tmp_path):
    reading = read(
        tmp_path,
        {
            "LicNo": ["4960", "11601"],
            "CatCode": ["PE", "PR"],
            "LicStatus": ["Active", "Pending"],
            "NomSociete": ["A", "B"],
            "AWARD_DT": ["2010-02-01", "2011-03-02"],
            "Ends": ["2020-02-01", "2016-03-02"],
            "OwnerMail": ["", ""],
        },
    )
    first, second = reading.rows
    assert (first.code, first.kind, first.state) == ("4960", "PE", State.GRANTED)
    assert second.state is State.APPLICATION
    assert (first.granted_on, first.expires_on) == (date(2010, 2, 1), date(2020, 2, 1))
    assert [holder.name for holder in first.holders] == ["A"]
    (issue,) = issues_of(reading, "columns_guessed")
    assert "LicStatus" in issue.value


@pytest.mark.parametrize(
    "name",
    [
        "N° du Permis",
        "N° Permis",
        "Nº Permis",
        "No. Permis",
        "№ permis",
        "N°",
        "CD_TITRE",
        "Cod_Lic",
    ],
)
def test_a_column_of_codes_by_its_name(tmp_path, name):
    reading = read(tmp_path, {name: ["12", "13"], "Statut": ["Actif"] * 2}, "a.geojson")
    assert [row.code for row in reading.rows] == ["12", "13"]


def test_a_column_of_codes_by_its_values(tmp_path):
    columns = {"OBJECTID": [7, 8, 9], "ID": ["PR 1", "PE 2", "n.d."], "Statut": ["Actif"] * 3}
    columns["Remark"] = ["PR 1 was here", "see the map", "beside PE 2"]
    assert [row.code for row in read(tmp_path, columns).rows] == ["PR 1", "PE 2", "n.d."]


@pytest.mark.parametrize("name", ["ID", "CD_TYPE_TITRE", "OBJECTID", "N_ETAT_PERMIS"])
def test_numbers_that_are_no_codes(tmp_path, name):
    reading = read(tmp_path, {name: ["12", "13"], "Statut": ["Actif"] * 2}, "a.geojson")
    assert [row.code for row in reading.rows] == [None, None]
    (issue,) = issues_of(reading, "columns_missing")
    assert "code" in issue.value


@pytest.mark.parametrize(
    ("name", "field"),
    [("DATE_OCT", "granted_on"), ("DT_EXP", "expires_on"), ("ExpDate", "expires_on")],
)
def test_short_words_for_dates(tmp_path, name, field):
    columns = {"code": ["1", "2"], name: ["2010-04-23", "2011-03-02"]}
    columns |= {"DATE_EXPLOITATION": ["2019-01-01", "2019-01-02"]}
    (first, _) = read(tmp_path, columns).rows
    assert getattr(first, field) == date(2010, 4, 23)
    assert (first.granted_on, first.expires_on).count(None) == 1


@pytest.mark.parametrize("name", ["NOM_SOC", "NOM_SOCIETE", "NOM_SOCIET"])
def test_short_words_for_holders(tmp_path, name):
    columns = {"code": ["1"], name: ["A"], "SOCLE": ["granite"]}
    assert read(tmp_path, columns).rows[0].holders[0].name == "A"
    del columns[name]
    assert read(tmp_path, columns, "b.gpkg").rows[0].holders == ()


def test_a_status_is_known_by_its_words_where_the_name_says_nothing(tmp_path):
    data = {"code": ["1", "2"], "type": ["PE", "PR"], "xyz": ["Actif", "Droit Déchu"]}
    assert [row.state for row in read(tmp_path, data).rows] == [State.GRANTED, State.FORFEITED]


def test_a_word_that_sounds_like_a_date_is_none_without_dates(tmp_path):
    data = {"code": ["1", "2"], "type": ["PE", "PR"], "Issuer": ["Ministry", "Province"]}
    assert [row.granted_on for row in read(tmp_path, data).rows] == [None, None]


def test_a_status_left_blank_is_not_stated_and_an_unknown_one_unknown(tmp_path):
    data = {"code": ["1", "2"], "type": ["PE", "PR"], "statut": [None, "Tralala"]}
    reading = read(tmp_path, data)
    assert [row.state for row in reading.rows] == [State.NOT_STATED, State.UNKNOWN]
    assert (
        len(issues_of(reading, "status_missing")) == len(issues_of(reading, "status_unknown")) == 1
    )


@pytest.mark.parametrize("name", ["zea.geojson", "ZEA_2025.gpkg", "zones_zea.fgb"])
def test_the_name_of_a_file_says_its_kind_where_no_column_does(tmp_path, name):
    reading = read(tmp_path, {"Licence_": ["1"], "Parties": ["PROVINCE DU LUALABA (100%)"]}, name)
    assert reading.rows[0].kind == "ZEA"
    assert len(issues_of(reading, "kind_from_name")) == 1


def test_the_importer_says_the_kind(tmp_path):
    reading = read(tmp_path, {"code": ["1", "2"], "type": ["zone", "PR"]}, kind="ZEA")
    assert [row.kind for row in reading.rows] == ["ZEA", "ZEA"]
    assert [row.kind_raw for row in reading.rows] == ["zone", "PR"]
    assert [issue.row for issue in issues_of(reading, "kind_overridden")] == [2]
    with pytest.raises(FileRefused, match="no kind of right"):
        read(tmp_path, {"code": ["1"]}, "x.gpkg", kind="XXX")


def test_the_importer_says_that_all_rows_are_applications(tmp_path):
    (row,) = read(tmp_path, {"foo": ["a"]}, kind="PE_APP").rows
    assert (row.kind, row.state) == ("PE", State.APPLICATION)
    (row,) = read(tmp_path, {"foo": ["a"]}, "other.gpkg", kind="PE").rows
    assert (row.kind, row.state) == ("PE", State.NOT_STATED)
    with pytest.raises(FileRefused, match="PE_APP asks for a PE"):
        read(tmp_path, {"foo": ["a"]}, "third.gpkg", kind="XX_APP")


def test_codes_say_the_kind_as_a_last_resort(tmp_path):
    reading = read(tmp_path, {"code": ["PE 4960", "ZEA-083"]})
    assert [row.kind for row in reading.rows] == ["PE", "ZEA"]
    assert len(issues_of(reading, "kind_from_code")) == 1


def test_odd_rows_are_kept_with_an_issue_that_names_row_field_and_value(tmp_path):
    reading = read(
        tmp_path,
        {
            "code": ["1", "1", None],
            "parties": ["A (60%)", "B", None],
            "type": ["PX", "PR", None],
            "resource": ["Au", "Kryptonite", None],
            "statut": ["Actif", "Bof", None],
            "date_do": ["2010-05-20", None, None],
            "date_de1": ["2010-05-19", None, None],
        },
    )
    assert len(reading.rows) == 3
    found = {(issue.kind, issue.row, issue.field) for issue in reading.issues}
    assert found >= {
        ("kind_unknown", 1, "kind"),
        ("shares_odd", 1, "holders"),
        ("expires_before_grant", 1, "expires_on"),
        ("duplicate_code", 1, "code"),
        ("duplicate_code", 2, "code"),
        ("status_unknown", 2, "status"),
        ("mineral_unknown", 2, "minerals"),
        ("code_missing", 3, "code"),
        ("kind_missing", 3, "kind"),
        ("status_missing", 3, "status"),
        ("holder_missing", 3, "holders"),
    }
    assert reading.rows[1].state is State.UNKNOWN
    assert reading.rows[1].procedure is Procedure.UNKNOWN
    assert reading.rows[1].status_raw == "Bof"


def test_an_application_that_was_withdrawn_is_rejected_and_a_right_left_unknown(tmp_path):
    data = {"code": ["1", "2", "3"], "type": ["PE_APP", "PE", "PE"], "statut": ["Annulé"] * 3}
    data["statut"][2] = "Actif ?"
    reading = read(tmp_path, data)
    assert [row.state for row in reading.rows] == [State.REJECTED, State.UNKNOWN, State.UNKNOWN]
    ended, doubted = issues_of(reading, "status_unknown")
    assert (ended.row, doubted.row) == (2, 3)
    assert "has ended otherwise" in ended.message
    assert "not known" in doubted.message


def test_an_end_is_not_overruled_by_the_group_of_its_status(tmp_path):
    columns = {"Code": ["1", "2"], "TypeAbb": ["PE"] * 2, "guidShape": ["a", "b"]}
    columns |= {"Status": ["Radié", "Mystère"], "StatusGrp": ["Active", "Active"]}
    rows = read(tmp_path, columns).rows
    assert [row.state for row in rows] == [State.UNKNOWN, State.GRANTED]


def test_a_unit_of_area_that_is_not_known_is_said_once_it_matters(tmp_path):
    columns = {
        "code": ["1", "2", "3", "4"],
        "area": ["12", "170", "170 ha", None],
        "area_unit": ["pouces", "ha", "pouces", "pouces"],
    }
    reading = read(tmp_path, columns)
    assert [row.declared_area_ha for row in reading.rows] == [None, 170, 170, None]
    (issue,) = issues_of(reading, "area_unreadable")
    assert (issue.row, issue.field, issue.value) == (1, "area_unit", "pouces")


def test_an_application_by_kind_that_says_it_is_active_is_no_active_right(tmp_path):
    reading = read(
        tmp_path,
        {"code": ["1", "2"], "type": ["PE_APP", "PE_APP"], "statut": ["Actif", None]},
    )
    assert [row.state for row in reading.rows] == [State.UNKNOWN, State.APPLICATION]
    assert len(issues_of(reading, "status_contradicted")) == 1


def test_repeated_ground_under_another_code(tmp_path):
    table = frame({"code": ["1", "2", "3"]})
    table.loc[2, "geometry"] = table.geometry[0]
    reading = read_register(write(table, tmp_path / "register.gpkg"))
    assert [issue.row for issue in issues_of(reading, "repeated_geometry")] == [1, 3]


def test_repeated_ground_off_the_lattice_and_codes_written_otherwise(tmp_path):
    table = frame({"code": ["PE 1", "PR 1", "PR 2", "PR 2"]})
    oblique = shapely.Polygon([(25, -10), (25.1, -10), (25, -9.9)])
    table.loc[0, "geometry"] = oblique
    table.loc[1, "geometry"] = shapely.MultiPolygon([translate(oblique, 1e-9)])
    reading = read_register(write(table, tmp_path / "register.geojson"))
    assert [issue.row for issue in issues_of(reading, "repeated_geometry")] == [1, 2]
    messages = [issue.message for issue in issues_of(reading, "duplicate_code")]
    assert messages == [
        "row 1: code “PE 1” also in rows 2 (“PR 1”)",
        "row 2: code “PR 1” also in rows 1 (“PE 1”)",
        "row 3: code “PR 2” also in rows 4",
        "row 4: code “PR 2” also in rows 3",
    ]


def test_the_area_of_a_right_in_several_rows_may_be_that_of_the_whole(tmp_path):
    columns = {"code": ["1", "1", "2"], "parties": ["A"] * 3, "Licence_": ["1", "1", "2"]}
    columns["Area"] = ["4 cu", "4 cu", "4 cu"]
    reading = read(tmp_path, columns)
    assert [issue.row for issue in issues_of(reading, "area_mismatch")] == [3]


def test_dates_of_a_column_that_could_be_either_order(tmp_path):
    columns = {"code": ["1", "2"], "grant_date": ["03/04/2010", "05/06/2011"]}
    assert len(issues_of(read(tmp_path, columns), "date_ambiguous")) == 2
    columns["grant_date"][1] = "25/06/2011"
    reading = read(tmp_path, columns, "proved.gpkg")
    assert not issues_of(reading, "date_ambiguous")
    assert reading.rows[0].granted_on == date(2010, 4, 3)


# --- encodings ----------------------------------------------------------------------------------

NAME = "Société Éléphant"


def encoded(tmp_path, written_as, cpg):
    """A Shapefile whose text is in one encoding and whose .cpg says another, or nothing."""
    path = write(frame({"code": ["1"], "parties": [NAME]}), tmp_path / "a.shp", encoding=written_as)
    label = path.with_suffix(".cpg")
    label.unlink(missing_ok=True)
    if cpg is not None:
        label.write_text(cpg)
    dbf = bytearray(path.with_suffix(".dbf").read_bytes())
    dbf[29] = 0  # no language driver
    path.with_suffix(".dbf").write_bytes(bytes(dbf))
    assert NAME.encode(written_as) in bytes(dbf)
    return path


@pytest.mark.parametrize(
    ("written_as", "cpg", "issue"),
    [
        ("UTF-8", "UTF-8", None),
        ("CP1252", "1252", None),
        ("CP1252", "ANSI 1252", None),
        ("ISO-8859-1", "88591", None),
        ("UTF-8", None, None),
        ("ISO-8859-1", None, "encoding_guessed"),
        ("CP1252", "UTF-8", "encoding_guessed"),
        ("CP1252", "gibberish", "encoding_guessed"),
    ],
)
def test_text_is_read_in_the_encoding_that_the_evidence_speaks_for(
    tmp_path, written_as, cpg, issue
):
    reading = read_register(encoded(tmp_path, written_as, cpg))
    assert reading.rows[0].holders[0].name == NAME
    assert [k for k in kinds_of(reading) if k.startswith("encoding")] == ([issue] if issue else [])


def test_what_is_declared_wins_if_it_decodes_but_doubt_is_said(tmp_path):
    reading = read_register(encoded(tmp_path, "UTF-8", "1252"))
    assert reading.rows[0].holders[0].name == NAME.encode().decode("cp1252")
    assert len(issues_of(reading, "encoding_doubtful")) == 1
    told = read_register(encoded(tmp_path, "UTF-8", "1252"), encoding="UTF-8")
    assert told.rows[0].holders[0].name == NAME
    with pytest.raises(FileRefused, match="its text is not"):
        read_register(encoded(tmp_path, "CP1252", "1252"), encoding="UTF-8")


def test_a_letter_cut_in_two_by_the_width_of_a_field(tmp_path):
    path = encoded(tmp_path, "UTF-8", "UTF-8")
    dbf = path.with_suffix(".dbf")
    data = bytearray(dbf.read_bytes())
    at = data.index(NAME.encode()) + len(NAME.encode()[:15])
    assert NAME.encode()[:12].decode() == "Société É"
    data[at - 4 : at + 10] = b" " * 14  # ends after the first byte of É
    dbf.write_bytes(bytes(data))
    reading = read_register(path)
    assert reading.rows[0].holders[0].name.startswith("Société")
    assert "encoding_guessed" not in kinds_of(reading)


# --- mapping files ------------------------------------------------------------------------------

MAPPING = """
name: province
dates: mdy
area_unit: ha
fields:
  code: K
  kind: [T1, T2]
  status: S
  granted_on: G
  area: A
kinds: {EXPL: PE}
statuses:
  VIG: {state: granted, procedure: renewal}
"""
TABLE = {
    "K": ["1", "2"],
    "T1": ["EXPL", None],
    "T2": [None, "PR"],
    "S": ["VIG", "?"],
    "G": ["04/23/2010", "01/02/2011"],
    "A": ["169.91", "500"],
}


def test_a_mapping_file_says_what_columns_and_words_mean(tmp_path):
    (tmp_path / "mapping.yaml").write_text(MAPPING)
    reading = read(tmp_path, TABLE, mapping=tmp_path / "mapping.yaml")
    first, second = reading.rows
    assert reading.schema == "mapping: province"
    assert (first.kind, second.kind) == ("PE", "PR")
    assert (first.state, first.procedure) == (State.GRANTED, Procedure.RENEWAL)
    assert second.state is State.UNKNOWN
    assert second.granted_on == date(2011, 1, 2)
    assert [issue.row for issue in issues_of(reading, "area_mismatch")] == [2]


def test_a_mapping_that_names_absent_columns(tmp_path):
    (tmp_path / "mapping.yaml").write_text(MAPPING)
    with pytest.raises(SchemaUnknown, match="“T2”"):
        read(tmp_path, {"K": ["1"], "T1": ["PE"]}, mapping=tmp_path / "mapping.yaml")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("fields: {code: K}\nkolor: red", "unknown keys"),
        ("fields: {kolor: K}", "unknown fields"),
        ("fields: {}", "maps no fields"),
        ("[1, 2]", "no table"),
        ("a: b: c", "no YAML"),
        ("!!python/object/apply:os.system ['true']", "no YAML"),
        ("fields: {code: K}\nkinds: {X: QQ}", "kinds are"),
        ("fields: {code: K}\ndates: ymd", "dates"),
        ("fields: {code: K}\nstatuses: {X: {state: happy}}", "no status"),
        ("fields: {code: {a: b}}", "names no column"),
        ("fields: {x: A}", "x and y go together"),
    ],
)
def test_a_mapping_that_means_nothing(tmp_path, text, reason):
    (tmp_path / "mapping.yaml").write_text(text)
    with pytest.raises(FileRefused, match=reason):
        read(tmp_path, TABLE, mapping=tmp_path / "mapping.yaml")


def test_a_mapping_that_cannot_be_read_and_one_that_is_no_yaml(tmp_path):
    with pytest.raises(FileRefused) as refused:
        read(tmp_path, TABLE, mapping=tmp_path / "nosuch.yaml")
    assert refused.value.reason == "it cannot be read (No such file or directory)"
    (tmp_path / "broken.yaml").write_text("a: [1\nb: ]")
    with pytest.raises(FileRefused) as refused:
        read(tmp_path, TABLE, mapping=tmp_path / "broken.yaml")
    assert refused.value.reason.startswith("it is no YAML (while parsing")
    assert "\\n" not in refused.value.reason


def test_the_vocabulary_of_issues_is_closed_and_each_kind_concerns_one_thing():
    kinds = [kind for kinds in ISSUE_KINDS.values() for kind in kinds]
    assert len(kinds) == len(set(kinds))
    assert set(ISSUE_KINDS) == {"file", "refusal", "row"}
