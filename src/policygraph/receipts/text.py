"""Receipts for a person to read: below each row what it rests on, and where the words stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..queries.results import cell
from ..rdf.iris import prefixes
from . import Receipts

LONGEST = 100
"""Characters of a quote or pattern that are shown; the JSON has them whole."""


def written(receipts: Receipts) -> str:
    """The receipts as text."""
    document = receipts.document()
    lines = [line for number, _ in enumerate(receipts.rows, 1) for line in _row(receipts, document, number)]
    count = len(receipts.rows)
    return "\n".join([*lines, f"({count} row{'' if count == 1 else 's'} with receipts)"]) + "\n"


def _row(receipts: Receipts, document: dict[str, Any], number: int) -> Iterator[str]:
    receipt, plain = receipts.rows[number - 1], document["rows"][number - 1]
    cells = [
        f"{name} {cell(term, receipts.base)}"
        for name, term in zip(receipts.columns, receipt.row, strict=True)
        if term is not None
    ]
    yield f"{number}. {'; '.join(cells)}"
    for place, triple in zip(plain["statements"], receipt.statements, strict=True):
        yield f"   {' '.join(_term(term, receipts.base) for term in triple)}"
        for quote in document["statements"][place]["quotes"]:
            yield f"      {_quote(document['quotes'][quote])}"
    for member in receipt.members:
        decided = "" if member.of == len(member.sets) else f", {len(member.sets)} of them decide"
        yield f"   {member.function}: {member.of} member{'' if member.of == 1 else 's'}{decided}"
    for absence in receipt.absences:
        yield f"   nothing matches: {_short(_abbreviated(absence, receipts.base))}"
    yield ""


def _term(term: Any, base: str) -> str:
    return _short(_abbreviated(str(term), base))


def _abbreviated(text: str, base: str) -> str:
    text = text.replace(f"<{base}id/", "<id:")
    for name, iri in prefixes(base).items():
        text = text.replace(f"<{iri}", f"<{name}:")
    text = text.replace("<rdf:type>", "a")
    return "".join(char if char.isprintable() else " " for char in text)


def _quote(quote: dict[str, Any]) -> str:
    spans = quote.get("spans") or []
    pages = sorted({span["page"] for span in spans if "page" in span})
    where = [quote[name] for name in ("document", "file") if name in quote]
    where += [f"page {'–'.join(map(str, pages))}"] if pages else []
    where += [f"line {spans[0]['line']}"] if spans and "line" in spans[0] else []
    return f"“{_short(' '.join(quote['words'].split()))}” ({', '.join(where) or quote['source']})"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
