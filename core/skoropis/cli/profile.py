"""``skoropis profile``: what was learned about you; to be seen, corrected, taken along and forgotten."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import InputError, SkoropisError
from . import console, textio
from .options import Json

if TYPE_CHECKING:
    from ..profile.store import StoredProfile

EXAMPLES = """Examples:

skoropis profile list

skoropis profile learn letters.txt notes.md

skoropis profile forget Иванов

skoropis profile forget --all

skoropis profile measure letters.txt"""

app = typer.Typer(no_args_is_help=True, epilog=EXAMPLES)
Words = Annotated[list[str], typer.Argument(metavar="WORD...", help="As it is to be written.")]


@app.callback(epilog=EXAMPLES)
def profile() -> None:
    """See, correct, export and forget what was learned about you."""


@app.command("list", epilog="Examples:\n\nskoropis profile list\n\nskoropis profile list kube --new")
def list_words(
    part: Annotated[
        str | None, typer.Argument(metavar="[PART]", help="Only words with this in them.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=0, help="How many; 0 for all.")] = 40,
    new: Annotated[bool, typer.Option("--new", help="Only words that no model knows.")] = False,
    json: Json = False,
) -> None:
    """List the learned words with how often each was seen, the most frequent first."""
    from ..text.words import normalize_word

    with _opened() as stored:
        found = [word for word in stored.learned() if normalize_word(part or "") in normalize_word(word.text)]
        if new:
            unknown = _unknown()
            found = [word for word in found if unknown(word.text)]
        shown = found[: limit or None]
        if json:
            for word in shown:
                console.emit({"word": word.text, "count": word.count, "used": stored.kept(word.text)})
            return
        if not found:
            console.note(
                "nothing was learned" if part is None and not new else "no learned word is like that"
            )
            return
        _table(("word", "seen", ""), [(w.text, f"{w.count:,}", _state(stored, w.text)) for w in shown])
        if len(shown) < len(found):
            console.note(f"{len(found) - len(shown):,} more; see all with --limit 0")


@app.command(epilog="Example:\n\nskoropis profile show staging")
def show(word: Annotated[str, typer.Argument(metavar="WORD")], json: Json = False) -> None:
    """Show all that is known of a word: spellings, counts, what follows it."""
    with _opened() as stored:
        known = stored.known(word)
        if known is None:
            raise InputError("that word was never learned")
        followers = stored.followers(word)
        if json:
            console.emit({
                "word": known.surface, "count": known.count, "kept": known.kept, "forms": known.forms,
                "followers": dict(followers),
            })  # fmt: skip
            return
        rows = [("seen", f"{known.count:,}"), ("state", _state(stored, word) or "used")]
        rows += [("written", f"{form} ({times:,})") for form, times in known.forms.items()]
        rows += [("followed by", f"{follower} ({times:,})") for follower, times in followers]
        _table((known.surface, ""), rows)


@app.command(epilog="Example:\n\nskoropis profile add Skoropis kubectl")
def add(words: Words) -> None:
    """Keep words as they are written: they are offered, and never mended."""
    from ..profile.private import may_learn

    if not all(map(may_learn, words)):
        raise InputError(
            "numbers, addresses and what looks like a password are never learned; nothing was added"
        )
    with _opened() as stored:
        for word in words:
            stored.add(word)
    console.write(f"{len(words)} kept\n")


@app.command(epilog="Examples:\n\nskoropis profile forget Иванов\n\nskoropis profile forget --all --yes")
def forget(
    words: Annotated[list[str] | None, typer.Argument(metavar="[WORD]...", help="Words to forget.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Forget everything.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Forget words and every sequence they are in, or everything."""
    if everything == bool(words):
        raise InputError("give the words to forget, or --all")
    with _opened() as stored:
        if everything:
            count = len(stored.learned())
            if not yes:
                if not sys.stdin.isatty():
                    raise InputError("give --yes to forget everything without being asked")
                typer.confirm(f"Forget all {count:,} words?", abort=True, err=True)
            stored.clear()
            console.write(f"{count:,} words are forgotten\n")
            return
        missing = sum(not stored.forget(word) for word in words or ())
    console.write(f"{len(words or ()) - missing} forgotten\n")
    if missing:
        raise SkoropisError(f"{missing} of the words had not been learned")


@app.command(epilog="Example:\n\nskoropis profile export learned.jsonl")
def export(file: Annotated[Path, typer.Argument(metavar="FILE", help="Must not be there yet.")]) -> None:
    """Write all that was learned as plain JSON lines, not encrypted."""
    from ..files import write_atomic
    from ..profile.exchange import lines

    if file.exists():
        raise InputError(f"{file} is there already")
    with _opened() as stored:
        data = "".join(line + "\n" for line in lines(stored))
    write_atomic(file, data.encode())
    console.note(f"{file} is not encrypted: whoever can read it reads what was learned")


@app.command("import", epilog="Example:\n\nskoropis profile import learned.jsonl")
def import_file(file: Annotated[Path, typer.Argument(metavar="FILE", help="Written by export.")]) -> None:
    """Add what another profile exported."""
    from ..profile.exchange import parse

    other = parse(textio.read_file(file))
    with _opened() as stored:
        stored.include(other)
    console.write(f"{len(other.learned()):,} words are added\n")


