"""Annexes of EU strategies as linked data that leads to page and words.

The stages of the command line, as functions::

    >>> import policygraph
    >>> folder = policygraph.source_folders()[0]
    >>> quads = policygraph.convert(folder)          # a list of pyoxigraph quads
    >>> policygraph.validate(quads).conforms
    True
    >>> graph = policygraph.to_rdflib(quads)         # an rdflib Graph: the union of the named graphs
    >>> from rdflib import RDF, URIRef
    >>> len(set(graph.subjects(RDF.type, URIRef("https://w3id.org/policygraph/def#PolicyAction"))))
    48

Names are imported when they are used, so that ``import policygraph`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .version import VERSION as __version__

_HOMES = {
    "Names": "rdf.iris",
    "PolicygraphError": "errors",
    "Release": "release",
    "ask": "queries",
    "build": "pipeline.build",
    "catalogue": "queries",
    "compare": "history.differences",
    "convert": "graph",
    "from_rdflib": "rdf.conversion",
    "infer": "enrich.closure",
    "open_release": "queries",
    "query": "queries",
    "source_folders": "files",
    "to_rdflib": "rdf.conversion",
    "validate": "validation",
    "verify": "verification",
}

if TYPE_CHECKING:
    from .enrich.closure import infer
    from .errors import PolicygraphError
    from .files import source_folders
    from .graph import convert
    from .history.differences import compare
    from .pipeline.build import build
    from .queries import ask, catalogue, open_release, query
    from .rdf.conversion import from_rdflib, to_rdflib
    from .rdf.iris import Names
    from .release import Release
    from .validation import validate
    from .verification import verify

__all__ = [
    "Names",
    "PolicygraphError",
    "Release",
    "__version__",
    "ask",
    "build",
    "catalogue",
    "compare",
    "convert",
    "from_rdflib",
    "infer",
    "open_release",
    "query",
    "source_folders",
    "to_rdflib",
    "validate",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return __all__
