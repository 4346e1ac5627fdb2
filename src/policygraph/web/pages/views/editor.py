"""The SPARQL editor: a form that works as it is, and what a script needs to make an editor of it.

With JavaScript the query goes to the endpoint (or, in a static site, to an engine in the browser); without it
the form comes back to this page with ``run``, and ``QueryOutcome`` is what came of the query.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ....engine.results import Solution, Solutions
from ....engine.settings import Limits
from ....i18n import entries
from ....queries.canned import CannedQuery, catalogue, get, names
from ....rdf.iris import RDF, prefixes
from ....rdf.media_types import CSV, JSON, JSON_LD, N_TRIPLES, RDF_XML, TRIG, TSV, TURTLE, XML, file_types
from ...viewmodels.context import PageContext
from ...viewmodels.links import STATIC, Links
from ...viewmodels.localized_text import LocalizedText, pick, shortened
from ...viewmodels.page_queries import question
from ..page import Crumb, Page
from .queries import asks, tidied

SCRIPT, ENGINE = "vendor/editor.js", "vendor/engine.js"
SHOWN = 500
"""Rows that the page shows without JavaScript; the downloads hold all."""

START = """PREFIX dct: <http://purl.org/dc/terms/>
PREFIX pg: <{definitions}>

SELECT ?action ?description ?due
WHERE {{
  ?action a pg:PolicyAction ;
          dct:description ?description ;
          pg:deadline/pg:completionDueBy ?due .
}}
ORDER BY ?due
LIMIT 20
"""
"""What stands in the editor before anybody wrote in it."""

TABLES = file_types(CSV, TSV, JSON, XML)
GRAPHS = file_types(TURTLE, N_TRIPLES, JSON_LD, RDF_XML, TRIG)
FORMATS = dict((*TABLES, *GRAPHS))
"""The media type of each extension that an answer can be taken away in."""


@dataclass(frozen=True, slots=True)
class QueryOutcome:
    """What came of a query: rows, a graph in Turtle, a truth value, or the sentence that says why not."""

    rows: Solutions | None = None
    graph: str = ""
    truth: bool | None = None
    problem: str = ""
    status: int = 200


@dataclass(frozen=True, slots=True)
class QueryTarget:
    """Where queries are answered: at an endpoint within limits, or in the reader's own browser.

    For the latter ``dump`` is the address of the whole graph, ``size`` its length in words.
    """

    limits: Limits
    dump: str = ""
    size: str = ""


async def editor(visit: PageContext, place: QueryTarget, outcome: QueryOutcome | None = None) -> Page:
    """The page at ``/editor``: one engine call for what it completes."""
    rows = await visit.view.select(question("terms", visit.base))
    return Page(
        "editor.html",
        visit.words("editor.title"),
        {
            "query": text(visit),
            "outcome": outcome,
            "table": table(outcome.rows, visit.links) if outcome and outcome.rows else [],
            "shown": SHOWN,
            "formats": _formats(outcome),
            "examples": examples(visit),
            "limits": [] if place.dump else _limits(place.limits, visit),
            "place": place,
            "script": SCRIPT if is_built() else "",
            "settings": settings(visit, place, rows),
        },
        outcome.status if outcome else 200,
        description=visit.words("editor.lede"),
        crumbs=(Crumb(visit.words("nav.editor")),),
        section="editor",
    )


def is_built() -> bool:
    """Whether the parts that npm packages make are there."""
    return (STATIC / SCRIPT).is_file()


def text(visit: PageContext) -> str:
    """The query in the address, that of the example that it names, or one to begin with."""
    given = next((value for name, value in visit.pairs if name == "query" and value.strip()), None)
    if given is not None:
        return given.replace("\r\n", "\n")
    example = visit.first("example")
    if example in names():
        return filled(get(example), visit)
    return START.format(definitions=f"{visit.base}def#")


def filled(query: CannedQuery, visit: PageContext) -> str:
    """A canned query as an example: its question, then the SPARQL with its defaults."""
    has_language = any(parameter.name == "lang" for parameter in query.parameters)
    values = {"lang": visit.language} if has_language else {}
    return f"# {asks(query, visit).value}\n{tidied(query.bind(visit.base, **values))}"


def examples(visit: PageContext) -> dict[str, list[tuple[str, LocalizedText]]]:
    """The canned queries by their first tag: name and question."""
    found: dict[str, list[tuple[str, LocalizedText]]] = defaultdict(list)
    for one in catalogue():
        found[one.tags[0] if one.tags else "other"].append((one.name, asks(one, visit)))
    return dict(sorted(found.items()))


def table(rows: Solutions, links: Links) -> list[list[tuple[str, str | None, str]]]:
    """The first rows as cells: words, where they lead (None: nowhere), language or datatype."""
    return [[_cell(row, name, links) for name in rows.columns] for row in rows.rows[:SHOWN]]


def _cell(row: Solution, name: str, links: Links) -> tuple[str, str | None, str]:
    term = row[name]
    if term is None:
        return "", None, ""
    if type(term).__name__ == "NamedNode":
        return links.short(term.value), links.thing(term.value), ""
    if type(term).__name__ != "Literal":
        return str(term), None, ""
    datatype = links.short(term.datatype.value)
    return term.value, None, term.language or ("" if datatype in PLAIN else datatype)


def _formats(outcome: QueryOutcome | None) -> tuple[tuple[str, str], ...]:
    if outcome is None or outcome.problem:
        return ()
    return GRAPHS if outcome.graph else TABLES


def _limits(limits: Limits, visit: PageContext) -> list[tuple[str, str]]:
    """Each limit that strangers should know: its words and its value."""
    return [
        (visit.words.maybe(f"limit.{name}") or words, _amount(value, unit, visit))
        for name, value, unit, words in limits.public()
    ]


def _amount(value: float, unit: str, visit: PageContext) -> str:
    number = visit.words.number(int(value)) if value == int(value) else f"{value:g}"
    return f"{number}\N{NO-BREAK SPACE}{UNITS[unit]}" if unit in UNITS else number


PLAIN = ("xsd:string", "xsd:date", "xsd:boolean", "xsd:integer", "xsd:decimal")
"""Datatypes that a value shows by itself."""

UNITS = {"SEC": "s", "4L": "MiB", "AD": "B"}
"""How people write the UN/CEFACT units of limits."""


def settings(visit: PageContext, place: QueryTarget, rows: Solutions) -> dict[str, Any]:
    """What the script reads: where to ask, what to complete, the examples, the words of the interface."""
    return {
        "base": visit.base,
        "language": visit.language,
        "endpoint": "" if place.dump else visit.links.file("/sparql"),
        "dump": place.dump,
        "prefixes": prefixes(visit.base),
        "terms": [*terms(rows, visit), *reused(visit)],
        "examples": {query.name: filled(query, visit) for query in catalogue()},
        "formats": {"table": TABLES, "graph": GRAPHS},
        "words": words(visit.language),
    }


@cache
def words(language: str) -> Mapping[str, Any]:
    """The interface's words that the script shows, by the key below ``editor``."""
    found = {key: said for key, said in entries(language).items() if key.startswith("editor.")}
    named = {key: said for key, said in entries(language).items() if key.startswith("format.")}
    return {key.removeprefix("editor."): said for key, said in (found | named).items()}


