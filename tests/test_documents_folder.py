"""A folder with anything in it: what can be read is read, the rest is passed over with a reason."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfWriter

from skoropis.errors import InputError
from skoropis_foundry.documents import archive, folder, kinds, read_folder
from skoropis_foundry.documents.document import UnreadableError
from skoropis_foundry.documents.encoding import decode

SECRET = "Nobody should see this sentence."


def skipped(path: Path) -> dict[str, str]:
    """Reasons by path, of a folder that also holds a file that can be read."""
    (path / "zz.txt").write_text("Readable text.")
    documents, passed_over = read_folder(path)
    assert [document.id for document in documents] == ["zz.txt"]
    return {item.path: item.reason for item in passed_over}


def word(path: Path) -> Path:
    file = docx.Document()
    file.add_paragraph(SECRET)
    file.save(str(path))
    return path


def test_the_order_is_that_of_the_paths_and_hidden_files_are_ignored(tmp_path: Path) -> None:
    for name in ("b/2.txt", "b/1.md", "a.txt", ".hidden.txt", ".git/x.txt", "c/~$lock.docx", "Z.TXT"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"Text of {name}")
    seen: list[tuple[int, int, str]] = []
    documents, passed_over = read_folder(tmp_path, lambda *step: seen.append(step))
    assert [document.id for document in documents] == ["Z.TXT", "a.txt", "b/1.md", "b/2.txt"]
    assert not passed_over
    assert seen == [(0, 4, "Z.TXT"), (1, 4, "a.txt"), (2, 4, "b/1.md"), (3, 4, "b/2.txt"), (4, 4, "")]
    assert read_folder(tmp_path)[0] == documents


def test_links_are_not_followed(tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    inside.mkdir()
    (outside / "private.txt").write_text(SECRET)
    (inside / "file.txt").symlink_to(outside / "private.txt")
    (inside / "folder").symlink_to(outside)
    (inside / "loop").symlink_to(inside)
    (inside / "broken.txt").symlink_to(inside / "nothing")
    os.mkfifo(inside / "pipe.txt")
    assert skipped(inside) == {
        "broken.txt": "a link: not followed",
        "file.txt": "a link: not followed",
        "folder": "a link: not followed",
        "loop": "a link: not followed",
        "pipe.txt": "not a file",
    }


def test_a_single_file_is_a_folder_of_one(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Text.")
    documents, _ = read_folder(tmp_path / "a.txt")
    assert [(document.id, document.text) for document in documents] == [("a.txt", "Text.")]


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"there is no folder .*give a folder"):
        read_folder(tmp_path / "nothing")


def test_nothing_readable_says_what_was_passed_over_and_what_is_read(tmp_path: Path) -> None:
    for name in ("a.exe", "b.exe", "c"):
        (tmp_path / name).write_text(SECRET)
    (tmp_path / "d.txt").touch()
    with pytest.raises(InputError) as caught:
        read_folder(tmp_path)
    assert "4 files were passed over (2 unknown kind .exe, 1 empty, 1 unknown kind)" in str(caught.value)
    assert ".docx" in str(caught.value)
    assert SECRET not in str(caught.value)


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"it holds no files; the kinds that are read are \.txt \.md"):
        read_folder(tmp_path)


def test_foreign_and_empty_files(tmp_path: Path) -> None:
    (tmp_path / "a.xyz").write_text(SECRET)
    (tmp_path / "b.txt").touch()
    (tmp_path / "c.txt").write_text(" \n\n")
    (tmp_path / "d.txt").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "e.md").write_text("```\nonly code\n```")
    (tmp_path / "f.eml").write_bytes(b"Subject: x\n\n> quoted\n")
    (tmp_path / "g.mbox").write_text(SECRET)
    (tmp_path / "h.srt").write_text(SECRET)
    (tmp_path / "i.json").write_text(json.dumps({"name": [1, 2, {"x": SECRET}]}))
    (tmp_path / "j.json").write_text("{'broken': " + SECRET)
    (tmp_path / "k.csv").write_text(f"a,b\n{SECRET},1\n")
    (tmp_path / "l.jsonl").write_text('{"text": "fine"}\nnot json\n{"text": "fine"}')
    (tmp_path / "m.json").write_text("[" * 100_000)
    assert skipped(tmp_path) == {
        "a.xyz": "unknown kind .xyz",
        "b.txt": "empty",
        "c.txt": "empty",
        "d.txt": "looks binary",
        "e.md": "empty",
        "f.eml": "empty",
        "g.mbox": "not readable: not a mailbox",
        "h.srt": "not readable: no subtitle times in it",
        "i.json": "no messages in it: no text, message, content or body",
        "j.json": "not readable: no JSON on line 1",
        "k.csv": "no column named text, message, content or body",
        "l.jsonl": "not readable: no JSON on line 2",
        "m.json": "not readable: nested too deeply",
    }


def test_office_files_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_text(SECRET)
    (tmp_path / "b.docx").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600))
    whole = word(tmp_path / "c.docx").read_bytes()
    (tmp_path / "c.docx").write_bytes(whole[: len(whole) // 2])
    with zipfile.ZipFile(tmp_path / "d.docx", "w") as file:
        file.writestr("word/document.xml", f"<w:p>{SECRET}")
    with zipfile.ZipFile(tmp_path / "e.odt", "w") as file:
        file.writestr("other.xml", "<a/>")
    with zipfile.ZipFile(tmp_path / "f.odt", "w") as file:
        file.writestr("META-INF/manifest.xml", '<m xmlns="x"><file-entry><encryption-data/></file-entry></m>')
        file.writestr("content.xml", SECRET)
    with zipfile.ZipFile(tmp_path / "g.epub", "w") as file:
        file.writestr("other.xml", "<a/>")
    with zipfile.ZipFile(tmp_path / "h.docx", "w") as file:
        file.writestr("other.xml", "<a/>")
    assert skipped(tmp_path) == {
        "a.docx": "not readable: damaged, or not what its name says",
        "b.docx": "encrypted, or in the format of an old office program; save it anew",
        "c.docx": "not readable: damaged, or not what its name says",
        "d.docx": "not readable: damaged (XMLSyntaxError)",
        "e.odt": "not readable: a part of it is missing",
        "f.odt": "encrypted ODT",
        "g.epub": "not readable: not an EPUB",
        "h.docx": "not readable: not a Word file",
    }


def test_a_book_that_is_locked(tmp_path: Path) -> None:
    package = '<p><item id="a" href="a.html"/><itemref idref="a"/></p>'
    lock = '<e><CipherReference URI="a.html"/></e>'
    with zipfile.ZipFile(tmp_path / "a.epub", "w") as file:
        file.writestr("META-INF/container.xml", '<c><rootfile full-path="x.opf"/></c>')
        file.writestr("x.opf", package)
        file.writestr("META-INF/encryption.xml", lock)
        file.writestr("a.html", SECRET)
    assert skipped(tmp_path) == {"a.epub": "encrypted EPUB"}


def test_pdfs_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_text(SECRET)
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(tmp_path / "b.pdf")
    writer.encrypt("password", algorithm="RC4-128")
    writer.write(tmp_path / "c.pdf")
    (tmp_path / "d.pdf").write_bytes((tmp_path / "b.pdf").read_bytes()[:40])
    reasons = skipped(tmp_path)
    assert reasons["b.pdf"] == "no text in it; a scan must be recognised (OCR) first"
    assert reasons["c.pdf"] == "encrypted PDF"
    for name in ("a.pdf", "d.pdf"):
        assert reasons[name].startswith("not readable: damaged (")


def test_a_pdf_that_is_damaged_says_nothing_on_the_screen(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.pdf").write_text("%PDF-1.4\n" + SECRET)
    skipped(tmp_path)
    assert "".join(capfd.readouterr()) == ""


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LARGEST", 1 << 20)
    with zipfile.ZipFile(tmp_path / "a.docx", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("word/document.xml", " " * (5 << 20))
    assert (tmp_path / "a.docx").stat().st_size < 20_000
    assert skipped(tmp_path) == {"a.docx": "too large (>1 MB unpacked)"}


def test_entities_that_multiply_are_not_expanded(tmp_path: Path) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    text = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e0 "boom">{entities}]><d><p><t>&e11;</t></p></d>'
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as file:
        file.writestr("word/document.xml", text)
    with zipfile.ZipFile(tmp_path / "b.docx", "w") as file:
        outside = f'<!DOCTYPE d [<!ENTITY x SYSTEM "file://{tmp_path}/zz.txt">]><d><p><t>&x;</t></p></d>'
        file.writestr("word/document.xml", outside)
    assert set(skipped(tmp_path)) == {"a.docx", "b.docx"}


def test_giant_files_and_folders_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "a.txt").open("wb") as file:
        file.truncate((50 << 20) + 1)
    assert skipped(tmp_path) == {"a.txt": "too large (>50 MB)"}
    (tmp_path / "a.txt").write_text("The first text. ")
    (tmp_path / "b.txt").write_text("The second text.")
    (tmp_path / "c.txt").write_text("The third.")
    monkeypatch.setattr(folder, "MOST_TEXT", 20)
    documents, passed_over = read_folder(tmp_path)
    assert [document.id for document in documents] == ["a.txt"]
    assert {item.reason for item in passed_over} == {"too much text (>0 MB in all)"}


def test_a_missing_library_is_named_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lxml", None)
    (tmp_path / "a.html").write_text("<p>x</p>")
    (reason,) = skipped(tmp_path).values()
    assert reason.startswith("needs lxml") and "skoropis[foundry]" in reason


def test_the_libraries_of_the_kinds_are_imported_when_they_are_needed() -> None:
    code = "import sys, skoropis_foundry.documents; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert not {"lxml", "pypdf", "markdown_it", "numpy", "torch"} & set(done.stdout.split())


@pytest.mark.parametrize("ending", kinds.KINDS)
@given(
    data=st.binary(max_size=300) | st.text(max_size=200).map(str.encode),
    salt=st.sampled_from([b"", b"PK\3\4"]),
)
def test_no_bytes_make_a_reader_fail(
    tmp_path_factory: pytest.TempPathFactory, ending: str, data: bytes, salt: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / f"any{ending}"
    path.write_bytes(salt + data)
    try:
        documents, _ = read_folder(path)
        assert all(document.text.strip() for document in documents)
    except InputError as error:
        assert "1 file was passed over" in str(error)


@pytest.mark.parametrize("size", range(0, 100, 7))
def test_a_word_file_cut_anywhere_is_passed_over(tmp_path: Path, size: int) -> None:
    whole = word(tmp_path / "whole.docx").read_bytes()
    (tmp_path / "whole.docx").unlink()
    (tmp_path / "a.docx").write_bytes(whole[: 1 + len(whole) * size // 100])
    assert list(skipped(tmp_path)) == ["a.docx"]


@given(st.binary(max_size=2000))
def test_any_bytes_are_text_or_a_reason(data: bytes) -> None:
    try:
        assert isinstance(decode(data), str)
    except UnreadableError as error:
        assert str(error)
