"""Quotes of files that are no plain text: proved in the stream and at their address in the file."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from reportlab.pdfgen.canvas import Canvas

from policygraph.release import Manifest, Release, digest
from policygraph.sources.extract import Extraction, extract_bytes
from policygraph.verification import VerificationResult, verify

BASE = "https://w3id.org/policygraph/"
PG, OA = f"{BASE}def#", "http://www.w3.org/ns/oa#"
RDF, DCT = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://purl.org/dc/terms/"
GRAPH = f"<{BASE}graph/document>"
WORDS = ("Do this first thing", "Fourth quarter 2026")


def page() -> tuple[str, bytes]:
    rows = "".join(f"<td><p>{words}<script>x</script></p></td>" for words in WORDS)
    return "plan.html", f"<html><body><p>Plan</p><table><tr>{rows}</tr></table></body></html>".encode()


def word() -> tuple[str, bytes]:
    document, stream = Document(), io.BytesIO()
    document.add_heading("Plan")
    for cell, text in zip(document.add_table(1, 2).rows[0].cells, WORDS, strict=True):
        cell.text = text
    document.save(stream)
    return "plan.docx", stream.getvalue()


def print_() -> tuple[str, bytes]:
    stream = io.BytesIO()
    canvas = Canvas(stream, invariant=1)
    canvas.grid([50, 300, 500], [600, 640])
    for x, text in zip((60, 310), WORDS, strict=True):
        canvas.drawString(x, 620, text)
    canvas.save()
    return "plan.pdf", stream.getvalue()


def formex() -> tuple[str, bytes]:
    cells = "".join(f'<CELL COL="{n}">{words}</CELL>' for n, words in enumerate(WORDS, 1))
    table = f"<TBL COLS='2'><CORPUS><ROW>{cells}</ROW></CORPUS></TBL>"
    return "plan.xml", f"<?xml version='1.0'?><ACT><TITLE><TI><P>Plan</P></TI></TITLE>{table}</ACT>".encode()


def plain() -> tuple[str, bytes]:
    return "plan.txt", "\n".join(("Plan", *WORDS)).encode()


FILES: list[Callable[[], tuple[str, bytes]]] = [page, word, print_, formex]


def statements(extraction: Extraction, name: str, content: bytes, shift: int = 0) -> list[str]:
    """What a release says of the words: a source row with quote, span and address each."""
    document, file = f"{BASE}id/doc/COM-2099-1", f"{BASE}id/doc/COM-2099-1/en/file"
    out = [
        f'<{file}> <{PG}fileName> "{name}"',
        f'<{file}> <{PG}sha256> "{hashlib.sha256(content).hexdigest()}"',
        f'<{file}> <{PG}authentic> "false"^^<http://www.w3.org/2001/XMLSchema#boolean>',
        f"<{document}> <http://www.w3.org/2002/07/owl#sameAs> <http://publications.europa.eu/resource/celex/52099DC1>",
    ]
    for number, words in enumerate(WORDS):
        start = extraction.text.index(words)
        anchor = extraction.anchors[
            shift + next(n for n, a in enumerate(extraction.anchors) if a.start <= start < a.end)
        ]
        row = f"{BASE}id/source/COM-2099-1/en/r{number}"
        kind = "FragmentSelector" if anchor.selector == "viewrect" else "XPathSelector"
        part, _, value = anchor.value.rpartition("#") if anchor.selector == "part" else ("", "", anchor.value)
        line = extraction.text.count("\n", 0, start) + 1
        out += [
            f"<{row}> <{RDF}type> <{PG}SourceRow>",
            f"<{row}> <{OA}hasSource> <{file}>",
            f'<{row}> <{PG}quote> "{words}"@en',
            *(f"<{row}> <{OA}hasSelector> <{row}/{name}>" for name in ("quote", "span-1", "address-1")),
            f'<{row}/quote> <{OA}exact> "{words}"@en',
            f"<{row}> <{PG}span> <{row}/span-1>",
            *(
                f'<{row}/span-1> <{predicate}> "{number}"'
                for predicate, number in (
                    (f"{OA}start", start),
                    (f"{OA}end", start + len(words)),
                    (f"{PG}order", 1),
                    (f"{PG}line", line),
                )
            ),
            f"<{row}/address-1> <{RDF}type> <{OA}{kind}>",
            f"<{row}/address-1> <{RDF}value> {json.dumps(value)}",
        ]
        if part:
            out.append(f'<{row}/address-1> <{PG}fileName> "{part}"')
    return out


def proved(
    folder: Path, name: str, content: bytes, said: list[str], stream: str, served: bytes | None = None
) -> VerificationResult:
    """Verify a release that says this of a file; ``served`` is the file that lies there instead of ``content``."""
    source = folder / "sources" / "52099DC1"
    source.mkdir(parents=True)
    (source / name).write_bytes(served or content)
    release = folder / "release"
    (release / "sources" / "52099DC1").mkdir(parents=True)
    (release / "policygraph.nq").write_text("".join(sorted(f"{s} {GRAPH} .\n" for s in said)), "utf-8")
    path = release / "sources" / "52099DC1" / f"{name}.stream.txt"
    path.write_text(stream, "utf-8")
    files = [digest(release / "policygraph.nq"), digest(path, path.relative_to(release).as_posix())]
    manifest = Manifest(
        BASE, {}, files[0].sha256, (), {}, {}, {file.name: file for file in files}, {files[1].name: "x 1"}
    )
    (release / "manifest.json").write_text(manifest.to_json(), "utf-8")
    return verify(Release.open(release), [folder / "sources"])


@pytest.mark.parametrize("make", FILES)
def test_words_are_proved_in_the_stream_and_in_the_file(
    make: Callable[[], tuple[str, bytes]], tmp_path: Path
) -> None:
    name, content = make()
    extraction = extract_bytes(content, name)
    proof = proved(tmp_path, name, content, statements(extraction, name, content), extraction.text)
    assert proof.failures == []
    assert (proof.files, proof.rows, proof.spans, proof.addresses, proof.copies) == (1, 2, 2, 2, 1)


@pytest.mark.parametrize("make", FILES)
def test_an_address_of_other_words_is_found(make: Callable[[], tuple[str, bytes]], tmp_path: Path) -> None:
    name, content = make()
    extraction = extract_bytes(content, name)
    said = statements(extraction, name, content, shift=-1)
    failures = proved(tmp_path, name, content, said, extraction.text).failures
    assert len(failures) == 2
    assert all("do not stand at their address" in failure.what for failure in failures), failures


def test_a_plain_text_is_compared_with_its_stream(tmp_path: Path) -> None:
    name, content = plain()
    said = statements(extract_bytes(content, name), name, content)
    assert proved(tmp_path / "same", name, content, said, content.decode()).failures == []
    other = proved(tmp_path / "other", name, content, said, content.decode().replace("Plan", "plan"))
    assert [failure.what for failure in other.failures] == [
        "the stream extracted from the file is not the one published with the release"
    ]


def test_what_is_missing_or_changed_is_told(tmp_path: Path) -> None:
    name, content = page()
    extraction = extract_bytes(content, name)
    said = statements(extraction, name, content)

    def failures(case: str, said: list[str], stream: str = extraction.text, served: bytes | None = None) -> str:
        return " / ".join(map(str, proved(tmp_path / case, name, content, said, stream, served).failures))

    assert "not the one published" in failures("stream", said, extraction.text.replace("Plan", "plan"))
    without = [s for s in said if "address-1" not in s]
    assert "no XPath or box says where" in failures("none", without)
    lost = [s.replace("/p[1]", "/p[9]") if "r0/address-1" in s else s for s in said]
    assert "nothing stands at" in failures("lost", lost)
    broken = [s.replace('"/html', '"[[/html') if "r0/address-1" in s else s for s in said]
    assert "cannot be followed" in failures("broken", broken)
    other = content.replace(b"first", b"other")
    told = failures("changed", said, served=other)
    assert "its SHA-256 differs" in told and "do not hold these words" in told and "do not stand at" in told
    assert "cannot be extracted again" in failures(
        "damaged", said, served=b"<html><body><script>x</script></body>"
    )
