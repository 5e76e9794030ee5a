"""Which words the user wrote behind which others: counts for histories of one to three tokens."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence

from ..lm.tokens import ends_sentence

START = "<s>"
LONGEST = 3
"""Tokens of the longest history."""
MAX_HISTORIES = 150_000
"""Histories that are kept; those not met for longest give way."""
MAX_FOLLOWERS = 400
"""Different words kept behind one history; the rarer half gives way."""

History = tuple[str, ...]


class Ngrams:
    """Counts of what followed what, bounded, the least recently met forgotten first. Not thread-safe."""

    def __init__(self) -> None:
        self._followers: OrderedDict[History, dict[str, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._followers)

    def add(self, history: Sequence[str], word: str, times: int = 1) -> None:
        """Count ``word`` behind ``history`` (oldest first) and behind each of its shorter ends."""
        for length in range(1, min(len(history), LONGEST) + 1):
            self.put(tuple(history[-length:]), word, times)

    def put(self, history: History, word: str, times: int) -> None:
        """Count ``word`` behind exactly this history."""
        seen = self._followers.get(history)
        if seen is None:
            seen = self._followers[history] = {}
            if len(self._followers) > MAX_HISTORIES:
                self._followers.popitem(last=False)
        else:
            self._followers.move_to_end(history)
        seen[word] = seen.get(word, 0) + times
        if len(seen) > MAX_FOLLOWERS:
            best = sorted(seen, key=lambda name: -seen[name])[: MAX_FOLLOWERS // 2]
            self._followers[history] = {name: seen[name] for name in best}

    def fill(self, items: Iterable[tuple[History, dict[str, int]]]) -> None:
        """Take over what :meth:`items` gave."""
        self._followers.update(items)

    def behind(self, history: Sequence[str]) -> list[dict[str, int]]:
        """What followed the last one, two and three tokens, as far as that was ever met."""
        found = []
        for length in range(1, min(len(history), LONGEST) + 1):
            seen = self._followers.get(tuple(history[-length:]))
            if not seen:
                break
            found.append(seen)
        return found

    def keep(self, known: Iterable[str]) -> None:
        """Drop every history and every follower with a word that is not ``known``; marks stay."""
        names = frozenset(known)

        def stays(token: str) -> bool:
            return token in names or not token[0].isalpha()

        for history, seen in list(self._followers.items()):
            left = {name: times for name, times in seen.items() if stays(name)}
            if left and all(map(stays, history)):
                self._followers[history] = left
            else:
                del self._followers[history]

    def drop(self, word: str) -> None:
        """Forget ``word`` in every place."""
        for history, seen in list(self._followers.items()):
            seen.pop(word, None)
            if not seen or word in history:
                del self._followers[history]

    def items(self) -> Iterator[tuple[History, dict[str, int]]]:
        """All histories with what followed them, those not met for longest first."""
        return iter(self._followers.items())


def history(tokens: Sequence[str]) -> list[str]:
    """The last tokens of the sentence that ``tokens`` end in, with :data:`START` where it begins."""
    out: list[str] = [START]
    last: str | None = None
    for token in tokens[-30:]:
        out, last = step(out, last, token)
    return out


def step(out: list[str], last: str | None, token: str) -> tuple[list[str], str | None]:
    """History and last token once ``token`` was read."""
    if ends_sentence(last, token):
        return [START], None
    return [*out, token][-LONGEST:], token
