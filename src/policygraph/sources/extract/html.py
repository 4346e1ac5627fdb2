"""HTML and XHTML as EUR-Lex and Cellar serve it (OJ, consolidated, COM documents), and any other.

The XPath of an anchor is that of the tree that an HTML parser makes (libxml2's), without namespaces. What a
browser does not show is not seen: scripts, styles, comments, ``hidden``, ``display: none``, the text of ``alt``.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from .markup import Child, TextNode, check_depth, check_no_words, nodes, parse, string, union
from .model import Block, Extraction
from .numbering import in_form
from .stream import AddressedRun, Columns, Look, StreamBuilder, bare

EXTRACTOR = "html 1"

UNSEEN = frozenset(
    str.split(
        "head script style template noscript title object iframe audio video canvas map textarea select datalist"
        " input button img meta link"
    )
)
BLOCKS = frozenset(
    str.split(
        "html body div p table caption ul ol menu li dl dt dd h1 h2 h3 h4 h5 h6 section article header footer nav"
        " aside main blockquote pre hr form fieldset legend figure figcaption address center details summary"
    )
)
ROW_GROUPS = frozenset({"thead", "tbody", "tfoot"})
HEADING = re.compile(
    r"(?:oj-)?(?:doc-ti|ti-\w[\w-]*|sti-art|hd-ti)|title-(?:doc|annex|article|gr-seq|table|fam|division)[\w-]*"
    r"|(?:Manual)?Heading\d*(?:_\w+)?|Annexetitre\w*|Titreobjet\w*|Typedudocument\w*|Objetacteprincipal\w*"
    r"|(?:Chapter|Section|Part|Table)Title|Titrearticle|stitle-article-norm",
    re.IGNORECASE,
)
NOTE = re.compile(r"(?:oj-)?note|footnote|footnotetext|footnote-text", re.IGNORECASE)
REFERENCE = re.compile(r"[(\[]?\s*(\d{1,3}[a-z]?|\*{1,5}|[†‡§a-z])\s*[)\]]?")
CONCEALED = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?:font-size|opacity)\s*:\s*0(?![.\d])", re.IGNORECASE
)
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
SELECTOR = re.compile(r"(\w+)?(?:([.#])([\w-]+))?")
VARIABLE = re.compile(r"\[name=([^;\]]+);value=\"(.*?)\"\]")
CELEX = re.compile(r"\b([0-9CE]\d{4}[A-Z]{1,2}\d{4}(?:\(\d\d\))?)\b")


def extract(content: bytes, file: str) -> Extraction:
    """Return the stream, blocks and XPaths of one HTML file; SourceError where it cannot be parsed."""
    parser = etree.HTMLParser(encoding=_encoding(content), no_network=True)
    return _HtmlReader(file, parse(content, file, parser)).extraction()


def _encoding(content: bytes) -> str:
    """The encoding: a byte order mark, UTF-8 where it decodes as such, else what the head declares."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        declared = re.search(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", content[:4096], re.IGNORECASE)
        name = declared[1].decode("ascii").lower() if declared else ""
        is_other = name not in ("", "utf-8", "utf8", "iso-8859-1", "latin1", "us-ascii") and _is_encoding(name)
        return name if is_other else "windows-1252"
    return "utf-8"


def _is_encoding(name: str) -> bool:
    try:
        codecs.lookup(name)
        etree.HTMLParser(encoding=name)
    except LookupError:
        return False
    return True


@dataclass
class _HtmlPosition:
    """Where the walk stands: the block-level element around, what its text is, and the runs not yet appended."""

    look: Look
    path: str
    whole: etree._Element | None
    runs: list[AddressedRun] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


