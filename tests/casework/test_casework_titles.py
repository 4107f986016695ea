"""The life of a title application, step by step, on a real register."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Barrier

import casework_steps as steps
import pytest
from casework_town import COL, HOLDER, ROW, rectangle

from geo.casework.content import Content
from geo.casework.documents import Paper, add_document
from geo.casework.files import Draft, open_draft, revise, take_step
from geo.casework.work import StepOrder
from geo.errors import (
    FileChanged,
    GroundTaken,
    LawForbids,
    MabeleError,
    NotFound,
    NotPermitted,
    SecondPersonNeeded,
    StepRefused,
)
from geo.register.orders import ActOrder, TitleFacts
from geo.register.writer import grant
from geo.sources.rows import Holder, State

PDF = b"%PDF-1.4 scan"


def application(town, login="company", col=COL + 40, **more) -> int:
    """A draft for a research permit on free ground."""
    content = Content(kind="PR", substances=("Cu", "Co"), term_years=Decimal(5), declared_cells=4)
    party = next(iter(town[login].parties), town.parties[HOLDER])
    draft = Draft(
        "title", "new", content, rectangle(col, ROW, 2, 2), party, province="Lualaba", **more
    )
    return open_draft(town.office, town[login], draft)


def step(town, login, file_id, action, count, **order):
    """Take a step."""
    return take_step(
        town.office, town[login], file_id, action, StepOrder(**order), expected_steps=count
    )


def test_filing_gives_a_number_an_instant_and_a_claim(town) -> None:
    file_id = application(town)
    taken = step(town, "company", file_id, "file", 0)
    assert (taken.state, taken.number) == ("filed", "D-2025-00001")
    with town.official() as unit:
        from geo.casework.reading import file_of
        from geo.register.reader import Reader

        file = file_of(unit, file_id)
        assert file.filed_at.date() == date(2025, 3, 3)
        title = Reader(unit.connection).title(file.title_id, on=date(2025, 3, 3))
    assert (title.state, title.grounds[0].standing, title.grounds[0].cells) == (
        "application",
        "claimed",
        4,
    )


def test_a_draft_is_seen_by_its_proposer_alone(town) -> None:
    from geo.casework.reading import file_of

    file_id = application(town)
    for login in town.actors:
        with town.office.at_work(town[login], "") as unit:
            if login in ("company", "clerk"):
                assert file_of(unit, file_id).state == "draft"
            else:
                with pytest.raises(NotFound):
                    file_of(unit, file_id)


def test_who_prepares_does_not_sign(town) -> None:
    file_id = application(town, "clerk")
    with pytest.raises(StepRefused, match="mandate"):
        step(town, "clerk", file_id, "file", 0)
    assert step(town, "company", file_id, "file", 0).state == "filed"


def test_nobody_files_for_another_company(town) -> None:
    with pytest.raises(NotPermitted):
        open_draft(
            town.office,
            town["rival"],
            Draft("title", "new", Content(kind="PR"), None, town.parties[HOLDER]),
        )


def test_a_step_decided_on_an_older_state_is_refused(town) -> None:
    file_id = application(town)
    step(town, "company", file_id, "file", 0)
    with pytest.raises(FileChanged):
        step(town, "agent", file_id, "propose_unfavourable", 0, reason="essai")


def test_two_people_sign_the_cadastral_opinion(town) -> None:
    file_id = application(town)
    step(town, "company", file_id, "file", 0)
    step(town, "agent", file_id, "propose_unfavourable", 1, reason="hors délai")
    with pytest.raises(SecondPersonNeeded):
        step(town, "agent", file_id, "confirm_unfavourable", 2)
    assert step(town, "agent2", file_id, "confirm_unfavourable", 2).state == "with_minister"


def test_a_paper_filing_keeps_both_instants(town) -> None:
    received = datetime(2025, 2, 26, 9, 15, tzinfo=UTC)
    first = application(town)
    step(town, "company", first, "file", 0)
    paper = application(
        town, "agent", paper_received_at=received, paper_reason="panne d’électricité"
    )
    with pytest.raises(StepRefused, match="scan"):
        step(town, "agent", paper, "enter_paper", 0, reason="panne")
    add_document(town.office, town["agent"], paper, Paper("scan", "dépôt.pdf", PDF))
    step(town, "agent", paper, "enter_paper", 0, reason="panne")
    with pytest.raises(SecondPersonNeeded):
        step(town, "agent", paper, "confirm_paper", 1)
    with pytest.raises(StepRefused, match="D-2025-00001"):
        step(town, "agent2", paper, "confirm_paper", 1)
    seen = {"displaced": ["D-2025-00001"]}
    taken = step(town, "agent2", paper, "confirm_paper", 1, payload=seen)
    with town.official() as unit:
        from geo.casework.reading import file_of

        file = file_of(unit, paper)
    assert (taken.number, file.filed_at) == ("D-2025-00002", received)
    assert file.entered_at > received
    assert file.paper_reason == "panne d’électricité"


def test_a_company_enters_no_paper(town) -> None:
    with pytest.raises(NotPermitted):
        application(
            town,
            "company",
            paper_received_at=datetime(2025, 2, 1, tzinfo=UTC),
            paper_reason="panne",
        )


def test_the_minister_refuses_and_the_ground_is_free_again(town) -> None:
    file_id = application(town)
    step(town, "company", file_id, "file", 0)
    step(town, "agent", file_id, "propose_unfavourable", 1, reason="incomplet")
    step(town, "agent2", file_id, "confirm_unfavourable", 2)
    act = ActOrder("rejection", "Décision 12/2025", date(2025, 3, 3))
    step(town, "minister", file_id, "refuse", 3, reason="incomplet", act=act)
    with pytest.raises(NotPermitted):
        step(town, "company", file_id, "close_refused", 4)
    town.clock.go_to(date(2025, 4, 2))
    with pytest.raises(StepRefused, match="2025-04-02"):
        step(town, "agent", file_id, "close_refused", 4)
    town.clock.go_to(date(2025, 4, 3))
    assert step(town, "agent", file_id, "close_refused", 4).state == "rejected"
    with town.official() as unit:
        from geo.register.reader import Reader

        met = Reader(unit.connection).grounds_meeting(
            rectangle(COL + 40, ROW, 2, 2), date(2025, 4, 4)
        )
    assert met == []


def refused_on(town, file_id: int, day: date) -> None:
    """Bring a filed application to the Minister's refusal."""
    steps.step(town, "agent", file_id, "propose_unfavourable", reason="incomplet")
    steps.step(town, "agent2", file_id, "confirm_unfavourable")
    decision = ActOrder("rejection", "Décision 12", day)
    steps.step(town, "minister", file_id, "refuse", reason="incomplet", act=decision)


