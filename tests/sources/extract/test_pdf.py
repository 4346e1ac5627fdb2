"""PDF: the Federal Data Strategy from both of its PDFs, and pages typeset to try one thing each."""

from __future__ import annotations

import io
import json
import re
import zlib
from collections.abc import Callable

import pdfplumber
import pytest
from reportlab.pdfgen.canvas import Canvas

from places import needs_shared
from policygraph.errors import SourceError
from policygraph.sources import extract as extract_room
from policygraph.sources.extract import Extraction, extract, extract_bytes, pdf
from sources.extract import laws

FINAL = "2021-Federal-Data-Strategy-Action-Plan.pdf"
DRAFT = "draft-2021-federal-data-strategy-action-plan.pdf"
LIGATURES = str.maketrans({"ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl", "\u2011": "-"})


def boxes_hold_the_words(extraction: Extraction, content: bytes) -> None:
    """Each box, cut out of its page by pdfplumber, has the characters of its stretch."""
    with pdfplumber.open(io.BytesIO(content)) as document:
        for anchor in extraction.anchors:
            match = re.fullmatch(r"page=(\d+)&viewrect=([\d.,-]+)", anchor.value)
            assert match, anchor
            left, top, width, height = map(float, match[2].split(","))
            page = document.pages[int(match[1]) - 1]
            inside = "".join(
                char["text"]
                for char in page.chars
                if left - 1 <= (char["x0"] + char["x1"]) / 2 <= left + width + 1
                and top - 1 <= (char["top"] + char["bottom"]) / 2 <= top + height + 1
            ).translate(LIGATURES)
            stretch = laws.squeezed(extraction.text[anchor.start : anchor.end])
            held = sorted(laws.squeezed(inside))
            for character in stretch:
                assert character in held, (anchor, stretch)
                held.remove(character)


@pytest.mark.slow
@pytest.mark.parametrize("name", [FINAL, DRAFT])
def test_law_and_boxes_hold_on_a_published_plan(name: str) -> None:
    path = needs_shared("documents", "us-fds-2021-action-plan", name)
    extraction = extract(path)
    laws.each_character_has_one_leaf_and_one_address(extraction)
    laws.children_lie_in_their_parents(extraction.blocks)
    boxes_hold_the_words(extraction, path.read_bytes())


@pytest.mark.parametrize("name", [FINAL, DRAFT])
def test_the_rows_of_the_plan_are_those_read_by_hand(name: str) -> None:
    folder = needs_shared("documents", "us-fds-2021-action-plan")
    gold = {item["number"]: item for item in json.loads((folder / "gold.json").read_text("utf-8"))["items"]}
    rows = {}
    for row in laws.rows(extract(folder / name)):
        if row and (match := re.match(r"(\d+\.\d) ", row[0])):
            assert match[1] not in rows
            rows[match[1]] = row
    assert list(rows) == list(gold) and len(rows) == 21
    if name == FINAL:
        for number, row in rows.items():
            words = re.sub(r"(?<=-) ", "", row[0].removeprefix(number).strip())
            assert words == gold[number]["text"].strip().rstrip(".") or number in ("7.3", "7.4", "9.1"), number
            printed = "December 31, 2021" if row[3] == "Dec. 31, 2021" else row[3]
            assert bool(re.fullmatch(r"Dec. 31, 2021", row[3])) == (
                "December 31, 2021" in gold[number]["date_md"]
            ), (
                number,
                printed,
            )


def test_running_headers_and_numbers_are_furniture_and_give_the_pages() -> None:
    extraction = extract(needs_shared("documents", "us-fds-2021-action-plan", FINAL))
    furniture = [
        laws.squeezed(extraction.text[b.start : b.end]) for b in extraction.blocks if b.kind == "furniture"
    ]
    assert furniture.count("AgencyActionsCommunityofPracticeandSharedSolutionsActions") == 11
    assert {f"FederalDataStrategy2021ActionPlan{number}" for number in range(1, 21)} <= set(furniture)
    assert extraction.pages[-1].basis == "printed"


Draw = Callable[[Canvas], None]


def typeset(*pages: Draw) -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(595, 842), invariant=1)
    for draw in pages:
        canvas.setFont("Helvetica", 10)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def words_at(*words: tuple[float, float, str]) -> Draw:
    def draw(canvas: Canvas) -> None:
        for x, y, text in words:
            canvas.drawString(x, 842 - y, text)

    return draw


