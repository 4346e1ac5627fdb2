"""The canned queries as pages: the question, a form for its parameters, the answer, the SPARQL behind it."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from typing import Any

from pyoxigraph import NamedNode

from ....engine.results import Solutions
from ....errors import QueryError
from ....queries.canned import CannedQuery, catalogue, get, names
from ....queries.parameters import TYPES, Parameter
from ....rdf.iris import BASE
from ...delivery.link_header import LICENCE
from ...viewmodels.charts import answer_chart, finding, numeric
from ...viewmodels.context import PageContext
from ...viewmodels.labels import LocalizedText, labels, pick
from ...viewmodels.picker import THING, ThingPicker
from ...viewmodels.statements import Value, value
from ..page import MEDIA, Crumb, Page, alternates, section_page
from . import scripts

SHOWN = 500
"""Rows that a page shows; the downloads hold all."""

INPUTS = {kind: (name, TYPES[kind].pattern) for kind, name in (("xsd:date", "date"), ("xsd:integer", "number"))}
"""The input that takes a type, and what it can hold: anything else stands in a plain one, to be corrected."""

SHADES = ("#ffffff", "#e4ecf9", "#c5d6f3", "#9fbcea", "#3d6bbd", "#2a55a6", "#183c84")
"""The colours of a grid in a picture that leaves the site: those of the light theme."""

MOST_CHOICES = 60
"""Things that a list to choose from shows; where there are more, they are proposed while somebody types."""

TABLE_FORMATS = ("csv", "xlsx", "json", "tsv", "ttl")
GRAPH_FORMATS = ("ttl", "nt", "jsonld")


async def query_list(context: PageContext) -> Page:
    """The page at ``/queries``: no engine call."""
    return section_page(context, "queries", {"by_tag": questions_by_tag(context)})


def questions_by_tag(context: PageContext) -> dict[str, list[tuple[str, LocalizedText]]]:
    """The canned queries by their first tag: name and question."""
    by_tag: dict[str, list[tuple[str, LocalizedText]]] = defaultdict(list)
    for query in catalogue():
        by_tag[query.tags[0] if query.tags else "other"].append((query.name, asks(query, context)))
    return dict(sorted(by_tag.items()))


async def query_page(context: PageContext, name: str) -> Page:
    """The page of one canned query: two engine calls at most. HTTPProblem 404 where there is none of this name."""
    if name not in names():
        raise context.refusal(404, "query", name=name[:80])
    query = get(name)
    values, question = arguments(query, context), asks(query, context)
    answer: dict[str, Any] = {"chart": None, "finding": "", "rows": None, "graph": None}
    status, error = 200, ""
    picker = await ThingPicker.of(query, context)
    try:
        values |= picker.resolved(values)
        text = query.bind(context.base, **values)
    except QueryError as problem:
        text, status, error = query.text, 400, _in_words(problem, query, context)
    else:
        if query.form == "construct":
            answer["graph"] = (await context.view.construct(text)).decode()
        else:
            answer |= await _table(context, query, text)
    formats = GRAPH_FORMATS if query.form == "construct" else TABLE_FORMATS
    return Page(
        "query.html",
        question.value,
        {
            **answer,
            "question": question,
            "query_name": name,
            "chart_pairs": [
                *((key, value) for key, value in values.items() if key != "lang"),
                ("lang", context.language),
            ],
            "fields": [_field(one, context, values, picker) for one in query.parameters if one.name != "lang"],
            "error": error,
            "text": tidied(text),
            "built": scripts.is_built(),
            "settings": _settings(query, context) if context.static and scripts.is_built() else None,
        },
        status,
        description=question.value,
        crumbs=(Crumb(context.words("nav.queries"), "/queries"), Crumb(name)),
        alternates=alternates(context, f"/queries/{name}", formats, values.items()),
        parameters=tuple(parameter.name for parameter in query.parameters),
        section="queries",
        data=(_schema_org(query, question, context),) if status == 200 else (),
        engine=True,
    )


async def chart_page(context: PageContext, name: str) -> Page:
    """The chart of a canned query as SVG; HTTPProblem 404 where its answer makes none."""
    page = await query_page(context, name)
    if page.status != 200 or not page.values["chart"]:
        raise context.refusal(404, "chart", name=name[:80])
    values = {
        **page.values,
        "question": page.title,
        "shades": SHADES,
        "source": context.links.absolute(context.links.rooted(f"/queries/{name}", context.pairs)),
    }
    return replace(page, template="chart.svg", values=values)


def _schema_org(query: CannedQuery, question: LocalizedText, context: PageContext) -> dict[str, Any]:
    """The answer as schema.org's Dataset."""
    absolute = context.links.absolute
    csv = {"encodingFormat": MEDIA["csv"], "contentUrl": absolute(f"/queries/{query.name}.csv")}
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": question.value,
        "description": question.value,
        "url": absolute(f"/queries/{query.name}"),
        "license": LICENCE,
        "variableMeasured": [column.name for column in query.columns],
        "distribution": [{"@type": "DataDownload", **csv}],
    }


