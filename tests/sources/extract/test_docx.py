"""DOCX made by python-docx, which knows nothing of our reading."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as DocumentObject
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from lxml import etree

from policygraph.errors import SourceError
from policygraph.sources.extract import Extraction, docx, extract, extract_bytes
from sources.extract import laws

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def saved(document: DocumentObject) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def addresses_lead_to_the_words(extraction: Extraction, content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for anchor in extraction.anchors:
            part, _, path = anchor.value.partition("#")
            root = etree.fromstring(archive.read(part))
            words = ""
            for node in root.xpath(path, namespaces={"w": W}):
                if isinstance(node, etree._Element):
                    words += "-" if node.tag == f"{{{W}}}noBreakHyphen" else str(node.xpath("string()"))
                else:
                    words += chr(int(str(node), 16)) if node.is_attribute else str(node)
            assert laws.squeezed(words) == laws.squeezed(extraction.text[anchor.start : anchor.end]), anchor


def table_of(document: DocumentObject) -> None:
    table = document.add_table(rows=4, cols=3)
    for number, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = f"c{number}"
    table.cell(0, 0).merge(table.cell(0, 1)).text = "wide"
    table.cell(1, 2).merge(table.cell(3, 2)).text = "high"
    inner = table.cell(2, 0).add_table(1, 1)
    inner.cell(0, 0).text = "inner"
    properties = table.rows[0]._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:tblHeader"))


def test_paragraphs_headings_lists_tables_and_furniture(tmp_path: Path) -> None:
    document = Document()
    document.core_properties.title = "A plan"
    document.core_properties.language = "en"
    document.sections[0].header.paragraphs[0].text = "EN header"
    document.sections[0].footer.paragraphs[0].text = "footer"
    document.add_heading("ANNEX 1", level=1)
    document.add_paragraph("Words of the\tannex.")
    document.add_paragraph("first", style="List Number")
    document.add_paragraph("second", style="List Number")
    document.add_paragraph("dot", style="List Bullet")
    table_of(document)
    content = saved(document)
    path = tmp_path / "plan.docx"
    path.write_bytes(content)
    extraction = extract(path)
    laws.each_character_has_one_leaf_and_one_address(extraction)
    laws.children_lie_in_their_parents(extraction.blocks)
    addresses_lead_to_the_words(extraction, content)
    assert (extraction.format, extraction.pages, extraction.metadata["title"]) == ("docx", (), "A plan")
    shape = [
        (block.kind, block.label, block.level, " ".join(extraction.text[block.start : block.end].split()))
        for block in extraction.blocks
        if block.kind != "table"
    ]
    assert shape == [
        ("furniture", "", 0, "EN header"),
        ("heading", "", 1, "ANNEX 1"),
        ("paragraph", "", 0, "Words of the annex."),
        ("item", "1.", 0, "first"),
        ("item", "2.", 0, "second"),
        ("item", "•", 0, "dot"),
        ("furniture", "", 0, "footer"),
    ]
    (table,) = [block for block in extraction.blocks if block.kind == "table"]
    cells = [
        (" ".join(extraction.text[c.start : c.end].split()), c.column, c.rowspan, c.colspan, c.header)
        for row in table.children
        for c in row.children
    ]
    assert cells == [
        ("wide", 0, 1, 2, True), ("c2", 2, 1, 1, True),
        ("c3", 0, 1, 1, False), ("c4", 1, 1, 1, False), ("high", 2, 3, 1, False),
        ("c6 inner", 0, 1, 1, False), ("c7", 1, 1, 1, False),
        ("c9", 0, 1, 1, False), ("c10", 1, 1, 1, False),
    ]  # fmt: skip


def test_what_word_does_not_show_is_not_seen() -> None:
    document = Document()
    paragraph = document.add_paragraph("seen ")
    paragraph.add_run("hidden").font.hidden = True
    paragraph._p.append(
        parse_xml(f'<w:del xmlns:w="{W}" w:id="1"><w:r><w:delText>deleted</w:delText></w:r></w:del>')
    )
    paragraph._p.append(
        parse_xml(f'<w:ins xmlns:w="{W}" w:id="2"><w:r><w:t>Q4</w:t><w:noBreakHyphen/></w:r></w:ins>')
    )
    paragraph._p.append(
        parse_xml(f'<w:r xmlns:w="{W}"><w:instrText>PAGE</w:instrText><w:sym w:font="A" w:char="2022"/></w:r>')
    )
    content = saved(document)
    extraction = extract_bytes(content, "plan.docx")
    assert extraction.text == "seen Q4-•\n"
    addresses_lead_to_the_words(extraction, content)


def test_a_footnote_follows_its_paragraph_and_is_no_word_of_it() -> None:
    document = Document()
    paragraph = document.add_paragraph("before")
    paragraph._p.append(parse_xml(f'<w:r xmlns:w="{W}"><w:footnoteReference w:id="2"/></w:r>'))
    paragraph.add_run(" after")
    notes = (
        f'<w:footnotes xmlns:w="{W}"><w:footnote w:type="separator" w:id="0"><w:p><w:r><w:separator/></w:r></w:p>'
        f'</w:footnote><w:footnote w:id="2"><w:p><w:r><w:footnoteRef/><w:t xml:space="preserve"> the note</w:t>'
        "</w:r></w:p></w:footnote></w:footnotes>"
    )
    stream = io.BytesIO(saved(document))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("word/footnotes.xml", notes)
    content = stream.getvalue()
    extraction = extract_bytes(content, "plan.docx")
    assert extraction.text == "before after\nthe note\n"
    assert [(block.kind, block.label) for block in extraction.blocks] == [("paragraph", ""), ("note", "1")]
    addresses_lead_to_the_words(extraction, content)


def test_numbers_of_headings_come_from_their_style() -> None:
    document = Document()
    numbering = document.part.numbering_part.element
    numbering.append(
        parse_xml(
            f'<w:abstractNum xmlns:w="{W}" w:abstractNumId="77"><w:lvl w:ilvl="0"><w:start w:val="2"/>'
            '<w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1."/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/>'
            '<w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1.%2)"/></w:lvl></w:abstractNum>'
        )
    )
    numbering.append(parse_xml(f'<w:num xmlns:w="{W}" w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    for level in (0, 1):
        properties = document.styles[f"Heading {level + 1}"].element.get_or_add_pPr()
        number = parse_xml(f'<w:numPr xmlns:w="{W}"><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>')
        properties.insert(0, number)
    for level in (1, 2, 2, 1, 2):
        document.add_heading("h", level=level)
    extraction = extract_bytes(saved(document), "plan.docx")
    labels = [(block.label, block.level) for block in extraction.blocks]
    assert labels == [("II.", 1), ("II.a)", 2), ("II.b)", 2), ("III.", 1), ("III.a)", 2)]
    assert document.styles["Heading 1"].element.find(qn("w:pPr")) is not None


def test_bombs_and_damage_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = saved(Document())
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/bomb.bin", b"\0" * (300 * 2**20))
    with pytest.raises(SourceError, match=r"unpacks to 30[01] MiB, more than the 256 MiB"):
        extract_bytes(stream.getvalue(), "bomb.docx")
    with pytest.raises(SourceError, match=r"cut\.docx is not a valid DOCX"):
        extract_bytes(content[:-200], "cut.docx")
    monkeypatch.setattr(docx, "LARGEST_PART_MIB", 0.001)
    with pytest.raises(SourceError, match="unpacks to"):
        docx.extract(content, "small.docx")
