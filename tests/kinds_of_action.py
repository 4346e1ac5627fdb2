"""A document made by hand with kinds of action that the first document lacks, for graph and queries."""

from __future__ import annotations

import datetime
from dataclasses import replace

from places import SEED
from policygraph.sources import open_source
from policygraph.sources.deadlines import find_deadlines, parse_deadline
from policygraph.sources.extract import Anchor, Extraction
from policygraph.sources.folder import SourceFile, SourceText, extracted
from policygraph.sources.language import language
from policygraph.sources.records import Action, Annex, Annexes, ColumnEntry, Deadline, Heading
from policygraph.sources.spans import Fragment, Piece

TEXT = """\
Annex 1
A roadmap
Research
Adopt the act
By the end of 2026
CDO Council
Publish a study
ongoing
Report to Parliament, by Q2 2027, and repeat it, by 2028.
MILESTONE 1
Evaluate the act
Within one year of adoption
Consult widely
around 2028
"""
DOCUMENT = "COM-2030-1"
PATHS = ("/html[1]/body[1]/p[{}]", "page=2&viewrect=72,90,410,{}", "word/document.xml#/w:document[1]/w:p[{}]")
KINDS = ("xpath", "viewrect", "part")


def text() -> SourceText:
    """A file without pages; its lines have addresses of each kind in turn."""
    starts = [0, *(at + 1 for at, character in enumerate(TEXT) if character == "\n")][:-1]
    anchors = tuple(
        Anchor(start, TEXT.index("\n", start), KINDS[n % 3], PATHS[n % 3].format(n))
        for n, start in enumerate(starts)
    )
    source = open_source(SEED)
    rules = replace(
        source.rules, id=DOCUMENT, celex="", identifier="COM(2030) 1", title={"en": "A plan"}, authentic=False,
        obtained_from="a copy", obtained_on=datetime.date(2026, 11, 26),
    )  # fmt: skip
    file = SourceFile("plan.html", "en", "0" * 64)
    return extracted(replace(source, rules=rules), file, Extraction(TEXT, (), anchors, (), "html", "html 1"))


def records(document: SourceText) -> Annexes:
    def words(quoted: str) -> Fragment:
        start = TEXT.index(quoted)
        return document.fragment([Piece(start, start + len(quoted))])

    def due(quoted: str) -> tuple[Deadline, ...]:
        reading = parse_deadline(quoted, language("en"))
        assert reading
        return (Deadline(reading, words(quoted)),)

    sentence = "Report to Parliament, by Q2 2027, and repeat it, by 2028."
    several = tuple(
        Deadline(one.reading, words(sentence[one.start : one.end]), one.purpose and sentence[slice(*one.purpose)])
        for one in find_deadlines(sentence, language("en"))
    )
    column = ColumnEntry("responsible", "Responsible", words("CDO Council"))
    return Annexes(
        document=document,
        annexes=(Annex("A1", "1", "actions", words("A roadmap"), None, (), (words("Annex 1"),)),),
        sector_labels=(), dialogues=(), initiatives=(), groupings=(),
        headings=(Heading("A1", 1, words("Research"), None, (), None),),
        actions=(
            Action("A1", 1, None, 1, words("Adopt the act"), due("By the end of 2026"), (column,)),
            Action("A1", 2, None, None, words("Publish a study"), due("ongoing")),
            Action("B2.4", 1, None, None, words(sentence), several),
            Action("M", 1, "milestone", None, words("Evaluate the act"), due("Within one year of adoption")),
            Action("B3", 1, None, None, words("Consult widely"), due("around 2028")),
            Action("B3", 2, None, None, words("MILESTONE 1")),
        ),
        furniture=(),
    )  # fmt: skip
