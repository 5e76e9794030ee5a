"""Every kind of file that can be trained on: the text comes out, and what is no text does not."""

from __future__ import annotations

import json
import mailbox
import zipfile
from email.message import EmailMessage
from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, NumberObject

from skoropis_foundry.documents import Document, read_folder

WORDS = ["Words", "Sentences", "Letters", "Paragraphs", "Books"]


def read(folder: Path) -> list[Document]:
    """The documents of a folder in which nothing is passed over."""
    documents, skipped = read_folder(folder)
    assert not skipped
    return documents


def text_of(path: Path) -> list[str]:
    """The paragraphs of the only document of a file."""
    (document,) = read(path)
    return document.lines


def put(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


# --- plain text ------------------------------------------------------------------------------------


def test_a_line_of_plain_text_is_a_paragraph(tmp_path: Path) -> None:
    path = put(tmp_path / "a.txt", "One line.\n\nAnother, far longer than the first one.\r\n> quoted\nEnd")
    assert text_of(path) == ["One line.", "Another, far longer than the first one.", "End"]


def test_lines_that_were_wrapped_are_joined(tmp_path: Path) -> None:
    wrapped = (
        "The river was high that week, and nobody who lived near\n"
        "it slept much. We carried the boxes up to the attic and\n"
        "waited there.\n"
        "\n"
        "In the morning the water had gone, and with it the boat\n"
        "that my brother had built.\n"
        "- one thing that is long enough to go on in the following\n"
        "  line\n"
        "- another\n"
    )
    assert text_of(put(tmp_path / "a.txt", wrapped)) == [
        "The river was high that week, and nobody who lived near it slept much. We carried the boxes "
        "up to the attic and waited there.",
        "In the morning the water had gone, and with it the boat that my brother had built.",
        "- one thing that is long enough to go on in the following line",
        "- another",
    ]


def test_lines_of_their_own_are_not_joined(tmp_path: Path) -> None:
    sentences = [f"{word} of a length that is nearly the same in all of the lines." for word in WORDS]
    assert text_of(put(tmp_path / "b.md", "\n\n".join(sentences))) == sentences
    (tmp_path / "b.md").unlink()
    assert text_of(put(tmp_path / "a.txt", "\n".join(sentences))) == sentences
    lines = ["Buy milk.", "Call the dentist about Thursday.", "Ask Anna whether she comes.", "Pay the rent."]
    assert text_of(put(tmp_path / "a.txt", "\n".join(lines))) == lines


@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16", "utf-32", "utf-16-be-mark", "cp1251", "koi8-r", "cp866"]
)
def test_encodings_of_russian_text(tmp_path: Path, encoding: str) -> None:
    text = "Привет, это письмо из старого компьютера.\nОно лежало там двадцать лет, и никто его не читал.\n"
    data = b"\xfe\xff" + text.encode("utf-16-be") if encoding == "utf-16-be-mark" else text.encode(encoding)
    (tmp_path / "a.txt").write_bytes(data)
    assert "\n".join(text_of(tmp_path / "a.txt")) + "\n" == text


def test_encodings_of_english_text(tmp_path: Path) -> None:
    text = "The café was closed, so we went on to the naïve painter’s house instead. He wasn’t in either."
    assert text_of(put(tmp_path / "a.txt", text, "cp1252")) == [text]


