"""Write the names of emoji anew: plugins/skoropis_emoji/data/emoji.tsv.

    npm pack emojibase-data@17.0.0 && tar xzf emojibase-data-17.0.0.tgz
    python scripts/emoji_data.py package

One line an emoji, tab-separated: the emoji, its English name, short codes, English keywords, Russian
name, Russian keywords. The most used come first (data/popular.txt), the rest in the order of Unicode.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "plugins" / "skoropis_emoji" / "data"
NEWEST = 15.1
"""Emoji version that phones and desktops of the last years can draw."""


def main(package: Path) -> None:
    """Read the package's folder and write the table."""
    entries = {name: _read(package / f"{name}/data.json") for name in ("en", "ru")}
    codes = {name: _codes(package / f"en/shortcodes/{name}.json") for name in ("github", "emojibase")}
    russian = {entry["hexcode"]: entry for entry in entries["ru"]}
    popular = (DATA / "popular.txt").read_text(encoding="utf-8").split()
    rank = {emoji.rstrip("\ufe0f"): place for place, emoji in enumerate(popular)}
    rows = []
    for entry in entries["en"]:
        if "group" not in entry or entry["group"] == 2 or entry["version"] > NEWEST:  # 2: parts of emoji
            continue
        code, other = entry["hexcode"], russian[entry["hexcode"]]
        short = [name for table in codes.values() for name in table.get(code, ())]
        row = (
            entry["emoji"], entry["label"], _joined(short), _joined(entry.get("tags", ())),
            other["label"], _joined(other.get("tags", ())),
        )  # fmt: skip
        place = rank.get(entry["emoji"].rstrip("\ufe0f"), len(rank))
        rows.append((place, entry["order"], "\t".join(row)))
    lines = [row for _, _, row in sorted(rows)]
    (DATA / "emoji.tsv").write_text("\n".join([*lines, ""]), encoding="utf-8")


def _read(path: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _codes(path: Path) -> dict[str, list[str]]:
    found = json.loads(path.read_text(encoding="utf-8"))
    return {code: [names] if isinstance(names, str) else names for code, names in found.items()}


def _joined(words: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(word.replace(" ", "_") for word in words))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
