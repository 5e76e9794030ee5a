"""``skoropis bench`` measures what it says it measures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from skoropis.cli.main import main


def figures(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    """What a bench prints with ``--json``."""
    code = main(["bench", *arguments, "--json"])
    captured = capsys.readouterr()
    assert code == 0, captured.err
    return json.loads(captured.out)


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text.txt"
    path.write_text("I hope you have a good time.\n\nThank you very much for your help.\n", encoding="utf-8")
    return path


def test_typing_counts_every_character_of_every_line(capsys: pytest.CaptureFixture[str], text: Path) -> None:
    result = figures(capsys, "typing", "--text", str(text), "--language", "en")
    assert (result["lines"], result["characters"], result["k"]) == (2, 28 + 34, 3)
    assert 0.2 < result["savings"]["value"] < 0.9
    assert result["savings"]["low"] <= result["savings"]["value"] <= result["savings"]["high"]
    assert figures(capsys, "typing", "--text", str(text), "--lines", "1")["characters"] == 28


def test_fewer_suggestions_save_less(capsys: pytest.CaptureFixture[str], text: Path) -> None:
    one, five = (
        figures(capsys, "typing", "--text", str(text), "--limit", limit)["keystrokes"] for limit in ("1", "5")
    )
    assert one > five


def test_correction_of_slips_and_of_right_text(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: Path
) -> None:
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("I beleive you\tI believe you\nIt is a good day\tIt is a good day\n", encoding="utf-8")
    result = figures(capsys, "correction", "--pairs", str(pairs))
    assert (result["wanted"], result["made"], result["hits"]) == (1, 1, 1)
    assert result["broken"]["value"] == 0
    assert figures(capsys, "correction", "--text", str(text))["touched"] == []


def test_the_table_shows_the_interval(capsys: pytest.CaptureFixture[str], text: Path) -> None:
    assert main(["bench", "typing", "--text", str(text)]) == 0
    shown = capsys.readouterr().out
    assert "keystrokes saved (KS-3)" in shown
    assert "% [" in shown


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["correction"], "either --pairs or --text"),
        (["correction", "--pairs", "{bad}"], "line 2"),
        (["correction", "--pairs", "{empty}"], "no pairs"),
        (["typing", "--text", "{empty}"], "every line is empty"),
        (["dictation", "--audio", "{folder}"], "transcripts.tsv"),
    ],
)
def test_unusable_data_is_one_error(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: list[str], words: str
) -> None:
    bad, empty = tmp_path / "bad.tsv", tmp_path / "empty.txt"
    bad.write_text("a\tb\nno tab here\n")
    empty.write_text("\n\n")
    names = {"bad": bad, "empty": empty, "folder": tmp_path}
    assert main(["bench", *(argument.format(**names) for argument in arguments)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("skoropis: error: ")
    assert words in captured.err
    assert "no tab here" not in captured.err
