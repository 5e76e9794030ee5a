"""Clean text: how it is written, what is dropped, and which language it is in."""

from __future__ import annotations

import itertools
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skoropis.errors import InputError
from skoropis_foundry.documents import Document, clean, detect_language, read_folder
from skoropis_foundry.documents.function_words import FUNCTION_WORDS
from skoropis_foundry.documents.lines import is_text, normalized
from skoropis_foundry.documents.sentences import LONGEST, pieces

ENGLISH = """We had planned to leave before the sun was up, but nobody could find the keys.
My sister thought that the dog had taken them, because he likes everything that shines.
In the end they were in the pocket of the coat that my father wears when it rains.
So we were late, and the road along the coast was already full of cars.
There was nothing to do but to wait and to talk about what we would eat first.
I would have given a lot for a cup of tea and a piece of that cake.
When we came to the house, the door stood open and all the windows too.
Somebody had been there before us, and had left a letter on the kitchen table.
It said that the boat was ready and that we should not forget the oars.
"You must come down to the water as soon as you can," it went on.
My brother read it twice and gave it to me without saying a word.
I knew the hand at once, though I had not seen it for more than ten years.
"""
RUSSIAN = """Мы хотели выехать ещё до рассвета, но никто не мог найти ключи от машины.
Сестра думала, что их утащила собака, потому что она любит всё, что блестит.
В конце концов они нашлись в кармане куртки, которую отец надевает в дождь.
Так что мы опоздали, и на дороге вдоль моря уже было много машин.
Делать было нечего, только ждать и говорить о том, что мы съедим сначала.
Я бы тогда многое отдал за чашку чая и за кусок того пирога.
Когда мы подъехали к дому, дверь была открыта, и все окна тоже.
Кто-то побывал там до нас и оставил на столе в кухне письмо.
В нём было сказано, что лодка готова и что нельзя забыть вёсла.
Приходите к воде так скоро, как только сможете, писал он дальше.
Брат прочитал его два раза и отдал мне, не сказав ни слова.
Я сразу узнал этот почерк, хотя не видел его уже больше десяти лет.
"""
GERMAN = """Wir wollten noch vor Sonnenaufgang losfahren, aber niemand konnte die Schlüssel finden.
Meine Schwester meinte, dass der Hund sie genommen hat, weil er alles mag, was glänzt.
Am Ende waren sie in der Tasche von dem Mantel, den mein Vater im Regen trägt.
So kamen wir zu spät, und die Straße am Meer war schon voll von Autos.
Es blieb uns nichts, als zu warten und über das Essen zu reden.
Ich hätte viel für eine Tasse Tee und ein Stück von dem Kuchen gegeben.
Als wir zu dem Haus kamen, stand die Tür offen und alle Fenster auch.
"""
WORDS = ["river", "letter", "boat", "green", "window", "paper", "stone", "winter"]


def diary(first: str = ENGLISH, *, days: int = 3, language: str = "en") -> list[Document]:
    """Some documents of different lines, enough of them to be cleaned."""
    words = (
        WORDS if language == "en" else ["река", "письмо", "лодка", "окно", "бумага", "камень", "зима", "дом"]
    )
    tail = ["and that was the {} of the {}", "а потом была {} и ещё {}"][language == "ru"]
    pairs = list(itertools.permutations(words, 2))
    return [Document("first.txt", first)] + [
        Document(f"{day}.txt", "\n".join(tail.format(*pair) for pair in pairs[day * 9 : day * 9 + 9]))
        for day in range(days)
    ]


def lines_of(text: str, language: str = "en") -> list[str]:
    """What is left of a text, cleaned together with others that are clean."""
    cleaned = clean(
        [*diary(ENGLISH if language == "en" else RUSSIAN, language=language), Document("x", text)], language
    )
    return next((document.lines for document in cleaned.documents if document.id == "x"), [])


@pytest.mark.parametrize(
    ("written", "clean"),
    [
        ("“It’s  fine”, he said…", '"It\'s fine", he said...'),
        ("Wait -- no --- not yet--or", "Wait — no — not yet—or"),
        ("git log --author", "git log --author"),
        ("re\u0301sume\u0301 with\u200b marks\u00ad and\u00a0spaces", "résumé with marks and spaces"),
        ("the ofﬁce of the ﬂeet", "the office of the fleet"),
        ("see https://example.org/a?b=c. Then go", "see. Then go"),
        ("mail me (ann.lee@example.org) or www.example.org, please", "mail me or, please"),
        ("• an item", "an item"),
        ("- 12) an item", "an item"),
        ("— Привет, — сказал он", "Привет, — сказал он"),
        ("well\u2011known", "well-known"),
    ],
)
def test_how_a_line_is_written(written: str, clean: str) -> None:
    assert normalized(written) == clean


