"""What extraction costs, as ratios: PDF beside pdfplumber's words, and lines, rows and paragraphs doubled.

python benchmarks/extraction.py [FILE.pdf …]
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pdfplumber
from reportlab.platypus import LongTable, SimpleDocTemplate, TableStyle

from policygraph.sources.extract import formex, html, pdf, text

TIMES = 3
SIZE = 20_000


def seconds(function: Callable[[], object]) -> float:
    """The best of a few times, in seconds of the processor."""
    best = float("inf")
    for _ in range(TIMES):
        start = time.process_time()
        function()
        best = min(best, time.process_time() - start)
    return best


def words(content: bytes) -> int:
    """Words as pdfplumber's extract_words gives them."""
    with pdfplumber.open(io.BytesIO(content)) as document:
        return sum(len(page.extract_words()) for page in document.pages)


def table_of(rows: int) -> bytes:
    """A PDF with a ruled table of so many rows."""
    stream = io.BytesIO()
    cells = [["Action", "Deadline"], *([f"Do the thing of number {n} and more", "Q4 2026"] for n in range(rows))]
    style = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "black")])
    SimpleDocTemplate(stream, invariant=1).build([LongTable(cells, colWidths=[300, 100], style=style)])
    return stream.getvalue()


def beside_pdfplumber(name: str, content: bytes) -> None:
    """Print how many times as long as extract_words the extraction takes."""
    ratio = seconds(lambda: pdf.extract(content, name)) / seconds(lambda: words(content))
    print(f"{name}: {ratio:.2f} × pdfplumber's extract_words")


def growth(name: str, extract: Callable[[bytes, str], object], make: Callable[[int], bytes]) -> None:
    """Print what twice as much costs: 2.0 is linear."""
    once, twice = make(SIZE), make(2 * SIZE)
    ratio = seconds(lambda: extract(twice, name)) / seconds(lambda: extract(once, name))
    print(f"{name}: {ratio:.2f} × for twice as much")


def main() -> None:
    """Print all ratios."""
    for name in sys.argv[1:]:
        beside_pdfplumber(Path(name).name, Path(name).read_bytes())
    beside_pdfplumber("table of 400 rows", table_of(400))
    growth("text, lines", text.extract, lambda n: b"Some words of a line\n" * n)
    growth("text, empty lines", text.extract, lambda n: b"a\n" + b"\n" * n * 4 + b"b\n")
    growth(
        "html, rows",
        html.extract,
        lambda n: b"<html><table>" + b"<tr><td>Do this<td>2026" * n + b"</table></html>",
    )
    growth("html, paragraphs", html.extract, lambda n: b"<html>" + b"<p>Some <b>words</b>" * n + b"</html>")
    row = b"<ROW><CELL>Do this</CELL><CELL>2026</CELL></ROW>"
    growth("formex, rows", formex.extract, lambda n: b"<ACT><TBL><CORPUS>" + row * n + b"</CORPUS></TBL></ACT>")


if __name__ == "__main__":
    main()
