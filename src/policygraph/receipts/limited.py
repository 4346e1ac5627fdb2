"""Receipts in a child process with limits: of canned queries for a server, and of strangers' queries.

rdflib, which reads a query here, has no limits of its own; the child reads the release, then can open no file and
no socket any more, and is ended when its time is up.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import NoReceipt
from ..process.limited import LimitExceeded, run_limited
from ..process.sandbox import confine, widen_stack
from ..queries.canned import get
from ..release import Release

START_SECONDS, LOADED_MIB = 10.0, 4096
"""What starting a child and reading a release may take, beside the limits of the query."""


def receipts_limited(
    release: Release,
    query: str,
    parameters: Mapping[str, object] | None,
    *,
    most: int | None = None,
    seconds: float,
    mib: int,
) -> dict[str, Any]:
    """The document of receipts for the first ``most`` rows of a query.

    ``query`` is the name of a canned query asked with ``parameters``, or SPARQL where these are None. Raises
    NoReceipt where there are none, or where they take more than ``seconds`` or ``mib``.
    """
    arguments = (release.folder, release.manifest.canonical, query, parameters and dict(parameters), most, mib)
    try:
        written = run_limited(_made, *arguments, seconds=seconds + START_SECONDS, mib=LOADED_MIB)
    except LimitExceeded as error:
        raise NoReceipt(
            f"There are no receipts for this answer: to make them {error}. Narrow the query."
        ) from error
    content: dict[str, Any] = json.loads(written)
    return content


def _made(
    folder: Path, canonical: str, query: str, parameters: dict[str, object] | None, most: int | None, mib: int
) -> bytes:
    """What the child does."""
    from ..queries import open_release
    from .answers import receipts
    from .canned import document, of_store
    from .sparql import algebra

    release = Release.open(folder)
    if release.manifest.canonical != canonical:
        raise NoReceipt("There are no receipts for this answer: the release was replaced. Ask again.")
    store, base = open_release(folder)
    canned = None if parameters is None else get(query)
    algebra("SELECT * { ?s ?p ?o }")  # imports what rdflib imports late
    widen_stack()
    confine(mib)
    if canned is None or parameters is None:
        graphs = [f"{base}graph/{name}" for name in release.manifest.graphs]
        return receipts(store, query, base, graphs, most=most).serialize(release=canonical, most=most)
    result = of_store(canned, store, base, parameters, most)
    return document(result, canned, release, parameters, most)