class _HtmlReader:
    """One walk through the tree, depth first."""

    def __init__(self, file: str, root: etree._Element) -> None:
        self._file, self._root = file, root
        self._stream = StreamBuilder("xpath", union)
        self._concealed = _concealing_selectors(root)

    def extraction(self) -> Extraction:
        place = _HtmlPosition(Look("paragraph"), f"/{self._root.tag}[1]", None)
        self._inside(self._root, place, 0)
        self._flush(place)
        return self._stream.extraction(place.blocks, "html", EXTRACTOR, _metadata(self._root))

    def _inside(self, element: etree._Element, place: _HtmlPosition, depth: int) -> None:
        """What stands in an element, inline text to the runs of the place, blocks to its blocks."""
        check_depth(self._file, depth)
        keep = element.tag == "pre" or "pre" in (element.get("style") or "").partition("white-space")[2][:12]
        for node in nodes(element, place.path):
            if isinstance(node, TextNode):
                text = node.text if keep else node.text.replace("\n", " ").replace("\r", " ")
                place.runs.append(AddressedRun(text, node.path))
            elif isinstance(node, Child) and not self._is_unseen(node.element):
                self._child(node, place, depth)

    def _child(self, child: Child, place: _HtmlPosition, depth: int) -> None:
        element, tag = child.element, str(child.element.tag)
        if tag == "br":
            place.runs.append(AddressedRun("\n", ""))
        elif tag == "table":
            self._flush(place)
            place.blocks += self._table(child, depth)
        elif tag in BLOCKS or tag in ROW_GROUPS or tag in ("tr", "td", "th"):
            self._flush(place)
            place.blocks += self._block(child, self._look(element, place.look), depth)
        else:
            inner = _HtmlPosition(place.look, child.path, None, place.runs, place.blocks)
            before = len(place.runs)
            self._inside(element, inner, depth + 1)
            if mark := _mark(element, place.look):
                place.runs[before:] = [run._replace(mark=mark) for run in place.runs[before:]]
                if "num" in (element.get("class") or "").split():
                    place.runs.append(AddressedRun(" ", ""))

    def _block(self, child: Child, look: Look, depth: int) -> list[Block]:
        """A block-level element: a leaf, a container (item, note), or what stands in it one after the other."""
        inner = _HtmlPosition(look, child.path, child.element)
        self._inside(child.element, inner, depth + 1)
        whole = not inner.blocks
        self._flush(inner, whole)
        contained = look.kind in ("item", "note") and not (whole and len(inner.blocks) == 1)
        if contained and inner.blocks:
            marks = (leaf.label for leaf in inner.blocks[0].leaves() if leaf.kind == "mark")
            label = look.label or next(marks, "")
            return [self._stream.container(Look(look.kind, label, look.level, look.style), inner.blocks)]
        return inner.blocks

    def _flush(self, place: _HtmlPosition, whole: bool = False) -> None:
        """Append what inline text there is as a leaf; it is the whole element where nothing else stood in it."""
        if place.runs:
            look = place.look
            if not look.label and (mark := next((run.mark for run in place.runs if run.mark), "")):
                first = next((run for run in place.runs if run.text.strip() and run.address), None)
                if first and first.mark:
                    look = Look(look.kind, mark, look.level, look.style)
            element = (place.path, string(place.whole)) if whole and place.whole is not None else None
            if leaf := self._stream.leaf(look, place.runs, element):
                place.blocks.append(leaf)
            place.runs.clear()

    def _look(self, element: etree._Element, around: Look) -> Look:
        """What a block-level element is: by its name, else by its classes, else what stands around it."""
        tag, names = str(element.tag), (element.get("class") or "").split()
        style = " ".join(names) or around.style
        level = next((int(d) for name in names for d in re.findall(r"\d+$", name)[:1] if int(d) < 10), 0)
        if re.fullmatch(r"h[1-6]", tag):
            return Look("heading", level=int(tag[1]), style=style)
        if any(NOTE.fullmatch(name) for name in names) or re.match(r"footnote\d|ntr\d", element.get("id") or ""):
            return Look("note", style=style)
        if around.kind == "note":
            return Look("note" if tag in ("div", "dl") else "paragraph", style=style)
        if any(HEADING.fullmatch(name) for name in names):
            return Look("heading", level=level, style=style)
        if tag == "li":
            return Look("item", _list_label(element), style=style)
        if tag == "p":
            return Look("item" if "li" in names else "paragraph", style=style)
        return Look(around.kind if tag in ("div", "section", "center") else "paragraph", style=style)

    def _table(self, table: Child, depth: int) -> list[Block]:
        """A table; what stands in it beside its rows (a caption) comes before it."""
        style = table.element.get("class") or ""
        before: list[Block] = []
        rows: list[Block] = []
        columns = Columns()
        for child, in_head in self._row_elements(table, before, depth):
            columns.next_row()
            cells = []
            for node in nodes(child.element, child.path):
                if isinstance(node, Child) and node.element.tag in ("td", "th"):
                    if not self._is_unseen(node.element):
                        cells.append(self._cell(node, columns, in_head, depth))
                elif isinstance(node, TextNode):
                    check_no_words(node, self._file)
            row = self._stream.container(Look("row", style=child.element.get("class") or ""), cells)
            rows.append(row)
        if not rows:
            return before
        return [*before, self._stream.container(Look("table", style=style), rows)]

    def _row_elements(self, table: Child, before: list[Block], depth: int) -> Iterator[tuple[Child, bool]]:
        """Each row of the table, and whether it stands in ``thead``."""
        for node in nodes(table.element, table.path):
            if isinstance(node, TextNode):
                check_no_words(node, self._file)
            elif not isinstance(node, Child) or self._is_unseen(node.element):
                continue
            elif node.element.tag == "tr":
                yield node, False
            elif node.element.tag in ROW_GROUPS:
                for inner in self._row_elements(node, before, depth):
                    yield inner[0], node.element.tag == "thead"
            elif node.element.tag not in ("col", "colgroup"):
                before += self._block(node, Look("paragraph", style="caption"), depth + 1)

    def _cell(self, cell: Child, columns: Columns, in_head: bool, depth: int) -> Block:
        element = cell.element
        span = columns.place(_number(element.get("rowspan"), 1), _number(element.get("colspan"), 1))
        inner = _HtmlPosition(Look("paragraph", style=element.get("class") or ""), cell.path, element)
        self._inside(element, inner, depth + 3)
        self._flush(inner, not inner.blocks)
        header = element.tag == "th" or in_head or any(b.style.endswith("tbl-hdr") for b in inner.blocks)
        return self._stream.cell(element.get("class") or "", inner.blocks, span, header)

    def _is_unseen(self, element: etree._Element) -> bool:
        tag = str(element.tag)
        if tag in UNSEEN or element.get("hidden") is not None or CONCEALED.search(element.get("style") or ""):
            return True
        if not self._concealed:
            return False
        keys = {tag, *(f".{name}" for name in (element.get("class") or "").split()), f"#{element.get('id')}"}
        return bool(keys & self._concealed or {tag + key for key in keys} & self._concealed)