@pytest.mark.parametrize(
    "line",
    [
        "if (x) { return y }",
        "a | b | c",
        "12.05.2024 10:15 OK 200",
        "<b>tag</b>",
        "=======",
        "x" * 61,
        "1234 567",
    ],
)
def test_what_is_no_text(line: str) -> None:
    assert not is_text(normalized(line))


@pytest.mark.parametrize("line", ["ok :)", "Yes", "Room 12, at 9:30 or so", "see a < b and so on"])
def test_what_is_text(line: str) -> None:
    assert is_text(line)


def test_clean_text_stays_as_it_is() -> None:
    for text, language in ((ENGLISH, "en"), (RUSSIAN, "ru")):
        cleaned = clean(diary(text, language=language), language)
        assert cleaned.documents[0].text == text.strip()
        assert (cleaned.dropped_lines, cleaned.other_language_lines, cleaned.duplicates) == (0, 0, 0)
        assert cleaned.words == sum(len(document.text.split()) for document in cleaned.documents)


def test_a_long_line_goes_once_and_a_short_one_twenty_times() -> None:
    text = "\n".join(
        ["This is a line of its own.", "THIS is a line, of its own 2!"] * 3 + ["I don't know."] * 25
    )
    assert lines_of(text) == ["This is a line of its own.", *["I don't know."] * 20]


def test_the_same_line_in_two_documents_is_kept_in_the_first() -> None:
    cleaned = clean([*diary(), Document("copy.txt", ENGLISH + "One more line that is new.")], "en")
    assert cleaned.documents[-1].lines == ["One more line that is new."]
    assert cleaned.duplicates == 12


def test_lines_in_another_script_or_language_are_dropped() -> None:
    text = (
        "The word Привет is a greeting.\n"
        "Привет, как дела?\n"
        "これは日本語です\n"
        "Das ist nicht der Hund von dem Mann.\n"
        "Her nose, her freckles, her eyes.\n"
    )
    assert lines_of(text) == ["The word Привет is a greeting.", "Her nose, her freckles, her eyes."]
    assert lines_of(
        "Поставь Docker на Ubuntu Linux, это просто.\nIt is easy.\nЦе не так, як було, але вже є.", "ru"
    ) == ["Поставь Docker на Ubuntu Linux, это просто."]


def test_a_document_in_another_language_is_passed_over_and_its_lines_free() -> None:
    shared = "Internet, Radio, Station, Hamburg"
    german = Document("a.txt", f"{GERMAN}{shared}\nKommst du?\n")
    cleaned = clean([german, *diary(), Document("x", shared)], "en")
    assert [(item.path, item.reason) for item in cleaned.skipped] == [
        ("a.txt", "written in another language")
    ]
    assert cleaned.other_language_lines == len(GERMAN.splitlines()) + 2
    assert cleaned.documents[-1].text == shared


def test_counts_and_reasons() -> None:
    documents = [
        *diary(),
        Document("code.txt", "{}\n||\n12 34"),
        Document("copy.txt", ENGLISH),
        Document("ru.txt", RUSSIAN),
    ]
    cleaned = clean(documents, "en")
    assert (cleaned.dropped_lines, cleaned.duplicates, cleaned.other_language_lines) == (3, 12, 12)
    assert {item.path: item.reason for item in cleaned.skipped} == {
        "code.txt": "no running text",
        "copy.txt": "nothing that other files do not hold",
        "ru.txt": "written in another language",
    }


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        (GERMAN, "en", "not to be English but German: .* give texts in English"),
        (RUSSIAN, "en", "not to be English but Russian: 0% .* use --language ru"),
        (ENGLISH, "ru", "not to be Russian but English: 0% .* use --language en"),
    ],
)
def test_text_in_another_language_is_refused(text: str, language: str, words: str) -> None:
    for documents in ([Document("all.txt", text)], [Document(line, line) for line in text.splitlines()]):
        with pytest.raises(InputError, match=words):
            clean(documents, language)


def test_too_little_text_is_refused() -> None:
    for documents in ([], [Document("a", "")], [Document("a", "Only this one line, and no more.")]):
        with pytest.raises(InputError, match=r"only \d words of English .* at least 200 .* add more"):
            clean(documents, "en")


def test_a_language_that_is_not_trained_is_refused() -> None:
    with pytest.raises(InputError, match="use one of en, ru"):
        clean(diary(), "de")


def test_no_message_quotes_the_text() -> None:
    for text in (GERMAN, "Only this."):
        with pytest.raises(InputError) as caught:
            clean([Document("a", text)], "en")
        assert not {word for word in text.split() if len(word) > 4} & set(str(caught.value).split())


