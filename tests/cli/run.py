"""The command as a person runs it: a process of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Outcome:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def answer(self):
        """The one JSON object on standard output; anything beside it fails here."""
        return json.loads(self.out)


def mabele(*arguments, given=None, **environment):
    command = [sys.executable, "-m", "api.cli", *map(str, arguments)]
    done = subprocess.run(
        command,
        input=given,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=PROJECT,
        env=os.environ | {"COLUMNS": "100"} | environment,
        timeout=120,
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)
