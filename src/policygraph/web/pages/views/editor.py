"""The SPARQL editor: a form that works as it is, and what a script needs to make an editor of it.

With JavaScript the query goes to the endpoint (or, in a static site, to an engine in the browser); without it
the form comes back to this page with ``run``, and ``outcome`` is what came of the query.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pyoxigraph import Literal, NamedNode

from ....engine.engine import QueryDataset
from ....engine.results import Solution, Solutions, rows_of
from ....engine.settings import Limits
from ....errors import EngineError
from ....i18n import Words, entries, shortened
from ....queries.canned import CannedQuery, catalogue, get, names
from ....rdf.iris import RDF, prefixes
from ....rdf.media_types import JSON, TURTLE
from ...delivery.failures import status_of
from ...delivery.problems import HTTPProblem
from ...sparql.endpoint import check_graphs, screen_for
from ...viewmodels.context import PageContext
from ...viewmodels.labels import LocalizedText, pick
from ...viewmodels.links import Links
from ..page import MEDIA, Page, section_page
from . import scripts
from .canned_queries import asks, questions_by_tag, takes_language, tidied

FORMATS = (*scripts.TABLES, *scripts.GRAPHS)
SHOWN = 500
"""Rows that the page shows without JavaScript; the downloads hold all."""

PLAIN = ("xsd:string", "xsd:date", "xsd:boolean", "xsd:integer", "xsd:decimal")
"""Datatypes that a value shows by itself."""

UNITS = {"SEC": "s", "4L": "MiB", "AD": "B"}
"""How people write the UN/CEFACT units of limits."""

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


SNIPPETS = {
    "curl": ("shell", "curl --get '{endpoint}' --header 'Accept: {type}' --data-urlencode 'query={query}'"),
    "Python": (
        "python",
        """import csv, io
from urllib.parse import urlencode
from urllib.request import Request, urlopen

query = \"\"\"{query}\"\"\"
request = Request("{endpoint}?" + urlencode({"query": query}), headers={"Accept": "{type}"})
rows = list(csv.DictReader(io.TextIOWrapper(urlopen(request), "utf-8")))
""",
    ),
    "R": (
        "r",
        """query <- r"---({query})---"
rows <- read.csv(paste0("{csv}?query=", URLencode(query, reserved = TRUE)))
""",
    ),
}
"""How the answer is fetched with other tools: how they quote, and their code."""

_SKIPPED = re.compile(
    r'\"\"\"(?:[^\\]|\\[\s\S])*?\"\"\"|\'\'\'(?:[^\\]|\\[\s\S])*?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\''
    r"|<[^<>\"{}|^`\s]*>|#.*"
)
"""What of a query is no code: strings, IRIs, comments."""

EMPTY: Mapping[str, Any] = {
    "rows": None,
    "graph": "",
    "truth": None,
    "problem": "",
    "status": 200,
    "formats": scripts.TABLES,
}
"""What may come of a query: rows, a graph in Turtle, a truth value, or the sentence that says why not; and what it
can be taken away in."""


async def editor(context: PageContext) -> Page:
    """The page at ``/editor``: one engine call for what it completes, and one for the query that is to run."""
    query, outcome = with_prefixes(query_of(context), prefixes(context.base)), None
    if any(name == "run" for name, _ in context.pairs) and query.strip() and context.static is None:
        context.note["query"] = query[:200]
        outcome = await _outcome(query, context)
    return section_page(
        context,
        "editor",
        {
            "query": query,
            "snippets": snippets(query, context),
            "outcome": outcome,
            "table": table(outcome["rows"], context.links) if outcome and outcome["rows"] else [],
            "shown": SHOWN,
            "formats": outcome["formats"] if outcome else (),
            "examples": questions_by_tag(context),
            "limits": [] if context.static else _limits(context.settings.limits, context.words),
            "script": scripts.EDITOR if scripts.is_built() else "",
            "settings": settings(context, await context.select("terms")),
        },
        status=outcome["status"] if outcome else 200,
        engine=True,
    )


async def _outcome(query: str, context: PageContext) -> Mapping[str, Any]:
    """The answer to a reader's query, through the same gate as at the endpoint; a refusal becomes its sentence."""
    view: Any = context.view
    try:
        screened = screen_for(view.snapshot, query, context.settings)
        check_graphs(screened, QueryDataset(), view.snapshot)
        media_type = TURTLE if screened.makes_graph else JSON
        content = (await view.answer(screened, media_type, ours=False)).whole()
    except (HTTPProblem, EngineError) as refusal:
        return {**EMPTY, "problem": str(refusal), "status": status_of(refusal), "formats": ()}
    if screened.makes_graph:
        return {**EMPTY, "graph": content.decode(), "formats": scripts.GRAPHS}
    if screened.form == "ASK":
        return {**EMPTY, "truth": b'"boolean":true' in content}
    return {**EMPTY, "rows": rows_of(content)}


