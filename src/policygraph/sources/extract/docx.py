"""DOCX (WordprocessingML): paragraphs, numbering, tables, notes, headers and footers, read from the parts.

A DOCX has no pages: where they break is for the program that shows it. Headers and footers are furniture, each
once. What Word does not show is not seen: deleted and hidden text, field codes, comments; pictures, charts and
diagrams are pictures.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lxml import etree

from ...errors import SourceError
from .markup import WORD, Child, TextNode, check_depth, nodes, parse, string, union
from .model import Block, BlockKind, Extraction
from .numbering import Numbering, value
from .stream import WIDEST, AddressedRun, CellSpan, Look, StreamBuilder

EXTRACTOR = "docx 1"
LARGEST_PART_MIB = 256
MIB = 2**20
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
ALTERNATIVE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

UNSEEN = {ALTERNATIVE + "Fallback"} | {
    WORD + name
    for name in str.split(
        "del moveFrom instrText delText delInstrText pPr rPr tblPr tblGrid trPr tcPr sectPr sdtPr sdtEndPr"
        " commentReference annotationRef footnoteRef endnoteRef separator continuationSeparator tblPrEx"
    )
}
BREAKS = {WORD + "br": "\n", WORD + "cr": "\n", WORD + "tab": " ", WORD + "ptab": " "}
PARTS = {"footnote": "word/footnotes.xml", "endnote": "word/endnotes.xml"}


def extract(content: bytes, file: str) -> Extraction:
    """Extract stream, blocks and addresses of a DOCX; SourceError where it is damaged or unpacks too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _DocxReader(_Package(archive, file)).extraction()
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise SourceError(f"{file} is not a valid DOCX ({error}): take it from the publisher again.") from error


class _Package:
    """The parts of the archive, each parsed when it is asked for."""

    def __init__(self, archive: zipfile.ZipFile, file: str) -> None:
        self.file = file
        self._archive = archive
        self._names = set(archive.namelist())
        size = sum(info.file_size for info in archive.infolist())
        if size > LARGEST_PART_MIB * MIB:
            raise SourceError(
                f"{file} unpacks to {size / MIB:.0f} MiB, more than the {LARGEST_PART_MIB} MiB that are read: "
                "take the document without its images."
            )

    def part(self, name: str) -> etree._Element | None:
        """Return the root of a part; None where the package has none of this name."""
        if name not in self._names:
            return None
        with self._archive.open(name) as stream:
            content = stream.read(LARGEST_PART_MIB * MIB + 1)
        if len(content) > LARGEST_PART_MIB * MIB:
            raise SourceError(
                f"{self.file}: {name} unpacks to more than it states: take the file from the publisher again."
            )
        return parse(content, f"{self.file}: {name}")

    def targets(self, kind: str) -> list[str]:
        """List the parts of the main document of this kind (``header``, ``footer``), in the order of names."""
        relations = self.part("word/_rels/document.xml.rels")
        if relations is None:
            return []
        used = [r for r in relations if str(r.get("Type")).endswith(f"/{kind}")]
        return sorted({"word/" + str(r.get("Target")).removeprefix("/word/") for r in used})


@dataclass
class _DocxPosition:
    """Where the walk stands: the part and path, and the runs, notes and blocks not yet appended."""

    part: str
    path: str
    look: Look
    element: etree._Element | None = None
    runs: list[AddressedRun] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    def address(self, path: str) -> str:
        return f"{self.part}#{path}"


