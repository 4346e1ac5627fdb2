"""The formats of answers: media types, their order of preference, and the names that pyoxigraph knows them by."""

from __future__ import annotations

from dataclasses import dataclass

PREFIXED = ("TURTLE", "TRIG", "RDF_XML")
FORMATS = "http://www.w3.org/ns/formats/"


@dataclass(frozen=True, slots=True)
class Offer:
    """A format that there is: the media type it is sent as, the other types that mean it, and its name."""

    media_type: str
    name: str
    aliases: tuple[str, ...] = ()
    charset: bool = False

    @property
    def content_type(self) -> str:
        """The value of the Content-Type header."""
        return f"{self.media_type}; charset=utf-8" if self.charset else self.media_type


@dataclass(frozen=True, slots=True)
class Format(Offer):
    """An offer that an engine can write; ``engine`` is its member of QueryResultsFormat or RdfFormat.

    ``iri`` is its name among W3C's unique IRIs for file formats, ``xml`` says whether it is bound to the
    characters of XML 1.0.
    """

    engine: str = ""
    iri: str = ""
    extension: str = ""
    xml: bool = False

    @property
    def prefixes(self) -> bool:
        """Whether the format can declare prefixes."""
        return self.engine in PREFIXED


JSON = Format(
    "application/sparql-results+json",
    "json",
    ("application/json",),
    engine="JSON",
    iri=f"{FORMATS}SPARQL_Results_JSON",
    extension="srj",
)
XML = Format(
    "application/sparql-results+xml",
    "xml",
    ("application/xml", "text/xml"),
    engine="XML",
    iri=f"{FORMATS}SPARQL_Results_XML",
    extension="srx",
    xml=True,
)
CSV = Format("text/csv", "csv", charset=True, engine="CSV", iri=f"{FORMATS}SPARQL_Results_CSV", extension="csv")
TSV = Format(
    "text/tab-separated-values",
    "tsv",
    charset=True,
    engine="TSV",
    iri=f"{FORMATS}SPARQL_Results_TSV",
    extension="tsv",
)
RESULTS = (JSON, XML, CSV, TSV)

TURTLE = Format(
    "text/turtle",
    "turtle",
    ("application/x-turtle",),
    charset=True,
    engine="TURTLE",
    iri=f"{FORMATS}Turtle",
    extension="ttl",
)
N_TRIPLES = Format(
    "application/n-triples",
    "ntriples",
    ("text/plain",),
    engine="N_TRIPLES",
    iri=f"{FORMATS}N-Triples",
    extension="nt",
)
JSON_LD = Format(
    "application/ld+json",
    "jsonld",
    ("application/json",),
    engine="JSON_LD",
    iri=f"{FORMATS}JSON-LD",
    extension="jsonld",
)
RDF_XML = Format(
    "application/rdf+xml",
    "xml",
    ("application/xml", "text/xml"),
    engine="RDF_XML",
    iri=f"{FORMATS}RDF_XML",
    extension="rdf",
    xml=True,
)
TRIG = Format("application/trig", "trig", charset=True, engine="TRIG", iri=f"{FORMATS}TriG", extension="trig")
GRAPHS = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML, TRIG)