def test_a_row_without_a_bottom_rule_is_kept() -> None:
    def page(canvas: Canvas) -> None:
        words_at((60, 112, "Action"), (310, 112, "Deadline"), (60, 142, "Do this"), (310, 142, "Q4 2026"))(canvas)
        canvas.grid([50, 300, 500], [842 - 100, 842 - 130])
        for x in (50, 300, 500):
            canvas.line(x, 842 - 130, x, 842 - 160)

    assert laws.rows(extract_bytes(typeset(page), "t.pdf")) == [["Action", "Deadline"], ["Do this", "Q4 2026"]]


def test_a_row_cut_by_a_page_break_is_joined() -> None:
    def first(canvas: Canvas) -> None:
        words_at((60, 750, "Do this and"), (310, 750, "Q4 2026"), (60, 720, "Action"), (310, 720, "Deadline"))(
            canvas
        )
        canvas.grid([50, 300, 500], [842 - y for y in (705, 735, 760)])

    def second(canvas: Canvas) -> None:
        words_at((60, 60, "that."), (60, 90, "Do more"), (310, 90, "Q1 2027"))(canvas)
        canvas.grid([50, 300, 500], [842 - y for y in (45, 75, 105)])

    extraction = extract_bytes(typeset(first, second), "t.pdf")
    assert laws.rows(extraction) == [
        ["Action", "Deadline"],
        ["Do this and that.", "Q4 2026"],
        ["Do more", "Q1 2027"],
    ]
    at = extraction.text.index("that.")
    assert [anchor.value[:6] for anchor in extraction.anchors if anchor.start == at] == ["page=2"]
    assert [page.number for page in extraction.pages] == [1, 2, 1, 2]


def test_a_cut_row_has_the_date_that_spans_it() -> None:
    """The date stands beside the row above and this one: neither page has one for the cut row alone."""

    def first(canvas: Canvas) -> None:
        words_at(
            (60, 690, "Action"), (310, 690, "Deadline"),
            (60, 720, "Do less"), (310, 720, "Q4 2026"), (60, 750, "Do this and"),
        )(canvas)  # fmt: skip
        canvas.grid([50, 300, 500], [842 - y for y in (675, 705)])
        canvas.rect(50, 842 - 760, 450, 55)
        canvas.line(300, 842 - 705, 300, 842 - 760)
        canvas.line(50, 842 - 735, 300, 842 - 735)

    def second(canvas: Canvas) -> None:
        words_at((60, 60, "that."), (60, 90, "Do more"), (310, 90, "Q1 2027"))(canvas)
        canvas.grid([50, 300, 500], [842 - y for y in (45, 75, 105)])

    table = next(b for b in extract_bytes(typeset(first, second), "t.pdf").blocks if b.kind == "table")
    spans = [[(cell.column, cell.rowspan) for cell in row.children] for row in table.children]
    assert spans == [[(0, 1), (1, 1)], [(0, 1), (1, 2)], [(0, 1)], [(0, 1), (1, 1)]]


def test_bare_columns_are_rows_only_where_space_parts_them() -> None:
    apart = [(60, 100, "Action"), (310, 100, "Deadline")]
    for number in range(4):
        y = 130 + 40 * number
        apart += [(60, y, f"Do {number} and"), (60, y + 12, "then rest"), (310, y, f"Q{number + 1} 2026")]
    rows = laws.rows(extract_bytes(typeset(words_at(*apart)), "t.pdf"))
    assert rows[1:] == [[f"Do {n} and then rest", f"Q{n + 1} 2026"] for n in range(4)]
    tight = [(60, 88.0, "Action"), (310, 88.0, "Deadline")]
    for number in range(4):
        y = 100 + 24 * number
        tight += [(60, y, f"Do {number} and"), (60, y + 12, "then rest"), (310, y, f"Q{number + 1} 2026")]
    rows = laws.rows(extract_bytes(typeset(words_at(*tight)), "t.pdf"))
    assert len(rows) == 1 and rows[0][1] == "Deadline Q1 2026 Q2 2026 Q3 2026 Q4 2026"


