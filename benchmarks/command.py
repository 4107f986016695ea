"""The whole command ``mabele overlaps`` as a person waits for it: a cold process, files and map."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from registers import REGISTER_2015, demonstration
from timing import Measure, median_of

PROJECT = Path(__file__).resolve().parents[1]
RUNS = 3


def measures() -> list[Measure]:
    """Measure the command on the register of 2015, else on a demonstration of the same size."""
    with tempfile.TemporaryDirectory() as folder:
        register = REGISTER_2015 if REGISTER_2015.exists() else demonstration(7_355, Path(folder))
        out = Path(folder) / "out"
        seconds, answer = median_of(RUNS, lambda: audited(register, out))
        size = (out / "map.html").stat().st_size / 1e6
    counts = f"{answer['features']:,} rows, {answer['pairs']:,} pairs, {answer['cells']:,} carrés"
    return [
        Measure(
            f"mabele overlaps {register.name} --out",
            seconds,
            RUNS,
            note=f"{counts}, map {size:.1f} MB",
        )
    ]


def audited(register: Path, out: Path) -> dict[str, int]:
    """Run the command in a process of its own and return its answer."""
    arguments = ["overlaps", str(register), "--json", "--out", str(out)]
    command = [sys.executable, "-m", "api.cli", *arguments]
    done = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True)
    answer: dict[str, int] = json.loads(done.stdout)
    return answer
