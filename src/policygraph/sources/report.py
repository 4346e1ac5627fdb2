"""What was understood of a source as one HTML file: the rows beside the page, block or lines that they came from.

The file needs nothing else: no script, no picture, nothing from the network. All words of the source are escaped.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from ..errors import SourceError, readable
from .check import EntryRow, FileCheck, SourceCheck
from .extract import Anchor, Block

STYLE = """body{font:15px/1.45 system-ui,sans-serif;margin:1rem;color:#111;background:#fff}
table{border-collapse:collapse;width:100%}th,td{border:1px solid #bbb;padding:.25rem .4rem;text-align:left;
vertical-align:top;unicode-bidi:isolate}.no{background:#fff3cd}mark{background:#cfe8ff}mark.date{background:#d7f5d0}
section{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:1rem;border-top:2px solid #444;
margin-top:1rem;padding-top:.5rem}section>h3{grid-column:1/3;margin:0}
pre{white-space:pre-wrap;font:13px/1.4 ui-monospace,monospace;margin:0}.page{position:relative;background:#fafafa;
border:1px solid #999;width:620px}.page div{position:absolute;white-space:pre;overflow:visible;line-height:1.1}
.page mark{color:inherit}.source{overflow:auto}:target{outline:3px solid #e60}"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
WIDTH = 620
"""Pixels in which a page of print is drawn."""
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
BOX = re.compile(r"page=(\d+)&viewrect=(-?[\d.]+),(-?[\d.]+),([\d.]+),([\d.]+)")
AROUND = 3
"""Lines of a text that are shown before and after a row."""
TAGS = {
    "heading": "h4",
    "paragraph": "p",
    "item": "p",
    "table": "table",
    "row": "tr",
    "note": "p",
    "furniture": "p",
}


@dataclass(frozen=True, slots=True)
class _Region:
    """A stretch of the stream that is shown as a whole: a page, some blocks or some lines."""

    title: str
    start: int
    end: int
    page: int | None = None


def write_report(checked: SourceCheck, path: Path) -> None:
    """Write the page. Raises SourceError where it cannot be written."""
    try:
        path.write_text(report_html(checked), "utf-8")
    except OSError as error:
        raise SourceError(
            f"“{readable(path)}” cannot be written ({error.strerror}): name another file."
        ) from error


def report_html(checked: SourceCheck) -> str:
    """Return the page: what the source looks like on the left, the entries that were read of it on the right."""
    title = _words(f"{checked.source.rules.identifier}: what was understood")
    body = [f"<h1>{title}</h1>"]
    body += [f"<p class=no>{_words(difference)}.</p>" for difference in checked.differences]
    for number, file in enumerate(checked.files, 1):
        body += _FilePages(file, number).html()
    language = _words(checked.files[0].language)
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{STYLE}</style><main>{''.join(body)}</main></html>\n"
    )


def _words(text: str) -> str:
    """Text of a source as HTML; what has no shape, or would turn the order of other words, is shown as �."""
    return escape(CONTROL.sub("\ufffd", text), quote=True)


class _FilePages:
    """One file: its regions with entries, each beside them."""

    def __init__(self, file: FileCheck, number: int) -> None:
        self.file, self.text, self.prefix = file, file.extraction.text, f"f{number}r"
        self.rows: list[EntryRow] = [row for part in file.parts for row in part.rows]
        marks = [
            (start, end, at, kind)
            for at, row in enumerate(self.rows)
            for kind, stretches in (("", row.places), ("date", row.date_places))
            for start, end in stretches
        ]
        self.marks = sorted(marks)
        self.starts = [mark[0] for mark in self.marks]
        self.lines = [0, *(match.end() for match in re.finditer("\n", self.text))]

    def html(self) -> Iterator[str]:
        file = self.file
        yield f"<h2>{_words(file.name)}: {file.format}, {_words(file.language)}</h2>"
        for problem in file.not_understood:
            yield f"<p class=no>{_words(str(problem))}</p>"
        for part in file.parts:
            yield f"<p>{_words(f'{part.key}, {part.kind}: {len(part.rows)} entries')}</p>"
        for words in file.unread_tables:
            yield f"<p class=no>A table that no part reads: {_words(words)}…</p>"
        shown = 0
        for region in self._regions():
            inside = [at for at, row in enumerate(self.rows) if region.start <= _first(row) < region.end]
            if inside:
                shown += 1
                head = f"<h3>{_words(region.title)}</h3>"
                source = f"<div class=source>{self._source(region)}</div>"
                yield f"<section>{head}{source}{self._table(inside)}</section>"
        if not shown:
            yield "<p class=no>No entry was read.</p>"

    def _regions(self) -> list[_Region]:
        """Pages where there are some, else lines of a text, else the outermost blocks in which entries stand."""
        if self.file.pages:
            ends = [start for start, _ in self.file.pages[1:]] + [len(self.text)]
            return [
                _Region(f"page {number}", start, end, number)
                for (start, number), end in zip(self.file.pages, ends, strict=True)
            ]
        stretches = [(_first(row), max(end for _, end in (*row.places, *row.date_places))) for row in self.rows]
        if self.file.format == "text":
            around = [
                (self._line(start, -AROUND), self._line(end, AROUND + 1)) for start, end in sorted(stretches)
            ]
            return [
                _Region(f"lines from {bisect_right(self.lines, start)}", start, end)
                for start, end in _joined(around)
            ]
        blocks = self.file.extraction.blocks
        touched = [
            (blocks[max(at - 1, 0)].start, block.end)  # with what stands above it
            for at, block in enumerate(blocks)
            if any(block.start < end and start < block.end for start, end in stretches)
        ]
        return [_Region(self._address(start), start, end) for start, end in _joined(touched)]

    def _line(self, at: int, lines: int) -> int:
        """Where the line begins that stands this many lines after the one of this character."""
        number = bisect_right(self.lines, at) - 1 + lines
        return self.lines[max(number, 0)] if number < len(self.lines) else len(self.text)

    def _address(self, start: int) -> str:
        anchors = self.file.extraction.anchors
        at = bisect_right([anchor.end for anchor in anchors], start)
        return anchors[at].value if at < len(anchors) else ""

    def _source(self, region: _Region) -> str:
        if self.file.format == "pdf":
            return self._print(region)
        if self.file.format == "text":
            return f"<pre>{self._marked(region.start, region.end)}</pre>"
        inside = [b for b in self.file.extraction.blocks if b.start < region.end and region.start < b.end]
        return "".join(map(self._block, inside))

    def _print(self, region: _Region) -> str:
        """A page of print: each stretch of words in its box."""
        boxes: list[tuple[list[float], Anchor]] = []
        for anchor in self.file.extraction.anchors:
            match = BOX.fullmatch(anchor.value)
            if match and int(match[1]) == region.page:
                boxes.append(([float(value) for value in match.groups()[1:]], anchor))
        right = max((box[0] + box[2] for box, _ in boxes), default=1.0) + 40
        scale = WIDTH / right
        bottom = max((box[1] + box[3] for box, _ in boxes), default=1.0) + 40
        drawn = [f'<div class=page style="height:{bottom * scale:.0f}px">']
        for (left, top, _, height), anchor in boxes:
            lines = self.text.count("\n", anchor.start, anchor.end) + 1
            size = height / lines * scale * 0.85
            style = f"left:{left * scale:.1f}px;top:{top * scale:.1f}px;font-size:{size:.1f}px"
            drawn.append(f'<div style="{style}">{self._marked(anchor.start, anchor.end)}</div>')
        return "".join([*drawn, "</div>"])

    def _block(self, block: Block) -> str:
        if block.kind in ("text", "mark") or not block.children:
            inner = self._marked(block.start, block.end)
        else:
            inner = "".join(map(self._block, block.children))
        if block.kind == "cell":
            return f"<td colspan={block.colspan} rowspan={min(block.rowspan, 1000)}>{inner}</td>"
        tag = TAGS.get(block.kind)
        return f"<{tag}>{inner}</{tag}>" if tag else inner

    def _marked(self, start: int, end: int) -> str:
        """Words of the stream, those of entries marked and led to their rows."""
        out, at = [], start
        first = max(bisect_right(self.starts, start) - 1, 0)
        while first and self.marks[first - 1][1] > start:
            first -= 1
        for mark_start, mark_end, row, kind in self.marks[first:]:
            if mark_start >= end:
                break
            left, right = max(mark_start, at), min(mark_end, end)
            if left >= right:
                continue
            out.append(_words(self.text[at:left]))
            words = _words(self.text[left:right])
            name = f" id={self.prefix}{row}s" if mark_start == left == _first(self.rows[row]) else ""
            out.append(f"<mark class='{kind}'{name}><a href=#{self.prefix}{row}>{words}</a></mark>")
            at = right
        return "".join([*out, _words(self.text[at:end])])

    def _table(self, inside: Sequence[int]) -> str:
        head = "<tr><th>Section<th>No<th>Words<th>Date as printed<th>Read as<th>Further columns</tr>"
        rows = "".join(self._row(at, self.rows[at]) for at in inside)
        return f"<div><table><thead>{head}</thead><tbody>{rows}</tbody></table></div>"

    def _row(self, at: int, row: EntryRow) -> str:
        further = "; ".join(f"{header}: {words}" for header, words in row.further)
        cells = (row.section, row.number, row.words, "; ".join(row.dates), "; ".join(row.readings), further)
        tds = [f"<td>{_words(cell)}</td>" for cell in cells]
        tds[2] = f"<td><a href=#{self.prefix}{at}s>{_words(row.words)}</a></td>"
        return f"<tr id={self.prefix}{at}{'' if row.dates else ' class=no'}>{''.join(tds)}</tr>"


def _first(row: EntryRow) -> int:
    return min(start for start, _ in (*row.places, *row.date_places))


def _joined(stretches: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches in order, those that touch as one."""
    joined: list[tuple[int, int]] = []
    for start, end in stretches:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
