"""The small registers, the house and the browser that other tests use, for tests of activity."""

import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path += [str(TESTS / name) for name in ("register", "story", "maps", "operation")]