def arguments(query: CannedQuery, context: PageContext) -> dict[str, str]:
    """The values in the address; the language of the answer is that of the page."""
    values = {one.name: context.first(one.name) for one in query.parameters if context.first(one.name)}
    return values | ({"lang": context.language} if takes_language(query) else {})


def takes_language(query: CannedQuery) -> bool:
    """Whether the answer to a query depends on a language."""
    return any(parameter.name == "lang" for parameter in query.parameters)


def _in_words(problem: QueryError, query: CannedQuery, context: PageContext) -> str:
    """What is wrong with a value, with the name that the form has for its parameter instead of the option's."""
    sentence = str(problem)
    for parameter in query.parameters:
        if label := context.words.maybe(f"parameter.{parameter.name}"):
            sentence = sentence.replace(parameter.option, f"“{label}”")
    return sentence


def _field(
    parameter: Parameter, context: PageContext, values: dict[str, str], picker: ThingPicker
) -> dict[str, Any]:
    """One parameter in the form: what it is called, the input that takes it, its value, what can be chosen."""
    value = values.get(parameter.name, parameter.lexical(context.base))
    if parameter.is_today and parameter.name not in values:
        value = context.today.isoformat()
    kind, held = INPUTS.get(parameter.datatype, ("text", ".*"))
    choices = picker.choices(parameter) if parameter.datatype == THING else []
    if parameter.datatype == THING:
        value = picker.short(value)
        kind = "select" if choices and value in dict(choices) and len(choices) <= MOST_CHOICES else kind
    return {
        "choices": choices,
        "name": parameter.name,
        "label": context.words.maybe(f"parameter.{parameter.name}") or parameter.description,
        "kind": kind if kind == "select" or re.fullmatch(held, value) else "text",
        "value": value,
    }


def asks(query: CannedQuery, context: PageContext) -> LocalizedText:
    """The question in the language of the page, else in one that it has."""
    texts = [LocalizedText(words, language) for language, words in query.question.items()]
    return pick(texts, context.language) or LocalizedText(query.name)


def tidied(text: str) -> str:
    """The SPARQL without the lines that only our own reader reads."""
    lines = (line.removesuffix(" #+ parameters") for line in text.splitlines() if not line.startswith("#+"))
    return "\n".join(lines).strip() + "\n"


async def _table(context: PageContext, query: CannedQuery, text: str) -> dict[str, Any]:
    rows = await context.view.select(text)
    shown = Solutions(rows.columns, rows.rows[:SHOWN])
    iris = {term for row in shown for name in rows.columns if isinstance(term := row[name], NamedNode)}
    names = await labels(context, iris)
    many = {column.name for column in query.columns if column.many}
    columns = tuple(
        name for name in rows.columns if name.removesuffix("_iri") == name or name[:-4] not in rows.columns
    )

    def cell(name: str, term: object, iri: object) -> Value | None:
        """A value as it is shown; a label leads to what it is the label of, where its IRI stands beside it."""
        if term is None:
            return None
        shown = value(term, names)
        if name in many:
            parts = sorted(
                {part for part in shown.text.value.split("; ") if part}
            )  # engines join them in any order
            shown = Value(LocalizedText("; ".join(parts), shown.text.language))
        if not isinstance(iri, NamedNode):
            return shown
        return replace(
            shown, href=names.links.thing(iri.value), iri=iri.value, ours=names.links.is_ours(iri.value)
        )

    cells = [[cell(name, row[name], row[f"{name}_iri"]) for name in columns] for row in shown]
    chart = answer_chart(Solutions(columns, shown.rows), cells) if "counts" in query.tags else None
    counted = chart.column if chart else ""
    title = context.words.maybe(f"column.{counted}") or counted.replace("_", " ")
    return {
        "finding": finding(chart, title, context.words) if chart else "",
        "rows": rows,
        "cells": cells,
        "shown": columns,
        "numeric": numeric(rows),
        "chart": chart,
        "columns": {column.name: column.description for column in query.columns},
        "more": len(rows) - len(cells),
    }


def _settings(query: CannedQuery, context: PageContext) -> dict[str, Any]:
    """What the browser needs to answer the query: its text, with the line that takes values still marked.

    Of each parameter, in the order of that line: name, option, type, default, and what is expected in words.
    """
    parameters = [
        {
            "name": one.name,
            "option": one.option,
            "type": one.datatype,
            "default": one.lexical(context.base),
            "expected": TYPES[one.datatype].expected,
        }
        for one in query.parameters
    ]
    described = {
        "name": query.name,
        "text": query.text.replace(BASE, context.base),
        "many": [column.name for column in query.columns if column.many],
        "parameters": parameters,
    }
    return scripts.settings(context) | {"query": described}
