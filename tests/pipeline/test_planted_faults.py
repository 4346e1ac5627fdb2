"""Faults planted one at a time in the real document, each of which validation must find.

What only another stage can know is left out here: offsets that are off by some characters (``verify``),
codes of EU tables (``links check``), texts that people wrote (definitions, remarks, English titles).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple

from places import SEED
from policygraph.pipeline.jobs import document_quads
from policygraph.rdf.iris import BASE, DCAT, DCT, ELI, OA, OWL, PROV, RDF, RDFS, SKOS, TIME, XSD, Names
from policygraph.validation import validate
from policygraph.validation.engines import ENGINES
from policygraph.validation.model import EngineResult
from policygraph.validation.shapes import Shapes, ours
from policygraph.validation.targets import TARGETS

NAMES = Names()
THINGS = f"{BASE}id/"
PG = NAMES.definitions
GRAPHS = {
    NAMES.graph(name)
    for name in (
        "document",
        "actions",
        "dialogues",
        "initiatives",
        "vocabulary",
        "curated",
        "derived",
        "status",
        "mappings",
    )
}
Document = tuple[Triple, ...]
Change = tuple[set[Triple], list[Triple]]

FREE = {
    f"{DCT}subject": "which EuroVoc concepts a document is about is a choice",
    f"{DCT}rights": "advice that may be given twice",
    f"{DCT}type": "a document's type is said twice, once for DCAT",
    f"{RDFS}seeAlso": "a footnote may have no address",
    "http://data.europa.eu/m8g/audience": "a cell may name one group or several",
    f"{SKOS}closeMatch": "which further concepts fit is a choice",
    f"{SKOS}broadMatch": "which further concepts fit is a choice",
    f"{SKOS}narrowMatch": "which further concepts fit is a choice",
    f"{SKOS}relatedMatch": "which further concepts fit is a choice",
    f"{SKOS}altLabel": "a short form is a choice",
    f"{SKOS}hiddenLabel": "a word of a source is a choice",
    f"{SKOS}example": "advice",
    f"{PROV}wasDerivedFrom": "several cells may tell one thing",
    f"{PG}sector": "a row may name one sector or several",
    "https://w3id.org/sssom/object_source_version": "a table may not say which version it is",
    f"{DCT}title": "a title in one language may be all there is",
    f"{DCT}description": "running text and remarks may be missing",
}
QUOTED = (f"{PG}wording", f"{PG}quote", f"{OA}exact", f"{PG}objective")
RECORDS = ("action", "dialogue", "initiative")


@cache
def document() -> Document:
    """The document as a release states it, without what is inferred."""
    return tuple(dict.fromkeys(quad.triple for quad in document_quads(SEED, NAMES) if quad.graph_name in GRAPHS))


@cache
def where(test: Callable[[Triple], bool]) -> tuple[Triple, ...]:
    found = tuple(triple for triple in document() if test(triple))
    assert found, "the document has nothing to plant this fault in"
    return found


def planted(change: Change) -> list[Triple]:
    gone, put = change
    statements = dict.copy(_document())
    for triple in gone:
        statements.pop(triple, None)
    return list(statements | dict.fromkeys(put))


@cache
def _document() -> dict[Triple, None]:
    return dict.fromkeys(document())


def is_found(change: Change) -> bool:
    """Whether validation finds the fault. The shapes of what the change touches are asked first, and alone.

    What some shapes find all shapes find (``test_what_the_shapes_nearby_find_all_shapes_find``); where those
    nearby find nothing, the whole of them decide, as a build has it.
    """
    return bool(found_nearby(change) or validate(planted(change)).findings)


def found_nearby(change: Change) -> list[EngineResult]:
    """What the shapes find that look at the things of the change, or at what leads to these."""
    gone, put = change
    touched = {triple.subject for triple in (*gone, *put)}
    around = touched | {subject for thing in touched for subject in _leading_to().get(thing, ())}
    classes = {name for thing in around for name in _classes().get(thing, ())}
    predicates = {triple.predicate for triple in (*gone, *put)}
    return results(planted(change), shapes_of(frozenset(classes | predicates)))


def results(statements: list[Triple], rules: Shapes) -> list[EngineResult]:
    return ENGINES["fast"]([*statements, *rules.background(statements)], rules)


@cache
def shapes_of(names: frozenset[object]) -> Shapes:
    """Our shapes, of which only those still have a target that name one of these classes or predicates."""
    triples = (t for t in ours().triples if t.predicate.value not in TARGETS or t.object in names)
    return replace(ours(), triples=tuple(triples))


@cache
def _leading_to() -> dict[object, set[object]]:
    subjects: dict[object, set[object]] = defaultdict(set)
    for triple in document():
        subjects[triple.object].add(triple.subject)
    return subjects


@cache
def _classes() -> dict[object, set[object]]:
    classes: dict[object, set[object]] = defaultdict(set)
    for triple in document():
        if triple.predicate.value == f"{RDF}type":
            classes[triple.subject].add(triple.object)
    return classes


def instead(triple: Triple, value: NamedNode | Literal) -> Change:
    return {triple}, [Triple(triple.subject, triple.predicate, value)]


def kind(triple: Triple) -> str:
    """The kind of thing that a statement is about: ``action``, ``deadline``, ``source``, ``doc`` …"""
    subject = triple.subject.value if isinstance(triple.subject, NamedNode) else ""
    return subject.removeprefix(THINGS).split("/")[0]


def of(*predicates: str) -> Callable[[Triple], bool]:
    return lambda triple: triple.predicate.value in predicates


def one_of(test: Callable[[Triple], bool]) -> st.SearchStrategy[Triple]:
    return st.deferred(lambda: st.sampled_from(where(test)))


# --- the faults: each a strategy of changes ---


def required(triple: Triple) -> bool:
    return triple.predicate.value not in FREE


def is_verbatim(triple: Triple) -> bool:
    told = triple.predicate.value == f"{DCT}description" and kind(triple) in RECORDS
    heading = triple.predicate.value == f"{SKOS}prefLabel" and kind(triple) in ("heading", "sector-label")
    quoted = triple.predicate.value in QUOTED and kind(triple) != "status-report"  # words of a page elsewhere
    return quoted or told or heading


def is_date(triple: Triple) -> bool:
    known = isinstance(triple.object, Literal) and triple.object.datatype.value == f"{XSD}date"
    return known and kind(triple) in ("deadline", "period", "instant")


def is_number(triple: Triple) -> bool:
    return triple.predicate.value in {
        f"{PG}{name}" for name in ("number", "page", "reportedValue", "approximateAttendees", "quarterOrdinal")
    } or (
        triple.predicate.value == f"{PG}order"
        and kind(triple) in ("heading", "sector-label", "source")
        and _above(triple)
    )


def _above(triple: Triple) -> bool:
    return isinstance(triple.object, Literal) and "/G" not in str(triple.subject)


def is_code(triple: Triple) -> bool:
    coded = {f"{DCT}type", *(f"{PG}{name}" for name in ("access", "modality", "qualifier", "status", "pageBasis"))}
    return triple.predicate.value in coded and str(triple.object).startswith(f"<{THINGS}")


def is_link(triple: Triple) -> bool:
    return (
        isinstance(triple.object, NamedNode)
        and triple.object.value.startswith(THINGS)
        and triple.predicate.value
        not in (f"{RDF}type", f"{SKOS}closeMatch", f"{SKOS}broadMatch", f"{SKOS}narrowMatch")
    )


SINGLE = of(
    f"{DCT}identifier",
    f"{ELI}number",
    f"{ELI}is_part_of",
    f"{PG}heading",
    f"{PG}period",
    f"{PG}modality",
    f"{PG}earliest",
    f"{PG}attendance",
    f"{OA}hasSource",
    f"{OA}start",
    f"{PG}line",
    f"{PG}sha256",
    f"{DCAT}startDate",
    f"{TIME}hasEnd",
)
PAIRS = {
    f"{PG}earliest": f"{PG}completionDueBy",
    f"{DCAT}startDate": f"{DCAT}endDate",
    f"{PG}asOf": f"{PG}recordedOn",
    f"{OA}start": f"{OA}end",
    f"{TIME}hasBeginning": f"{TIME}hasEnd",
}


def has_pair(triple: Triple) -> bool:
    """Whether there is another value to swap it with: two days that are the same stay as they are."""
    if triple.predicate.value not in PAIRS:
        return False
    partner = _partner(triple)
    return partner is not None and partner.object != triple.object


def _partner(triple: Triple) -> Triple | None:
    other = PAIRS[triple.predicate.value]
    return next((t for t in document() if t.subject == triple.subject and t.predicate.value == other), None)


def swapped(triple: Triple) -> Change:
    partner = _partner(triple)
    assert partner is not None
    put = [Triple(t.subject, t.predicate, v) for t, v in ((triple, partner.object), (partner, triple.object))]
    return {triple, partner}, put


def text_of(triple: Triple) -> Literal:
    assert isinstance(triple.object, Literal)
    return triple.object


def with_language(triple: Triple) -> Change:
    return instead(triple, Literal(text_of(triple).value, language="de"))


def with_other_words(triple: Triple) -> Change:
    return instead(triple, Literal(f"{text_of(triple).value} en meer", language=text_of(triple).language))


def counted_on(triple: Triple) -> Change:
    return instead(triple, Literal(int(text_of(triple).value) + 1))


def next_year(triple: Triple) -> Change:
    year, rest = text_of(triple).value.split("-", 1)
    return instead(triple, Literal(f"{int(year) + 1}-{rest}", datatype=NamedNode(f"{XSD}date")))


def of_wrong_kind(triple: Triple) -> Change:
    literal = isinstance(triple.object, Literal)
    return instead(triple, NamedNode(f"{THINGS}nothing") if literal else Literal("nothing"))


def to_nowhere(triple: Triple) -> Change:
    assert isinstance(triple.object, NamedNode)
    return instead(triple, NamedNode(f"{triple.object.value}-nowhere"))


def doubled(triple: Triple) -> Change:
    value = triple.object
    other = NamedNode(f"{value.value}-2") if isinstance(value, NamedNode) else _more(text_of(triple))
    return set(), [Triple(triple.subject, triple.predicate, other)]


def _more(text: Literal) -> Literal:
    if text.datatype.value == f"{XSD}integer":
        return Literal(int(text.value) + 1)
    return (
        Literal(text.value.replace("2", "1"), datatype=text.datatype)
        if "2" in text.value
        else Literal(f"{text.value}2")
    )


def without_class(triple: Triple) -> Change:
    return {t for t in document() if t.subject == triple.subject and t.predicate.value == f"{RDF}type"}, []


def without_node(triple: Triple) -> Change:
    return {t for t in document() if t.subject == triple.subject}, []


def in_other_section(triple: Triple) -> Change:
    others = {t.object for t in where(of(f"{PG}heading"))} - {triple.object}
    return instead(triple, min((o for o in others if isinstance(o, NamedNode)), key=str))


def inside_the_scheme(triple: Triple) -> Change:
    same = [
        t.subject
        for t in where(of(f"{SKOS}inScheme"))
        if t.object == triple.object and t.subject != triple.subject
    ]
    return set(), [Triple(triple.subject, NamedNode(f"{SKOS}closeMatch"), same[0])]


def shared_scheme(triple: Triple) -> bool:
    return triple.predicate.value == f"{SKOS}inScheme" and kind(triple) in ("heading", "sector-label", "sector")


def is_classed(triple: Triple) -> bool:
    classed = ("action", "dialogue", "initiative", "deadline", "reported-count", "source", "period", "derivation")
    return triple.predicate.value == f"{RDF}type" and kind(triple) in classed


FAULTS: dict[str, tuple[Callable[[Triple], bool], Callable[[Triple], Change]]] = {
    "a required statement is dropped": (required, lambda triple: ({triple}, [])),
    "a value is of the wrong kind": (required, of_wrong_kind),
    "a verbatim text changes its language": (is_verbatim, with_language),
    "a verbatim text has other words": (is_verbatim, with_other_words),
    "a number is counted on": (is_number, counted_on),
    "a date lies a year later": (is_date, next_year),
    "two values are swapped": (has_pair, swapped),
    "a code comes from another list": (is_code, lambda triple: instead(triple, NAMES.id("sector", "HEALTH"))),
    "a link leads nowhere": (is_link, to_nowhere),
    "a single value is given twice": (SINGLE, doubled),
    "a node loses its class": (is_classed, without_class),
    "a node is lost": (is_classed, without_node),
    "an action stands under another heading": (of(f"{PG}heading"), in_other_section),
    "a mapping stays inside its scheme": (shared_scheme, inside_the_scheme),
    "a document is the same as something else": (of(f"{OWL}sameAs"), to_nowhere),
    "a span is empty": (of(f"{OA}end"), lambda triple: instead(triple, Literal(0))),
}


def test_the_document_itself_conforms_without_a_remark() -> None:
    assert validate(document()).findings == ()


@pytest.mark.parametrize("fault", FAULTS)
@settings(max_examples=1, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_planted_fault_is_found(fault: str, data: st.DataObject) -> None:
    test, plant = FAULTS[fault]
    change = plant(data.draw(one_of(test)))
    assert is_found(change), change


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_planted_faults_are_found_wherever_they_are(fault: str, data: st.DataObject) -> None:
    test, plant = FAULTS[fault]
    change = plant(data.draw(one_of(test)))
    assert is_found(change), change


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_what_the_shapes_nearby_find_all_shapes_find(fault: str) -> None:
    test, plant = FAULTS[fault]
    change = plant(where(test)[0])
    assert set(found_nearby(change)) <= set(results(planted(change), ours()))
