"""What the law says of ground while it is drawn: before there is a file, and without keeping any.

The one check of casework is asked, with a file that stands in no register: the answer is what the
filing of that draft would get at this moment.
"""

from __future__ import annotations

from geo.casework.files import Draft, machine_of, require_subject
from geo.casework.judging import Judged, judge_as_next
from geo.casework.office import Office, legal_day
from geo.casework.work import CaseFile, Version
from geo.errors import NotPermitted
from geo.law.values import Moment
from geo.register.people import Actor, Role

NO_FILE = 0
"""The number of a file that is not kept; the database gives numbers from 1."""


def check_drawing(office: Office, actor: Actor, draft: Draft) -> Judged:
    """Return what the law says of a draft at its filing now; nothing is kept.

    Raises
    ------
    InputError : no such machine or subject, or a paper filing without its reason.
    NotPermitted : the role opens no such file, or the company does not act for the party.
    """
    machine = machine_of(draft.machine)
    require_subject(machine, draft)
    if actor.role not in machine.openers_of(draft.subject):
        raise NotPermitted(f"{actor.role.value} opens no file of kind {machine.code} for that")
    if actor.role is Role.COMPANY and draft.party_id not in actor.parties:
        raise NotPermitted("you do not act for that party.")
    now = office.clock()
    file = CaseFile(
        id=NO_FILE,
        machine=machine.code,
        subject=draft.subject,
        number=None,
        state="draft",
        steps=0,
        since=now,
        title_id=draft.title_id,
        host_title_id=draft.host_title_id,
        party_id=draft.party_id,
        opened_by=actor.account_id or NO_FILE,
        involves=(),
        province=draft.province,
        paper_received_at=draft.paper_received_at,
        paper_reason=draft.paper_reason,
        filed_at=None,
        entered_at=None,
        kind=draft.content.kind,
    )
    version = Version(1, draft.content, draft.perimeter)
    with office.at_work(actor, "") as unit:
        return judge_as_next(office, unit, file, version, Moment.FILING, legal_day(now))
