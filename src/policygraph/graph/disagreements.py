"""Where versions of one document do not say the same: a statement with the words of both."""

from __future__ import annotations

from pyoxigraph import Literal

from ..sources.records import Disagreement
from .writer import Writer

PROPERTIES = {
    "deadline": "pg:deadline",
    "number": "pg:columnEntry",
    "type": "dct:type",
    "heading": "pg:heading",
    "order": "pg:number",
    "missing": "eli:has_part",
    "extra": "eli:has_part",
    "unclear": "eli:has_part",
    "row": "dct:source",
}
"""What versions disagree on, by the kind of disagreement: the property that would say it of the thing."""

SENTENCES = {
    "deadline": ("{a} says “{x}”, {b} says “{y}”", "{a} zegt “{x}”, {b} zegt “{y}”"),
    "number": ("{a} numbers the row “{x}”, {b} “{y}”", "{a} nummert de rij “{x}”, {b} “{y}”"),
    "type": ("{a} calls the row {x}, {b} {y}", "{a} noemt de rij {x}, {b} {y}"),
    "heading": ("{a} puts the row under “{x}”, {b} under “{y}”", "{a} zet de rij onder “{x}”, {b} onder “{y}”"),
    "order": ("the row is {x} in {a}, and {y} in {b}", "de rij is {x} in {a} en {y} in {b}"),
    "missing": ("{a} has “{x}”, {b} lacks it", "{a} heeft “{x}”, in {b} ontbreekt het"),
    "extra": ("{a} lacks “{y}”, which {b} has", "in {a} ontbreekt “{y}”, dat {b} heeft"),
    "unclear": (
        "{a} has {m} row(s) where {b} has {n}, and which of them {b} lacks cannot be told: “{x}”",
        "{a} heeft {m} rij(en) waar {b} er {n} heeft, en welke daarvan in {b} ontbreken, is niet te zeggen: “{x}”",
    ),
    "row": ("{a} says “{x}”, {b} says “{y}”", "{a} zegt “{x}”, {b} zegt “{y}”"),
}
"""The sentence on each kind in English and in Dutch."""


def write(writer: Writer) -> None:
    """Write what this version says otherwise than the first: in graph ``document``, beside the places."""
    for disagreement in writer.annexes.disagreements:
        _disagreement(writer, disagreement)


def _disagreement(writer: Writer, disagreement: Disagreement) -> None:
    first, other = disagreement.first, disagreement.other
    iri = writer.id("disagreement", other.language, *disagreement.identifier.split("/"))
    node = writer.say("document", iri, "pg:Disagreement")
    about = writer.id(disagreement.about[0], disagreement.about[1]) if disagreement.about else writer.work
    subject = disagreement.identifier.partition("/")[0]
    node.add(
        "rdfs:label", Literal(f"{writer.source.rules.identifier}, {subject}: {first.language}, {other.language}")
    )
    words = {"a": first.language, "x": first.says, "b": other.language, "y": other.says}
    for language, sentence in zip(("en", "nl"), SENTENCES[disagreement.kind], strict=True):
        text = sentence.format(**words, m=len(first.places), n=len(other.places))
        node.add("rdfs:comment", Literal(text, language=language))
    if disagreement.note:
        node.add("skos:note", Literal(disagreement.note, language="en"))
    node.add("pg:disagreementAbout", about)
    node.add("pg:disagreementOn", writer.term(PROPERTIES[disagreement.kind]))
    for path, fragment in first.places:
        node.add("pg:wording", Literal(fragment.quote, language=first.language))
        node.add("prov:wasDerivedFrom", writer.id("source", first.language, *path.split("/")))
    for path, fragment in other.places:
        node.add("pg:wording", writer.words(fragment.quote))
        whole = "pg:SourceCell" if "/" in path else "pg:SourceRow"
        node.add("prov:wasDerivedFrom", writer.source_of(path, fragment, whole))
