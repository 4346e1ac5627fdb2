"""The canned queries: files of plain SPARQL that say their question, parameters and columns.

The anatomy of a file (``queries/<name>.rq``)::

    #+ summary: the question in plain words
    #+ summary-nl: the same in Dutch
    #+ tags: [actions, time]
    #+ graphs: [actions, vocabulary]
    #+ param as_of: xsd:date What the value means
    #+ param document (?scope): xsd:anyURI Its variable, where a column has the name of the parameter
    #+ column action: What stands in the column
    #+ column sectors (list): Several values, joined by “; ”
    PREFIX …
    SELECT … | CONSTRUCT …
    WHERE {
      VALUES (?as_of) { ("2026-11-24"^^xsd:date) } #+ parameters
      …

The VALUES line holds the defaults, so that the file runs as it stands; binding replaces that line.
Without ``graphs`` a query reads them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

from ..errors import QueryError
from ..files import folder
from ..rdf.iris import BASE, GRAPHS
from .parameters import TYPES, Parameter

HEADER = r"^#\+ ([a-z-]+)(?: (\w+)(?: \((list|\?\w+)\))?)?: (.*)$"
VALUES = r"^( *)VALUES \(([^)]*)\) \{ \((.*)\) \} #\+ parameters$"
TERM = r'"((?:[^"\\]|\\.)*)"(?:\^\^\S+)?|<([^>]*)>|(-?[0-9]+)'
DATASET = "\nWHERE {"


class ResultColumn(NamedTuple):
    """One column of an answer; ``many`` where a cell joins several values."""

    name: str
    description: str
    many: bool = False


class CannedQuery(NamedTuple):
    """A question with its SPARQL.

    ``question`` maps a language to the words, ``form`` is select or construct, ``graphs`` are the named
    graphs that it reads.
    """

    name: str
    question: Mapping[str, str]
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    columns: tuple[ResultColumn, ...]
    form: Literal["select", "construct"]
    graphs: tuple[str, ...]
    text: str

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of its columns in their order."""
        return tuple(column.name for column in self.columns)

    def bind(self, base: str = BASE, /, **values: object) -> str:
        """The SPARQL text with ``values`` in place of the defaults, for a release below ``base``.

        ``as_of`` is today where it is not given; ``from_`` stands for ``from``, a Python keyword.
        QueryError for an unknown parameter or a value of the wrong type.
        """
        named = self._checked(values)
        terms = [
            parameter.written(named.get(parameter.name, parameter.lexical(base)), base)
            for parameter in self.parameters
        ]
        text = self.text.replace(BASE, base)
        row = " ".join(terms)
        return re.sub(
            VALUES, lambda line: f"{line[1]}VALUES ({line[2]}) {{ ({row}) }}", text, count=1, flags=re.MULTILINE
        )

    def _checked(self, values: Mapping[str, object]) -> dict[str, object]:
        named = {name.rstrip("_").replace("-", "_"): value for name, value in values.items() if value is not None}
        names = [parameter.name for parameter in self.parameters]
        for name in named:
            if name not in names:
                raise QueryError(unknown_parameter(self, name))
        return named


def described(query: CannedQuery, address: str | None = None) -> dict[str, Any]:
    """A query as plain values: name, question by language, tags, form, parameters and columns.

    With the ``address`` of a site there is the address of the query too.
    """
    return {
        "name": query.name,
        **({} if address is None else {"address": f"{address}queries/{query.name}"}),
        "question": dict(query.question),
        "tags": list(query.tags),
        "form": query.form,
        "parameters": [
            {
                "name": parameter.name,
                "option": parameter.option,
                "type": parameter.datatype,
                "default": parameter.lexical(),
                "description": parameter.description,
            }
            for parameter in query.parameters
        ],
        "columns": [
            {"name": column.name, "many": column.many, "description": column.description}
            for column in query.columns
        ],
    }


