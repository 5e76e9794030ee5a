"""Chats that WhatsApp exports: date, time, author and message on a line.

Known are the forms of both systems, in any order of day, month and year::

    [12/31/24, 9:15:02 PM] Name: text
    31.12.2024, 21:15 - Name: text
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_DATE = r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}"
_TIME = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[APap]\.?\s?[Mm]\.?)?"
_HEAD = re.compile(rf"\u200e?(?:\[{_DATE},?\s{_TIME}\]\s|{_DATE},?\s{_TIME}\s[-–]\s)(?P<rest>.*)", re.DOTALL)
_AUTHOR = re.compile(r"[^:]{1,60}:\s")
# What stands in place of a picture or a deleted message, in the languages we train.
_NO_MESSAGE = re.compile(
    r"<[^<>]*>|(?:image|video|audio|gif|sticker|document|contact card) omitted"
    r"|(?:изображение|видео|аудио|gif|стикер|документ|карточка контакта)"
    r"\s(?:не )?(?:отсутству\w+|опущен\w*|пропущен\w*|добавлен\w*)"
    r"|(?:this message was deleted|you deleted this message|missed (?:voice|video) call|null)\.?"
    r"|(?:(?:данное |это )?сообщение удалено|вы удалили (?:данное|это) сообщение|пропущенный \w+звонок)\.?",
    re.IGNORECASE,
)
_EDITED = re.compile(r"(?<!\s)\s*<[^<>]{4,40}>$")
_SAMPLE = 200
_SHARE = 0.3


def is_chat(lines: Sequence[str]) -> bool:
    """Whether the file begins with a dated message and many of its lines do."""
    first = [line for line in lines[:_SAMPLE] if line.strip()]
    heads = sum(_HEAD.match(line) is not None for line in first)
    return bool(first) and _HEAD.match(first[0]) is not None and heads >= _SHARE * len(first)


def messages(lines: Sequence[str]) -> Iterator[str]:
    """The messages in order, each line of a long one for itself. Notices of the program are left out."""
    taken = False
    for line in lines:
        head = _HEAD.match(line)
        if head is None:
            text = line
        else:
            author = _AUTHOR.match(head["rest"])
            taken = author is not None
            text = head["rest"][author.end() :] if author else ""
            if text.startswith("\u200e"):  # the mark before what the program wrote itself
                taken = False
        text = _EDITED.sub("", text.replace("\u200e", "")).strip()
        if taken and text and not _NO_MESSAGE.fullmatch(text):
            yield text