def bare_page(*rows: tuple[str, str], foot: tuple[str, ...] = (), top: float = 100) -> Draw:
    """A page with a table in two columns without rules: rows 30 points apart, the last ones in one column."""
    words: list[tuple[float, float, str]] = []
    for n, (left, right) in enumerate([("Action", "Deadline"), *rows]):
        y = top + 30 * n
        words += [(60, y, left), (60, y + 12, f"with {left}"), (310, y, right)] if n else []
        words += [] if n else [(60, y, left), (310, y, right)]
    words += [(60, top + 30 * (len(rows) + 1 + n), line) for n, line in enumerate(foot)]
    return words_at(*words)


HEADER = ["Action", "Deadline"]


def test_what_stands_below_the_last_row_of_a_page_heads_the_rows_of_the_next() -> None:
    pages = [
        bare_page(("Do 1", "Q1 2026"), ("Do 2", "Q2 2026"), foot=("Energy", "Other actions")),
        bare_page(("Do 3", "Q3 2026"), ("Do 4", "Q4 2026")),
        bare_page(("Do 5", "Q3 2027"), ("Do 6", "Q4 2027")),
    ]
    first = [["Do 1 with Do 1", "Q1 2026"], ["Do 2 with Do 2", "Q2 2026"]]
    rows = laws.rows(extract_bytes(typeset(*pages), "t.pdf"))
    assert rows[:7] == [
        HEADER,
        *first,
        ["Energy", ""],
        ["Other actions", ""],
        HEADER,
        ["Do 3 with Do 3", "Q3 2026"],
    ]
    assert rows.count(HEADER) == 3, "a header that is repeated at one place is no running header"
    lower = [bare_page(("Do 1", "Q1 2026"), ("Do 2", "Q2 2026"), foot=("", "Energy")), *pages[1:]]
    outside = laws.rows(extract_bytes(typeset(*lower), "t.pdf"))
    assert outside[:3] == [HEADER, *first] and ["Energy", ""] not in outside


def test_footnotes_do_not_part_a_table() -> None:
    def page(number: int, mark: str) -> Draw:
        def draw(canvas: Canvas) -> None:
            bare_page((f"Do {number}", "Q1 2026"), (f"Do {number + 1}", "Q2 2026"))(canvas)
            canvas.setFont("Helvetica", 6)
            canvas.drawString(62 + canvas.stringWidth(f"with Do {number + 1}", "Helvetica", 10), 842 - 168, mark)
            canvas.setFont("Helvetica", 7)
            words_at((60, 780, f"{number}. What is meant"), (60, 790, "by doing so."))(canvas)

        return draw

    extraction = extract_bytes(typeset(page(1, "1"), page(2, "2")), "t.pdf")
    assert [block.kind for block in extraction.blocks] == ["table", "note", "note"]
    strange = extract_bytes(typeset(page(1, "7"), page(2, "2")), "t.pdf")
    assert [block.kind for block in strange.blocks].count("table") == 2, "no mark refers to this note"


def test_the_edges_of_two_pages_are_furniture_where_they_say_the_same() -> None:
    def page(number: int, y: float) -> Draw:
        def draw(canvas: Canvas) -> None:
            bare_page((f"Do {number}", "Q1 2026"), (f"Do {number + 1}", "Q2 2026"), top=100)(canvas)
            words_at((60, y, "A strategy"), (290, 815, f"{number}/2"))(canvas)

        return draw

    extraction = extract_bytes(typeset(page(1, 40), page(2, 40)), "t.pdf")
    assert [block.kind for block in extraction.blocks].count("furniture") == 4
    assert [block.kind for block in extraction.blocks].count("table") == 1
    for y in (76, 85):  # below the edge; too near to the table
        inside = extract_bytes(typeset(page(1, y), page(2, y)), "t.pdf")
        assert "A strategy" in " ".join(map(" ".join, laws.rows(inside))) or any(
            block.kind == "paragraph" for block in inside.blocks
        )