def terms(rows: Solutions, visit: PageContext) -> Iterator[dict[str, str]]:
    """Our own terms and concepts: IRI, kind, label and definition in the language of the page."""
    labels: dict[tuple[str, str], list[Solution]] = defaultdict(list)
    for row in rows:
        labels[row.text("term"), row.text("type")].append(row)
    for (iri, kind), found in labels.items():
        yield {
            "iri": iri,
            "kind": kind.rpartition("#")[2].rpartition("/")[2],
            "label": _in_language(found, "label", visit.language),
            "definition": shortened(_in_language(found, "definition", visit.language), 240),
        }


def _in_language(rows: Iterable[Solution], column: str, language: str) -> str:
    found = pick((LocalizedText.of(row[column]) for row in rows if row[column] is not None), language)
    return found.value if found else ""


def reused(visit: PageContext) -> Iterator[dict[str, str]]:
    """Terms of other vocabularies that the interface has words for."""
    known = prefixes(visit.base)
    for key, said in entries(visit.language).items():
        prefix, _, name = key.removeprefix("term.").partition(":")
        if key.startswith("term.") and prefix in known and "/" not in name:
            kind = "Class" if name[:1].isupper() else "Property"
            iri = RDF + name if prefix == "rdf" else known[prefix] + name
            yield {"iri": iri, "kind": kind, "label": str(said), "definition": ""}


def to_run(visit: PageContext) -> bool:
    """Whether the form was sent, or an address asks for the answer at once."""
    return any(name == "run" for name, _ in visit.pairs) and bool(text(visit).strip())
