"""Plans → files in many forms, by programs that know nothing of our reading."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from html import escape
from xml.sax.saxutils import escape as xml_escape

from docx import Document
from docx.oxml import parse_xml
from docx.shared import Cm
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate, Spacer, TableStyle

from fidelity.plans import Plan

Form = Callable[[Plan], tuple[str, bytes]]
"""A plan → a file's name and content."""

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

PAGE = """@page { size: %s; margin: %s; %s }
body { font-family: serif; font-size: %s; hyphens: manual; %s }
table { border-collapse: collapse; width: 100%%; margin: 8pt 0 }
td, th { vertical-align: top; text-align: %s; padding: %s; %s }
thead { display: %s }
td:last-child, th:last-child { width: 26%% }
td[colspan] { width: auto; font-style: italic }
tr { break-inside: %s }
h1 { font-size: 1.5em } h2 { font-size: 1.2em }
.dialogues td, .dialogues th { width: 25%% }
.note { float: footnote; font-size: 0.7em }
"""


def css(
    size: str = "A4", margin: str = "2.5cm", boxes: str = "", font: str = "10pt", body: str = "",
    align: str = "left", padding: str = "4pt", borders: str = "border: 0.5pt solid black",
    head: str = "table-header-group", breaks: str = "avoid", extra: str = "",
) -> str:  # fmt: skip
    return PAGE % (size, margin, boxes, font, body, align, padding, borders, head, breaks) + extra


def markup(plan: Plan, style: str = "", headings: bool = False, notes: bool = False, numbers: bool = False) -> str:
    """The plan as HTML: sections in rows across the table or, with ``headings``, above tables of their own."""
    extra = ["<th>Nr</th>"] if numbers else []
    head = "<thead><tr>" + "".join([*extra, *(f"<th>{escape(h)}</th>" for h in plan.header)]) + "</tr></thead>"
    wide = 3 if numbers else 2
    out = [f"<html lang={plan.language}><head><title>Plan</title><style>{style}</style></head><body><h1>Plan</h1>"]
    count = 0
    if not headings:
        out.append(f"<table>{head}<tbody>")
    for heading, sections in plan.sections:
        out.append(
            f"<h2>{escape(heading)}</h2>" if headings else f"<tr><td colspan={wide}>{escape(heading)}</td></tr>"
        )
        for label, rows in sections:
            out.append(
                f"<h3>{escape(label)}</h3><table>{head}<tbody>"
                if headings
                else f"<tr><td colspan={wide}>{escape(label)}</td></tr>"
            )
            for text, date in rows:
                count += 1
                cells = [str(count)] if numbers else []
                note = f'<span class="note">Note {count} of the plan.</span>' if notes and count % 5 == 0 else ""
                cells += [escape(text) + note, escape(date)]
                out.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
            if headings:
                out.append("</tbody></table>")
    if not headings:
        out.append("</tbody></table>")
    out.append('<h1>Dialogues</h1><table class="dialogues"><thead><tr>')
    out += [f"<th>{escape(h)}</th>" for h in plan.dialogue_header]
    out.append("</tr></thead><tbody>")
    out += ["<tr>" + "".join(f"<td>{escape(c)}</td>" for c in row) + "</tr>" for row in plan.dialogues]
    out.append("</tbody></table></body></html>")
    return "".join(out)


def weasy(
    tagged: bool = False, headings: bool = False, notes: bool = False, numbers: bool = False, **style: str
) -> Form:
    def form(plan: Plan) -> tuple[str, bytes]:
        import weasyprint

        page = weasyprint.HTML(string=markup(plan, css(**style), headings, notes, numbers))
        return "plan.pdf", page.write_pdf(pdf_variant="pdf/ua-1" if tagged else None)

    return form


RUNNING = (
    '@top-left { content: "European strategy" } @top-right { content: "EN" } '
    '@bottom-center { content: counter(page) "/" counter(pages) }'
)
BARE = "border: none"
LINES = "border: none; border-bottom: 0.5pt solid gray"