def unknown_parameter(query: CannedQuery, name: str) -> str:
    """The sentence for a parameter that ``query`` does not have, with those that it has."""
    from difflib import get_close_matches

    names = [parameter.name for parameter in query.parameters]
    near = get_close_matches(name.replace("-", "_"), names, n=1)
    cure = f"it takes {', '.join(names)}" if names else "it takes none"
    cure = f"did you mean {near[0]}? {cure.capitalize()}" if near else cure
    return f"The query “{query.name}” has no parameter “{name}”: {cure}."


def with_graphs(text: str, base: str = BASE, graphs: Iterable[str] = GRAPHS) -> str:
    """``text`` over the union of these graphs of ours, said with FROM, for an endpoint.

    Why so: docs/decisions/queries-union.md.
    """
    clauses = "".join(f"\nFROM <{base}graph/{name}>" for name in graphs)
    return text.replace(DATASET, clauses + DATASET, 1)


def catalogue() -> tuple[CannedQuery, ...]:
    """Every canned query, sorted by name."""
    return tuple(get(name) for name in names())


@cache
def names() -> tuple[str, ...]:
    """The names of the canned queries, sorted, without reading the files."""
    return tuple(sorted(path.stem for path in folder("queries").iterdir() if path.suffix == ".rq"))


def get(name: str) -> CannedQuery:
    """The canned query called ``name``; QueryError names the nearest ones."""
    if name not in names():
        raise QueryError(_unknown_query(name))
    return read(folder("queries") / f"{name}.rq")


def _unknown_query(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, names(), n=3, cutoff=0.4)
    cure = f"did you mean {', '.join(near)}?" if near else "“policygraph queries” lists them all."
    return f"There is no query called “{name[:80]}”: {cure}"


@cache
def read(path: Path) -> CannedQuery:
    """The canned query in the file ``path``; QueryError where its header is not as the anatomy has it."""
    text = path.read_text(encoding="utf-8")
    lines = re.findall(HEADER, text, re.MULTILINE)
    header = {key: words for key, name, _, words in lines if not name}
    if "summary" not in header:
        raise QueryError(f"The file {path.name} does not say its question: begin it with “#+ summary: …”.")
    return CannedQuery(
        name=path.stem,
        question={
            key.partition("-")[2] or "en": words for key, words in header.items() if key.startswith("summary")
        },
        tags=_listed(header.get("tags", "")),
        parameters=_parameters(
            path,
            text,
            {variable[1:] or name: (name, words) for key, name, variable, words in lines if key == "param"},
        ),
        columns=tuple(
            ResultColumn(name, words, many == "list") for key, name, many, words in lines if key == "column"
        ),
        form="construct" if re.search(r"^CONSTRUCT\b", text, re.MULTILINE) else "select",
        graphs=_listed(header.get("graphs", "")) or GRAPHS,
        text=text,
    )


def _listed(words: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in words.strip("[]").split(",") if word.strip())


def _parameters(path: Path, text: str, described: dict[str, tuple[str, str]]) -> tuple[Parameter, ...]:
    """The parameters in the order of the VALUES line, which holds the defaults; ``described`` is by variable."""
    line = re.search(VALUES, text, re.MULTILINE)
    variables = re.findall(r"\?(\w+)", line[2]) if line else []
    defaults = [plain or iri or number for plain, iri, number in re.findall(TERM, line[3])] if line else []
    if sorted(variables) != sorted(described) or len(variables) != len(defaults):
        raise QueryError(f"The parameters in {path.name} are not those of its VALUES line: make them agree.")
    return tuple(
        _parameter(path, *described[variable], default)
        for variable, default in zip(variables, defaults, strict=True)
    )


def _parameter(path: Path, name: str, words: str, default: str) -> Parameter:
    datatype, _, description = words.partition(" ")
    if datatype not in TYPES:
        raise QueryError(f"{path.name} gives “{name}” the unknown type {datatype}: use {', '.join(TYPES)}.")
    return Parameter(name, datatype, description, default)
