"""Keystroke savings beside Presage and Onboard, on the very lines they were measured on.

    python bench/beside_peers.py

Needs the shared data (SKOROPIS_SHARED). The peers are not run here: their figures, on as many first lines of
each test set as their speed allowed, are those of the data's own ``bench/baseline.md`` (Presage trained on
two million words of the same text, Onboard's model with three million). Presage never offers again within a
word what was passed over, Onboard does: each is set beside Skoropis under its own rule.
"""

from __future__ import annotations

from keystrokes import measure
from rich.console import Console
from rich.progress import track
from rich.table import Table
from shared import data

import skoropis

PEERS = [
    ("Presage", False, "en", "chat", 139, 47.8),
    ("Presage", False, "en", "email", 81, 46.3),
    ("Presage", False, "en", "news", 41, 40.2),
    ("Onboard", True, "en", "chat", 150, 47.4),
    ("Onboard", True, "en", "email", 122, 44.3),
    ("Onboard", True, "en", "news", 43, 40.9),
    ("Onboard", True, "ru", "chat", 92, 31.6),
    ("Onboard", True, "ru", "general", 33, 41.4),
    ("Onboard", True, "ru", "news", 14, 41.5),
]
"""Peer, whether it offers again, language, domain, lines, KS-3 in per cent."""


def main() -> None:
    """Measure and print a table."""
    table = Table(title="KS-3 % on identical lines, nothing learned")
    for heading in ("peer", "set", "lines", "peer's", "Skoropis under its rule"):
        table.add_column(heading)
    with skoropis.open(deadline_ms=1000) as suite:
        for peer, repeat, language, domain, lines, theirs in track(PEERS, console=Console(stderr=True)):
            path = data("text", "test", language, f"{domain}.txt")
            ours = measure(suite, path, lines, repeat).savings
            span = f"{100 * ours.value:.1f} [{100 * ours.low:.1f}, {100 * ours.high:.1f}]"
            table.add_row(peer, f"{language} {domain}", str(lines), f"{theirs:.1f}", span)
    Console().print(table)


if __name__ == "__main__":
    main()
