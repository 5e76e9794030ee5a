"""Makes a domain model that ships: ``python -m skoropis_foundry.domain_model en-medical``.

The same stages as ``skoropis train``, on the recipe's sources instead of a user's folder.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
from dataclasses import asdict
from pathlib import Path

from platformdirs import user_cache_path
from rich.console import Console

from skoropis.lm.blend import Blend
from skoropis.models.card import read_card

from .card import Facts, Metric, model_files, write_card
from .corpus import read_lines
from .domain_recipe import DOMAINS, DomainRecipe
from .figures import figures
from .place import placed
from .tuning import network, voices
from .tuning.base import NETWORK, Base
from .tuning.network import Job, Trained, Training
from .tuning.ranks import Ranks
from .user_ngram import UserNGram, make_user_ngram

VERSION = "1.0.0"


def main(arguments: list[str] | None = None) -> None:
    """Run the command."""
    options = _options().parse_args(arguments)
    console = Console(stderr=True)
    recipe = DOMAINS[options.domain]
    text = options.shared / "data" / "text"
    if not (text / "train" / recipe.language).is_dir():
        raise SystemExit(f"no training text in {text}; name its place with --shared or $SKOROPIS_SHARED")
    folder = options.out / recipe.base
    base = Base(read_card(folder), folder)
    lines = [
        line
        for source in recipe.sources
        for line in read_lines(text / "train" / recipe.language / f"{source.name}.txt.xz")
    ]
    dev = [
        line
        for name in recipe.held_out
        for line in read_lines(text / "dev" / recipe.language / f"{name}.txt")
    ]
    # An interrupted run is taken up only where everything that it depends on is the same.
    told = repr((base.digest, options.seed, options.minutes, lines, dev))
    work = options.cache / f"domain-{recipe.id}-{hashlib.sha256(told.encode()).hexdigest()[:16]}"
    work.mkdir(parents=True, exist_ok=True)
    target = options.out / recipe.id
    with placed(target) as made:
        general = base.load()
        assert isinstance(general, Blend)
        words = make_user_ngram(lines, (), recipe.language, general, made, budget_mb=recipe.budget)
        console.log(f"{words.words:,} words, {words.megabytes:.1f} MB of n-grams")
        trained = _network(recipe, base, options, work, lines, dev, console)
        network.pack(work, made / NETWORK)
        model = voices.weigh(base, made, dev, lambda _: None)
        console.log("measuring")
        splits = ("dev", "test") if options.test else ("dev",)
        metrics = [
            *figures(general, recipe.id, text, splits, f", {recipe.base} alone"),
            *figures(model, recipe.id, text, splits),
        ]
        write_card(made, _facts(recipe, base, words, trained, metrics))
    shutil.rmtree(work, ignore_errors=True)
    console.log(f"{target}: {sum(path.stat().st_size for path in model_files(target)) / 1e6:.1f} MB")


def _network(
    recipe: DomainRecipe,
    base: Base,
    options: argparse.Namespace,
    work: Path,
    lines: list[str],
    dev: list[str],
    console: Console,
) -> Trained:
    """Tune the general network on the domain's text, every source of it as often as it is long."""
    seconds = 60 * options.minutes
    job = Job(
        pieces=str(base.folder / "pieces.model"),
        base=str(base.network),
        size=None,
        seconds=seconds,
        budget=seconds,
        seed=options.seed,
        threads=options.threads,
    )
    with Ranks() as ranks:
        training = Training(job, work, lines, tuple(dev), ranks)
        trained = training.run(lambda done, words: None)
    console.log(f"held-out text {trained.dev_before:.3f} -> {trained.dev_best:.3f} nats a piece")
    return trained


def _facts(
    recipe: DomainRecipe, base: Base, words: UserNGram, trained: Trained, metrics: list[Metric]
) -> Facts:
    told = asdict(trained)
    return Facts(
        id=recipe.id,
        version=VERSION,
        language=recipe.language,
        domain=recipe.domain,
        description=f"{recipe.description}; n-grams of its own and a tuned network over {recipe.base}.",
        sources=[*recipe.sources],
        metrics=metrics,
        kind="domain",
        base=recipe.base,
        licence=base.card.licence,
        recipe={
            "command": f"python -m skoropis_foundry.domain_model {recipe.id}",
            "base_version": base.card.version,
            "words": words.words,
            "new_words": words.new_words,
            "ngrams": [f"{count:,}" for count in words.ngrams],
            "network_pieces_shown": told["pieces"],
            "network_epochs": told["epochs"],
            "network_seconds": told["seconds"],
            "network_dev_nats_before": round(told["dev_before"], 4),
            "network_dev_nats": round(told["dev_best"], 4),
        },
    )


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m skoropis_foundry.domain_model", description=__doc__)
    parser.add_argument("domain", choices=sorted(DOMAINS))
    shared = Path(os.environ.get("SKOROPIS_SHARED", "../shared"))
    parser.add_argument(
        "--shared", type=Path, default=shared, help="folder that holds data/text/{train,dev,test}"
    )
    models = Path(__file__).resolve().parent.parent / "skoropis_models"
    parser.add_argument("--out", type=Path, default=models, help="where the base is and the model is put")
    parser.add_argument("--cache", type=Path, default=user_cache_path("skoropis") / "foundry")
    parser.add_argument("--minutes", type=float, default=9.0, help="for the network (default: 9)")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--test", action="store_true", help="measure the test sets too: once, for the card")
    return parser


if __name__ == "__main__":
    main()