@app.command(epilog="Example:\n\nskoropis profile learn letters.txt notes.md")
def learn(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Text that you wrote.")],
) -> None:
    """Learn from text that you wrote yourself. The files are only read."""
    from .progress import bar

    texts = [textio.read_file(file) for file in files]
    with _opened() as stored, bar("learning", sum(map(len, texts))) as advance:
        before = len(stored.learned())
        for text in texts:
            for line in text.splitlines(keepends=True):
                stored.learn(line)
                advance(len(line))
        added = len(stored.learned()) - before
    console.write(f"{added:,} new words\n")


@app.command(epilog="Examples:\n\nskoropis profile where\n\nskoropis profile where --json")
def where(json: Json = False) -> None:
    """Say where the profile and its key are, how large it is and how it is encrypted."""
    from ..profile.keys import key_file
    from ..profile.store import profile_path
    from ..profile.vault import read_header

    path = profile_path()
    header = read_header(path)
    size = path.stat().st_size if header is not None else 0
    kind = header.kind if header is not None else ""
    key = {
        "": "none yet", "keyring": "in the system keyring", "passphrase": "from your passphrase (scrypt)",
        "file": f"in {key_file(path)}, which only you may read",
    }[kind]  # fmt: skip
    if json:
        console.emit({"file": str(path), "bytes": size, "cipher": "AES-256-GCM", "key": kind or None})
        return
    stands = f"{size / 1000:,.1f} kB" if size else "not there yet"
    _table(("what", ""), [("file", str(path)), ("size", stands), ("encrypted", "AES-256-GCM"), ("key", key)])


@app.command(epilog="Examples:\n\nskoropis profile lock\n\nskoropis profile lock --remove")
def lock(
    remove: Annotated[
        bool, typer.Option("--remove", help="Back to a key of the system instead of a passphrase.")
    ] = False,
) -> None:
    """Lock the profile with a passphrase, or change it. Programs then need it in SKOROPIS_PASSPHRASE."""
    with _opened() as stored:
        if remove:
            stored.lock(None)
        else:
            if not sys.stdin.isatty():
                raise InputError("a new passphrase is asked for at a terminal only")
            stored.lock(typer.prompt("New passphrase", hide_input=True, confirmation_prompt=True, err=True))
        kind = stored.key_kind
    console.write(f"the key of the profile comes from: {kind}\n")


@app.command(epilog="Example:\n\nskoropis profile measure letters.txt --words 2000")
def measure(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Text that you wrote.")],
    words: Annotated[int, typer.Option("--words", min=1, help="How many to learn first.")] = 2000,
    lines: Annotated[int, typer.Option("--lines", min=1, help="How many to type then, at most.")] = 100,
    json: Json = False,
) -> None:
    """Keystrokes saved on your own text: learns its first words, types the rest. Nothing is kept."""
    from .progress import bar
    from .savings import compare, parted
    from .tables import interval

    learned, typed, count = parted(textio.read_file(file), words, lines)
    with bar("typing", 2 * len(typed)) as advance:
        before, after, gain = compare(learned, typed, advance)
    if json:
        console.emit(
            {"learned_words": count, "lines": len(typed), "before": before, "after": after, "gain": gain}
        )
        return
    rows = [("nothing learned", before), (f"{count:,} words learned", after), ("gain", gain)]
    heads = ("keystrokes saved (KS-3)", f"{len(typed)} lines")
    _table(heads, [(label, interval(figure, 100)) for label, figure in rows])


@contextmanager
def _opened() -> Iterator[StoredProfile]:
    """The stored profile; what it has to tell goes to stderr."""
    from ..profile import keys
    from ..profile.store import StoredProfile, profile_path
    from ..profile.vault import read_header

    header = read_header(profile_path())
    passphrase = None
    if (
        header is not None
        and header.kind == "passphrase"
        and not keys.passphrase_given()
        and sys.stdin.isatty()
    ):
        passphrase = typer.prompt("Passphrase", hide_input=True, err=True)
    with StoredProfile.open(passphrase=passphrase) as stored:
        if stored.notice:
            console.note(stored.notice)
        yield stored


def _state(stored: StoredProfile, word: str) -> str:
    known = stored.known(word)
    if known is not None and known.kept:
        return "kept"
    return "" if stored.kept(word) else "seen once: not used if it is new"


def _unknown() -> Callable[[str], bool]:
    """A function that says whether no installed general model knows a word."""
    from ..models.host import ModelHost
    from ..text.words import normalize_word

    models = ModelHost(("en", "ru"))
    lexicons = [models.language_model(language).lexicon for language in ("en", "ru")]
    return lambda word: all(normalize_word(word) not in lexicon for lexicon in lexicons)


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    from rich.markup import escape
    from rich.table import Table

    table = Table(*map(escape, heads), box=None, pad_edge=False)
    for row in rows:
        table.add_row(*map(escape, row))
    console.stdout().print(table)
