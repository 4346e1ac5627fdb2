"""HTML and Formex: real documents, and what a file may try."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

from places import needs_shared
from policygraph.errors import SourceError
from policygraph.sources.extract import Block, Extraction, extract, extract_bytes
from sources.extract import laws

TIME_LIMITS = [
    ["77/91/EEC", "17 December 1978", "—"],
    ["92/101/EEC", "31 December 1993", "1 January 1995"],
    ["2006/68/EC", "15 April 2008", "—"],
    ["2006/99/EC", "1 January 2007", "—"],
    ["2009/109/EC", "30 June 2011", "—"],
]
IN_FRENCH = [
    ["77/91/CEE", "17 décembre 1978", "—"],
    ["92/101/CEE", "31 décembre 1993", "1er janvier 1995"],
    ["2006/68/CE", "15 avril 2008", "—"],
    ["2006/99/CE", "1er janvier 2007", "—"],
    ["2009/109/CE", "30 juin 2011", "—"],
]
MARKUP = [
    ("dir-2012-30-annex-ii", "oj-en.xhtml"),
    ("dir-2012-30-annex-ii", "oj-fr.xhtml"),
    ("dir-2012-30-annex-ii", "consolidated-en.html"),
    ("dir-2012-30-annex-ii", "consolidated-fr.html"),
    ("dir-2012-30-annex-ii", "consolidated-en.fmx4.xml"),
    ("dir-2012-30-annex-ii", "consolidated-fr.fmx4.xml"),
    ("en-forest-strategy-2030", "CELEX_52021DC0572.html"),
    ("decoy-eurlex-52021PC0558", "CELEX_52021PC0558.html"),
]


@pytest.mark.parametrize(("folder", "name"), MARKUP)
def test_law_and_xpaths_hold_on_published_markup(folder: str, name: str) -> None:
    path = needs_shared("documents", folder, name)
    extraction = extract(path)
    laws.each_character_has_one_leaf_and_one_address(extraction)
    laws.children_lie_in_their_parents(extraction.blocks)
    laws.xpaths_lead_to_the_words(extraction, laws.tree(path))


@pytest.mark.parametrize(("folder", "name"), MARKUP)
def test_every_visible_character_is_in_the_stream(folder: str, name: str) -> None:
    path = needs_shared("documents", folder, name)
    root = laws.tree(path)
    if path.suffix == ".xml":
        for element in list(
            root.iter("BIB.INSTANCE", "BIB.INSTANCE.CONS", "NO.CELEX", "INFO.CONSLEG", "GR.MOD.ACT")
        ):
            parent = element.getparent()
            if parent is not None and element.tag != root.tag:
                element.clear(keep_tail=True)
        for element in root.iterfind(".//BIB.DATA/DATE"):
            element.clear(keep_tail=True)
        quotes = Counter(chr(int(q.get("CODE"), 16)) for q in root.iter("QUOT.START", "QUOT.END"))
    else:
        etree.strip_elements(root, "head", "script", "style", etree.Comment, with_tail=False)
        quotes = Counter()
    seen = Counter(laws.squeezed("".join(str(text) for text in root.itertext("*")))) + quotes
    assert Counter(laws.squeezed(extract(path).text)) == seen


@pytest.mark.parametrize("name", [name for folder, name in MARKUP if folder.startswith("dir")])
def test_the_same_five_rows_from_six_files(name: str) -> None:
    found = laws.rows(extract(needs_shared("documents", "dir-2012-30-annex-ii", name)))
    expected = TIME_LIMITS if "-en." in name else IN_FRENCH
    start = found.index(expected[0])
    assert found[start : start + 5] == expected


def test_cells_of_the_header_say_so_where_the_markup_does() -> None:
    for name in ("oj-en.xhtml", "consolidated-en.fmx4.xml"):
        extraction = extract(needs_shared("documents", "dir-2012-30-annex-ii", name))
        headers = [words(extraction, cell) for cell in blocks(extraction, "cell") if cell.header]
        assert "Time-limit for transposition" in headers and "77/91/EEC" not in headers


def test_formex_pages_are_those_printed() -> None:
    extraction = extract(needs_shared("documents", "dir-2012-30-annex-ii", "consolidated-en.fmx4.xml"))
    assert [page.number for page in extraction.pages] == list(range(2, 36))
    assert {page.basis for page in extraction.pages} == {"printed"}
    at = extraction.text.index("17 December 1978")
    assert [page.number for page in extraction.pages if page.start <= at][-1] == 31


def test_metadata_of_published_markup() -> None:
    consolidated = extract(needs_shared("documents", "dir-2012-30-annex-ii", "consolidated-fr.html")).metadata
    assert (consolidated["celex"], consolidated["language"], consolidated["date"]) == (
        "32012L0030",
        "fr",
        "2013-07-01",
    )
    forest = extract(needs_shared("documents", "en-forest-strategy-2030", "CELEX_52021DC0572.html")).metadata
    assert (
        forest["identifier"] == "COM(2021) 572" and forest["date"] == "2021-07-16" and forest["language"] == "en"
    )
    assert forest["title"] == "New EU Forest Strategy for 2030"


def test_references_to_notes_and_numbers_of_items_are_marks() -> None:
    extraction = extract(needs_shared("documents", "en-forest-strategy-2030", "CELEX_52021DC0572.html"))
    items = [block for block in blocks(extraction, "item") if block.label == "1."]
    assert any(
        words(extraction, item).startswith("1. As part of the review of the construction") for item in items
    )
    marks = [block.label for block in blocks(extraction, "mark") if block.label.isdigit()]
    assert [int(label) for label in marks[:80]] == list(range(1, 81))
    notes = list(blocks(extraction, "note"))
    assert [note.label for note in notes] == [str(number) for number in range(1, 81)]


def test_what_a_browser_hides_is_not_seen() -> None:
    page = """<html><head><title>T</title><style>.x, p.y { display: none } #z{visibility:hidden}</style></head>
    <body>
    <p>seen</p><p class="x">a</p><p class="y">b</p><div class="y">kept</div><p id="z">c</p><p hidden>d</p>
    <p style="display:none">e</p><script>f</script><template>g</template><img alt="h"><!-- i -->
    <noscript>j</noscript>    <p>Q4 <span style="display: none">Q3</span>2026</p></body></html>"""
    extraction = extract_bytes(page.encode(), "page.html")
    assert extraction.text.split("\n") == ["seen", "kept", "Q4 2026", ""]
    laws.xpaths_lead_to_the_words(extraction, etree.fromstring(page.encode(), etree.HTMLParser(encoding="utf-8")))


def test_spans_place_cells_in_the_grid() -> None:
    page = b"""<html><body><table><tr><th rowspan=2>A</th><th colspan=2>B</th></tr><tr><td>C</td><td>D</td></tr>
    <tr><td>E</td><td>F<table><tr><td>in</td></tr></table>G</td><td></td></tr></table></body></html>"""
    extraction = extract_bytes(page, "t.html")
    cells = [(words(extraction, c), c.column, c.rowspan, c.colspan, c.header) for c in blocks(extraction, "cell")]
    assert cells == [
        ("A", 0, 2, 1, True),
        ("B", 1, 1, 2, True),
        ("C", 1, 1, 1, False),
        ("D", 2, 1, 1, False),
        ("E", 0, 1, 1, False),
        ("F in G", 1, 1, 1, False),
        ("in", 0, 1, 1, False),
        ("", 2, 1, 1, False),
    ]
    laws.each_character_has_one_leaf_and_one_address(extraction)


def test_list_items_have_the_labels_that_a_browser_prints() -> None:
    page = b"<html><body><ul><li>a</li></ul><ol start=3><li>b<li><p>c</p><p>d</p></ol><ol type=i><li>e</ol></html>"
    extraction = extract_bytes(page, "t.html")
    items = [(block.label, words(extraction, block)) for block in blocks(extraction, "item")]
    assert items == [("•", "a"), ("3.", "b"), ("4.", "c d"), ("i.", "e")]


def test_an_accent_in_an_element_of_its_own_makes_one_character_with_two_addresses() -> None:
    page = "<html><body><p>caf<b>e</b><i>\u0301</i> bar</p><div>x<p>y</p>e<i>\u0301</i></div></body></html>"
    extraction = extract_bytes(page.encode(), "t.html")
    assert extraction.text == "café bar\nx\ny\né\n"
    laws.xpaths_lead_to_the_words(extraction, etree.fromstring(page.encode(), etree.HTMLParser(encoding="utf-8")))


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b'<!DOCTYPE html [<!ENTITY a "b">]><html><body><p>&a;</p></body></html>', "e.html", "declares entities"),
        (b'<?xml version="1.0"?><!DOCTYPE ACT SYSTEM "x.dtd" [<!ENTITY a SYSTEM "file:///etc/passwd">]><ACT>&a;</ACT>',
         "e.xml", "declares entities"),
        (b"<html><body>" + b"<div>" * 400 + b"x</body></html>", "deep.html", "deep"),
        (b"<html><body><table><tr>stray<td>x</td></tr></table></body></html>", "s.html", "in none of its cells"),
        (b"<html><body><script>x</script></body></html>", "n.html", "no text that a person sees"),
        (b'<?xml version="1.0"?><ACT><P>x</ACT>', "b.xml", "cannot be parsed"),
        (b'<?xml version="1.0"?><rss><item>x</item></rss>', "r.xml", "neither XHTML nor Formex"),
        (b"PK\x03\x04 nothing", "z.zip", "no DOCX"),
        (b"{\\rtf1 x}", "z.rtf", "RTF"),
        (b"\xd0\xcf\x11\xe0 doc", "z.doc", "save it as DOCX"),
        (b"a\x00b", "z.bin", "no text, HTML"),
        ("naïve".encode("latin-1"), "z.txt", "not UTF-8"),
    ],
)  # fmt: skip
def test_what_is_refused_and_why(content: bytes, name: str, message: str) -> None:
    with pytest.raises(SourceError, match=message) as refusal:
        extract_bytes(content, name)
    assert name in str(refusal.value)


def test_a_manifest_names_the_files_to_take() -> None:
    path = needs_shared("documents", "cellar", "fixtures", "32016R0679_fmx4_DOC_1.xml")
    with pytest.raises(SourceError, match=r"its part L_2016119EN\.01000101\.xml"):
        extract(path)


def test_an_act_cut_from_a_real_one_is_read() -> None:
    extraction = extract(needs_shared("documents", "cellar", "fixtures", "32016R0679_fmx4_DOC_2_trimmed.xml"))
    assert extraction.format == "formex" and "CHAPTER I\nGeneral provisions\nArticle 1\n" in extraction.text


def test_an_encoding_that_nobody_knows_is_read_as_a_browser_would() -> None:
    page = '<html><head><meta charset="nonsense-9"></head><body><p>na\u00efve</p></body></html>'.encode("cp1252")
    assert extract_bytes(page, "t.html").text == "na\u00efve\n"


def test_only_plain_files_are_read(tmp_path: Path) -> None:
    plain = tmp_path / "a.txt"
    plain.write_text("words")
    assert extract(plain).text == "words"
    link = tmp_path / "link.txt"
    link.symlink_to(plain)
    for path, message in (
        (link, "symbolic link"),
        (tmp_path, "is a folder"),
        (Path("/dev/null"), "no plain file"),
        (tmp_path / "none.txt", "cannot be read"),
    ):
        with pytest.raises(SourceError, match=message):
            extract(path)
    plain.write_text(" \n")
    with pytest.raises(SourceError, match="is empty"):
        extract(plain)
    with plain.open("wb") as file:
        file.truncate(65 * 2**20)
    with pytest.raises(SourceError, match="68,157,440 bytes, more than the 67,108,864"):
        extract(plain)


def blocks(extraction: Extraction, kind: str) -> list[Block]:
    found = []

    def walk(inside: tuple[Block, ...]) -> None:
        for block in inside:
            if block.kind == kind:
                found.append(block)
            walk(block.children)

    walk(extraction.blocks)
    return found


def words(extraction: Extraction, block: Block) -> str:
    return " ".join(extraction.text[block.start : block.end].split())