def granted(town, file_id: int, day: date, code: str = "PR 900"):
    """Bring a filed application to its registration."""
    steps.settled(town, "agent", file_id, "propose_favourable")
    steps.settled(town, "agent2", file_id, "confirm_favourable")
    steps.step(town, "agent", file_id, "forward")
    decision = ActOrder("grant", f"Arrêté {code}", day)
    steps.settled(town, "minister", file_id, "grant", act=decision)
    steps.step(town, "agent", file_id, "prepare_registration")
    return steps.settled(town, "agent2", file_id, "register", act=decision, payload={"code": code})


def test_the_way_of_an_application_and_every_step_beside_it(town) -> None:
    """Code minier art. 33 to 49, by hand: who may do what while an application goes its way."""
    company, minister, cadastre = {"company"}, {"minister"}, {"agent", "chief"}
    out = {"withdraw": company}
    file_id = application(town)
    steps.refuse_neighbours(
        town, file_id, {"file": company, "ask_consents": company, "drop": company}
    )
    steps.step(town, "company", file_id, "file")
    review = {"propose_favourable": cadastre, "propose_unfavourable": cadastre}
    review["publish_notice"] = cadastre
    steps.refuse_neighbours(town, file_id, {**review, **out})
    steps.settled(town, "agent", file_id, "propose_favourable")
    confirming = {"confirm_favourable": {"chief"}, "return_review": cadastre}
    steps.refuse_neighbours(town, file_id, {**confirming, **out})
    steps.settled(town, "agent2", file_id, "confirm_favourable")
    steps.refuse_neighbours(town, file_id, {"forward": cadastre, **out})
    steps.step(town, "agent", file_id, "forward")
    deciding = {"grant": minister, "refuse": minister, "return_to_review": minister}
    steps.refuse_neighbours(town, file_id, {**deciding, **out})
    decision = ActOrder("grant", "Arrêté 900", date(2025, 3, 3))
    steps.settled(town, "minister", file_id, "grant", act=decision)
    steps.refuse_neighbours(town, file_id, {"prepare_registration": cadastre})
    steps.step(town, "agent", file_id, "prepare_registration")
    beside = {"register": {"chief"}, "return_registration": cadastre}
    steps.refuse_neighbours(town, file_id, beside)
    with pytest.raises(StepRefused, match="number of the permit"):
        steps.settled(town, "agent2", file_id, "register", act=decision)
    steps.step(town, "agent2", file_id, "register", act=decision, payload={"code": "PR 900"})
    steps.refuse_neighbours(town, file_id, {})
    title = steps.title_on(town, steps.file(town, file_id).title_id, date(2025, 3, 3))
    assert (title.code, title.state, title.expires_on) == ("PR 900", "granted", date(2030, 3, 3))


