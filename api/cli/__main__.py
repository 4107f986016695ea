"""``python -m api.cli``: the command ``mabele`` without its entry script."""

import sys

from api.cli import main

sys.exit(main())
