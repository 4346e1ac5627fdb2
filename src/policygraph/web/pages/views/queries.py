"""The canned queries as pages: the question, a form for its parameters, the answer, the SPARQL behind it."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode

from ....engine.results import Solutions
from ....errors import QueryError
from ....queries.canned import CannedQuery, catalogue, get, names
from ....queries.parameters import WHOLE_DATE, WHOLE_NUMBER, Parameter
from ....rdf.media_types import CSV, JSON, JSON_LD, N_TRIPLES, TSV, TURTLE, XLSX, file_types
from ...viewmodels.context import PageContext
from ...viewmodels.labels import names as named
from ...viewmodels.localized_text import LocalizedText, pick
from ...viewmodels.statements import Value, value
from ..page import Alternate, Crumb, Page
from .highlighting import sparql, turtle
from .result_chart import numeric, picture

SHOWN = 500
"""Rows that a page shows; the downloads hold all."""

INPUTS = {"xsd:date": ("date", WHOLE_DATE), "xsd:integer": ("number", WHOLE_NUMBER)}
"""The input that takes a type, and what it can hold: anything else stands in a plain one, to be corrected."""
TABLE_FORMATS = file_types(CSV, XLSX, JSON, TSV, TURTLE)
GRAPH_FORMATS = file_types(TURTLE, N_TRIPLES, JSON_LD)


@dataclass(frozen=True, slots=True)
class FormField:
    """One parameter in the form: what it is called, the input that takes it, its value and default."""

    name: str
    label: str
    kind: str
    value: str
    default: str


async def query_list(visit: PageContext) -> Page:
    """The page at ``/queries``: no engine call."""
    by_tag: dict[str, list[CannedQuery]] = defaultdict(list)
    for one in catalogue():
        by_tag[one.tags[0] if one.tags else "other"].append(one)
    return Page(
        "queries.html",
        visit.words("queries.title"),
        {"by_tag": dict(sorted(by_tag.items())), "asks": lambda one: asks(one, visit)},
        description=visit.words("queries.lede"),
        crumbs=(Crumb(visit.words("nav.queries")),),
        section="queries",
    )


async def query_page(visit: PageContext, name: str) -> Page:
    """The page of one canned query: two engine calls at most. Refusal 404 where there is none of this name."""
    if name not in names():
        raise visit.refusal(404, "query", name=name[:80])
    query = get(name)
    values = given(query, visit)
    context: dict[str, object] = {"query": query, "fields": fields(query, visit, values), "error": ""}
    context |= {"picture": None, "rows": None, "turtle": None}
    status = 200
    try:
        text = query.bind(visit.base, **values)
    except QueryError as error:
        text, status, context["error"] = query.text, 400, str(error)
    else:
        context |= await _graph(visit, text) if query.form == "construct" else await _table(visit, query, text)
    return _page(visit, query, context | {"text": tidied(text), "sparql": sparql(tidied(text))}, status)


def _page(visit: PageContext, query: CannedQuery, context: dict[str, object], status: int) -> Page:
    pairs = [(name, value) for name, value in given(query, visit).items()]
    formats = GRAPH_FORMATS if query.form == "construct" else TABLE_FORMATS
    question = asks(query, visit)
    return Page(
        "query.html",
        question.value,
        {**context, "question": question},
        status,
        description=question.value,
        crumbs=(Crumb(visit.words("nav.queries"), visit.links.to("/queries")), Crumb(query.name)),
        alternates=tuple(
            Alternate(
                media,
                visit.links.file(f"/queries/{query.name}.{extension}", pairs),
                visit.words(f"format.{extension}"),
            )
            for extension, media in formats
        ),
        parameters=tuple(parameter.name for parameter in query.parameters),
        section="queries",
        data=(_dataset(visit, query, question),) if status == 200 else (),
    )


def given(query: CannedQuery, visit: PageContext) -> dict[str, str]:
    """The values of the address; the language of the answer is that of the page."""
    found = {one.name: visit.first(one.name) for one in query.parameters if visit.first(one.name)}
    if any(one.name == "lang" for one in query.parameters):
        found["lang"] = visit.language
    return found


def fields(query: CannedQuery, visit: PageContext, values: dict[str, str]) -> list[FormField]:
    """The form's fields, without the language, which the page has a switch for."""
    return [_field(one, visit, values) for one in query.parameters if one.name != "lang"]


def _field(parameter: Parameter, visit: PageContext, values: dict[str, str]) -> FormField:
    default = visit.today.isoformat() if parameter.is_today else parameter.default
    value = values.get(parameter.name, default)
    kind, held = INPUTS.get(parameter.datatype, ("text", None))
    kind = kind if held is None or re.fullmatch(held, value) else "text"
    label = visit.words.maybe(f"parameter.{parameter.name}") or parameter.description
    return FormField(parameter.name, label, kind, value, default)


def asks(query: CannedQuery, visit: PageContext) -> LocalizedText:
    """The question in the language of the page, else in one that it has."""
    texts = [LocalizedText(words, language) for language, words in query.question.items()]
    return pick(texts, visit.language) or LocalizedText(query.name)


def tidied(text: str) -> str:
    """The SPARQL without the lines that only our own reader reads."""
    lines = (line.removesuffix(" #+ parameters") for line in text.splitlines() if not line.startswith("#+"))
    return "\n".join(lines).strip() + "\n"


async def _graph(visit: PageContext, text: str) -> dict[str, object]:
    content = (await visit.view.construct(text)).decode()
    return {"turtle": turtle(content), "rows": None}


async def _table(visit: PageContext, query: CannedQuery, text: str) -> dict[str, object]:
    rows = await visit.view.select(text)
    shown = Solutions(rows.columns, rows.rows[:SHOWN])
    iris = {term for row in shown for name in rows.columns if isinstance(term := row[name], NamedNode)}
    called = await named(visit, iris)
    many = {column.name for column in query.columns if column.many}

    def cell(name: str, term: object) -> Value | None:
        if term is None:
            return None
        made = value(term, called, visit.links)
        return _sorted(made) if name in many else made

    columns = tuple(
        name for name in rows.columns if name.removesuffix("_iri") == name or name[:-4] not in rows.columns
    )
    cells = [[_led(cell(name, row[name]), row[f"{name}_iri"], visit) for name in columns] for row in shown]
    kept = Solutions(columns, shown.rows)
    return {
        "turtle": None,
        "rows": rows,
        "cells": cells,
        "shown": columns,
        "numeric": numeric(rows),
        "picture": picture(kept, cells) if "counts" in query.tags else None,
        "columns": {column.name: column.description for column in query.columns},
        "more": len(rows) - len(cells),
    }


def _led(label: Value | None, iri: object, visit: PageContext) -> Value | None:
    """A label with the address of what it is the label of, where the answer has its IRI beside it."""
    if label is None or not isinstance(iri, NamedNode):
        return label
    return replace(label, href=visit.links.thing(iri.value), iri=iri.value, ours=visit.links.is_ours(iri.value))


def _sorted(joined: Value) -> Value:
    """The parts of a joined cell in order: engines join them in any."""
    parts = sorted({part for part in joined.text.value.split("; ") if part})
    return Value(LocalizedText("; ".join(parts), joined.text.language))


def _dataset(visit: PageContext, query: CannedQuery, question: LocalizedText) -> dict[str, object]:
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": question.value,
        "description": question.value,
        "url": f"{visit.address}queries/{query.name}",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "variableMeasured": [column.name for column in query.columns],
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": CSV.media_type,
                "contentUrl": f"{visit.address}queries/{query.name}.csv",
            }
        ],
    }