def test_an_appeal_within_thirty_days_keeps_the_ground_and_not_a_day_later(town) -> None:
    """RM art. 133: 30 days from 3 March 2025, until 2 April."""
    late, early = application(town), application(town, col=COL + 50)
    for file_id in (late, early):
        steps.step(town, "company", file_id, "file")
        refused_on(town, file_id, date(2025, 3, 3))
        steps.add(town, "company", file_id, "appeal")
    town.clock.go_to(date(2025, 4, 2))
    with pytest.raises(StepRefused, match="sign"):
        steps.step(town, "clerk", early, "appeal")
    steps.step(town, "company", early, "appeal")
    town.clock.go_to(date(2025, 4, 3))
    with pytest.raises(StepRefused, match="ended on 2025-04-02") as over:
        steps.step(town, "company", late, "appeal")
    assert "délai de recours" in over.value.fr
    claim = steps.file(town, early).title_id
    assert steps.title_on(town, claim, date(2025, 4, 3)).grounds[0].standing == "claimed"
    dismissed = ActOrder("rejection", "Décision 20", date(2025, 4, 3))
    steps.step(town, "minister", early, "dismiss_appeal", reason="non fondé", act=dismissed)
    assert list(steps.title_on(town, claim, date(2025, 4, 3)).grounds) == []
    assert steps.title_on(town, claim, date(2025, 4, 2)).grounds[0].standing == "claimed"


def test_an_appeal_upheld_keeps_the_rank(town) -> None:
    file_id = application(town)
    filed_at = steps.step(town, "company", file_id, "file") and steps.file(town, file_id).filed_at
    refused_on(town, file_id, date(2025, 3, 3))
    steps.add(town, "company", file_id, "appeal")
    steps.step(town, "company", file_id, "appeal")
    upheld = ActOrder("appeal_upheld", "Décision 21", date(2025, 3, 3))
    steps.step(town, "minister", file_id, "uphold_appeal", reason="fondé", act=upheld)
    steps.step(town, "minister", file_id, "return_to_review", reason="à revoir")
    assert steps.file(town, file_id).filed_at == filed_at
    assert granted(town, file_id, date(2025, 3, 3)).state == "registered"


def test_ground_claimed_earlier_is_not_granted_until_that_is_ruled_on(town) -> None:
    """Code minier art. 33 and 34; while the earlier one may appeal, the later one waits."""
    earlier, later = application(town), application(town, "rival")
    steps.step(town, "company", earlier, "file")
    steps.step(town, "rival", later, "file")
    refused_on(town, earlier, date(2025, 3, 3))
    for day in (date(2025, 3, 3), date(2025, 4, 3)):
        town.clock.go_to(max(town.office.today, day))
        with pytest.raises(LawForbids) as waits:
            steps.settled(town, "agent", later, "propose_favourable")
        assert {found.code for found in waits.value.findings} == {"overlap"}
        assert waits.value.fr
    steps.step(town, "agent", earlier, "close_refused")
    assert granted(town, later, date(2025, 4, 3), "PR 901").state == "registered"


