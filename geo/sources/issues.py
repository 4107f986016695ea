"""The log of everything odd in one file, written while it is read."""

from __future__ import annotations

from geo.sources.issue_kinds import IssueKind, Refusal
from geo.sources.rows import Corrector, Issue
from geo.sources.text import shown


class IssueLog:
    """Collects issues of one file; a refusal is an issue that also takes its row away."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.issues: list[Issue] = []
        self.refused: list[Issue] = []

    def add(
        self,
        kind: IssueKind,
        message: str,
        *,
        row: int | None = None,
        field: str | None = None,
        value: object = None,
        by: Corrector = "sender",
    ) -> Issue:
        """Record one issue; ``row`` is None where it concerns the whole file."""
        text = None if value is None else shown(value)
        issue = Issue(self.file, row, field, text, kind, message, by)
        self.issues.append(issue)
        return issue

    def refuse(
        self,
        kind: Refusal,
        message: str,
        *,
        row: int,
        field: str | None = None,
        value: object = None,
    ) -> None:
        """Record why a row cannot be kept."""
        self.refused.append(self.add(kind, message, row=row, field=field, value=value))
