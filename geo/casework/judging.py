"""Asking the law about a file, and keeping what it said beside the step that asked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, text

from geo.casework.facts import facts_of
from geo.casework.machines import MACHINES
from geo.casework.office import Office
from geo.casework.rulings import rulings_for
from geo.casework.work import CaseFile, Version, Work
from geo.errors import StepRefused
from geo.law.case import CaseFacts
from geo.law.facts_json import facts_to_json
from geo.law.judge import judge
from geo.law.outcomes import Finding
from geo.law.provisions import PROVISIONS
from geo.law.rulings import Settled, SettledFinding, settle
from geo.law.values import Moment
from geo.register.connection import UnitOfWork

_JUDGEMENT = text(
    "insert into casework.judgement (file_id, version_number, step_seq, moment, day, rules_on, "
    "law_version, verdict, settled_verdict, facts, at) values (:file, :version, :step, :moment, "
    ":day, :rules_on, :law_version, :verdict, :settled, cast(:facts as jsonb), :at) returning id"
)
_FINDING = text(
    "insert into casework.finding (judgement_id, position, code, subject, rule, outcome, verdict, "
    "severity, reason, article, source, confidence, facts, runs, default_verdict, first_day, "
    "message_key, message, rules_on, rule_version, ruling_id) values (:judgement, :position, "
    ":code, :subject, :rule, :outcome, :verdict, :severity, :reason, :article, :source, "
    ":confidence, cast(:facts as jsonb), cast(:runs as int[]), :default, :first_day, "
    ":message_key, cast(:message as jsonb), :rules_on, :rule_version, :ruling)"
)
_PAST = text(
    "select f.id, f.machine, f.subject, f.number, j.moment, j.day, j.facts, j.settled_verdict, "
    "s.action, s.from_state, (select jsonb_agg("
    "jsonb_build_array(g.code, g.subject, g.verdict) order by g.position) "
    "from casework.finding g where g.judgement_id = j.id) as findings "
    "from casework.judgement j join casework.case_file f on f.id = j.file_id "
    "left join casework.case_step s on s.file_id = j.file_id and s.seq = j.step_seq order by j.id"
)


@dataclass(frozen=True, slots=True)
class Judged:
    """What the law said of a file at a moment, with the rulings that settle what it left open."""

    facts: CaseFacts
    moment: Moment
    day: date
    rules_on: date
    settled: Settled

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """Findings that stand against the file."""
        return self.settled.blocking

    @property
    def unsettled(self) -> tuple[Finding, ...]:
        """Findings that a ruling, or a consent, must settle before the file is decided."""
        return self.settled.unsettled


def judge_work(work: Work) -> Judged:
    """Judge the file of a step at the step's moment, on its day.

    Raises
    ------
    StepRefused : the step asks for no judgement.
    """
    if work.transition.moment is None:
        raise StepRefused(f"“{work.transition.action}” asks the law nothing.")
    return judge_file(
        work.office,
        work.unit,
        work.file,
        work.version,
        work.transition.moment,
        work.day,
        work.transition.asked_of(work.file.subject),
    )


def judge_as_next(
    office: Office, unit: UnitOfWork, file: CaseFile, version: Version, moment: Moment, day: date
) -> Judged:
    """Judge a file as its next step of a moment will; nothing is kept.

    Where no step of its machine asks at that moment any more, all provisions are asked.
    """
    step = MACHINES[file.machine].next_asking(file.state, moment)
    asks = step.asked_of(file.subject) if step else ()
    return judge_file(office, unit, file, version, moment, day, asks)


def judge_file(
    office: Office,
    unit: UnitOfWork,
    file: CaseFile,
    version: Version,
    moment: Moment,
    day: date,
    asks: tuple[str, ...] = (),
) -> Judged:
    """Judge a file as it would stand at a moment: the facts of the day, the rules of its filing.

    ``asks`` names the provisions asked; all of them where it is empty.
    """
    facts = facts_of(unit, office.law, file, version, day)
    asked = {code: PROVISIONS[code] for code in asks} if asks else PROVISIONS
    judgement = judge(facts, day, moment, office.law, asked)
    rulings = rulings_for(unit, file.id, office.law)
    rules_on = facts.proposal.filed_on or day
    return Judged(facts, moment, day, rules_on, settle(judgement, rulings, day))


def store_judgement(work: Work) -> None:
    """Keep what the law said with the step that asked; never changed afterwards."""
    judged = work.judged
    if judged is None:
        return
    values = {
        "file": work.file.id,
        "version": work.version.number,
        "step": work.seq,
        "moment": judged.moment.value,
        "day": judged.day,
        "rules_on": judged.rules_on,
        "law_version": work.office.law.version,
        "verdict": judged.settled.judgement.verdict.value,
        "settled": judged.settled.verdict.value,
        "facts": json.dumps(facts_to_json(judged.facts)),
        "at": work.at,
    }
    number = work.unit.connection.scalar(_JUDGEMENT, values)
    rows = [_row(number, i, one) for i, one in enumerate(judged.settled.findings)]
    if rows:
        work.unit.connection.execute(_FINDING, rows)


def _row(judgement: int, position: int, settled: SettledFinding) -> dict[str, Any]:
    found = settled.finding
    return {
        "judgement": judgement,
        "position": position,
        "code": found.code,
        "subject": found.subject,
        "rule": found.rule,
        "outcome": found.outcome.value,
        "verdict": found.verdict.value,
        "severity": found.severity.value,
        "reason": found.reason,
        "article": found.article,
        "source": found.source,
        "confidence": found.confidence.value,
        "facts": json.dumps(dict(found.facts)),
        "runs": found.cells.to_lists() if found.cells else None,
        "default": found.default.value if found.default else None,
        "first_day": found.first_day,
        "message_key": found.message_key,
        "message": json.dumps({"fr": found.message.fr, "en": found.message.en}),
        "rules_on": found.rules_on,
        "rule_version": found.rule_version,
        "ruling": settled.ruling.id if settled.ruling else None,
    }


@dataclass(frozen=True, slots=True)
class PastJudgement:
    """A judgement as it was kept: the file's number, when, on which facts, and what was found.

    ``findings`` are (code, subject, verdict); ``asks`` the provisions asked, all where it is empty.
    """

    file_id: int
    number: str | None
    moment: str
    day: date
    facts: dict[str, Any]
    verdict: str
    findings: Sequence[tuple[str, str, str]]
    asks: tuple[str, ...] = ()


def past_judgements(connection: Connection) -> Iterator[PastJudgement]:
    """Yield every judgement that the reader may see, in the order in which they were made."""
    for row in connection.execute(_PAST):
        found = [(code, subject, verdict) for code, subject, verdict in row.findings or ()]
        yield PastJudgement(
            row.id,
            row.number,
            row.moment,
            row.day,
            row.facts,
            row.settled_verdict,
            found,
            _asked_by(row),
        )


def _asked_by(row: Row[Any]) -> tuple[str, ...]:
    """Return the provisions that the step asked, by its machine as it is today."""
    step = MACHINES[row.machine].step(row.action, row.from_state) if row.action else None
    return step.asked_of(row.subject) if step else ()