def _concealing_selectors(root: etree._Element) -> set[str]:
    """The simple selectors (``p``, ``.x``, ``#y``, ``p.x``) that a style sheet in the file hides."""
    selectors: set[str] = set()
    for sheet in root.iter("style"):
        rules = re.sub(r"/\*.*?\*/", "", sheet.text or "", flags=re.DOTALL)
        for names, declarations in RULE.findall(rules):
            if CONCEALED.search(declarations):
                selectors |= {name.strip() for name in names.split(",") if SELECTOR.fullmatch(name.strip())}
    return selectors - {""}


def _mark(element: etree._Element, look: Look) -> str:
    """The label where this inline element is a mark: a link to a note or back, or an item's printed number."""
    names = (element.get("class") or "").split()
    text = " ".join(string(element).split())
    if "num" in names or (look.kind == "item" and "bullet" in names):
        return text.strip("()[] ") or text
    link = element if element.tag == "a" else element.getparent()
    is_link = link is not None and link.tag == "a" and (link.get("href") or "").startswith("#")
    if (is_link or "footnoteRef" in names) and (match := REFERENCE.fullmatch(text)):
        return match[1]
    return ""


def _list_label(element: etree._Element) -> str:
    """What a browser puts before this item: its number in an ordered list, else a bullet."""
    around = element.getparent()
    if around is None or around.tag != "ol":
        return "•"
    start = _number(around.get("start"), 1)
    number = start + sum(1 for _ in element.itersiblings("li", preceding=True))
    value = _number(element.get("value"), number)
    forms = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
    return in_form(value, forms.get(around.get("type") or "1", "decimal")) + "."


def _number(text: str | None, otherwise: int) -> int:
    match = re.match(r"\s*(\d{1,5})", text or "")
    return int(match[1]) if match else otherwise


def _metadata(root: etree._Element) -> dict[str, str]:
    """Title, CELEX number, language, date and institutional number, as far as the markup says them."""
    out: dict[str, str] = {}
    for comment in root.iter(etree.Comment):
        variables = dict(VARIABLE.findall(comment.text or ""))
        if variables:
            out |= _of_template(variables)
            break
    classes = {"date": "oj-hd-date", "language": "oj-hd-lg"}
    for element in root.iter("p", "title", "meta", "html"):
        text = " ".join(string(element).split())
        for name, style in classes.items():
            if element.get("class") in (style, style.removeprefix("oj-")):
                out.setdefault(name, text)
        if (element.get("class") or "") in ("Titreobjet_cp", "oj-doc-ti", "doc-ti", "title-doc-first") and text:
            out.setdefault("title", text)
        if element.tag == "title":
            out.setdefault("head", text)
    head = out.pop("head", "")
    if parts := re.search(r":\s*(\w+)\s+—\s+(\w\w)\s+—\s+(\d\d)\.(\d\d)\.(\d{4})", head):
        out |= {"celex": parts[1], "language": parts[2], "date": f"{parts[5]}-{parts[4]}-{parts[3]}"}
    elif head:
        out.setdefault("title", head)
    if "celex" not in out and (celex := CELEX.search(head)):
        out["celex"] = celex[1]
    if language := root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang"):
        out.setdefault("language", language)
    if "language" in out:
        out["language"] = out["language"].lower()[:2]
    if match := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", out.get("date", "")):
        out["date"] = f"{match[3]}-{int(match[2]):02d}-{int(match[1]):02d}"
    return out


def _of_template(variables: dict[str, str]) -> dict[str, str]:
    """What the template of the Commission's drafting tool leaves in a comment."""
    names = {"title": "LW_TITRE.OBJ.CP", "language": "LW_LANGUE", "date": "LW_EMISSION_ISODATE"}
    out = {name: variables[key] for name, key in names.items() if bare(variables.get(key, ""))}
    body, number = variables.get("LW_REF.INST.NEW", ""), variables.get("LW_REF.INST.NEW_TEXT", "")
    if body and (match := re.fullmatch(r"\((\d{4})\)\s*(\d+)", number.strip())):
        out["identifier"] = f"{body}({match[1]}) {match[2]}"
    return out
