"""Where detail goes that a user must not see: one file, kept small, for the operator alone."""

from __future__ import annotations

import logging
import logging.handlers
import os
from io import TextIOWrapper
from pathlib import Path

from maps.escape import terminal_text

FILE = "mabele.log"
LIMIT_BYTES = 5_000_000


def open_logbook(log_dir: Path) -> Path:
    """Send what ``mabele`` and ``uvicorn`` report into the log file; return its path."""
    log_dir.mkdir(parents=True, exist_ok=True)
    file = log_dir / FILE
    handler = _PrivateFile(file, maxBytes=LIMIT_BYTES, backupCount=4, encoding="utf-8")
    handler.setFormatter(_OneLine("%(asctime)s %(levelname)s %(name)s %(message)s"))
    for name, level in (("mabele", logging.INFO), ("uvicorn", logging.WARNING)):
        log = logging.getLogger(name)
        log.handlers = [handler]
        log.setLevel(level)
        log.propagate = False
    return file


class _PrivateFile(logging.handlers.RotatingFileHandler):
    """A log file that only its owner may read: it may hold names and addresses."""

    def _open(self) -> TextIOWrapper:
        stream = super()._open()
        os.chmod(self.baseFilename, 0o600)
        return stream


class _OneLine(logging.Formatter):
    """Keep what a sender wrote from forging lines: control characters are shown, not obeyed."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        return terminal_text(super().formatMessage(record))
