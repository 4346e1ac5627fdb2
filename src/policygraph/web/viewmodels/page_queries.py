"""The pages' own SPARQL: files in ``queries/``, plain and runnable, whose marked lines take a page's terms.

A line that ends in ``#+ <name>`` is replaced: ``VALUES ?thing { <…> } #+ thing`` gets the terms given for
``thing``; a line that is only ``#+ <name>`` gets the pattern given for it, or stays a comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from ...rdf.iris import BASE
from ...vocabulary.codelists import rebased
from ..delivery.problems import HTTPProblem

FOLDER = Path(__file__).resolve().parent / "queries"
_VALUES = re.compile(r"^( *)VALUES (\?\w+) \{.*\} #\+ (\w+)$", re.MULTILINE)
_PATTERN = re.compile(r"^( *)#\+ (\w+)$", re.MULTILINE)

Terms = Iterable[NamedNode | Literal]


@cache
def text(name: str) -> str:
    """The file ``queries/<name>.rq``."""
    return (FOLDER / f"{name}.rq").read_text("utf-8")


def question(name: str, base: str = BASE, patterns: dict[str, str] | None = None, **terms: Terms) -> str:
    """The query ``name`` for a site over ``base`` with these terms and patterns in its marked lines.

    Terms write and escape themselves; patterns come from code, never from a request.
    """
    patterns = patterns or {}
    query = rebased(text(name), base)
    query = _PATTERN.sub(lambda line: line[1] + patterns.get(line[2], f"#+ {line[2]}"), query)
    return _VALUES.sub(lambda line: _values(line, terms), query)


def _values(line: re.Match[str], terms: dict[str, Terms]) -> str:
    if line[3] not in terms:
        return line[0]
    return f"{line[1]}VALUES {line[2]} {{ {' '.join(map(str, terms[line[3]]))} }}"


def node(iri: str) -> NamedNode:
    """An IRI from a request as a term; Refusal 404 where it is none, for then nothing has it as its name."""
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise HTTPProblem(404, "There is nothing at this address: its name is no IRI.") from error
