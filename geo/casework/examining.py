"""What a step must meet before it is taken: documents, act, second person, answers, the law."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import text

from geo.casework.consents import require_consents
from geo.casework.consultation import open_objections, open_until
from geo.casework.documents import KINDS
from geo.casework.judging import Judged, judge_work
from geo.casework.machine import OPENING, Gate
from geo.casework.work import Work
from geo.errors import LawForbids, NeedsRuling, SecondPersonNeeded, StepRefused
from geo.law.outcomes import Finding
from geo.law.values import Language
from geo.register.connection import CADASTRE

_SAME_PERSON = text(
    "select account_id = casework.my_account() from casework.case_step "
    "where file_id = :file and action = :action order by seq desc limit 1"
)


def examine(work: Work) -> None:
    """Refuse a step that lacks something, or that the law does not let pass; keep what it said.

    Raises
    ------
    StepRefused, SecondPersonNeeded : the step may not be taken, now or by this person.
    LawForbids, NeedsRuling : the law stands against it, or leaves it open.
    """
    _require(work)
    if work.transition.before:
        work.transition.before(work)
    if work.transition.moment:
        work.judged = judge_work(work)
        require_gate(work.transition.gate, work.judged)


def _require(work: Work) -> None:
    """Refuse a step that lacks what it needs, naming all of it."""
    step = work.transition
    missing = [kind for kind in step.needs if kind not in work.documents]
    if missing:
        words = ", ".join(KINDS[kind].fr if kind in KINDS else kind for kind in missing)
        raise StepRefused(
            f"the file lacks: {', '.join(missing)}. Add it, then take the step.",
            f"il manque au dossier : {words}. Ajoutez, puis franchissez l’étape.",
        )
    if step.needs_reason and not work.order.reason.strip():
        raise StepRefused(
            "say why: the step needs a reason.", "dites pourquoi : l’étape demande un motif."
        )
    if step.needs_act and work.act.on_day > work.day:
        raise StepRefused(
            f"the act is dated {work.act.on_day}, after today.",
            f"l’acte est daté du {work.act.on_day}, après aujourd’hui.",
        )
    if step.act_kind:
        work.order = replace(work.order, act=replace(work.act, kind=step.act_kind))
    _require_second_person(work)
    if step.files:
        require_consents(work)
    if step.no_open_objections:
        _require_answered(work)


def _require_second_person(work: Work) -> None:
    own = {OPENING} if work.file.opened_by == work.actor.account_id else set()
    for action in set(work.transition.differs_from) - {OPENING}:
        asked = {"file": work.file.id, "action": action}
        if work.unit.connection.scalar(_SAME_PERSON, asked):
            own.add(action)
    if own & set(work.transition.differs_from):
        raise SecondPersonNeeded(
            "you took the step that this one confirms. Another person must take it.",
            "vous avez fait l’étape que celle-ci confirme. Une autre personne doit la faire.",
        )


def _require_answered(work: Work) -> None:
    with work.unit.acting_as(CADASTRE):
        until = open_until(work.unit, work.file.id, work.day)
    if until is not None:
        raise StepRefused(
            f"the consultation is open until {until}.",
            f"la consultation est ouverte jusqu’au {until}.",
        )
    count = open_objections(work.unit, work.file.id)
    if count:
        raise StepRefused(
            f"{count} objection(s) are without an answer. Answer them first.",
            f"{count} opposition(s) sans réponse. Répondez-y d’abord.",
        )


def require_gate(gate: Gate, judged: Judged) -> None:
    """Refuse what the law's findings do not let pass.

    Raises
    ------
    LawForbids : something blocks. NeedsRuling : something is open, or a consent is missing.
    """
    if gate is Gate.NONE:
        return
    if judged.blocking:
        en, fr = _said(judged.blocking, "en"), _said(judged.blocking, "fr")
        raise LawForbids(en, judged.blocking, fr)
    if gate is Gate.SETTLED and judged.unsettled:
        en, fr = _said(judged.unsettled, "en"), _said(judged.unsettled, "fr")
        raise NeedsRuling(
            f"a legal ruling, or a consent, must be in the file first. {en}",
            judged.unsettled,
            f"un avis juridique, ou un consentement, doit d’abord être au dossier. {fr}",
        )


def _said(findings: Sequence[Finding], language: Language) -> str:
    """Return what the first findings say; all of them go with the error."""
    return " ".join(found.message.text(language) for found in findings[:3])