def with_prefixes(query: str, namespaces: Mapping[str, str]) -> str:
    """The query with the declarations that it lacks before it: of prefixes that it uses and ``namespaces`` has.

    >>> with_prefixes("SELECT * { ?s pg:number ?n }", {"pg": "https://w3id.org/policygraph/def#"})
    'PREFIX pg: <https://w3id.org/policygraph/def#>\\nSELECT * { ?s pg:number ?n }'
    """
    bare = _SKIPPED.sub(lambda match: "" if match[0][0] == "#" else " ", query)
    declared = set(re.findall(r"(?im)^\s*PREFIX\s+([\w.-]*):", query))
    used = set(re.findall(r"(?<![\w:?$.-])([A-Za-z][\w.-]*):", bare))
    return (
        "".join(f"PREFIX {name}: <{namespaces[name]}>\n" for name in sorted(used - declared) if name in namespaces)
        + query
    )


def snippets(query: str, context: PageContext) -> dict[str, str]:
    """The query in the languages of other tools, by the name of the tool."""
    quotations = {
        "shell": query.replace("'", r"'\''"),
        "python": query.replace("\\", "\\\\").replace('"', r"\""),
        "r": query,
    }
    return {
        name: text.replace("{query}", quotations[quoted].strip())
        for name, (quoted, text) in addressed(context).items()
    }


def addressed(context: PageContext) -> dict[str, tuple[str, str]]:
    """The code of other tools with the addresses of this site; none where no server answers."""
    if context.static:
        return {}
    endpoint, csv = (context.links.absolute(path) for path in ("/sparql", "/editor.csv"))
    return {
        name: (quoted, text.replace("{endpoint}", endpoint).replace("{csv}", csv).replace("{type}", MEDIA["csv"]))
        for name, (quoted, text) in SNIPPETS.items()
    }


def query_of(context: PageContext) -> str:
    """The query in the address, that of the example that it names, or one to begin with."""
    query = next((value for name, value in context.pairs if name == "query" and value.strip()), None)
    if query is not None:
        return query.replace("\r\n", "\n")
    example = context.first("example")
    if example in names():
        return filled(get(example), context)
    return START.format(definitions=f"{context.base}def#")


def filled(query: CannedQuery, context: PageContext) -> str:
    """A canned query as an example: its question, then the SPARQL with its defaults."""
    values = {"lang": context.language} if takes_language(query) else {}
    return f"# {asks(query, context).value}\n{tidied(query.bind(context.base, **values))}"


def table(rows: Solutions, links: Links) -> list[list[tuple[str, str | None, str]]]:
    """The first rows as cells: words, where they lead (None: nowhere), language or datatype."""
    return [[_cell(row[name], links) for name in rows.columns] for row in rows.rows[:SHOWN]]


def _cell(term: Any, links: Links) -> tuple[str, str | None, str]:
    if term is None:
        return "", None, ""
    if isinstance(term, NamedNode):
        return links.short(term.value), links.thing(term.value), ""
    if not isinstance(term, Literal):
        return str(term), None, ""
    datatype = links.short(term.datatype.value)
    return term.value, None, term.language or ("" if datatype in PLAIN else datatype)


def _limits(limits: Limits, words: Words) -> list[tuple[str, str]]:
    """Each limit that readers should know: its words and its value."""
    rows = []
    for name, value, unit, english in limits.public():
        number = words.number(int(value)) if value == int(value) else f"{value:g}"
        amount = f"{number}\N{NO-BREAK SPACE}{UNITS[unit]}" if unit in UNITS else number
        rows.append((words.maybe(f"limit.{name}") or english, amount))
    return rows


def settings(context: PageContext, rows: Solutions) -> dict[str, Any]:
    """What the script reads: where to ask, what to complete, the examples, the words of the interface."""
    return scripts.settings(context) | {
        "endpoint": "" if context.static else context.links.file("/sparql"),
        "terms": [*terms(rows, context), *reused(context)],
        "examples": {query.name: filled(query, context) for query in catalogue()},
        "snippets": {
            name: {"text": text, "quoted": quoted} for name, (quoted, text) in addressed(context).items()
        },
    }


def terms(rows: Solutions, context: PageContext) -> Iterator[dict[str, str]]:
    """Our own terms and concepts: IRI, kind, label and definition in the language of the page."""
    by_term: dict[tuple[str, str], list[Solution]] = defaultdict(list)
    for row in rows:
        by_term[row.text("term"), row.text("type")].append(row)
    for (iri, kind), group in by_term.items():
        yield {
            "iri": iri,
            "kind": kind.rpartition("#")[2].rpartition("/")[2],
            "label": _in_language(group, "label", context.language),
            "definition": shortened(_in_language(group, "definition", context.language), 240),
        }


def _in_language(rows: Iterable[Solution], column: str, language: str) -> str:
    text = pick((LocalizedText.of(row[column]) for row in rows if row[column] is not None), language)
    return text.value if text else ""


def reused(context: PageContext) -> Iterator[dict[str, str]]:
    """Terms of other vocabularies that the interface has words for."""
    spaces = prefixes(context.base)
    for key, words in entries(context.language).items():
        prefix, _, name = key.removeprefix("term.").partition(":")
        if key.startswith("term.") and prefix in spaces and "/" not in name:
            kind = "Class" if name[:1].isupper() else "Property"
            iri = RDF + name if prefix == "rdf" else spaces[prefix] + name
            yield {"iri": iri, "kind": kind, "label": str(words), "definition": ""}