def test_the_language_of_documents() -> None:
    english, russian, german = (Document("x", text) for text in (ENGLISH, RUSSIAN, GERMAN))
    assert detect_language([english]) == "en"
    assert detect_language([russian]) == "ru"
    assert detect_language([russian, Document("y", "Docker and Linux")]) == "ru"
    assert detect_language([english, russian]) is None
    assert detect_language([german]) is None
    assert detect_language([Document("x", "Hello there.")]) is None
    assert detect_language([]) is None


@pytest.mark.parametrize("name", [name for name in FUNCTION_WORDS if name not in ("English", "Russian")])
def test_no_other_language_passes_for_ours(name: str) -> None:
    """Text of nothing but function words of a language, the hardest case for languages that share many."""
    text = Document("x", "\n".join([FUNCTION_WORDS[name]] * 10))
    assert detect_language([text]) is None


# --- sentences -------------------------------------------------------------------------------------


def test_a_long_paragraph_becomes_sentences() -> None:
    text = " ".join(ENGLISH.splitlines())
    assert list(pieces(text)) == ENGLISH.splitlines()
    assert list(pieces("Short. Two sentences.")) == ["Short. Two sentences."]


def test_abbreviations_and_initials_do_not_end_a_sentence() -> None:
    text = (
        "We met Dr. Smith and A. B. Jones there. "
        + "On and on it went for a long while, " * 7
        + "to the end."
    )
    assert next(pieces(text)) == "We met Dr. Smith and A. B. Jones there."
    russian = "Это было в 1900 г. Москва и т. д. и пр. Всё. " + "Потом долго не было ничего, " * 12
    assert next(pieces(russian)).endswith("Всё.")


def test_a_sentence_that_is_too_long_is_cut_at_a_pause() -> None:
    text = "word " * 30 + "pause, " + "more " * 40 + "end."
    first, second = pieces(text)
    assert first.endswith("pause,") and second.endswith("end.")
    assert [len(piece.split()) for piece in pieces("word " * 120)] == [50, 50, 20]


# --- properties ------------------------------------------------------------------------------------

ANY_LINE = st.one_of(
    st.text(max_size=80),
    st.lists(
        st.sampled_from(
            [*WORDS, "the", "and", "Ja", "—", "--", "1.", "e.g.", "«x»", "(", "Привет", "a@b.cd"]
        ),
        max_size=70,
    ).map(" ".join),
    st.sampled_from([*ENGLISH.splitlines(), *RUSSIAN.splitlines(), *GERMAN.splitlines()]),
)
ANY_DOCUMENT = st.lists(ANY_LINE, max_size=12).map("\n".join)


@given(st.lists(ANY_DOCUMENT, max_size=6), st.sampled_from(["en", "ru"]))
def test_cleaning_twice_is_cleaning_once(texts: list[str], language: str) -> None:
    first = ENGLISH if language == "en" else RUSSIAN
    documents = [*diary(first, language=language), *(Document(str(n), text) for n, text in enumerate(texts))]
    try:
        once = clean(documents, language)
    except InputError:
        return
    twice = clean(once.documents, language)
    assert twice.documents == once.documents
    assert (twice.dropped_lines, twice.other_language_lines, twice.duplicates) == (0, 0, 0)
    for document in once.documents:
        for line in document.lines:
            assert line == normalized(line) and is_text(line)
            assert len(line.split()) <= LONGEST


@given(st.text())
def test_normalizing_twice_is_normalizing_once(text: str) -> None:
    assert normalized(normalized(text)) == normalized(text)


@given(st.lists(st.sampled_from(["a", "word.", "Mr.", "(x)", "Yes!", "well,"]), max_size=200))
def test_pieces_lose_no_word(words: list[str]) -> None:
    assert " ".join(pieces(" ".join(words))).split() == words


@pytest.mark.parametrize(
    "marks",
    [
        "- ",
        "1. ",
        "(",
        "[[",
        ".",
        "! ",
        " ",
        "a@",
        "a.",
        "://",
        "www.",
        "`",
        ":a",
        "<a",
        "$",
        "_",
        "-\n",
        "x\n",
    ],
)
def test_marks_without_end_take_no_time(tmp_path: Path, marks: str) -> None:
    """A search that starts anew at every mark would take hours in a file that is large."""
    text = f"00:00:01,000 --> 00:00:02,000\n{marks * 30_000}\nx@y.zz or\n"
    for ending in (".txt", ".md", ".rst", ".html", ".srt"):
        (tmp_path / f"a{ending}").write_text(text)
    (tmp_path / "a.eml").write_text("Subject: x\n\n" + text)
    begin = time.process_time()
    documents, _ = read_folder(tmp_path)
    clean([*diary(), *documents], "en")
    assert time.process_time() - begin < 15
