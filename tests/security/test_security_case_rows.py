"""What no role forges in a file by raw SQL: parties, documents, links, judgements, opinions."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from decimal import Decimal

import psycopg
import pytest
from casework_town import COL, HOLDER, OTHER, ROW, rectangle
from psycopg import errors as pg

from geo.casework.consents import give_consent
from geo.casework.content import Content
from geo.casework.documents import Paper, add_document, read_document
from geo.casework.files import Draft, open_draft, revise, take_step
from geo.casework.rulings import RulingOrder, propose_ruling
from geo.casework.work import StepOrder
from geo.errors import MabeleError, NotFound

REFUSED = (pg.InsufficientPrivilege, pg.CheckViolation, pg.UniqueViolation)
SECRET = b"%PDF-1.4 terms of the agreement that nobody else may read"
SHA256 = hashlib.sha256(SECRET).hexdigest()


def application(town, login="company", *, co=(), col=COL + 40) -> int:
    """A draft for a research permit on free ground."""
    content = Content(kind="PR", substances=("Cu",), term_years=Decimal(5), declared_cells=4)
    party = next(iter(town[login].parties))
    draft = Draft(
        "title",
        "new",
        content,
        rectangle(col, ROW, 2, 2),
        party,
        province="Lualaba",
        co_parties=tuple((one, "co_holder") for one in co),
    )
    return open_draft(town.office, town[login], draft)


def filed(town, **more) -> int:
    """The same, filed."""
    file_id = application(town, **more)
    take_step(town.office, town["company"], file_id, "file", StepOrder(), expected_steps=0)
    return file_id


def filed_together(town) -> int:
    """Filed by one company together with the other, which consented."""
    file_id = application(town, co=(town.parties[OTHER],))
    ask = StepOrder()
    take_step(town.office, town["company"], file_id, "ask_consents", ask, expected_steps=0)
    give_consent(town.office, town["rival"], file_id, town.parties[OTHER], 1)
    take_step(town.office, town["company"], file_id, "file", ask, expected_steps=1)
    return file_id


def test_a_co_holder_does_not_withdraw_what_another_filed(town) -> None:
    file_id = filed_together(town)
    with pytest.raises(MabeleError):
        take_step(
            town.office,
            town["rival"],
            file_id,
            "withdraw",
            StepOrder(reason="plus tard"),
            expected_steps=2,
        )
    taken = take_step(
        town.office,
        town["company"],
        file_id,
        "withdraw",
        StepOrder(reason="plus tard"),
        expected_steps=2,
    )
    assert taken.state == "withdrawn"


def test_a_co_holder_does_not_reopen_or_drop_the_draft_of_another(town) -> None:
    file_id = application(town, co=(town.parties[OTHER],))
    take_step(town.office, town["company"], file_id, "ask_consents", StepOrder(), expected_steps=0)
    for action in ("reopen", "drop"):
        with pytest.raises(MabeleError):
            take_step(town.office, town["rival"], file_id, action, StepOrder(), expected_steps=1)


@pytest.mark.parametrize("login", ["company", "rival"])
def test_no_company_names_parties_of_what_was_filed(town, as_person, login) -> None:
    file_id = filed_together(town)
    with as_person(login) as sql, pytest.raises(REFUSED):
        sql.execute(
            "insert into casework.case_party (file_id, party_id, part) values (%s, %s, 'egc')",
            [file_id, town.parties[OTHER]],
        )


def test_the_proposer_names_parties_of_its_draft(town, as_person) -> None:
    file_id = application(town)
    with as_person("company") as sql:
        sql.execute(
            "insert into casework.case_party (file_id, party_id, part) values (%s, %s, 'lessee')",
            [file_id, town.parties[OTHER]],
        )


def _name_content(sql: psycopg.Connection, file_id: int, sha256: str, size: int, kind="other"):
    return sql.execute(
        "insert into casework.case_document (file_id, kind, name, media_type, bytes, sha256, at) "
        "values (%s, %s, 'x.pdf', 'application/pdf', %s, %s, now()) returning id",
        [file_id, kind, size, sha256],
    ).fetchone()


def test_knowing_the_digest_of_a_document_is_not_having_it(town, as_person) -> None:
    hidden = application(town)
    add_document(town.office, town["company"], hidden, Paper("egc_agreement", "a.pdf", SECRET))
    own = application(town, "rival", col=COL + 60)
    with as_person("rival") as sql, pytest.raises(REFUSED):
        _name_content(sql, own, SHA256, len(SECRET))


def test_who_brings_the_same_bytes_has_them(town) -> None:
    hidden = application(town)
    add_document(town.office, town["company"], hidden, Paper("egc_agreement", "a.pdf", SECRET))
    own = application(town, "rival", col=COL + 60)
    document = add_document(town.office, town["rival"], own, Paper("other", "b.pdf", SECRET))
    assert read_document(town.office, town["rival"], document)[2] == SECRET
    with pytest.raises(NotFound):
        read_document(town.office, town["agent"], document)


def test_a_ruling_names_no_document_that_its_adviser_did_not_bring(town, as_person) -> None:
    hidden = application(town)
    add_document(town.office, town["company"], hidden, Paper("egc_agreement", "a.pdf", SECRET))
    with as_person("legal") as sql, pytest.raises(REFUSED):
        sql.execute(
            "insert into casework.legal_ruling (scope, code, answer, text, reference, signatory, "
            "signed_on, sha256, from_day, proposed_at) values ('all', 'x', 'permitted', 't', 'r', "
            "'s', '2025-03-01', %s, '2025-03-01', now())",
            [SHA256],
        )


def test_a_proof_of_payment_names_no_document_of_a_draft(town, as_person, as_owner) -> None:
    hidden = application(town)
    add_document(town.office, town["company"], hidden, Paper("egc_agreement", "a.pdf", SECRET))
    naming = "insert into casework.payment_proof (payment_id, sha256) values (1, %s)"
    with as_person("agent") as sql, pytest.raises(pg.ForeignKeyViolation, match="uploaded by"):
        sql.execute(naming.encode(), [SHA256])


def ruling(town, file_id: int | None = None, content: bytes | None = None) -> RulingOrder:
    """A ruling on one file, or on all."""
    return RulingOrder(
        code="egc_opinion",
        rule=None,
        answer="permitted",
        text="confidentiel",
        reference="AJ 2",
        signatory="Me X",
        signed_on=town.office.today,
        from_day=town.office.today,
        to_day=None,
        subject=None,
        file_id=file_id,
        content=content,
    )


def test_a_ruling_keeps_the_document_that_its_adviser_brings(town) -> None:
    assert propose_ruling(town.office, town["legal"], ruling(town, content=SECRET))


def test_nobody_uploads_the_opinion_of_an_authority(town, as_person) -> None:
    file_id = application(town)
    add_document(town.office, town["company"], file_id, Paper("other", "a.pdf", SECRET))
    with as_person("company") as sql, pytest.raises(REFUSED):
        _name_content(sql, file_id, SHA256, len(SECRET), kind="opinion_sgnc")


def test_an_officer_moves_no_file_to_another_title(town, as_person, as_owner) -> None:
    file_id = filed(town)
    before = as_owner("select title_id, involves from casework.case_file where id = %s", file_id)
    with as_person("agent") as sql, pytest.raises(REFUSED):
        sql.execute("update casework.case_file set title_id = %s", [town.titles["PE 526"]])
    with as_person("agent") as sql, pytest.raises(REFUSED):
        sql.execute("update casework.case_file set involves = '{egc}' where id = %s", [file_id])
    after = as_owner("select title_id, involves from casework.case_file where id = %s", file_id)
    assert after == before


def test_nobody_writes_a_judgement_beside_the_step_that_asked(town, as_person) -> None:
    file_id = filed(town)
    judgement = (
        "insert into casework.judgement (file_id, version_number, step_seq, moment, day, rules_on, "
        "law_version, verdict, settled_verdict, facts, at) values (%s, 1, %s, 'review', "
        "'2025-03-03', '2025-03-03', 'x', 'pass', 'pass', '{}', now())"
    )
    for step in (1, None):
        with as_person("agent") as sql, pytest.raises((*REFUSED, pg.NotNullViolation)):
            sql.execute(judgement.encode(), [file_id, step])
    finding = (
        "insert into casework.finding (judgement_id, position, code, subject, rule, outcome, "
        "verdict, severity, reason, article, source, confidence, facts, message_key, message, "
        "rules_on, rule_version) select max(id), 900, 'x', '', 'x', 'pass', 'pass', 'warn', '', "
        "'', '', 'S', '{}', 'x', '{}', '2025-03-03', 'x' from casework.judgement"
    )
    with as_person("agent") as sql, pytest.raises(REFUSED):
        sql.execute(finding.encode())


def _asked(as_owner, file_id: int, province: str | None) -> int:
    rows = as_owner(
        "insert into casework.opinion_request (file_id, authority, province, asked_at) "
        "values (%s, 'sgnc', %s, now()) returning id",
        file_id,
        province,
    )
    return int(rows[0][0])


def _sees(as_person, login: str, file_id: int) -> bool:
    with as_person(login) as sql:
        rows = sql.execute("select id from casework.case_file where id = %s", [file_id]).fetchall()
        return bool(rows)


def test_an_authority_of_a_province_sees_what_that_province_was_asked(
    town, as_person, as_owner
) -> None:
    nowhere, here, elsewhere = (filed(town, col=COL + 40 + 4 * i) for i in range(3))
    for file_id, province in ((nowhere, None), (here, "Lualaba"), (elsewhere, "Haut-Katanga")):
        _asked(as_owner, file_id, province)
    as_owner("update register.account set province = 'Lualaba' where login = 'sgnc'")
    seen = [_sees(as_person, "sgnc", file_id) for file_id in (nowhere, here, elsewhere)]
    assert seen == [False, True, False]
    as_owner("update register.account set province = null where login = 'sgnc'")
    assert all(_sees(as_person, "sgnc", file_id) for file_id in (nowhere, here, elsewhere))


def test_an_opinion_names_a_document_of_its_own_file(town, as_person, as_owner) -> None:
    file_id, other = filed(town), filed(town, col=COL + 44)
    request = _asked(as_owner, file_id, "Lualaba")
    foreign = add_document(town.office, town["company"], other, Paper("other", "a.pdf", SECRET))
    of_another = add_document(
        town.office, town["company"], file_id, Paper("other", "b.pdf", b"%PDF-b")
    )
    for document in (foreign, of_another):
        with as_person("sgnc") as sql, pytest.raises(REFUSED):
            sql.execute(
                "update casework.opinion_request set answer = 'favourable', document_id = %s, "
                "answered_at = now() where id = %s",
                [document, request],
            )


def test_administrators_do_not_read_drafts_in_the_audit(town, as_person) -> None:
    draft = application(town)
    add_document(town.office, town["company"], draft, Paper("egc_agreement", "a.pdf", SECRET))
    tables = ["case_file", "case_party", "case_version", "case_document"]
    with as_person("admin") as sql:
        seen = sql.execute(
            "select table_name from register.audit_row where table_name = any(%s)", [tables]
        ).fetchall()
    assert seen == []
    take_step(town.office, town["company"], draft, "file", StepOrder(), expected_steps=0)
    with as_person("admin") as sql:
        seen = sql.execute(
            "select distinct table_name from register.audit_row where table_name = any(%s)",
            [tables],
        ).fetchall()
        others = sql.execute(
            "select count(*) from register.audit_row where table_name = 'title_version'"
        ).fetchone()
    assert {name for (name,) in seen} == set(tables)
    assert others != (0,)


def _names(as_person, login: str) -> set[str]:
    with as_person(login) as sql:
        rows = sql.execute("select casework.name_of(n) from generate_series(1, 99) n").fetchall()
        return {name for (name,) in rows if name}


def test_a_company_learns_no_name_of_another_companys_people(town, as_person) -> None:
    assert {"M. company", "M. clerk", "M. agent"} <= _names(as_person, "company")
    assert "M. rival" not in _names(as_person, "company")
    assert "M. rival" in _names(as_person, "agent")
    filed_together(town)
    assert "M. company" in _names(as_person, "rival")


def test_advisers_rulings_on_files_outside_its_own_are_not_egcs(town, as_person) -> None:
    file_id = filed(town)
    propose_ruling(town.office, town["legal"], ruling(town, file_id))
    with as_person("egc") as sql:
        assert sql.execute("select id from casework.legal_ruling").fetchall() == []


def test_no_step_is_dated_back(town, as_person, as_owner) -> None:
    """Rank goes by the filing instant; only the template of the tests takes those of a story."""
    file_id = application(town)
    as_owner(
        "create or replace function casework.instants_are_told() returns boolean "
        "language sql stable set search_path = pg_catalog, pg_temp as 'select false'"
    )
    opening = (
        "insert into casework.case_file (machine, subject, state, since, party_id, opened_by) "
        "values ('title', 'new', 'draft', '2008-01-02', %s, casework.my_account())"
    )
    with as_person("company") as sql, pytest.raises(REFUSED):
        sql.execute(opening.encode(), [town.parties[HOLDER]])
    filing = (
        "insert into casework.case_step (file_id, seq, action, from_state, to_state, at, "
        "version_number) values (%s, 1, 'file', 'draft', 'filed', %s, 1)"
    )
    with as_person("company") as sql, pytest.raises(REFUSED):
        sql.execute(filing.encode(), [file_id, datetime(2025, 3, 4, tzinfo=UTC)])
    with as_person("company") as sql:
        sql.execute(filing.encode(), [file_id, datetime.now(UTC)])


def test_a_smaller_version_is_written_by_its_proposer(town) -> None:
    file_id = application(town)
    content = Content(kind="PR", substances=("Cu",), term_years=Decimal(5), declared_cells=2)
    assert revise(town.office, town["company"], file_id, content, rectangle(COL + 40, ROW, 2, 1), 1)
