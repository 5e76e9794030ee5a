"""What several tests build: networks with random weights, whose every number can be worked out again, and
n-gram models of a few sentences.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from skoropis.lm.lexicon import Lexicon
from skoropis.lm.pieces import Pieces
from skoropis.lm.store import save_index, save_lexicon
from skoropis.lm.successors import Level
from skoropis.lm.tokens import lm_tokens, sentences
from skoropis.models import sources
from skoropis_foundry.neural.shape import Shape


def arrays(shape: Shape, seed: int = 0) -> dict[str, np.ndarray]:
    """Random weights under the names that the network gives them."""
    random = np.random.default_rng(seed)

    def draw(*size: int) -> np.ndarray:
        return random.normal(0, 0.3, size).astype(np.float32)

    out = {"embedding.weight": draw(shape.vocabulary, shape.width), "bias": draw(shape.vocabulary)}
    out["norm.weight"] = 1 + draw(shape.width)
    for layer, (hidden, feed) in enumerate(zip(shape.hidden, shape.feed, strict=True)):
        out[f"layers.{layer}.norm.weight"] = 1 + draw(shape.width)
        out[f"layers.{layer}.gates.weight"] = draw(3 * hidden, 2 * shape.width)
        out[f"layers.{layer}.gates.bias"] = draw(3 * hidden)
        out[f"layers.{layer}.out.weight"] = draw(shape.width, hidden)
        out[f"layers.{layer}.out.bias"] = draw(shape.width)
        if feed:
            out[f"feeds.{layer}.norm.weight"] = 1 + draw(shape.width)
            out[f"feeds.{layer}.into.weight"] = draw(2 * feed, shape.width)
            out[f"feeds.{layer}.out.weight"] = draw(shape.width, feed)
    return out


@pytest.fixture(scope="session")
def build_network() -> Callable[..., Shape]:
    """A function that writes ``neural.onnx`` and ``pieces.model`` into a folder."""

    def build(folder: Path, pieces: bytes, bits: int | None = None) -> Shape:
        from skoropis_foundry.neural.export import export

        (folder / "pieces.model").write_bytes(pieces)
        shape = Shape(Pieces.from_bytes(pieces).size, 32, (64, 32), (32, 0))
        export(arrays(shape), shape, folder / "neural.onnx", bits, block=32)
        return shape

    return build


@pytest.fixture(scope="session")
def build_ngram() -> Callable[..., Path]:
    """A function that writes a trigram model of a few sentences into a folder."""
    return write_ngram


def write_ngram(
    folder: Path,
    texts: Sequence[str],
    language: str = "en",
    unheard: Sequence[str] = (),
    surfaces: Mapping[str, str] | None = None,
) -> Path:
    """Interpolated absolute discounting (Ney et al. 1994) of ``texts``; KenLM reads ARPA under any name.

    ``unheard``: words of the lexicon that the n-grams do not know. ``surfaces``: how words are written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    chances, backoffs = _estimate([s for text in texts for s in sentences(lm_tokens(text))])
    arpa = ["\\data\\", *(f"ngram {n}={len(told)}" for n, told in enumerate(chances, start=1)), ""]
    for order, told in enumerate(chances, start=1):
        arpa.append(f"\\{order}-grams:")
        for gram, chance in sorted(told.items()):
            backoff = f"\t{math.log10(backoffs.get(gram, 1.0)):.7f}" if order < len(chances) else ""
            arpa.append(f"{math.log10(chance):.7f}\t{' '.join(gram)}{backoff}")
        arpa.append("")
    (folder / "ngram.klm").write_text("\n".join([*arpa, "\\end\\", ""]), encoding="utf-8")
    marks = sorted(gram[0] for gram in chances[0] if not gram[0][0].isalpha())
    words = sorted({gram[0] for gram in chances[0]}.difference(marks).union(unheard))
    known = np.array([(word,) in chances[0] for word in words])
    logprobs = np.array([math.log(chances[0].get((word,), 1e-7)) for word in words], dtype=np.float32)
    written = {words.index(word): text for word, text in (surfaces or {}).items()}
    save_lexicon(folder / "lexicon.npz", Lexicon(words, logprobs, written), known)
    ids = {word: place for place, word in enumerate([*words, *marks])}
    save_index(folder / "index.npz", language, marks, _levels(chances, ids))
    return folder


def _estimate(texts: Sequence[Sequence[str]]) -> tuple[list[dict[tuple[str, ...], float]], dict]:
    """Chances of all n-grams of each order, and what each history leaves to shorter ones."""
    discount, unknown = 0.5, 0.05
    counts: list[Counter[tuple[str, ...]]] = [Counter(), Counter(), Counter()]
    for text in texts:
        line = ["<s>", *text, "</s>"]
        for order, counted in enumerate(counts, start=1):
            counted.update(tuple(line[at : at + order]) for at in range(len(line) - order + 1))
    del counts[0]["<s>",]
    total = sum(counts[0].values())
    chances = [{gram: (1 - unknown) * n / total for gram, n in counts[0].items()}, {}, {}]
    chances[0].update({("<unk>",): unknown, ("<s>",): 1e-30})
    backoffs = {}
    for order in (2, 3):
        behind: dict[tuple[str, ...], list[int]] = {}
        for gram, n in counts[order - 1].items():
            behind.setdefault(gram[:-1], []).append(n)
        for history, seen in behind.items():
            backoffs[history] = discount * len(seen) / sum(seen)
        for gram, n in counts[order - 1].items():
            history = gram[:-1]
            shorter = chances[order - 2][gram[1:]]
            chances[order - 1][gram] = (n - discount) / sum(behind[history]) + backoffs[history] * shorter
    return chances, backoffs


