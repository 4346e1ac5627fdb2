"""What the page of a canned query needs to be answered in the browser, as a block of JSON in the page."""

from __future__ import annotations

from typing import Any

from ..queries.canned import CannedQuery, get
from ..queries.parameters import TYPES, Parameter
from ..rdf.iris import BASE, prefixes
from ..web.pages.rendering import jsonld
from ..web.pages.views.editor import GRAPHS, TABLES, words
from .addresses import SiteAddress
from .answering import DUMP


def block(page: SiteAddress, base: str) -> str:
    """The settings of the query whose page this is."""
    query = get(page.path.rpartition("/")[2])
    settings: dict[str, Any] = {
        "base": base,
        "language": page.language,
        "root": page.root,
        "dump": page.way_to(f"dumps/{DUMP}"),
        "prefixes": prefixes(base),
        "formats": {"table": TABLES, "graph": GRAPHS},
        "words": words(page.language),
        "query": _query(query, base),
    }
    return f'<script type="application/json" id="query-settings">{jsonld(settings)}</script>\n'


def _query(query: CannedQuery, base: str) -> dict[str, Any]:
    """Its text as it stands in the file, with the line that takes values still marked."""
    return {
        "name": query.name,
        "text": query.text.replace(BASE, base),
        "many": [column.name for column in query.columns if column.many],
        "parameters": [_parameter(one, base) for one in query.parameters],
    }


def _parameter(parameter: Parameter, base: str) -> dict[str, str]:
    """In the order of the marked line: name, type, default, and what is expected of a value in words."""
    return {
        "name": parameter.name,
        "option": parameter.option,
        "type": parameter.datatype,
        "default": parameter.lexical(base),
        "expected": TYPES[parameter.datatype][0],
    }