class _DocxReader:
    """One walk through the document and the parts that it refers to."""

    def __init__(self, package: _Package) -> None:
        self._package = package
        self._stream = StreamBuilder("part", _union)
        self._styles = _styles(package.part("word/styles.xml"))
        self._numbering = Numbering(package.part("word/numbering.xml"))
        self._notes = {kind: self._note_elements(part, kind) for kind, part in PARTS.items()}
        self._counts = dict.fromkeys(PARTS, 0)

    def extraction(self) -> Extraction:
        document = self._package.part("word/document.xml")
        if document is None:
            raise SourceError(f"{self._package.file} has no word/document.xml: take it from the publisher again.")
        blocks = [*self._furniture("header"), *self._part("word/document.xml", document, "paragraph")]
        blocks += self._furniture("footer")
        return self._stream.extraction(blocks, "docx", EXTRACTOR, self._metadata())

    def _part(self, name: str, root: etree._Element, kind: BlockKind) -> list[Block]:
        step = "w:" + str(root.tag).removeprefix(WORD)
        place = _DocxPosition(name, f"/{step}[1]", Look(kind))
        self._inside(root, place, 0)
        self._flush(place)
        return place.blocks

    def _furniture(self, kind: str) -> Iterator[Block]:
        for name in self._package.targets(kind):
            root = self._package.part(name)
            if root is not None and (blocks := self._part(name, root, "furniture")):
                yield self._stream.container(Look("furniture", style=kind), blocks)

    def _note_elements(self, part: str, kind: str) -> dict[str, Child]:
        """The notes of a part by their number in the file, without the separators."""
        root = self._package.part(part)
        if root is None:
            return {}
        path = f"/w:{str(root.tag).removeprefix(WORD)}[1]"
        children = (node for node in nodes(root, path) if isinstance(node, Child))
        notes = (
            node for node in children if node.element.tag == WORD + kind and value(node.element, "type") is None
        )
        return {str(value(node.element, "id")): node for node in notes}

    def _inside(self, element: etree._Element, place: _DocxPosition, depth: int) -> None:
        check_depth(self._package.file, depth)
        for node in nodes(element, place.path):
            if isinstance(node, TextNode):
                if element.tag in (WORD + "t", MATH + "t"):
                    place.runs.append(AddressedRun(node.text.replace("\n", " "), place.address(node.path)))
            elif isinstance(node, Child) and node.element.tag not in UNSEEN:
                self._child(node, place, depth)

    def _child(self, child: Child, place: _DocxPosition, depth: int) -> None:
        element, tag = child.element, str(child.element.tag)
        name = tag.removeprefix(WORD)
        if tag in BREAKS:
            place.runs.append(AddressedRun(BREAKS[tag], ""))
        elif name == "noBreakHyphen":
            place.runs.append(AddressedRun("-", place.address(child.path)))
        elif name == "sym":
            place.runs.append(_symbol(element, place.address(f"{child.path}/@w:char")))
        elif name in ("footnoteReference", "endnoteReference"):
            place.notes.append((name.removesuffix("Reference"), str(value(element, "id"))))
        elif name == "p":
            self._flush(place)
            place.blocks += self._paragraph(child, place, depth)
        elif name == "tbl":
            self._flush(place)
            place.blocks += self._table(child, place, depth)
        elif name == "txbxContent":
            inner = _DocxPosition(place.part, child.path, Look("paragraph", style="text box"))
            self._inside(element, inner, depth + 1)
            place.blocks += inner.blocks
        elif not (name == "r" and _is_hidden(element)):
            inner = _DocxPosition(place.part, child.path, place.look, None, place.runs, place.notes, place.blocks)
            self._inside(element, inner, depth + 1)

    def _paragraph(self, child: Child, place: _DocxPosition, depth: int) -> list[Block]:
        """A paragraph and, after it, its notes; text boxes that hang on it come before."""
        look = self._look(child.element, place.look)
        inner = _DocxPosition(place.part, child.path, look, child.element)
        self._inside(child.element, inner, depth + 1)
        self._flush(inner, whole=True)
        return inner.blocks

    def _look(self, paragraph: etree._Element, around: Look) -> Look:
        properties = paragraph.find(f"{WORD}pPr")
        style_id = "" if properties is None else value(properties.find(f"{WORD}pStyle")) or ""
        style = self._styles.get(style_id) or _Style(style_id)
        label = self._numbering.label(properties, style.numbering)
        if around.kind in ("furniture", "note"):
            return Look(around.kind, style=style.name)
        level = style.level
        if properties is not None and (outline := value(properties.find(f"{WORD}outlineLvl"))) in set("012345678"):
            level = int(outline or 0) + 1
        if level:
            return Look("heading", label, level, style.name)
        return Look("item" if label else "paragraph", label, style=style.name)

    def _flush(self, place: _DocxPosition, whole: bool = False) -> None:
        """Append the runs as a leaf, then the notes that are referred to in it."""
        if place.runs:
            element = None
            if whole and place.element is not None:
                element = (place.address(place.path), string(place.element))
            if leaf := self._stream.leaf(place.look, place.runs, element):
                place.blocks.append(leaf)
            place.runs.clear()
        references, place.notes[:] = list(place.notes), []
        for kind, number in references:
            note = self._notes[kind].pop(number, None)
            self._counts[kind] += 1
            if note is not None:
                inner = _DocxPosition(PARTS[kind], note.path, Look("note"))
                self._inside(note.element, inner, 1)
                self._flush(inner)
                place.blocks.append(
                    self._stream.container(Look("note", str(self._counts[kind]), style=kind), inner.blocks)
                )

    def _table(self, table: Child, place: _DocxPosition, depth: int) -> list[Block]:
        rows = [_Row(row) for row in _below(table, "tr")]
        below: dict[int, int] = {}
        for row in reversed(rows):
            below = row.count_spans(below)
        blocks = []
        for row in rows:
            cells = []
            for cell, span in row.cells:
                inner = _DocxPosition(place.part, cell.path, Look("paragraph"))
                self._inside(cell.element, inner, depth + 4)
                self._flush(inner)
                cells.append(self._stream.cell("", inner.blocks, span, row.is_header))
            blocks.append(self._stream.container(Look("row"), cells))
        return [self._stream.container(Look("table"), blocks)] if blocks else []

    def _metadata(self) -> dict[str, str]:
        out: dict[str, str] = {}
        core = self._package.part("docProps/core.xml")
        names = {"title": "title", "language": "language", "identifier": "identifier", "created": "date"}
        for element in () if core is None else core:
            name = names.get(etree.QName(element).localname)
            if name and (text := (element.text or "").strip()):
                out[name] = text[:10] if name == "date" else text
        if "language" not in out and self._styles.get("") and self._styles[""].name:
            out["language"] = self._styles[""].name[:2].lower()
        return out