def test_nor_by_the_register_itself(town) -> None:
    """Without any file: a claim that is not ruled on keeps a later grant out."""
    earlier = application(town)
    steps.step(town, "company", earlier, "file")
    facts = TitleFacts("PR 902", "PR", State.GRANTED, filed_on=date(2025, 3, 4))
    order = ActOrder("grant", "Arrêté 902", date(2025, 3, 4))
    with pytest.raises(GroundTaken, match="not ruled on"), town.official() as unit:
        grant(unit, facts, rectangle(COL + 41, ROW, 2, 2), order)


def test_a_withdrawn_application_frees_its_ground_that_day(town) -> None:
    file_id = application(town)
    steps.step(town, "company", file_id, "file")
    claim = steps.file(town, file_id).title_id
    town.clock.go_to(date(2025, 3, 10))
    with pytest.raises(StepRefused, match="reason"):
        steps.step(town, "company", file_id, "withdraw")
    steps.step(town, "company", file_id, "withdraw", reason="essai")
    standing = [
        [ground.standing for ground in steps.title_on(town, claim, day).grounds]
        for day in (date(2025, 3, 9), date(2025, 3, 10))
    ]
    assert standing == [["claimed"], []]
    assert steps.title_on(town, claim, date(2025, 3, 10)).state == "withdrawn"


def exploitation(town) -> int:
    """An exploitation permit out of research permit PR 700, whole."""
    ground = rectangle(COL + 40, ROW, 4, 2)
    with town.official() as unit:
        facts = TitleFacts(
            code="PR 700",
            kind="PR",
            state=State.GRANTED,
            holders=(Holder(HOLDER, None),),
            granted_on=date(2023, 1, 2),
            expires_on=date(2028, 1, 2),
        )
        order = ActOrder("grant", "Arrêté 700", date(2023, 1, 2))
        title = grant(unit, facts, ground, order)
        unit.commit()
    return steps.draft(
        town,
        "title",
        "transformation",
        ground,
        kind="PE",
        title_id=title,
        term_years=Decimal(25),
        substances=("Cu",),
        declared_cells=8,
    )


def test_an_exploitation_permit_needs_every_opinion_favourable(town) -> None:
    """Code minier art. 76: cadastral, technical and environmental."""
    file_id = exploitation(town)
    steps.settled(town, "company", file_id, "file")
    steps.settled(town, "agent", file_id, "propose_favourable")
    steps.settled(town, "agent2", file_id, "confirm_favourable")
    with pytest.raises(StepRefused, match="environment, mines_directorate") as missing:
        steps.step(town, "agent", file_id, "forward")
    assert "avis manquent" in missing.value.fr
    steps.answer_opinions(town, file_id, "unfavourable")
    steps.step(town, "agent", file_id, "forward")
    decision = ActOrder("grant", "Arrêté 902", date(2025, 3, 3))
    with pytest.raises(StepRefused, match="not favourable") as against:
        steps.settled(town, "minister", file_id, "grant", act=decision)
    assert "art. 76" in against.value.fr


def test_a_transformed_permit_ends_where_the_new_one_begins(town) -> None:
    file_id = exploitation(town)
    steps.settled(town, "company", file_id, "file")
    origin = steps.file(town, file_id).host_title_id
    steps.settled(town, "agent", file_id, "propose_favourable")
    steps.settled(town, "agent2", file_id, "confirm_favourable")
    steps.answer_opinions(town, file_id)
    steps.step(town, "agent", file_id, "forward")
    decision = ActOrder("transformation", "Arrêté 903", date(2025, 3, 3))
    steps.settled(town, "minister", file_id, "grant", act=decision)
    steps.step(town, "agent", file_id, "prepare_registration")
    code = {"code": "PE 903"}
    steps.settled(town, "agent2", file_id, "register", act=decision, payload=code)
    made = steps.title_on(town, steps.file(town, file_id).title_id, date(2025, 3, 3))
    assert (made.kind, made.grounds[0].cells, made.grounds[0].standing) == ("PE", 8, "held")
    assert steps.title_on(town, origin, date(2025, 3, 2)).grounds[0].cells == 8
    with pytest.raises(NotFound):
        steps.title_on(town, origin, date(2025, 3, 3))


