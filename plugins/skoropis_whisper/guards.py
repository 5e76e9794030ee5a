"""What keeps a recognizer from writing things that nobody said.

Thresholds for silence and loops are Whisper's own (Radford et al. 2022, section 4.5).
"""

from __future__ import annotations

import re
import zlib
from collections import Counter

from .engine import Reading, Readings

NO_SPEECH = 0.6
AVERAGE_LOGPROB = -1.0
COMPRESSION = 2.4
LETTERS_PER_SECOND = 40.0
"""Faster than anyone speaks (auctioneers reach about 25)."""
_TOKENS_PER_SECOND = {"en": 8.0, "ru": 12.0}

_NOBODY_SAYS = re.compile(
    r"""
    субтитры\s+(?:(?:и\s+)?\w+\s+){0,3}(?:dimatorzok|торзок|амара|семк\w+|кулаков\w*|корректор)
  | (?:редактор|корректор)\s+субтитров
  | субтитры\s+(?:с?делал|подогнал|создавал|добавил)
  | (?:subtitles|captions|transcribed|translated)\s+by\b
  | amara\s*\.?\s*org
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Credits of the subtitle files that Whisper learned from; whoever dictates does not say them."""
_CAPTION = re.compile(r"\b(?:МУЗЫКА|АПЛОДИСМЕНТЫ|СМЕХ|ЗВОНОК|MUSIC|APPLAUSE|LAUGHTER)\b")
"""Captions of sounds stand in capitals."""
_OUTROS = frozenset(
    {
        "thank you", "thank you very much", "thank you so much", "thanks for watching", "thanks",
        "thank you for watching", "thank you so much for watching", "thanks for listening",
        "please subscribe", "please subscribe to my channel", "like and subscribe", "you", "bye", "bye bye",
        "so", "oh", "the end", "music", "applause", "i'm sorry", "see you next time", "okay",
        "продолжение следует", "спасибо", "спасибо за просмотр", "спасибо за внимание", "до свидания",
        "подписывайтесь на канал", "подпишись на канал", "подписывайтесь", "всем пока", "пока",
        "ставьте лайки", "конец", "музыка", "аплодисменты", "с вами был игорь негода", "угу", "ага",
    }
)  # fmt: skip
"""What Whisper likes to say into noise. People say these too, so they fall only on weak evidence."""
_OUTRO_NO_SPEECH = 0.3
_OUTRO_AVERAGE = -0.6
_OUTRO_SECONDS = 0.25

_GAP = re.compile(r"[^\w']+")


def key(text: str) -> str:
    """The words of a text without case, punctuation and ``ё``: readings with one key are one reading."""
    return _GAP.sub(" ", text.lower().replace("ё", "е").replace("’", "'")).strip()


def compression_ratio(text: str) -> float:
    """Size of the text over its size after zlib: high when it repeats itself."""
    data = text.encode()
    return len(data) / len(zlib.compress(data)) if data else 0.0


def loops(text: str) -> bool:
    """Whether the decoder ran in circles: the text compresses too well or says one thing again and again."""
    words = key(text).split()
    if compression_ratio(text) > COMPRESSION or _run(words) > 7:
        return True
    fours = Counter(zip(words, words[1:], words[2:], words[3:], strict=False))
    return bool(fours) and max(fours.values()) >= 4


def unroll(text: str) -> str:
    """A looping text with every immediate repetition of up to eight words said once."""
    words = text.split()
    for length in range(8, 0, -1):
        kept: list[str] = []
        for word in words:
            kept.append(word)
            while len(kept) >= 2 * length and _same(kept[-length:], kept[-2 * length : -length]):
                del kept[-length:]
        words = kept
    return " ".join(words)


def nobody_speaks(readings: Readings) -> bool:
    """Whether the model itself doubts that anyone spoke and is unsure of what it wrote."""
    best = readings.items[0]
    return readings.no_speech > NO_SPEECH and best.average < AVERAGE_LOGPROB


def invented(reading: Reading, no_speech: float, speech_seconds: float) -> bool:
    """Whether a reading is a known phantom, a drawn-out vowel, or more text than the speech can hold."""
    words = key(reading.text)
    if not words or _NOBODY_SAYS.search(reading.text):
        return True
    if reading.text.isupper() and _CAPTION.search(reading.text):
        return True
    if len(words) > LETTERS_PER_SECOND * max(speech_seconds, 0.1) + 5:
        return True
    weak = no_speech > _OUTRO_NO_SPEECH or reading.average < _OUTRO_AVERAGE or speech_seconds < _OUTRO_SECONDS
    return weak and (words in _OUTROS or all(len(word) == 1 for word in words.split()))


def smells(readings: Readings, language: str, seconds: float) -> bool:
    """Whether a reading from a shortened window should be checked against the full one."""
    best = readings.items[0]
    rate = best.tokens / max(seconds, 1.0)
    return loops(best.text) or best.average < AVERAGE_LOGPROB or rate > _TOKENS_PER_SECOND.get(language, 12.0)


def _run(words: list[str]) -> int:
    longest = count = 0
    previous = None
    for word in words:
        count = count + 1 if word == previous else 1
        longest, previous = max(longest, count), word
    return longest


def _same(left: list[str], right: list[str]) -> bool:
    return [key(word) for word in left] == [key(word) for word in right]
