"""PDF: communications set in two columns, with a table of actions in their annex, typeset in several widths."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from reportlab.pdfbase.pdfmetrics import stringWidth

from policygraph.cli import cli
from policygraph.sources import open_source, read_source
from policygraph.sources.extract import Extraction, extract_bytes
from sources.extract import laws
from sources.extract.test_pdf import typeset, words_at

SENTENCES = (
    "The Union has a long record in research on water, and its industries lead in many of the technologies.",
    "Yet demand grows faster than supply in most river basins, and the cost of leaks falls on households.",
    "In 2024 the Commission asked 412 organisations what keeps them from investing in what saves water.",
    "Three answers came back more often than any other: permits that take years, prices, and data.",
    "This communication sets out how the Union will act until 2030, under three headings.",
    "Member States will report every two years, and the Commission will publish what they say.",
    "Nothing here prejudges the next multiannual financial framework, nor the programmes under it.",
)
PARAGRAPHS = [" ".join(SENTENCES[(n + k) % 7] for k in range(1 + n * 3 % 4)) for n in range(13)]
TITLE, HEADING = "Water that lasts: a strategy until 2030", "1. What is used and what is lost on its way to towns"
ACTIONS = [
    ("Propose a regulation on leaks in public networks", "Q2 2026"),
    ("Publish guidance on prices that tell of scarcity, for authorities and those who supply towns", "Q4 2026"),
    ("Open a register of permits", "By end of 2027"),
]
WIDTHS = {"wide": ("A4", "8mm", "10pt"), "narrow": ("A5", "5mm", "8pt"), "apart": ("A4", "14mm", "11pt")}


def communication(width: str, *, tagged: bool, ruled: bool) -> bytes:
    """Prose in two columns, a heading in one of them, and a table of actions on a page of its own."""
    weasyprint = pytest.importorskip("weasyprint")
    page, gap, size = WIDTHS[width]
    prose = [f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS]
    prose.insert(3, f"<h2>{HEADING}</h2>")
    cells = [("Action", "Deadline"), *ACTIONS]
    rows = "".join(f"<tr><td>{action}</td><td>{date}</td></tr>" for action, date in cells)
    style = (
        f"@page {{size: {page}; margin: 20mm}} body {{font: {size} serif}} h1 {{font-size: 1.8em}}"
        f"h2 {{font-size: 1.3em}} div {{columns: 2; column-gap: {gap}; text-align: justify}}"
        "table {break-before: page; border-collapse: collapse} td {padding: 2mm; vertical-align: top}"
        f"td {{{'border: 0.5pt solid' if ruled else ''}}}"
    )
    text = f"<html lang=en><title>Water</title><style>{style}</style><h1>{TITLE}</h1><div>{''.join(prose)}</div>"
    document = weasyprint.HTML(string=f"{text}<table>{rows}</table>")
    content: bytes = document.write_pdf(pdf_variant="pdf/ua-1" if tagged else None)
    return content


def words(extraction: Extraction, kind: str) -> list[str]:
    return [
        " ".join(extraction.text[block.start : block.end].split())
        for block in extraction.blocks
        if block.kind == kind
    ]


@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("tagged", "ruled"), [(True, True), (False, True), (False, False)])
def test_two_columns_of_prose_are_read_one_after_the_other(width: str, tagged: bool, ruled: bool) -> None:
    extraction = extract_bytes(communication(width, tagged=tagged, ruled=ruled), "c.pdf")
    assert laws.squeezed("".join(words(extraction, "paragraph"))) == laws.squeezed("".join(PARAGRAPHS))
    assert words(extraction, "heading") == [TITLE, HEADING]
    assert laws.rows(extraction)[-4:] == [["Action", "Deadline"], *map(list, ACTIONS)]
    assert len(words(extraction, "table")) == 1


@pytest.mark.slow
def test_a_communication_in_two_columns_comes_in_by_sources_add(tmp_path: Path) -> None:
    (tmp_path / "c.pdf").write_bytes(communication("wide", tagged=False, ruled=True))
    details = ["--identifier", "COM(2026) 1", "--date", "2026-01-31", "--type", "COMMUNIC", "--author", "COM"]
    details += ["--title", "Water", "--address", "http://example.invalid/", "--language", "en"]
    command = ["sources", "add", str(tmp_path / "c.pdf"), *details, "--into", str(tmp_path / "sources")]
    result = CliRunner().invoke(cli, command)
    assert result.exit_code == 0, (result.output, result.exception)
    assert "no part reads" not in result.output
    [folder] = (tmp_path / "sources").iterdir()
    records = read_source(open_source(folder))
    assert [len(annexes.actions) for annexes in records] == [3]


def column(texts: list[str], x: float, top: float, width: float) -> list[tuple[float, float, str]]:
    """Paragraphs set in a column: lines 12 points apart, six more between paragraphs."""
    placed, y = [], top
    for text in texts:
        line = ""
        for word in text.split():
            if line and stringWidth(f"{line} {word}", "Helvetica", 10) > width:
                placed.append((x, y, line))
                line, y = "", y + 12
            line = f"{line} {word}".strip()
        placed.append((x, y, line))
        y += 18
    return placed


def test_columns_of_prose_are_told_from_a_table_by_what_begins_together() -> None:
    left, right = [*SENTENCES[:3]], [*SENTENCES[3:]]
    lines = [*column(left, 60, 100, 220), *column(right, 310, 100, 220)]
    prose = extract_bytes(typeset(words_at(*lines)), "t.pdf")
    assert words(prose, "table") == []
    assert laws.squeezed(prose.text) == laws.squeezed("".join([*left, *right]))
    rows = list(zip(left, SENTENCES[4:], strict=True))
    cells = [
        line
        for n, row in enumerate(rows)
        for line in [*column([row[0]], 60, 100 + 60 * n, 220), *column([row[1]], 310, 100 + 60 * n, 220)]
    ]
    assert laws.rows(extract_bytes(typeset(words_at(*cells)), "t.pdf")) == [list(row) for row in rows]
