"""A model's card: ``card.toml`` for programs, ``CARD.md`` for people, both from the same facts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .recipe import Source

_CARDS = ("card.toml", "CARD.md")
LICENCE = "CC-BY-SA-4.0"


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure: of which set and split, and the command that makes it."""

    name: str
    set: str
    split: str
    value: float
    unit: str
    command: str


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a card says."""

    id: str
    version: str
    language: str
    domain: str
    description: str
    sources: Sequence[Source]
    metrics: Sequence[Metric]
    recipe: Mapping[str, str | int | float | Sequence[str]]
    kind: str = "ngram"
    base: str = ""
    """Id of the model that this one stands on; none if empty."""
    licence: str = LICENCE


def write_card(folder: Path, facts: Facts) -> None:
    """Write both cards into a folder that holds the model's files."""
    (folder / "card.toml").write_text(_toml(folder, facts), encoding="utf-8")
    (folder / "CARD.md").write_text(_markdown(folder, facts), encoding="utf-8")


def model_files(folder: Path) -> list[Path]:
    """The files of a model, cards apart, by name."""
    return sorted(path for path in folder.iterdir() if path.is_file() and path.name not in _CARDS)


def attribution(facts: Facts) -> str:
    """One line that names every source and its licence."""
    return "Trained on " + "; ".join(f"{s.name} ({s.licence}): {s.origin}" for s in facts.sources) + "."


def _toml(folder: Path, facts: Facts) -> str:
    lines = _table(
        id=facts.id, version=facts.version, kind=facts.kind, language=facts.language, domain=facts.domain,
        licence=facts.licence, description=facts.description, attribution=attribution(facts),
        **({"base": facts.base} if facts.base else {}),
    )  # fmt: skip
    for path in model_files(folder):
        data = path.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        lines += ["", "[[files]]", *_table(name=path.name, bytes=len(data), sha256=digest)]
    for source in facts.sources:
        lines += ["", "[[sources]]", *_table(name=source.name, licence=source.licence, origin=source.origin)]
    for m in facts.metrics:
        lines += ["", "[[metrics]]"]
        lines += _table(name=m.name, set=m.set, split=m.split, value=m.value, unit=m.unit, command=m.command)
    lines += ["", "[recipe]", *_table(**facts.recipe)]
    return "\n".join(lines) + "\n"


def _table(**values: str | int | float | Sequence[str]) -> list[str]:
    # A JSON string, number or list of strings is a TOML one too.
    return [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]


def _markdown(folder: Path, facts: Facts) -> str:
    size = sum(path.stat().st_size for path in model_files(folder)) / 1e6
    lines = [f"# {facts.id} {facts.version}", "", facts.description, ""]
    lines += [
        f"Language: {facts.language}. Domain: {facts.domain}. Size: {size:.1f} MB. Licence: {facts.licence}.",
        "",
    ]
    lines += ["## Sources", "", "| source | licence | from |", "|---|---|---|"]
    lines += [f"| {s.name} | {s.licence} | {s.origin} |" for s in facts.sources]
    for split in dict.fromkeys(m.split for m in facts.metrics):
        chosen = [m for m in facts.metrics if m.split == split]
        names = list(dict.fromkeys(m.name for m in chosen))
        cells = {(m.set, m.name): m.value for m in chosen}
        units = {m.name: m.unit for m in chosen}
        lines += ["", f"## Figures on {split} sets", ""]
        lines += [
            "| set | " + " | ".join(f"{n} ({units[n]})" for n in names) + " |",
            "|---" * (len(names) + 1) + "|",
        ]
        for name in dict.fromkeys(m.set for m in chosen):
            lines.append(f"| {name} | " + " | ".join(_cell(cells.get((name, n))) for n in names) + " |")
        lines += ["", *(f"    {command}" for command in dict.fromkeys(m.command for m in chosen))]
    lines += ["", "## Recipe", "", *(f"- {key}: {value}" for key, value in facts.recipe.items())]
    return "\n".join(lines) + "\n"


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"