class _Row:
    """A row's cells with their places in the grid; a cell that goes on from the row above is no cell here."""

    def __init__(self, row: Child) -> None:
        properties = row.element.find(f"{WORD}trPr")
        before = None if properties is None else value(properties.find(f"{WORD}gridBefore"))
        header = None if properties is None else properties.find(f"{WORD}tblHeader")
        self.is_header = header is not None and value(header) not in ("0", "false", "off")
        self.cells: list[tuple[Child, CellSpan]] = []
        self._going_on: set[int] = set()
        column = int(before) if before and before.isdigit() else 0
        for cell in _below(row, "tc"):
            of_cell = cell.element.find(f"{WORD}tcPr")
            wide = None if of_cell is None else value(of_cell.find(f"{WORD}gridSpan"))
            columns = min(int(wide), WIDEST) if wide and wide.isdigit() else 1
            merge = None if of_cell is None else of_cell.find(f"{WORD}vMerge")
            if merge is not None and value(merge) != "restart":
                self._going_on.add(column)
            else:
                self.cells.append((cell, CellSpan(column, 1, max(columns, 1))))
            column += max(columns, 1)

    def count_spans(self, below: dict[int, int]) -> dict[int, int]:
        """Give each cell its rows, from how many rows go on below it, by column; the same for the row above."""
        self.cells = [(cell, span._replace(rows=1 + below.get(span.column, 0))) for cell, span in self.cells]
        return {column: 1 + below.get(column, 0) for column in self._going_on}


def _below(parent: Child, name: str) -> Iterator[Child]:
    """The rows of a table or cells of a row, also those in content controls and insertions."""
    for node in nodes(parent.element, parent.path):
        if isinstance(node, Child):
            if node.element.tag == WORD + name:
                yield node
            elif node.element.tag in (WORD + "sdt", WORD + "sdtContent", WORD + "ins", WORD + "customXml"):
                yield from _below(node, name)


@dataclass(frozen=True, slots=True)
class _Style:
    """A paragraph style: its name, its level as a heading (0: none), its numbering (numId, level)."""

    name: str
    level: int = 0
    numbering: tuple[str, str] | None = None


def _styles(root: etree._Element | None) -> dict[str, _Style]:
    """The paragraph styles by id, each with what it inherits; "" has the language of the defaults as its name."""
    if root is None:
        return {}
    elements = {str(value(e, "styleId")): e for e in root.iter(f"{WORD}style")}
    language = root.find(f".//{WORD}docDefaults//{WORD}lang")
    out = {"": _Style((value(language) or "") if language is not None else "")}
    for style_id, element in elements.items():
        level, numbering = 0, None
        seen: set[str] = set()
        at: etree._Element | None = element
        while at is not None and (identity := str(value(at, "styleId"))) not in seen:
            seen.add(identity)
            name = value(at.find(f"{WORD}name")) or ""
            outline = value(at.find(f"{WORD}pPr/{WORD}outlineLvl"))
            if not level and (match := re.fullmatch(r"heading (\d)", name, re.IGNORECASE)):
                level = int(match[1])
            elif not level and outline in set("012345678"):
                level = int(outline or 0) + 1
            if numbering is None and (number := value(at.find(f"{WORD}pPr/{WORD}numPr/{WORD}numId"))):
                numbering = number, value(at.find(f"{WORD}pPr/{WORD}numPr/{WORD}ilvl")) or "0"
            at = elements.get(str(value(at.find(f"{WORD}basedOn"))))
        if value(element.find(f"{WORD}name")) == "Title":
            level = level or 1
        out[style_id] = _Style(value(element.find(f"{WORD}name")) or style_id, level, numbering)
    return out


def _is_hidden(run: etree._Element) -> bool:
    hidden = run.find(f"{WORD}rPr/{WORD}vanish")
    return hidden is not None and value(hidden) not in ("0", "false", "off")


def _symbol(element: etree._Element, address: str) -> AddressedRun:
    """A character given by its code in a font; those of symbol fonts stand in a private range."""
    try:
        code = int(str(value(element, "char")), 16)
        return AddressedRun(chr(code), address)
    except ValueError:
        return AddressedRun("\ufffd", address)


def _union(addresses: Sequence[str]) -> str:
    part = addresses[0].partition("#")[0]
    return f"{part}#{union([address.partition('#')[2] for address in addresses])}"
