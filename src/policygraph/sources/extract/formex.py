"""Formex 4, the XML in which the Publications Office keeps the Official Journal and consolidated acts.

Pages begin at ``<?PAGE NO?>``; ``<DATE ISO>`` is text like any other. What a
person never sees in print (bibliographic data, references to files) is left out; quotation marks, which Formex
keeps as elements, are in the stream, with the attribute that holds their code point as address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from ...errors import SourceError
from .markup import Child, Instruction, TextNode, check_depth, check_no_words, nodes, parse, string, union
from .model import Block, BlockKind, Extraction
from .stream import WIDEST, AddressedRun, Columns, Look, StreamBuilder

EXTRACTOR = "formex 1"

UNSEEN = frozenset(
    str.split(
        "BIB.INSTANCE BIB.DOC BIB.VOLUME INFO.CONSLEG INFO.PROD BIB.INSTANCE.CONS NO.CELEX GR.MOD.ACT EEA"
        " PUBLICATION.REF FMX BIB.DATA.CL LG.DOC LG.OJ DOCUMENT.REF DOCUMENT.REF.CONS INCL.ELEMENT"
    )
)
HEADINGS = {"TI": 1, "STI": 2, "TI.ART": 3, "STI.ART": 4, "TI.CJT": 1, "TI.GR": 2, "TI.BLK": 2}
INLINE = frozenset(
    str.split(
        "HT DATE REF.DOC.OJ REF.DOC REF.DOC.ECR FT IE QUOT.START QUOT.END QUOT.S LINK REF.NP.ECR ADDR.S TXT.COL"
        " NUMBER ACCENT REF.CORE FRACTION DIVIDEND DIVISOR EXPONENT BASE SUM MARGIN OVER KEYWORD TERM DEFINITION"
        " ABBR TXT LV.CHAR FMT.VALUE UNIT.VALUE DLIST.TERM"
    )
)
NUMBERS = frozenset({"NO.P", "NO.PARAG", "NO.ITEM", "NO.SEQ", "NO.CAT", "NO.GR"})
PAGE = re.compile(r"\s*NO\s*=\s*['\"](\d+)['\"]")


def extract(content: bytes, file: str) -> Extraction:
    """Return the stream, blocks, pages and XPaths of one Formex file.

    A manifest (``DOC``: the list of an act's files) has no text of its own: SourceError names the files to take.
    """
    root = parse(content, file)
    if root.tag == "DOC":
        parts = [str(part.get("FILE")) for part in root.iter("REF.PHYS") if part.get("FILE")]
        raise SourceError(
            f"{file} is the manifest of a Formex document and has no text of its own: "
            f"take its part{'s' * (len(parts) != 1)} {', '.join(parts) or '(it names none)'} instead."
        )
    return _FormexReader(file, root).extraction()


@dataclass
class _FormexPosition:
    """Where the walk stands: what its text is, and the runs and notes not yet appended."""

    look: Look
    path: str
    element: etree._Element
    runs: list[AddressedRun] = field(default_factory=list)
    notes: list[Child] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


class _FormexReader:
    """One walk through the tree, depth first."""

    def __init__(self, file: str, root: etree._Element) -> None:
        self._file, self._root = file, root
        self._stream = StreamBuilder("xpath", union, "printed")
        self._page: int | None = None
        self._note = 0

    def extraction(self) -> Extraction:
        place = _FormexPosition(Look("paragraph"), f"/{self._root.tag}[1]", self._root)
        self._inside(self._root, place, 0)
        self._flush(place)
        return self._stream.extraction(place.blocks, "formex", EXTRACTOR, _metadata(self._root))

    def _inside(self, element: etree._Element, place: _FormexPosition, depth: int) -> None:
        check_depth(self._file, depth)
        for node in nodes(element, place.path):
            if isinstance(node, Instruction):
                self._instruct(node)
            elif isinstance(node, Child):
                self._child(node, place, depth)
            elif node.text.strip() or place.runs:
                place.runs.append(AddressedRun(node.text.replace("\n", " "), node.path, self._page))

    def _instruct(self, instruction: Instruction) -> None:
        """Turn the page where the instruction says so."""
        if instruction.target == "PAGE" and (number := PAGE.match(instruction.text)):
            self._page = int(number[1])

    def _child(self, child: Child, place: _FormexPosition, depth: int) -> None:
        element, tag = child.element, str(child.element.tag)
        if tag in UNSEEN or (tag == "DATE" and _is_record(element)):
            return
        if tag == "NOTE":
            self._note += 1
            place.notes.append(child)
        elif tag in ("QUOT.START", "QUOT.END"):
            place.runs.append(AddressedRun(_quotation_mark(element), f"{child.path}/@CODE", self._page))
        elif tag in NUMBERS:
            before = len(place.runs)
            self._inside(
                element, _FormexPosition(place.look, child.path, element, place.runs, place.notes), depth + 1
            )
            label = " ".join(string(element).split())
            place.runs[before:] = [run._replace(mark=label) for run in place.runs[before:]]
            place.runs.append(AddressedRun(" ", ""))
        elif tag in INLINE:
            inner = _FormexPosition(place.look, child.path, element, place.runs, place.notes, place.blocks)
            self._inside(element, inner, depth + 1)
        else:
            self._flush(place)
            place.blocks += self._table(child, depth) if tag == "TBL" else self._block(child, place.look, depth)

    def _block(self, child: Child, around: Look, depth: int) -> list[Block]:
        element, tag = child.element, str(child.element.tag)
        kind: BlockKind = around.kind
        level = around.level
        if tag in HEADINGS:
            kind, level = "heading", HEADINGS[tag]
        elif tag in ("ITEM", "LIST", "NP") or (tag in ("P", "ALINEA") and around.kind == "item"):
            kind = "item"
        elif around.kind == "heading" and tag != "P":
            kind, level = "paragraph", 0
        inner = _FormexPosition(Look(kind, level=level, style=tag), child.path, element)
        self._inside(element, inner, depth + 1)
        whole = not inner.blocks
        self._flush(inner, whole)
        if tag == "ITEM" and len(inner.blocks) > 1:
            return [self._stream.container(Look("item", inner.blocks[0].label, style=tag), inner.blocks)]
        return inner.blocks

    def _flush(self, place: _FormexPosition, whole: bool = False) -> None:
        """Append the inline text as a leaf, then the notes that stand in it."""
        look = place.look
        if place.runs:
            words = [run for run in place.runs if run.text.strip()]
            if words and words[0].mark:
                kind: BlockKind = "item" if look.kind == "paragraph" else look.kind
                look = Look(kind, words[0].mark, look.level, look.style)
            element = (place.path, string(place.element)) if whole else None
            if leaf := self._stream.leaf(look, place.runs, element):
                place.blocks.append(leaf)
            place.runs.clear()
        notes, place.notes[:] = list(place.notes), []
        for note in notes:
            label = str(note.element.get("NUMBERING.CONTINUED") or note.element.get("NOTE.ID") or "")
            inner = _FormexPosition(Look("paragraph", style="NOTE"), note.path, note.element)
            self._inside(note.element, inner, 1)
            self._flush(inner, not inner.blocks)
            if inner.blocks:
                noted = Look("note", label.lstrip("E0"), style="NOTE")
                place.blocks.append(self._stream.container(noted, inner.blocks))

    def _table(self, table: Child, depth: int) -> list[Block]:
        """A table; its title and what else stands outside the rows comes before or after it."""
        out: list[Block] = []
        for node in nodes(table.element, table.path):
            if isinstance(node, Instruction):
                self._instruct(node)
            elif isinstance(node, TextNode):
                check_no_words(node, self._file)
            elif node.element.tag == "CORPUS":
                rows = self._rows(node, out, depth)
                if rows:
                    out.append(self._stream.container(Look("table", style="TBL"), rows))
            elif node.element.tag not in UNSEEN:
                out += self._block(node, Look("paragraph"), depth + 1)
        return out

    def _rows(self, corpus: Child, before: list[Block], depth: int) -> list[Block]:
        rows: list[Block] = []
        columns = Columns()
        for node in nodes(corpus.element, corpus.path):
            if isinstance(node, Instruction):
                self._instruct(node)
                continue
            if isinstance(node, TextNode):
                check_no_words(node, self._file)
                continue
            if node.element.tag == "BLK":
                rows += self._rows(node, before, depth + 1)
                continue
            columns.next_row()
            header = node.element.get("TYPE") == "HEADER"
            if node.element.tag == "ROW":
                cells = [
                    self._cell(cell, columns, header, depth)
                    for cell in nodes(node.element, node.path)
                    if isinstance(cell, Child) and cell.element.tag == "CELL"
                ]
            else:
                inner = self._block(node, Look("paragraph"), depth + 1)
                span = columns.place(1, WIDEST)
                cells = [self._stream.cell(str(node.element.tag), inner, span)]
            rows.append(self._stream.container(Look("row", style=str(node.element.get("TYPE") or "")), cells))
        return rows

    def _cell(self, cell: Child, columns: Columns, in_head: bool, depth: int) -> Block:
        element = cell.element
        column = element.get("COL") or ""
        span = columns.place(
            _number(element.get("ROWSPAN")),
            _number(element.get("COLSPAN")),
            int(column) - 1 if column.isdigit() and column != "0" else None,
        )
        inner = _FormexPosition(Look("paragraph", style="CELL"), cell.path, element)
        self._inside(element, inner, depth + 3)
        self._flush(inner, not inner.blocks)
        kind = str(element.get("TYPE") or "")
        return self._stream.cell(kind, inner.blocks, span, in_head or kind == "HEADER")


def _is_record(element: etree._Element) -> bool:
    """Whether this stands in the bibliographic record, beside the title and not in a sentence."""
    around = element.getparent()
    return around is not None and str(around.tag).startswith(("BIB.", "FAM."))


def _quotation_mark(element: etree._Element) -> str:
    code = element.get("CODE") or ""
    try:
        return chr(int(code, 16))
    except (ValueError, OverflowError):
        return "“" if element.tag == "QUOT.START" else "”"


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 1


def _metadata(root: etree._Element) -> dict[str, str]:
    """Title, CELEX number, language and date of the document."""
    out: dict[str, str] = {}
    for name, path in {
        "language": ".//BIB.INSTANCE//LG.DOC",
        "celex": ".//NO.CELEX",
        "title": ".//TITLE/TI",
    }.items():
        element = root.find(path)
        if element is not None:
            out[name] = " ".join(" ".join(str(t) for t in element.itertext("*")).split())
    date = root.find(".//BIB.INSTANCE/DATE")
    iso = "" if date is None else str(date.get("ISO") or "")
    if re.fullmatch(r"\d{8}", iso):
        out["date"] = f"{iso[:4]}-{iso[4:6]}-{iso[6:]}"
    if "language" in out:
        out["language"] = out["language"].lower()
    return out