def lab(commands: list[tuple[object, ...]], width: float = 1.0, padding: float = 4, running: bool = False,
        split: bool = False, size: float = 10) -> Form:  # fmt: skip
    def form(plan: Plan) -> tuple[str, bytes]:
        stream = io.BytesIO()
        body = getSampleStyleSheet()["BodyText"].clone("b", fontSize=size, leading=size * 1.2, spaceBefore=0)
        inner = (A4[0] - 120) * width

        def table(
            header: tuple[str, ...], rows: list[tuple[str, ...]], widths: list[float], spans: list[int]
        ) -> LongTable:
            cells = [[Paragraph(xml_escape(cell), body) for cell in row] for row in [header, *rows]]
            style = TableStyle(
                [("VALIGN", (0, 0), (-1, -1), "TOP"), ("TOPPADDING", (0, 0), (-1, -1), padding),
                 ("BOTTOMPADDING", (0, 0), (-1, -1), padding), *commands,
                 *(("SPAN", (0, at + 1), (-1, at + 1)) for at in spans)]
            )  # fmt: skip
            return LongTable(
                cells, colWidths=[inner * w for w in widths], repeatRows=1, style=style,
                splitInRow=1 if split else 0,
            )  # fmt: skip

        rows: list[tuple[str, ...]] = []
        spans = []
        for heading, sections in plan.sections:
            spans.append(len(rows))
            rows.append((heading, ""))
            for label, of_label in sections:
                spans.append(len(rows))
                rows.append((label, ""))
                rows += of_label
        story = [
            table(plan.header, rows, [0.74, 0.26], spans),
            Spacer(1, 40),
            table(plan.dialogue_header, list(plan.dialogues), [0.34, 0.16, 0.28, 0.22], []),
        ]

        def decorate(canvas: object, document: object) -> None:
            if running:
                canvas.setFont("Helvetica", 8)  # type: ignore[attr-defined]
                canvas.drawString(60, 810, "Strategy of the Union")  # type: ignore[attr-defined]
                canvas.drawString(290, 30, f"Page {document.page}")  # type: ignore[attr-defined]

        SimpleDocTemplate(stream, pagesize=A4, leftMargin=60, rightMargin=60, invariant=1).build(
            story, onFirstPage=decorate, onLaterPages=decorate
        )
        return "plan.pdf", stream.getvalue()

    return form


GRID = [("GRID", (0, 0), (-1, -1), 0.5, colors.black)]
BELOW = [("LINEBELOW", (0, 0), (-1, -1), 0.5, colors.black)]
ZEBRA = [("ROWBACKGROUNDS", (0, 0), (-1, -1), [colors.white, colors.lightgrey])]


def word(merged: bool = True, notes: bool = False, headings: bool = False, furniture: bool = False) -> Form:
    def form(plan: Plan) -> tuple[str, bytes]:
        document = Document()
        if furniture:
            document.sections[0].header.paragraphs[0].text = "European strategy"
            document.sections[0].footer.paragraphs[0].text = "EN"
        document.add_heading("Plan", 1)

        def table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
            grid = document.add_table(rows=0, cols=len(header))
            grid.style = "Table Grid"
            for row in [header, *rows]:
                cells = grid.add_row().cells
                if merged and len(row) == 1:
                    cells[0].merge(cells[-1])
                for cell, text in zip(cells, row, strict=False):
                    cell.text = text
                    cell.width = Cm(8)

        rows: list[tuple[str, ...]] = []
        for heading, sections in plan.sections:
            if headings:
                document.add_heading(heading, 2)
            else:
                rows.append((heading,))
            for label, of_label in sections:
                if headings:
                    document.add_heading(label, 3)
                    table(plan.header, list(of_label))
                else:
                    rows += [(label,), *of_label]
        if not headings:
            table(plan.header, rows)
        document.add_heading("Dialogues", 1)
        table(plan.dialogue_header, list(plan.dialogues))
        stream = io.BytesIO()
        if notes:
            _add_notes(document)
        document.save(stream)
        return "plan.docx", _with_notes(stream.getvalue()) if notes else stream.getvalue()

    return form


def _add_notes(document: object) -> None:
    for index, row in enumerate(document.tables[0].rows):  # type: ignore[attr-defined]
        if index % 5 == 4:
            paragraph = row.cells[0].paragraphs[0]
            paragraph._p.append(parse_xml(f'<w:r xmlns:w="{W}"><w:footnoteReference w:id="{index}"/></w:r>'))


def _with_notes(content: bytes) -> bytes:
    import zipfile

    notes = "".join(
        f'<w:footnote w:id="{index}"><w:p><w:r><w:t>Note {index} of the plan.</w:t></w:r></w:p></w:footnote>'
        for index in range(200)
    )
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("word/footnotes.xml", f'<w:footnotes xmlns:w="{W}">{notes}</w:footnotes>')
    return stream.getvalue()


def commission_page(plan: Plan) -> tuple[str, bytes]:
    """As the drafting tool of the Commission writes HTML: words cut into spans, classes Normal and num."""

    def spans(text: str) -> str:
        return "".join(f"<span>{escape(part)}</span>" for part in (text[:3], text[3:]))

    def cell(text: str, wide: str = "") -> str:
        return f'<td{wide}><p class="Normal">{spans(text)}</p></td>'

    rows = ["<tr>" + "".join(cell(h) for h in plan.header) + "</tr>"]
    for heading, sections in plan.sections:
        rows.append(f"<tr>{cell(heading, ' colspan=2')}</tr>")
        for label, of_label in sections:
            rows.append(f"<tr>{cell(label, ' colspan=2')}</tr>")
            rows += [f"<tr>{cell(text)}{cell(date)}</tr>" for text, date in of_label]
    talks = ["<tr>" + "".join(cell(c) for c in row) + "</tr>" for row in [plan.dialogue_header, *plan.dialogues]]
    return "plan.html", (
        '<html><head><meta charset="utf-8"></head><body><div class="contentWrapper"><div class="content">'
        f"<table>{''.join(rows)}</table><table>{''.join(talks)}</table></div></div></body></html>"
    ).encode()


