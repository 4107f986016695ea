"""Who may take which step of a zone, an allocation or an attribution: by hand, from the law.

Code minier art. 30 (e), 109 and 110; RM 2018 art. 222 bis; Décret 25/05. Everything that is not in
the table is tried and refused: by the machine, and by the trigger under the role's own name.
"""

from __future__ import annotations

import pytest
from test_casework_tables import ROLES, Desk, owner, owner_town  # noqa: F401 - fixtures

from geo.casework.files import machine_of
from geo.register.people import Role

C, K, M, E, I = "C", "K", "M", "E", "I"  # noqa: E741 - company, cadastre, minister, EGC, inspector
WHO = {
    C: {Role.COMPANY},
    K: {Role.OFFICER, Role.SUPERVISOR},
    M: {Role.MINISTER},
    E: {Role.EGC},
    I: {Role.INSPECTOR},
}
WITHDRAWABLE = (
    *("filed", "coordinated", "consultation", "consulted", "amendment"),
    *("favourable_proposed", "unfavourable_proposed", "with_minister"),
)
ZONE_UNDER_WAY = (
    *("proposed", "opinions_pending", "availability_check", "availability_proposed"),
    *("unavailability_proposed", "consultation", "with_minister"),
)
LIFE_UNDER_WAY = ("filed", "consultation", "consulted", "proposed", "with_minister")
TABLES = {
    "zone": {
        ("draft", "propose"): ("proposed", M + E + K),
        ("draft", "take_up"): ("registered", K),
        ("draft", "drop"): ("dropped", M + E + K),
        ("proposed", "ask_opinions"): ("opinions_pending", M + K),
        ("opinions_pending", "close_opinions"): ("availability_check", M + K),
        ("availability_check", "propose_available"): ("availability_proposed", K),
        ("availability_check", "propose_unavailable"): ("unavailability_proposed", K),
        ("availability_proposed", "certify_available"): ("consultation", K),
        ("availability_proposed", "return_check"): ("availability_check", K),
        ("unavailability_proposed", "certify_unavailable"): ("refused", K),
        ("unavailability_proposed", "return_check"): ("availability_check", K),
        ("consultation", "forward"): ("with_minister", K),
        ("with_minister", "institute"): ("instituted", M),
        ("with_minister", "refuse"): ("refused", M),
        ("instituted", "prepare_registration"): ("registration_prepared", K),
        ("registration_prepared", "return_registration"): ("instituted", K),
        ("registration_prepared", "register"): ("registered", K),
        ("registered", "suspend"): ("suspended", M),
        ("suspended", "lift"): ("registered", M),
        ("registered", "notify_closure"): ("closure_notified", M),
        ("suspended", "notify_closure"): ("closure_notified", M),
        ("closure_notified", "close"): ("closed", K),
        **{(state, "withdraw"): ("withdrawn", M + E + K) for state in ZONE_UNDER_WAY},
    },
    "allocation": {
        ("draft", "ask_consents"): ("consents_asked", C),
        ("draft", "file"): ("filed", C),
        ("draft", "drop"): ("dropped", C),
        ("consents_asked", "reopen"): ("draft", C),
        ("consents_asked", "file"): ("filed", C),
        ("consents_asked", "drop"): ("dropped", C),
        ("filed", "coordinate"): ("coordinated", E),
        ("filed", "go_on_without_egc"): ("coordinated", K),
        ("coordinated", "publish_notice"): ("consultation", K),
        ("consultation", "close_consultation"): ("consulted", K),
        **{
            (state, "ask_amendment"): ("amendment", K + E)
            for state in ("filed", "coordinated", "consultation", "consulted")
        },
        ("amendment", "resubmit"): ("filed", C),
        ("amendment", "resubmit_smaller"): ("consulted", C),
        ("consulted", "propose_favourable"): ("favourable_proposed", K),
        ("consulted", "propose_unfavourable"): ("unfavourable_proposed", K),
        ("favourable_proposed", "confirm_favourable"): ("with_minister", K),
        ("favourable_proposed", "return_review"): ("consulted", K),
        ("unfavourable_proposed", "confirm_unfavourable"): ("with_minister", K),
        ("unfavourable_proposed", "return_review"): ("consulted", K),
        ("with_minister", "institute"): ("decided", M),
        ("with_minister", "approve"): ("decided", M),
        ("with_minister", "refuse"): ("refused", M),
        ("decided", "countersign"): ("countersigned", E),
        ("decided", "register_without_egc"): ("countersigned", K),
        ("countersigned", "prepare_registration"): ("registration_prepared", K),
        ("registration_prepared", "return_registration"): ("countersigned", K),
        ("registration_prepared", "register_zone"): ("registered", K),
        ("registration_prepared", "register_agreement"): ("registered", K),
        **{(state, "withdraw"): ("withdrawn", C) for state in WITHDRAWABLE},
    },
    "allocation_life": {
        ("draft", "file"): ("filed", C + E + K),
        ("draft", "drop"): ("dropped", C + E + K),
        ("filed", "answer"): ("filed", C + E),
        ("filed", "publish_notice"): ("consultation", K),
        ("consultation", "close_consultation"): ("consulted", K),
        ("filed", "propose"): ("proposed", K),
        ("consulted", "propose"): ("proposed", K),
        ("proposed", "return_review"): ("filed", K),
        ("proposed", "confirm"): ("with_minister", K),
        ("with_minister", "decide_change"): ("decided", M),
        ("with_minister", "decide_end"): ("rehabilitation", M),
        ("with_minister", "refuse"): ("refused", M),
        ("decided", "register"): ("registered", K),
        ("rehabilitation", "report_rehabilitation"): ("rehabilitated", I),
        ("rehabilitated", "return_ground"): ("returned", K),
        **{(state, "withdraw"): ("withdrawn", C + E + K) for state in LIFE_UNDER_WAY},
    },
    "attribution": {
        ("draft", "file"): ("filed", E + K),
        ("draft", "drop"): ("dropped", E + K),
        ("filed", "decide"): ("decided", M),
        ("filed", "sign_contract"): ("decided", E),
        ("filed", "refuse"): ("refused", M + E),
        ("filed", "withdraw"): ("withdrawn", E + K),
        ("decided", "refuse"): ("refused", M + E),
        ("decided", "register"): ("registered", K),
        ("registered", "ask_end"): ("end_asked", E + M + K),
        ("end_asked", "keep"): ("registered", K),
        ("end_asked", "end"): ("ended", K),
    },
}
SECOND_PERSON = {
    ("zone", "certify_available"): {"propose_available"},
    ("zone", "certify_unavailable"): {"propose_unavailable"},
    ("zone", "register"): {"prepare_registration"},
    ("zone", "lift"): {"suspend"},
    ("allocation", "confirm_favourable"): {"propose_favourable"},
    ("allocation", "confirm_unfavourable"): {"propose_unfavourable"},
    ("allocation", "register_zone"): {"prepare_registration"},
    ("allocation", "register_agreement"): {"prepare_registration"},
    ("allocation_life", "confirm"): {"propose"},
    ("allocation_life", "register"): {"propose"},
    ("allocation_life", "return_ground"): {"propose"},
    ("attribution", "sign_contract"): {"file"},
    ("attribution", "register"): {"file"},
    ("attribution", "keep"): {"ask_end"},
    ("attribution", "end"): {"ask_end"},
}
NEEDS = {
    ("zone", "institute"): {"act"},
    ("zone", "notify_closure"): {"ministerial_act"},
    ("allocation", "file"): {"consent"},
    ("allocation", "resubmit"): {"consent"},
    ("allocation", "institute"): {"act"},
    ("allocation", "approve"): {"ministerial_act"},
    ("allocation_life", "file"): {"request"},
    ("allocation_life", "report_rehabilitation"): {"evidence"},
    ("attribution", "file"): {"approval"},
}
ACTS = {
    "zone": {"institute", "register", "suspend", "lift", "notify_closure", "close"},
    "allocation": {"institute", "approve", "refuse", "register_zone", "register_agreement"},
    "allocation_life": {"decide_change", "decide_end", "register", "return_ground"},
    "attribution": {"decide", "sign_contract", "register", "end"},
}


