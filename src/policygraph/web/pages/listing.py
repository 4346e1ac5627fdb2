"""The list of pages: routes, navigation, sitemap and static site are made from it.

A new page is a view (``views/``), a template of the section's name, its words (``i18n/``), and a line here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from ...queries.canned import names
from ...vocabulary.codelists import codes
from ..viewmodels.links import BROWSED
from .documents import address, paths
from .page import Page
from .views.about import about, source_page
from .views.actions import action_list, action_timeline
from .views.api import api
from .views.canned_queries import query_list, query_page
from .views.changes import change_list, counting
from .views.concept_browser import concept_page, vocabulary_page
from .views.definitions import definitions
from .views.documents import documents
from .views.editor import editor
from .views.home import home
from .views.overviews import concept_lists, dialogues, initiatives, periods
from .views.pivot import pivot_page
from .views.search import search_page
from .views.sectors import compare, sector_page, sectors
from .views.shapes import shapes
from .views.strategies import strategy_list, strategy_page


@dataclass(frozen=True, slots=True)
class ListedPage:
    """One line: the path, the view that makes the page, and where it is met.

    A path with ``{names}`` gives them to the view. The navigation ``menu`` is "main", "foot" or "" (none); it
    calls the page by the words ``nav.<section>``. ``paths`` lists what crawlers should find, by the keys of the
    strategies. ``dataset`` pages stand for the whole dataset and carry its links for machines. Pages that are not
    ``static`` need a server; those that are not ``kept`` are made for each request.
    """

    path: str
    view: Callable[..., Awaitable[Page]]
    section: str
    menu: str = ""
    paths: Callable[[Iterable[str]], Iterable[str]] | None = None
    dataset: bool = False
    static: bool = True
    kept: bool = True

    def crawled(self, strategies: Iterable[str] = ()) -> Iterable[str]:
        """The paths that stand in the sitemap: its own where it has no names in it, and those that it lists."""
        own = () if "{" in self.path else (self.path,)
        return (*own, *(self.paths(strategies) if self.paths else ()))


PAGES = (
    ListedPage("/", home, "home", dataset=True),
    ListedPage("/search", search_page, "search", kept=False),
    ListedPage("/actions", action_list, "actions", "main"),
    ListedPage("/timeline", action_timeline, "timeline", "main"),
    ListedPage("/strategies", strategy_list, "strategies", "main"),
    ListedPage("/sectors", sectors, "sectors", "main"),
    ListedPage("/dialogues", dialogues, "dialogues", "main"),
    ListedPage("/changes", change_list, "changes", "main"),
    ListedPage("/concepts", concept_lists, "concepts", "main"),
    ListedPage(
        "/concepts/{vocabulary}",
        vocabulary_page,
        "concepts",
        paths=lambda _: [f"/concepts/{name}" for name in BROWSED],
    ),
    ListedPage("/concepts/{vocabulary}/{key:path}", concept_page, "concepts"),
    ListedPage("/queries", query_list, "queries", "main"),
    ListedPage("/editor", editor, "editor", "main", kept=False),
    ListedPage("/pivot", pivot_page, "queries", static=False, kept=False),
    ListedPage("/about", about, "about", "main", dataset=True),
    ListedPage("/counting", counting, "counting", "foot"),
    ListedPage("/initiatives", initiatives, "initiatives", "foot"),
    ListedPage("/periods", periods, "periods", "foot"),
    ListedPage("/docs", documents, "documents", "foot", paths=lambda _: [*map(address, paths())][1:]),
    ListedPage("/docs/{name:path}", documents, "documents"),
    ListedPage("/def", definitions, "definitions", "foot"),
    ListedPage("/shapes", shapes, "shapes", "foot"),
    ListedPage("/api", api, "api", static=False),
    ListedPage("/compare", compare, "sectors"),
    ListedPage(
        "/sector/{key}", sector_page, "sectors", paths=lambda _: [f"/sector/{key}" for key in codes("sector")]
    ),
    ListedPage(
        "/strategy/{key}", strategy_page, "strategies", paths=lambda keys: [f"/strategy/{key}" for key in keys]
    ),
    ListedPage("/queries/{name}", query_page, "queries", paths=lambda _: [f"/queries/{name}" for name in names()]),
    ListedPage("/source/{document_id}/{language}", source_page, "about"),
    ListedPage("/source/{document_id}/{language}/{number:int}", source_page, "about"),
)
"""Every page but that of a thing, which stands with its data in ``things``."""
