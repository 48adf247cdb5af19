"""The language without a coordinator: `python -m lanner_coordinator.language VERB`.

The command line starts it to check, describe and rewrite flows where no coordinator runs. A request
comes as JSON on stdin and the answer goes as JSON to stdout; nothing is read or written besides.
"""

from __future__ import annotations
