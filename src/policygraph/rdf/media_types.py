"""The one table of formats: media types, what else they are called, file extensions, and who can write them.

Sources: the SPARQL 1.1 result formats and the RDF 1.1 syntaxes of the W3C, its unique IRIs for file formats
(https://www.w3.org/ns/formats/), the media types registered with IANA.
"""

from __future__ import annotations

from typing import NamedTuple

from pyoxigraph import QueryResultsFormat, RdfFormat

W3C = "http://www.w3.org/ns/formats/"


class Format(NamedTuple):
    """A format that an answer or a file can have.

    ``media_type`` is what it is sent as, ``aliases`` are other media types that mean it, ``charset`` says whether
    the Content-Type header names UTF-8. The first of ``extensions`` (without dot) is the one in our own addresses.
    ``engine`` is the member of pyoxigraph's RdfFormat or QueryResultsFormat, "" where it has none; ``iri`` the
    W3C's name for the format; ``xml`` whether it is bound to the characters of XML 1.0.
    """

    media_type: str
    name: str
    aliases: tuple[str, ...] = ()
    charset: bool = False
    engine: str = ""
    iri: str = ""
    extensions: tuple[str, ...] = ()
    xml: bool = False

    @property
    def content_type(self) -> str:
        """The value of the Content-Type header."""
        return f"{self.media_type}; charset=utf-8" if self.charset else self.media_type

    @property
    def extension(self) -> str:
        """How a file of this format ends, without the dot."""
        return self.extensions[0]

    @property
    def rdf(self) -> RdfFormat:
        """The syntax as pyoxigraph has it; of RDF formats only."""
        return getattr(RdfFormat, self.engine)  # type: ignore[no-any-return]

    @property
    def results(self) -> QueryResultsFormat:
        """The format as pyoxigraph has it; of SPARQL results only."""
        return getattr(QueryResultsFormat, self.engine)  # type: ignore[no-any-return]

    @property
    def prefixes(self) -> bool:
        """Whether the format can declare prefixes."""
        return self.engine in PREFIXED


PREFIXED = ("TURTLE", "TRIG", "RDF_XML")
_XML = ("application/xml", "text/xml")

JSON = Format(
    "application/sparql-results+json",
    "json",
    ("application/json",),
    engine="JSON",
    iri=f"{W3C}SPARQL_Results_JSON",
    extensions=("json", "srj"),
)
XML = Format(
    "application/sparql-results+xml",
    "xml",
    _XML,
    engine="XML",
    iri=f"{W3C}SPARQL_Results_XML",
    extensions=("xml", "srx"),
    xml=True,
)
CSV = Format("text/csv", "csv", (), True, "CSV", f"{W3C}SPARQL_Results_CSV", ("csv",))
TSV = Format("text/tab-separated-values", "tsv", (), True, "TSV", f"{W3C}SPARQL_Results_TSV", ("tsv",))
RESULTS = (JSON, XML, CSV, TSV)
"""The formats of SPARQL results, the preferred one first."""

TURTLE = Format("text/turtle", "turtle", ("application/x-turtle",), True, "TURTLE", f"{W3C}Turtle", ("ttl",))
N_TRIPLES = Format(
    "application/n-triples",
    "ntriples",
    ("text/plain",),
    engine="N_TRIPLES",
    iri=f"{W3C}N-Triples",
    extensions=("nt",),
)
JSON_LD = Format(
    "application/ld+json",
    "jsonld",
    ("application/json",),
    engine="JSON_LD",
    iri=f"{W3C}JSON-LD",
    extensions=("jsonld", "json"),
)
RDF_XML = Format(
    "application/rdf+xml",
    "xml",
    _XML,
    engine="RDF_XML",
    iri=f"{W3C}RDF_XML",
    extensions=("rdf", "owl", "xml"),
    xml=True,
)
TRIG = Format("application/trig", "trig", (), True, "TRIG", f"{W3C}TriG", ("trig",))
N_QUADS = Format("application/n-quads", "nquads", (), False, "N_QUADS", f"{W3C}N-Quads", ("nq",))
N3 = Format("text/n3", "n3", (), True, "N3", f"{W3C}N3", ("n3",))
GRAPHS = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML, TRIG)
"""The syntaxes in which statements are given out, the preferred one first."""

SYNTAXES = {
    extension: syntax
    for syntax in (TURTLE, N_TRIPLES, N_QUADS, TRIG, N3, RDF_XML, JSON_LD)
    for extension in syntax.extensions
}
"""By extension, the syntaxes in which statements are read."""

SPARQL_QUERY = "application/sparql-query"
SPARQL_UPDATE = "application/sparql-update"

HTML = Format("text/html", "html", ("application/xhtml+xml",), extensions=("html",))
PLAIN_JSON = Format("application/json", "json", extensions=("json",))
XLSX = Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", extensions=("xlsx",))
ICALENDAR = Format("text/calendar", "ics", extensions=("ics",))
ATOM = Format("application/atom+xml", "atom", extensions=("atom",))
PARQUET = Format("application/vnd.apache.parquet", "parquet", extensions=("parquet",))


def file_types(*formats: Format) -> tuple[tuple[str, str], ...]:
    """Extension and media type of each, as pages link to them.

    >>> file_types(CSV, TURTLE)
    (('csv', 'text/csv'), ('ttl', 'text/turtle'))
    """
    return tuple((one.extension, one.media_type) for one in formats)