def allowed(machine: str) -> dict[tuple[str, str, Role], str]:
    """(state, action, role) and the state that follows, as the table has it."""
    return {
        (state, action, role): target
        for (state, action), (target, who) in TABLES[machine].items()
        for word in who
        for role in WHO[word]
    }


@pytest.mark.parametrize("code", TABLES)
def test_the_machine_allows_what_the_law_does_and_nothing_else(code) -> None:
    machine = machine_of(code)
    found = {
        (state.code, action, role): step.target
        for state in machine.states
        for action in {t.action for t in machine.transitions}
        for role in ROLES
        if (step := machine.step(action, state.code)) is not None and role in step.roles
    }
    assert found == allowed(code)


@pytest.mark.parametrize("code", TABLES)
def test_what_a_step_asks_for_besides(code) -> None:
    steps = machine_of(code).transitions
    second = {(code, t.action): set(t.differs_from) for t in steps if t.differs_from}
    assert second == {key: who for key, who in SECOND_PERSON.items() if key[0] == code}
    papers = {(code, t.action): set(t.needs) for t in steps if t.needs}
    assert papers == {key: kinds for key, kinds in NEEDS.items() if key[0] == code}
    assert {t.action for t in steps if t.needs_act} == ACTS[code]


@pytest.mark.parametrize("code", TABLES)
def test_the_database_allows_what_the_law_does_and_nothing_else(owner_town, owner, code) -> None:  # noqa: F811
    machine, table = machine_of(code), allowed(code)
    desk = Desk(owner_town, owner, code)
    actions = sorted({t.action for t in machine.transitions})
    for state in machine.states:
        for role in ROLES:
            desk.put(state.code, role)
            for action in actions:
                found = desk.step(action, role, keep=False)
                assert found == table.get((state.code, action, role)), (state.code, action, role)
