"""Other vocabularies as a tree with our counts, and a page a concept: from a sector to concepts, and back."""

from __future__ import annotations

from ....i18n import shortened
from ...viewmodels.context import PageContext
from ...viewmodels.links import BROWSED, VOCABULARIES
from ...viewmodels.vocabularies import RELATED, concept_graph
from ..page import Crumb, Page


async def vocabulary_page(context: PageContext, vocabulary: str) -> Page:
    """The page at ``/concepts/eurovoc``, with a tree of what leads here; HTTPProblem 404 for an unknown one."""
    if vocabulary not in BROWSED:
        raise context.refusal(404, "vocabulary", choices=", ".join(BROWSED))
    graph, words = await concept_graph(context), context.words
    name = words(f"vocabulary.{vocabulary}")
    return Page(
        "vocabulary.html",
        words("browser.title", name=name),
        {"tree": graph.tree(vocabulary), "name": name},
        description=words("browser.lede"),
        crumbs=(Crumb(words("nav.concepts"), "/concepts"), Crumb(name)),
        section="concepts",
    )


async def concept_page(context: PageContext, vocabulary: str, key: str) -> Page:
    """The page of one concept; HTTPProblem 404 where nothing here has to do with it."""
    iri = VOCABULARIES[vocabulary] + key if vocabulary in BROWSED else ""
    graph = await concept_graph(context)
    if iri not in graph:
        raise context.refusal(404, "nothing", iri=(iri or key)[:200])
    label, words = graph.label(iri), context.words
    name = words(f"vocabulary.{vocabulary}")
    matches = [
        (match, ours, graph.label(ours), len(graph.under(ours)) if match != RELATED else 0)
        for match, ours in graph.matches.get(iri, ())
    ]
    values = {
        "graph": graph,
        "iri": iri,
        "label": label,
        "vocabulary_name": name,
        "broader": graph.broader(iri),
        "narrower": graph.narrower(iri),
        "matches": matches,
        "direct": graph.direct(iri),
        "sectors": [ours for match, ours, *_ in matches if "/id/sector/" in ours and match != RELATED],
    }
    return Page(
        "concept.html",
        shortened(label.value, 90),
        values,
        description=words("browser.concept_lede", name=label.value),
        crumbs=(
            Crumb(words("nav.concepts"), "/concepts"),
            Crumb(name, f"/concepts/{vocabulary}"),
            Crumb(shortened(label.value, 60)),
        ),
        section="concepts",
    )
