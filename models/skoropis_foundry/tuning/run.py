"""A training from the folder of texts to the installed model."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from skoropis import __version__
from skoropis.errors import InputError, ModelError, SkoropisError
from skoropis.files import write_atomic
from skoropis.lm.ngram import NGram
from skoropis.models import install
from skoropis.models.host import ModelHost
from skoropis.models.sources import installed_root

from ..card import model_files
from ..documents.kinds import KINDS
from ..user_ngram import make_user_ngram
from . import curve, network, texts, voices
from .base import NETWORK, Base, find_base
from .budget import Budget, spoken
from .measure import Figures, measure
from .network import Job, Trained, Training
from .ranks import Ranks
from .report import Report, Words, write_cards
from .scratch import NoBase, fitting_size, own_pieces
from .screen import Screen
from .settings import LANGUAGES, Settings, cores
from .texts import Texts
from .threads import fastest_threads
from .work import Work, fingerprint

if TYPE_CHECKING:
    from skoropis.lm.blend import Blend
    from skoropis.lm.domain import Domain

_PIECES = "pieces.model"
_MEGABYTES, _MEGABYTES_ALONE = 2.0, 6.0
"""Of a model's n-grams: of a domain's, and of a model that stands on no other."""
_MEASURING = 0.08
"""Share of the time that measuring the base may take."""
_AFTERWARDS = 8.0
"""Weighing and measuring the model, as a multiple of measuring the base: it has twice as many voices."""
_REST = 5.0
"""Seconds for packing, drawing and installing."""
_LISTED = 20
"""Files passed over that are named."""


def train(settings: Settings, *, silent: bool = False) -> Report | None:
    """Make and install a model of a user's text. None in a process that only helped the first one.

    ``settings``: as :func:`~.settings.check` lets them pass. Raises InputError for texts that cannot be used,
    SkoropisError when the disk does not allow it. Installed models are then as they were. After an
    interruption the same call goes on.
    """
    budget = Budget(settings.budget)
    with Ranks() as ranks:
        if not ranks.first:
            _help(ranks)
            return None
        run = _Run(settings, ranks, Screen(budget, silent=silent), budget)
        try:
            return run.whole()
        finally:
            run.dismiss()


def _help(ranks: Ranks) -> None:
    """Take part in the training of the network, which the first process prepares."""
    folder = ranks.tell()
    if folder is None:
        return
    job = msgspec.json.decode(Path(folder, "job.json").read_bytes(), type=Job)
    told = msgspec.json.decode(Path(folder, "texts.json").read_bytes(), type=Texts)
    Training(job, Path(folder), told.train, told.dev, ranks).run(lambda *_: None)


class _Run:
    """The first process's work."""

    def __init__(self, settings: Settings, ranks: Ranks, screen: Screen, budget: Budget) -> None:
        self._settings, self._ranks, self._screen, self._budget = settings, ranks, screen, budget
        self._waiting = True
        """Whether the other processes do not know yet what to do."""

    def dismiss(self) -> None:
        """Let the other processes go, if they still wait."""
        if self._waiting:
            self._waiting = False
            self._ranks.tell(None)

    def whole(self) -> Report:
        """Everything."""
        settings = self._settings
        work = Work(settings.name, self._key())
        resumed = work.open() and work.get("texts", Texts) is not None
        finished = False
        try:
            report = self._stages(work, resumed)
            finished = True
        except KeyboardInterrupt:
            self._screen.note("interrupted; run the same command again to go on where it was")
            raise
        except OSError as error:
            raise SkoropisError(
                f"cannot write to {work.folder}: {error.strerror or type(error).__name__}; "
                "installed models are as they were; run the same command again to go on"
            ) from error
        finally:
            begun = work.get("texts", Texts) is not None
            work.close(remove=not begun or (finished and not settings.keep_work))
        return report

    def _key(self) -> str:
        settings = self._settings
        wanted = [settings.base] if settings.base else [f"{code}-general" for code in LANGUAGES]
        cards = {card.id: card for card in ModelHost().cards()}
        bases = [file.sha256 for id in wanted if id in cards for file in cards[id].files]
        told = (__version__, settings.language, settings.base, settings.size, settings.seed, bases)
        return fingerprint(settings.folder, frozenset(KINDS), told)

    def _stages(self, work: Work, resumed: bool) -> Report:
        settings, screen = self._settings, self._screen
        if resumed:
            screen.note("going on where this training was interrupted")
        told, base = self._texts(work)
        general = None if base is None else base.load()
        words = self._ngram(work, told, general)
        test = list(told.test)
        random.Random(settings.seed).shuffle(test)
        before = None if general is None else self._before(work, general, test)
        del general
        trained = self._network(work, told, base, before)
        with screen.stage("weighing the voices") as stage:
            model: Domain | Blend
            if base is None:
                model = voices.weigh_blend(work.model, told.dev, stage.done)
            else:
                model = voices.weigh(base, work.model, told.dev, stage.done)
        with screen.stage("measuring the model") as stage:
            after = measure(
                model, test, stage.done,
                scored=before.lines if before else None, typed=before.typed if before else None,
                seconds=_MEASURING * settings.budget,
            )  # fmt: skip
        del model
        with screen.stage("installing"):
            if trained is not None:
                curve.draw(trained, work.model / curve.PICTURE)
            report = self._report(work, told, base, words, trained, before, after, resumed)
            write_cards(work.model, settings, base, told, report)
            added = install.add(work.model, replace=settings.replace)
            added.folder.chmod(0o700)  # its n-grams are phrases of the user's text
        return replace(
            report, folder=str(added.folder), replaced=added.replaced, seconds=round(self._budget.spent, 1),
            stages=dict(screen.seconds),
        )  # fmt: skip

    def _texts(self, work: Work) -> tuple[Texts, Base | None]:
        told = work.get("texts", Texts)
        if told is not None:
            base = find_base(self._settings, told.language)
        else:
            with self._screen.stage("reading the texts") as stage:
                told = texts.prepare(self._settings, stage.done)
                base = find_base(self._settings, told.language)  # before any of the text is kept
                work.put("texts", told)
            for item in told.skipped[:_LISTED]:
                self._screen.note(f"passed over {item.path}: {item.reason}")
            if len(told.skipped) > _LISTED:
                self._screen.note(f"passed over {len(told.skipped) - _LISTED:,} more")
        return told, base

    def _ngram(self, work: Work, told: Texts, general: Blend | NGram | None) -> Words:
        words = work.get("ngram", Words)
        if words is None or not _loads(work.model):
            with self._screen.stage("counting words"):
                made = make_user_ngram(
                    told.train, (), told.language, NoBase() if general is None else general, work.model,
                    budget_mb=_MEGABYTES_ALONE if general is None else _MEGABYTES,
                )  # fmt: skip
                if general is None:
                    write_atomic(work.model / _PIECES, own_pieces(told.train))
                words = Words(made.words, made.new_words, made.ngrams, made.megabytes)
                work.put("ngram", words)
        return words

    def _before(self, work: Work, general: Blend | NGram, test: list[str]) -> Figures:
        before = work.get("before", Figures)
        if before is None:
            with self._screen.stage("measuring the base") as stage:
                before = measure(general, test, stage.done, seconds=_MEASURING * self._settings.budget)
                work.put("before", before)
        return before

    def _network(self, work: Work, told: Texts, base: Base | None, before: Figures | None) -> Trained | None:
        if base is not None and base.network is None:
            self._screen.note(f"{base.card.id} has no network, so none is tuned")
            return None
        trained = work.get("trained", Trained)
        if trained is None or not network.kept(work.folder):
            job = self._job(work, told, base, before)
            work.put("job", job)
            with self._screen.stage("training the network") as stage:
                self._waiting = False
                self._ranks.tell(str(work.folder))
                training = Training(job, work.folder, told.train, told.dev, self._ranks)
                trained = training.run(stage.done)
                work.put("trained", trained)
        with self._screen.stage("packing the network"):
            network.pack(work.folder, work.model / NETWORK)
        return trained

    def _job(self, work: Work, told: Texts, base: Base | None, before: Figures | None) -> Job:
        settings, budget = self._settings, self._budget
        threads = settings.threads or fastest_threads(max(1, cores() // self._ranks.count))
        measuring = before.seconds if before else _MEASURING * settings.budget / 2
        reserve = _AFTERWARDS * measuring + _REST
        seconds = budget.left - reserve
        if seconds < 1:
            least = spoken(max(60.0, 1.5 * (budget.spent + reserve)))
            raise InputError(
                f"--budget {spoken(settings.budget)} is too short for this text; give about {least} or more"
            )
        earlier = work.get("job", Job)
        done = network.seconds_done(work.folder)
        if earlier is not None and earlier.budget == settings.budget:
            seconds = min(earlier.seconds, seconds + done)
        else:
            seconds += done
        size = settings.size
        if base is None and size is None:
            size = fitting_size(told.words)
        return Job(
            pieces=str((work.model if base is None else base.folder) / _PIECES),
            base=None if base is None else str(base.network),
            size=size,
            seconds=seconds,
            budget=settings.budget,
            seed=settings.seed,
            threads=threads,
        )

    def _report(
        self,
        work: Work,
        told: Texts,
        base: Base | None,
        words: Words,
        trained: Trained | None,
        before: Figures | None,
        after: Figures,
        resumed: bool,
    ) -> Report:
        settings = self._settings
        return Report(
            id=settings.name,
            folder=str(installed_root() / settings.name),
            language=told.language,
            domain=settings.called,
            base=None if base is None else base.card.id,
            replaced=None,
            bytes=sum(path.stat().st_size for path in model_files(work.model)),
            base_bytes=0 if base is None else base.card.bytes,
            seconds=round(self._budget.spent, 1),
            stages=dict(self._screen.seconds),
            resumed=resumed,
            documents=told.documents,
            text_words=told.words,
            lines={"train": len(told.train), "dev": len(told.dev), "test": len(told.test)},
            by_block=told.by_block,
            dropped_lines=told.dropped_lines,
            other_language_lines=told.other_language_lines,
            duplicates=told.duplicates,
            skipped=tuple((item.path, item.reason) for item in told.skipped),
            ngram=words,
            network=trained,
            before=before,
            after=after,
        )


def _loads(folder: Path) -> bool:
    """Whether the n-grams of an earlier run are whole."""
    try:
        NGram.load(folder)
    except ModelError:
        return False
    return True