def test_a_title_that_begins_a_page_is_no_part_of_the_row_above() -> None:
    def first(canvas: Canvas) -> None:
        words_at(
            (60, 720, "Action"), (310, 720, "Deadline"), (60, 750, "Do all of this now."), (310, 750, "2026")
        )(canvas)
        canvas.grid([50, 300, 500], [842 - y for y in (705, 735, 760)])

    def second(title: str) -> Draw:
        def draw(canvas: Canvas) -> None:
            words_at((60, 60, title), (60, 90, "Do more"), (310, 90, "2027"))(canvas)
            canvas.grid([50, 300, 500], [842 - y for y in (45, 75, 105)])

        return draw

    for title, cut in (("Extraordinarily", False), ("extraordinarily", True), ("Extraordinarily.", True)):
        rows = laws.rows(extract_bytes(typeset(first, second(title)), "t.pdf"))
        assert ([title, ""] not in rows) == cut, (title, rows)


def test_a_small_raised_number_is_a_mark() -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawString(60, 700, "Indicative Timetable")
        canvas.setFont("Helvetica", 6)
        canvas.drawString(60 + canvas.stringWidth("Indicative Timetable", "Helvetica", 10), 704, "1")

    extraction = extract_bytes(typeset(page), "t.pdf")
    (block,) = extraction.blocks
    assert [(child.kind, extraction.text[child.start : child.end]) for child in block.children] == [
        ("text", "Indicative Timetable"),
        ("mark", "1"),
    ]


def test_words_drawn_twice_are_read_once_and_unseen_ones_not_at_all() -> None:
    def page(canvas: Canvas) -> None:
        words_at((60, 100, "bold"), (60.3, 100, "bold"), (700, 100, "outside"))(canvas)
        text = canvas.beginText(60, 600)
        text.setTextRenderMode(3)
        text.textLine("recognised")
        canvas.drawText(text)

    assert extract_bytes(typeset(page), "t.pdf").text == "bold\n"


def test_a_stream_that_cannot_be_unpacked_whole_is_refused() -> None:
    stream = io.BytesIO()
    canvas = Canvas(stream, pageCompression=1, invariant=1)
    for line in range(40):
        canvas.drawString(60, 40 + 15 * line, f"line {line} of many words {line * line}")
    canvas.save()
    content = stream.getvalue()
    assert len(extract_bytes(content, "t.pdf").text.splitlines()) == 40
    at = content.index(b"stream") + 200
    with pytest.raises(SourceError, match=r"t\.pdf"):
        extract_bytes(content[:at] + b"5" * 40 + content[at + 40 :], "t.pdf")


def test_words_cut_off_at_the_edge_of_the_page_are_refused() -> None:
    with pytest.raises(SourceError, match=r"page 1, box .* stands outside of its page"):
        extract_bytes(typeset(words_at((560, 100, "participants"))), "t.pdf")


def test_what_two_libraries_read_differently_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = typeset(words_at((60, 100, "words")))
    chars = pdfplumber.page.Page.chars.fget  # type: ignore[attr-defined]
    monkeypatch.setattr(pdfplumber.page.Page, "chars", property(lambda page: chars(page)[1:]))
    with pytest.raises(SourceError, match=r"t\.pdf, page 1: two libraries read different characters there \(w\)"):
        pdf.extract(content, "t.pdf")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"%PDF-1.4 nothing", "is not a valid PDF"),
        (typeset(lambda canvas: canvas.rect(10, 10, 100, 100)), "no text that a person sees"),
    ],
)
def test_what_is_no_pdf_with_text_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        extract_bytes(content, "t.pdf")


@pytest.mark.slow
@pytest.mark.parametrize("filters", [1, 2])
def test_a_page_that_unpacks_beyond_memory_is_refused(filters: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract_room, "MEMORY_MIB", 600)
    packer = zlib.compressobj(9)
    stream = b"".join(packer.compress(b" " * 2**20) for _ in range(700)) + packer.flush()
    stream = zlib.compress(stream) if filters == 2 else stream
    names = "/FlateDecode" * filters
    body = (
        f"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
        f"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"
        f"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>>\nendobj\n"
        f"4 0 obj\n<</Length {len(stream)}/Filter[{names}]>>stream\n"
    ).encode()
    content = body + stream + b"\nendstream\nendobj\ntrailer<</Size 5/Root 1 0 R>>\n%%EOF"
    assert len(content) < 1_000_000
    with pytest.raises(SourceError, match=r"bomb.pdf cannot be opened as pdf .*memory"):
        extract_bytes(content, "bomb.pdf")