def journal_page(plan: Plan) -> tuple[str, bytes]:
    """As the Official Journal's XHTML: classes oj-tbl-hdr and oj-tbl-txt, sections as titles above tables."""

    def row(cells: tuple[str, ...], style: str = "oj-tbl-txt") -> str:
        return (
            "<tr>"
            + "".join(f'<td class="oj-table"><p class="{style}">{escape(c)}</p></td>' for c in cells)
            + "</tr>"
        )

    out = []
    for heading, sections in plan.sections:
        out.append(f'<p class="oj-ti-grseq-1">{escape(heading)}</p>')
        for label, rows in sections:
            out.append(f'<p class="oj-ti-tbl">{escape(label)}</p><table class="oj-table"><tbody>')
            out += [row(plan.header, "oj-tbl-hdr"), *map(row, rows), "</tbody></table>"]
    out += [
        '<table class="oj-table">',
        row(plan.dialogue_header, "oj-tbl-hdr"),
        *map(row, plan.dialogues),
        "</table>",
    ]
    return "plan.xhtml", (
        '<?xml version="1.0" encoding="UTF-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head>'
        f"<body>{''.join(out)}</body></html>"
    ).encode()


def formex(plan: Plan) -> tuple[str, bytes]:
    """Formex 4 with page instructions between rows."""

    def row(cells: tuple[str, ...], kind: str = "") -> str:
        inside = "".join(f'<CELL COL="{n}">{xml_escape(c)}</CELL>' for n, c in enumerate(cells, 1))
        return f"<ROW{kind}>{inside}</ROW>"

    out = [row(plan.header, ' TYPE="HEADER"')]
    for number, (heading, sections) in enumerate(plan.sections, 1):
        out.append(f"<?PAGE NO='{number}'?>")
        out.append(f'<ROW><CELL COL="1" COLSPAN="2">{xml_escape(heading)}</CELL></ROW>')
        for label, rows in sections:
            out.append(f"<BLK><TI.BLK><P>{xml_escape(label)}</P></TI.BLK>")
            out += [*map(row, rows), "</BLK>"]
    talks = row(plan.dialogue_header, ' TYPE="HEADER"') + "".join(map(row, plan.dialogues))
    return "plan.fmx.xml", (
        f'<?xml version="1.0" encoding="UTF-8"?><ACT><CONTENTS><TBL COLS="2"><CORPUS>{"".join(out)}</CORPUS></TBL>'
        f'<TBL COLS="4"><CORPUS>{talks}</CORPUS></TBL></CONTENTS></ACT>'
    ).encode()


def forms() -> Iterator[tuple[str, Form]]:
    """Every form by name."""
    for tags in (True, False):
        kind = "tagged" if tags else "untagged"
        yield f"pdf weasyprint {kind} ruled", weasy(tags)
        yield f"pdf weasyprint {kind} lines", weasy(tags, borders=LINES)
        yield f"pdf weasyprint {kind} bare", weasy(tags, borders=BARE, padding="6pt 8pt")
        yield f"pdf weasyprint {kind} narrow", weasy(tags, size="A5", margin="1.5cm", font="9pt")
        yield f"pdf weasyprint {kind} running", weasy(tags, boxes=RUNNING)
        yield f"pdf weasyprint {kind} footnotes", weasy(tags, notes=True)
        yield f"pdf weasyprint {kind} cut rows", weasy(tags, breaks="auto", size="A5", margin="1.5cm", font="9pt")
        yield f"pdf weasyprint {kind} headings", weasy(tags, headings=True)
    yield "pdf weasyprint wide, numbered", weasy(size="A4 landscape", numbers=True)
    yield "pdf weasyprint justified", weasy(align="justify")
    yield "pdf weasyprint header once", weasy(head="table-row-group", boxes=RUNNING)
    yield "pdf weasyprint bare, tight", weasy(borders=BARE, padding="0 4pt")
    yield "pdf weasyprint bare, running", weasy(borders=BARE, padding="6pt 8pt", boxes=RUNNING)
    yield "pdf reportlab grid", lab(GRID)
    yield "pdf reportlab lines", lab(BELOW)
    yield "pdf reportlab bare", lab([], padding=7)
    yield "pdf reportlab zebra", lab(ZEBRA, padding=6)
    yield "pdf reportlab narrow", lab(GRID, width=0.6, size=9)
    yield "pdf reportlab running", lab(GRID, running=True)
    yield "pdf reportlab cut rows", lab(GRID, split=True, size=14)
    yield "docx merged", word()
    yield "docx unmerged", word(merged=False)
    yield "docx footnotes", word(notes=True)
    yield "docx headings, furniture", word(headings=True, furniture=True)
    yield "html commission", commission_page
    yield "html journal", journal_page
    yield "formex", formex
