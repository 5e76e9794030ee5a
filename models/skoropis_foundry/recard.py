"""The card of a model that was made from another one: the same facts, new files and figures."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from skoropis.files import sha256_of

from .card import Metric


@dataclass(frozen=True, slots=True)
class Change:
    """What the new card says otherwise."""

    id: str
    description: str
    """One sentence, behind the old description."""
    metrics: Sequence[Metric]
    """In place of the old ones, which are of another model."""
    recipe: Mapping[str, str | int | float]
    """Beside what the old recipe says."""


def recard(folder: Path, old: Mapping[str, Any], change: Change) -> None:
    """Write ``card.toml`` and ``CARD.md`` into a folder that holds the model's files and nothing else."""
    names = sorted(path.name for path in folder.iterdir() if path.name not in ("card.toml", "CARD.md"))
    files = [
        {"name": name, "bytes": (folder / name).stat().st_size, "sha256": sha256_of(folder / name)}
        for name in names
    ]
    metrics = [asdict(metric) for metric in change.metrics]
    card = dict(old) | {
        "id": change.id,
        "description": f"{old.get('description', '')} {change.description}".strip(),
        "files": files,
        "metrics": metrics,
        "recipe": dict(old.get("recipe", {})) | change.recipe,
    }
    (folder / "card.toml").write_text(toml(card), encoding="utf-8")
    (folder / "CARD.md").write_text(_markdown(card), encoding="utf-8")


def read(folder: Path) -> dict[str, Any]:
    """The card of a folder as it stands."""
    return tomllib.loads((folder / "card.toml").read_text(encoding="utf-8"))


def toml(values: Mapping[str, Any], path: str = "") -> str:
    """Scalars, lists of scalars, tables and lists of tables as TOML."""
    tables, lines = [], []
    for key, value in values.items():
        name = f"{path}.{key}" if path else key
        if isinstance(value, Mapping):
            tables.append(f"\n[{name}]\n{toml(value, name)}")
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            tables += [f"\n[[{name}]]\n{toml(entry, name)}" for entry in value]
        else:  # a JSON string, number, truth value or list of them is a TOML one too
            lines.append(f"{key} = {json.dumps(value, ensure_ascii=False)}\n")
    return "".join(lines + tables)


def _markdown(card: Mapping[str, Any]) -> str:
    size = sum(file["bytes"] for file in card["files"]) / 1e6
    facts = [f"{key.capitalize()}: {card[key]}" for key in ("language", "domain", "licence") if card.get(key)]
    lines = [f"# {card['id']} {card['version']}", "", card["description"], ""]
    lines += [". ".join([*facts, f"Size: {size:.1f} MB"]) + ".", ""]
    if card.get("sources"):
        lines += ["## Sources", "", "| source | licence | from |", "|---|---|---|"]
        lines += [f"| {s['name']} | {s['licence']} | {s.get('origin', '')} |" for s in card["sources"]]
        lines += [""]
    if card["metrics"]:
        lines += ["## Figures", "", "| figure | set | value |", "|---|---|---|"]
        for metric in card["metrics"]:
            place = f"{metric['set']} ({metric['split']})"
            lines.append(f"| {metric['name']} | {place} | {metric['value']:.4g} {metric['unit']} |")
        commands = dict.fromkeys(metric["command"] for metric in card["metrics"])
        lines += ["", *(f"    {command}" for command in commands), ""]
    lines += ["## Recipe", "", *(f"- {key}: {value}" for key, value in card["recipe"].items())]
    return "\n".join(lines) + "\n"