def test_a_file_cut_off_inside_a_letter_is_still_utf8(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("Привет, мир".encode()[:-1])
    assert text_of(tmp_path / "a.txt") == ["Привет, ми"]


# --- markup ----------------------------------------------------------------------------------------

MARKDOWN = """---
title: Notes
---
# A heading

Some *very* [good words](http://example.org/x) and `pip`
over two lines. <b>Bold</b> and ![a picture](x.png) <http://example.org>

```python
print("no text")
```

    indented_code()

- an item[^1]
- [[page|another]] item, $x^2$, costs $5 and $6

| head | cell |
|------|------|
| left | right |

<div class="x">raw</div>
"""


@pytest.mark.parametrize("name", ["a.md", "b.MARKDOWN"])
def test_markdown(tmp_path: Path, name: str) -> None:
    assert text_of(put(tmp_path / name, MARKDOWN)) == [
        "A heading",
        "Some very good words and pip over two lines. Bold and",
        "an item",
        "another item, , costs $5 and $6",
        "head",
        "cell",
        "left",
        "right",
    ]


RESTRUCTURED = """=======
A title
=======

:Author: Nobody

Some *very* **good** ``words``, a :ref:`link to a place <place>`,
`another <http://example.org>`_ and name_ [1]_.

.. code-block:: python

    no_text()

.. note:: Do not forget

    the body of a note.

An example::

    also_no_text()

* an item
  on two lines
* the next

.. a comment
   on two lines
"""


def test_restructured_text(tmp_path: Path) -> None:
    assert text_of(put(tmp_path / "a.rst", RESTRUCTURED)) == [
        "A title",
        "Some very good words, a link to a place, another and name .",
        "Do not forget",
        "the body of a note.",
        "An example:",
        "an item on two lines",
        "the next",
    ]


HTML = """<!DOCTYPE html><html><head><title>Title</title><style>p {color: red}</style>
<meta charset="windows-1251"></head>
<body><nav>Home | About</nav><h1>Заголовок</h1><p>Первый <b>абзац</b>
на двух строках.<br>Новая строка</p><script>var no = "text"</script><pre>code()</pre>
<!-- comment --><ul><li>один<li>два &amp; три</ul>хвост</body></html>"""


@pytest.mark.parametrize("encoding", ["cp1251", "utf-8"])
def test_html_in_the_encoding_it_names_or_in_utf8(tmp_path: Path, encoding: str) -> None:
    assert text_of(put(tmp_path / "a.html", HTML, encoding)) == [
        "Заголовок",
        "Первый абзац на двух строках.",
        "Новая строка",
        "один",
        "два & три",
        "хвост",
    ]


def test_a_page_nested_deeper_than_the_stack(tmp_path: Path) -> None:
    path = put(tmp_path / "a.htm", "<div>" * 200 + "deep words" + "<i>" * 5000 + "</div>")
    assert text_of(path) == ["deep words"]


# --- office, books, PDF ----------------------------------------------------------------------------


def test_word(tmp_path: Path) -> None:
    file = docx.Document()
    file.add_heading("A heading")
    paragraph = file.add_paragraph("Half a sentence ")
    paragraph.add_run("and the rest.").bold = True
    deleted = OxmlElement("w:del")
    run = OxmlElement("w:r")
    gone = OxmlElement("w:delText")
    gone.text = "DELETED"
    run.append(gone)
    deleted.append(run)
    paragraph._p.append(deleted)
    file.add_table(1, 2).rows[0].cells[1].text = "In a cell"
    file.add_paragraph("Line\nbreak\tand tab")
    file.sections[0].header.paragraphs[0].text = "HEADER"
    file.save(str(tmp_path / "a.docx"))
    assert text_of(tmp_path / "a.docx") == [
        "A heading",
        "Half a sentence and the rest.",
        "In a cell",
        "Line",
        "break and tab",
    ]


ODT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:automatic-styles/>
<office:body><office:text><text:tracked-changes><text:p>DELETED</text:p></text:tracked-changes>
<text:h>Заголовок</text:h><text:p>Один<text:s text:c="2"/>два <text:span>три</text:span><text:tab/>
четыре.</text:p>
<text:p>До<office:annotation><text:p>COMMENT</text:p></office:annotation> и после</text:p>
</office:text></office:body></office:document-content>"""


def archive(path: Path, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in members.items():
            file.writestr(name, text)
    return path


def test_opendocument(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.odt", {"mimetype": "x", "content.xml": ODT})
    assert text_of(path) == ["Заголовок", "Один два три четыре.", "До и после"]


CONTAINER = """<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>"""
PACKAGE = """<package xmlns="http://www.idpf.org/2007/opf"><manifest>
<item id="two" href="b%20two.xhtml"/><item id="one" href="text/a.xhtml"/>
<item id="css" href="x.css"/></manifest>
<spine><itemref idref="one"/><itemref idref="two"/><itemref idref="gone"/></spine></package>"""


def page(words: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml">'
        f"<body><p>{words}</p></body></html>"
    )


EPUB = {
    "mimetype": "application/epub+zip",
    "META-INF/container.xml": CONTAINER,
    "OEBPS/book.opf": PACKAGE,
    "OEBPS/b two.xhtml": page("Second page."),
    "OEBPS/text/a.xhtml": page("Первая страница."),
}


def test_books_are_read_in_their_order(tmp_path: Path) -> None:
    assert text_of(archive(tmp_path / "a.epub", EPUB)) == ["Первая страница.", "Second page."]


def pdf(path: Path, pages: list[list[str]], password: str | None = None) -> Path:
    """A PDF whose font is a list of letters, as of a program that prints any script."""
    writer = PdfWriter()
    letters = {char: code for code, char in enumerate(sorted(set("".join(map("".join, pages)))), 1)}
    table = "\n".join(f"<{code:04x}> <{ord(char):04x}>" for char, code in letters.items())
    unicode = DecodedStreamObject()
    unicode.set_data(
        f"begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{len(letters)} beginbfchar\n{table}\nendbfchar endcmap".encode()
    )
    descendant = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/CIDFontType2"),
            NameObject("/BaseFont"): NameObject("/Any"),
            NameObject("/DW"): NumberObject(500),
        }
    )
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type0"),
            NameObject("/BaseFont"): NameObject("/Any"),
            NameObject("/Encoding"): NameObject("/Identity-H"),
            NameObject("/DescendantFonts"): ArrayObject([writer._add_object(descendant)]),
            NameObject("/ToUnicode"): writer._add_object(unicode),
        }
    )
    fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
    for lines in pages:
        shown = writer.add_blank_page(595, 842)
        codes = ["".join(f"{letters[char]:04x}" for char in line) for line in lines]
        content = DecodedStreamObject()
        content.set_data(
            ("BT /F1 12 Tf 50 800 Td " + " ".join(f"<{code}> Tj 0 -14 Td" for code in codes) + " ET").encode()
        )
        shown[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        shown[NameObject("/Contents")] = writer._add_object(content)
    if password is not None:
        writer.encrypt(password, algorithm="RC4-128")
    writer.write(path)
    return path


def test_pdf(tmp_path: Path) -> None:
    pages = [
        [
            "Отчёт",
            "Первая строка абзаца, которая кончается не точ-",
            "кой, а словом дальше. Конец.",
            "1",
        ],
        ["Отчёт", "Второй абзац стоит на своей странице, он такой же", "длинный. Всё.", "2"],
        ["Отчёт", "Третий.", "3"],
    ]
    assert text_of(pdf(tmp_path / "a.pdf", pages)) == [
        "Первая строка абзаца, которая кончается не точкой, а словом дальше. Конец.",
        "Второй абзац стоит на своей странице, он такой же длинный. Всё.",
        "Третий.",
    ]


def test_a_pdf_that_needs_no_password_to_read_is_read(tmp_path: Path) -> None:
    assert text_of(pdf(tmp_path / "a.pdf", [["Open to all."]], password="")) == ["Open to all."]


# --- mail ------------------------------------------------------------------------------------------


def letter(body: str, subtype: str = "plain", charset: str = "utf-8") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "someone@example.org"
    message["Subject"] = "SUBJECT"
    message.set_content(body, subtype=subtype, charset=charset)
    return message


ANSWER = """Hi Ann,

yes, Friday is fine.

On Mon, Dec 2, 2024 at 10:01 AM Ann <ann@example.org>
wrote:
> Does Friday suit you?
>> or Thursday?

See you there!

--\u0020
Bob, Director
"""


def test_a_message_without_quotations_and_signature(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(bytes(letter(ANSWER)))
    assert text_of(tmp_path / "a.eml") == ["Hi Ann,", "yes, Friday is fine.", "See you there!"]


def test_the_plain_part_is_read_and_attachments_are_not(tmp_path: Path) -> None:
    message = letter("Письмо в старой кодировке.", charset="koi8-r")
    message.add_alternative("<p>HTML PART</p>", subtype="html")
    message.add_attachment("ATTACHED", filename="a.txt")
    (tmp_path / "a.eml").write_bytes(bytes(message))
    assert text_of(tmp_path / "a.eml") == ["Письмо в старой кодировке."]


def test_a_message_that_has_only_a_page(tmp_path: Path) -> None:
    quoted = '<div class="gmail_quote">On Monday Ann wrote: <blockquote>QUOTED</blockquote></div>'
    page = f"<p>Fine.</p>{quoted}<p>Bye</p>"
    (tmp_path / "a.eml").write_bytes(bytes(letter(page, "html")))
    assert text_of(tmp_path / "a.eml") == ["Fine.", "Bye"]


def test_what_is_forwarded_is_not_the_senders(tmp_path: Path) -> None:
    body = "Посмотри, пожалуйста.\n\n-------- Исходное сообщение --------\nТема: x\n\nЧужой текст."
    (tmp_path / "a.eml").write_bytes(bytes(letter(body)))
    assert text_of(tmp_path / "a.eml") == ["Посмотри, пожалуйста."]


def test_each_message_of_a_mailbox_is_a_document(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "all.mbox")
    for body in ("The first message.", "\n", "The third.\n\nFrom here on it is sunny."):
        box.add(letter(body))
    box.close()
    documents = read(tmp_path)
    assert [document.id for document in documents] == ["all.mbox#1", "all.mbox#3"]
    assert documents[1].lines == ["The third.", "From here on it is sunny."]


# --- subtitles and chats ---------------------------------------------------------------------------

SRT = """1
00:00:01,000 --> 00:00:04,000
<i>We were walking along
the river,</i>

2
00:00:04,500 --> 00:00:06,000
when it began to rain.

3
00:00:07,000 --> 00:00:09,000
- ANNA: Run!
- [thunder]

4
00:00:10,000 --> 00:00:11,000
{\\an8}1984
was the year.
"""
VTT = """WEBVTT - a title

NOTE not this

STYLE
::cue { color: red }

intro
00:01.000 --> 00:04.000 align:start
<v Bob>Hello there.

00:05.000 --> 00:06.000
Hello there.
How are you?
"""


def test_subtitles(tmp_path: Path) -> None:
    assert text_of(put(tmp_path / "a.srt", SRT)) == [
        "We were walking along the river, when it began to rain.",
        "Run!",
        "was the year.",
    ]
    assert text_of(put(tmp_path / "a.vtt", VTT)) == ["Hello there.", "How are you?"]


WHATSAPP = {
    "ios": "[12/31/24, 9:15:02 PM] Ann: \u200eMessages are end-to-end encrypted.\n"
    "[12/31/24, 9:15:10\u202fPM] Ann Lee: Are you coming?\nWe start at ten: be there.\n"
    "\u200e[12/31/24, 9:16:00 PM] Bob: \u200eimage omitted\n"
    "[12/31/24, 9:17:00 PM] Bob: Sure <This message was edited>\n",
    "android": "31.12.2024, 21:10 - Сообщения защищены сквозным шифрованием.\n"
    "31.12.2024, 21:15 - Аня: Ты придёшь?\nНачинаем в десять: не опаздывай.\n"
    "31.12.2024, 21:16 - Боря: <Без медиафайлов>\n"
    "31.12.2024, 21:17 - Боря: Конечно\n31.12.2024, 21:18 - Аня: Данное сообщение удалено\n",
}


def test_whatsapp(tmp_path: Path) -> None:
    for name, text in WHATSAPP.items():
        put(tmp_path / f"{name}.txt", text)
    android, ios = read(tmp_path)
    assert ios.lines == ["Are you coming?", "We start at ten: be there.", "Sure"]
    assert android.lines == ["Ты придёшь?", "Начинаем в десять: не опаздывай.", "Конечно"]


def test_a_dated_diary_is_no_chat(tmp_path: Path) -> None:
    diary = "Dear diary\n31.12.2024, 21:15 - Ann: what a day\nIt rained.\n"
    assert len(text_of(put(tmp_path / "a.txt", diary))) == 3


def test_telegram(tmp_path: Path) -> None:
    link = [{"type": "link", "text": "http://example.org"}, " look ", {"type": "bold", "text": "here"}]
    chats = [
        {
            "name": "Ann",
            "messages": [{"type": "service", "actor": "Ann", "text": ""}, {"from": "A", "text": "Привет"}],
        },
        {
            "name": "B",
            "messages": [{"type": "message", "from": "B", "text": link}, {"text": ""}, {"text": "ok"}],
        },
    ]
    put(tmp_path / "result.json", json.dumps({"about": "an export", "chats": {"list": chats}}))
    documents = read(tmp_path)
    assert [(document.id, document.text) for document in documents] == [
        ("result.json#1", "Привет"),
        ("result.json#2", "look here\nok"),
    ]


def test_slack_and_messenger(tmp_path: Path) -> None:
    slack = [
        {
            "type": "message",
            "user": "U1",
            "text": "Hi <@U2>, see <http://example.org|the page> &amp; tell me",
        },
        {"type": "message", "subtype": "channel_join", "text": "<@U2> has joined the channel"},
    ]
    put(tmp_path / "a.json", json.dumps(slack))
    garbled = "Привет, как дела?".encode().decode("latin-1")
    put(tmp_path / "b.json", json.dumps({"messages": [{"sender_name": "x", "content": garbled}]}))
    documents = read(tmp_path)
    assert [document.text for document in documents] == ["Hi , see the page & tell me", "Привет, как дела?"]


def test_json_lines_of_short_records_are_one_talk_and_long_ones_are_documents(tmp_path: Path) -> None:
    put(tmp_path / "a.jsonl", '{"message": {"role": "user", "content": "One"}}\n{"text": "Two"}\n{"te')
    put(tmp_path / "b.jsonl", "\n".join(json.dumps({"body": f"{n} " + "word " * 60}) for n in range(2)))
    assert [(document.id, len(document.lines)) for document in read(tmp_path)] == [
        ("a.jsonl#1", 2),
        ("b.jsonl#1", 1),
        ("b.jsonl#2", 1),
    ]


def test_tables(tmp_path: Path) -> None:
    put(tmp_path / "a.csv", 'id;Text;x\n1;"Hello; there";9\n2;Again;9\n3\n')
    put(tmp_path / "b.tsv", "date\tmessage\n1\tПривет, мир\n")
    assert [document.text for document in read(tmp_path)] == ["Hello; there\nAgain", "Привет, мир"]
