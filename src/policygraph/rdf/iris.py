"""Every base IRI once, and the functions that mint IRIs.

The base is one value: ``Names(base)`` mints below it, so that ``--base`` moves the whole graph.
No IRI depends on wording; only what is about one file (its text, its spans) carries a language.
"""

from __future__ import annotations

from pyoxigraph import NamedNode

BASE = "https://w3id.org/policygraph/"

ADMS = "http://www.w3.org/ns/adms#"
AUTHORITY = "http://publications.europa.eu/resource/authority/"
CELEX = "http://publications.europa.eu/resource/celex/"
CV = "http://data.europa.eu/m8g/"
DCAT = "http://www.w3.org/ns/dcat#"
DCAP = "http://data.europa.eu/r5r/"
DCT = "http://purl.org/dc/terms/"
ELI = "http://data.europa.eu/eli/ontology#"
FOAF = "http://xmlns.com/foaf/0.1/"
OA = "http://www.w3.org/ns/oa#"
OWL = "http://www.w3.org/2002/07/owl#"
PROV = "http://www.w3.org/ns/prov#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SCHEMA = "https://schema.org/"
SH = "http://www.w3.org/ns/shacl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
SPDX = "http://spdx.org/rdf/terms#"
SSSOM = "https://w3id.org/sssom/"
TIME = "http://www.w3.org/2006/time#"
VCARD = "http://www.w3.org/2006/vcard/ns#"
VOID = "http://rdfs.org/ns/void#"
XSD = "http://www.w3.org/2001/XMLSchema#"

GRAPHS = (
    "document",
    "actions",
    "dialogues",
    "initiatives",
    "vocabulary",
    "curated",
    "mappings",
    "derived",
    "inferred",
    "status",
    "translations",
    "catalogue",
    "ontology",
)


def prefixes(base: str = BASE) -> dict[str, str]:
    """The prefixes that our files declare, by name."""
    return {
        "adms": ADMS,
        "cv": CV,
        "dcat": DCAT,
        "dct": DCT,
        "eli": ELI,
        "foaf": FOAF,
        "oa": OA,
        "owl": OWL,
        "pg": f"{base}def#",
        "pgsh": f"{base}shapes#",
        "prov": PROV,
        "rdf": RDF,
        "rdfs": RDFS,
        "schema": SCHEMA,
        "sh": SH,
        "skos": SKOS,
        "spdx": SPDX,
        "sssom": SSSOM,
        "time": TIME,
        "vcard": VCARD,
        "void": VOID,
        "xsd": XSD,
    }


class Names:
    """Mints the IRIs of one base; ``id`` and ``graph`` take path segments, ``term`` a local name.

    Written out, since the machinery of dataclasses takes longer to import than a canned query to answer.
    """

    __slots__ = ("base", "definitions")

    def __init__(self, base: str = BASE) -> None:
        self.base, self.definitions = base, f"{base}def#"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Names) and self.base == other.base

    def __hash__(self) -> int:
        return hash(self.base)

    def term(self, name: str) -> NamedNode:
        """A class or property of the ontology, e.g. ``term("deadline")`` → ``…/def#deadline``."""
        return NamedNode(self.definitions + name)

    def id(self, *segments: str) -> NamedNode:
        """A thing, e.g. ``id("action", "COM-2025-723", "A3-001")``."""
        return NamedNode(f"{self.base}id/{'/'.join(segments)}")

    def graph(self, name: str) -> NamedNode:
        """One of the named graphs in ``GRAPHS``."""
        return NamedNode(f"{self.base}graph/{name}")