def _levels(chances: Sequence[Mapping[tuple[str, ...], float]], ids: Mapping[str, int]) -> list[Level]:
    rows = {(word,): place for word, place in ids.items()}
    levels = []
    for told in chances[1:]:
        grams = sorted(told, key=lambda gram: (rows[gram[:-1]], ids[gram[-1]]))
        counts = np.bincount([rows[gram[:-1]] for gram in grams], minlength=len(rows))
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        codes = np.array([max(1, 255 + round(8 * math.log2(told[gram]))) for gram in grams], dtype=np.uint8)
        levels.append(Level(starts, np.array([ids[gram[-1]] for gram in grams], dtype=np.int32), codes))
        rows = {gram: place for place, gram in enumerate(grams)}
    return levels


@pytest.fixture(scope="session")
def write_card() -> Callable[..., Path]:
    """A function that writes the card of a folder whose files are there."""

    def write(folder: Path, kind: str, domain: str = "general", base: str = "", language: str = "en") -> Path:
        lines = [
            f'id = "{folder.name}"', 'version = "1"', f'kind = "{kind}"', f'language = "{language}"',
            f'domain = "{domain}"', 'licence = "CC0-1.0"', 'description = "for tests"',
            *([f'base = "{base}"'] if base else []),
        ]  # fmt: skip
        for path in sorted(folder.iterdir()):
            if path.name != "card.toml":
                data = path.read_bytes()
                digest = hashlib.sha256(data).hexdigest()
                lines += [
                    "[[files]]", f'name = "{path.name}"', f"bytes = {len(data)}", f'sha256 = "{digest}"'
                ]  # fmt: skip
        (folder / "card.toml").write_text("\n".join([*lines, ""]), encoding="utf-8")
        return folder

    return write


@pytest.fixture
def models_home(
    tmp_path: Path, write_card: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Path]:
    """A function that installs a small English general model and domains on it, by name and text.

    Besides a Russian general model in a folder of its own, nothing else is then installed.
    """

    def install(general: Sequence[str], **domains: Sequence[str]) -> Path:
        root = tmp_path / "models"
        write_card(write_ngram(root / "en-general", general), "ngram")
        for name, texts in domains.items():
            folder = write_ngram(root / f"en-{name}", texts)
            weights = {"base": "en-general", "fast": [[0.2, 0.8]] * 9, "full": [], "pieces": ""}
            (folder / "domain.json").write_text(json.dumps(weights))
            write_card(folder, "domain", name, "en-general")
        other = tmp_path / "other"
        write_card(write_ngram(other / "ru-general", ["Мы дома."], "ru"), "ngram", language="ru")
        monkeypatch.setenv("SKOROPIS_MODELS", f"{root}{os.pathsep}{other}")
        monkeypatch.setattr(sources, "find_spec", lambda name: None)
        return root

    return install


_NOUNS = """network server printer file folder window kernel driver patch release package library mirror cable
router backup cluster mailbox screen keyboard"""
_VERBS = "updates checks removes mounts restores compiles prints copies blocks finds"
_QUALITIES = "small broken remote local spare quiet fast old new hidden"
_PLACES = "in the cellar,on the desk,at the office,behind the wall,under the roof,near the door"


def made_up(count: int, seed: int) -> list[str]:
    """Different English sentences of few words that no other text has in this order."""
    random = np.random.default_rng(seed)
    nouns, verbs = _NOUNS.split(), _VERBS.split()
    lists = (_QUALITIES.split(), nouns, verbs, nouns, _PLACES.split(","))
    found: dict[str, None] = {}
    while len(found) < count:
        quality, noun, verb, other, place = (str(random.choice(words)) for words in lists)
        end = " and it is there for all of us" if random.random() < 0.3 else ""
        found[f"The {quality} {noun} {verb} the {other} {place}{end}."] = None
    return list(found)


@pytest.fixture(scope="session")
def base_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one small general model, ``en-general``, its network untrained; made without PyTorch."""
    from collections import Counter

    import msgspec

    from skoropis.lm.blend import WEIGHTS_FILE, Blend, Weights
    from skoropis.lm.tokens import MARKS, lm_tokens
    from skoropis_foundry.card import Facts, write_card
    from skoropis_foundry.neural.export import export
    from skoropis_foundry.pieces import train_pieces
    from skoropis_foundry.tuning.scratch import NoBase
    from skoropis_foundry.user_ngram import make_user_ngram

    root = tmp_path_factory.mktemp("base")
    folder = root / "en-general"
    lines = made_up(400, seed=1)
    make_user_ngram(lines, (), "en", NoBase(), folder)
    counts = Counter(token for line in lines for token in lm_tokens(line) if token not in MARKS)
    (folder / "pieces.model").write_bytes(train_pieces(counts, 400))
    shape = Shape(Pieces.load(folder / "pieces.model").size, 64, (64,), (0,))
    small = {name: 0.1 * value for name, value in arrays(shape).items()}
    export(small, shape, folder / "neural.onnx", 8)
    (folder / WEIGHTS_FILE).write_bytes(msgspec.json.encode(Weights((0.2,) * Blend.SITUATIONS)))
    facts = Facts(
        "en-general", "2", "en", "general", "for tests", [], [], {}, kind="blend", licence="CC0-1.0"
    )
    write_card(folder, facts)
    return root


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A user's folder: twelve files of their own text, one that cannot be read."""
    folder = tmp_path / "notes"
    folder.mkdir()
    lines = made_up(300, seed=2)
    for number in range(12):
        (folder / f"{number:02}.txt").write_text("\n".join(lines[25 * number : 25 * (number + 1)]) + "\n")
    (folder / "picture.jpg").write_bytes(b"\xff\xd8\xff")
    return folder