def at_once(*calls):
    """Run calls in threads that start together; return what each gave or raised."""
    gate = Barrier(len(calls))

    def run(call):
        gate.wait()
        try:
            return call()
        except MabeleError as error:
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_of_two_officers_who_act_at_once_one_wins(town) -> None:
    file_id = application(town)
    steps.step(town, "company", file_id, "file")
    found = at_once(
        *(
            lambda login=login: step(
                town, login, file_id, "propose_unfavourable", 1, reason="incomplet"
            )
            for login in ("agent", "agent2")
        )
    )
    assert sorted(type(one).__name__ for one in found) == ["FileChanged", "StepTaken"]
    assert steps.steps_of(town, file_id) == 2


def test_two_applications_filed_at_once_are_ranked_as_they_were_committed(town) -> None:
    """The instant, the number and the judgement of the grant tell one order."""
    drafts = {"company": application(town), "rival": application(town, "rival")}
    at_once(
        *(
            lambda login=login, one=one: step(town, login, one, "file", 0)
            for login, one in drafts.items()
        )
    )
    filed = sorted((steps.file(town, one) for one in drafts.values()), key=lambda f: f.filed_at)
    assert [one.number for one in filed] == ["D-2025-00001", "D-2025-00002"]
    assert filed[0].filed_at < filed[1].filed_at
    first = steps.step(town, "agent", filed[0].id, "propose_unfavourable", reason="x").judged
    second = steps.step(town, "agent", filed[1].id, "propose_unfavourable", reason="x").judged
    queued = [
        {one.verdict.value for one in judged.settled.judgement.of("overlap")}
        for judged in (first, second)
    ]
    assert "queue" not in queued[0]
    assert "queue" in queued[1]


def test_nobody_signs_a_version_that_he_did_not_read(town) -> None:
    file_id = application(town, "clerk")
    content = Content(kind="PR", substances=("Cu",), term_years=Decimal(5), declared_cells=2)
    revise(town.office, town["clerk"], file_id, content, rectangle(COL + 40, ROW, 2, 1), 1)
    with pytest.raises(FileChanged, match="version 2"):
        take_step(
            town.office, town["company"], file_id, "file", expected_steps=0, expected_version=1
        )
    filed = take_step(
        town.office, town["company"], file_id, "file", expected_steps=0, expected_version=2
    )
    assert filed.state == "filed"


@pytest.mark.parametrize(
    ("granted_on", "expires_on", "asked", "total"),
    [
        (date(2020, 5, 1), date(2025, 5, 1), 5, 10),
        (date(2020, 5, 1), date(2025, 4, 30), 5, 10),
        (date(2020, 5, 1), date(2025, 5, 1), 6, 11),
        (None, date(2025, 5, 1), 5, None),
    ],
    ids=["to the day", "last day of the term", "too long", "grant not known"],
)
def test_terms_of_a_small_mine_are_counted_together(
    town, granted_on, expires_on, asked, total
) -> None:
    """10 years in all (domain.md 2.1): those so far by the register, and those asked for."""
    from geo.casework.facts import facts_of
    from geo.casework.reading import file_of, last_version

    ground, day = rectangle(COL + 40, ROW, 4, 2), date(2025, 3, 3)
    with town.official() as unit:
        facts = TitleFacts(
            code="PEPM 7",
            kind="PEPM",
            state=State.GRANTED,
            holders=(Holder(HOLDER, None),),
            granted_on=granted_on,
            expires_on=expires_on,
        )
        title = grant(unit, facts, ground, ActOrder("grant", "Arrêté 7", date(2020, 5, 1)))
        unit.commit()
    file_id = steps.draft(
        town, "title", "renewal", ground, kind="PEPM", title_id=title,
        term_years=Decimal(asked), renewals=1,
    )  # fmt: skip
    with town.office.at_work(town["company"], "") as unit:
        file, version = file_of(unit, file_id), last_version(unit, file_id)
        proposal = facts_of(unit, town.office.law, file, version, day).proposal
    assert proposal.total_years == total
