"""Makes the slow model in tests/oracle, and the worlds to try, importable here and in workers."""

import sys
from pathlib import Path

here = Path(__file__).resolve().parent
sys.path[:0] = [str(here), str(here.parent)]
