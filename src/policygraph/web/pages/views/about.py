"""The page about the data (what is in them, downloads, the SHACL report, how to cite and load them), and below it
the source itself, page by page, with everything marked that was read from it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, RdfFormat, parse

from ....engine.results import Solution, Solutions
from ....rdf.iris import GRAPHS, SH
from ....release import Release
from ...delivery.link_header import LICENCE
from ...viewmodels import evidence
from ...viewmodels.context import PageContext, node
from ...viewmodels.labels import LocalizedText, labels, pick
from ..page import MEDIA, Alternate, Crumb, Page, section_page

REPORT = "report.ttl"


async def about(context: PageContext) -> Page:
    """The page at ``/about``: one engine call."""
    release = context.release
    links = context.links
    return section_page(
        context,
        "about",
        {
            "documents": _documents(await context.select("documents"), context.language, release),
            "release": release,
            "report": validation_summary(release.folder / REPORT) if release else None,
            "graphs": _graphs(release),
            "files": _files(release),
            "licence": LICENCE,
        },
        alternates=(
            Alternate(MEDIA["ttl"], links.file("/catalogue.ttl"), "DCAT-AP"),
            Alternate(MEDIA["ttl"], links.file("/.well-known/void"), "VoID"),
        ),
        data=(_dataset(context, release),),
    )


def _documents(rows: Solutions, language: str, release: Release | None) -> list[dict[str, Any]]:
    """The documents that the data were read from; of each file where its text is shown, name and SHA-256."""
    by_document: dict[str, list[Solution]] = defaultdict(list)
    for row in rows:
        by_document[row.text("document")].append(row)
    return [
        {
            "iri": iri,
            **{name: of[0].text(name) for name in ("identifier", "date", "celex")},
            "title": pick({LocalizedText.of(row["title"]) for row in of}, language)
            or LocalizedText(of[0].text("identifier")),
            "files": list(
                dict.fromkeys((_text_path(row, release), row.text("name"), row.text("sha256")) for row in of)
            ),
        }
        for iri, of in by_document.items()
    ]


def _text_path(row: Solution, release: Release | None) -> str:
    """Where the text of a file is shown, "" where it is not at hand."""
    at_hand = evidence.document(row.text("sha256"), release) is not None
    return evidence.text_path(row.text("file")) if at_hand else ""


@cache
def _findings(path: Path, _modified: int) -> dict[str, Any]:
    """Whether the data conform, and the number of findings by severity."""
    triples = [
        (quad.predicate.value, str(quad.object.value)) for quad in parse(path=path, format=RdfFormat.TURTLE)
    ]
    return {
        "conforms": all(value in ("true", "1") for name, value in triples if name == f"{SH}conforms"),
        "findings": Counter(value.rpartition("#")[2] for name, value in triples if name == f"{SH}resultSeverity"),
    }


def validation_summary(path: Path) -> dict[str, Any] | None:
    """What the SHACL report of a release says; None where the release lacks it or it cannot be read."""
    try:
        return _findings(path, path.stat().st_mtime_ns)
    except (OSError, SyntaxError):
        return None


def _graphs(release: Release | None) -> list[tuple[str, int | None]]:
    counts = release.manifest.graphs if release else {}
    return [(name, counts.get(name)) for name in (*GRAPHS, *sorted(set(counts) - set(GRAPHS)))]


def _files(release: Release | None) -> list[tuple[str, int, str]]:
    """Name, bytes and SHA-256: the graph files first, then what goes with them, then tables."""
    files = release.manifest.files.values() if release else ()
    return sorted(
        ((one.name, one.bytes, one.sha256) for one in files),
        key=lambda one: (one[0].startswith("tables/"), not one[0].startswith("policygraph"), one[0]),
    )


def _dataset(context: PageContext, release: Release | None) -> dict[str, Any]:
    absolute = context.links.absolute
    dataset: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": context.words("site.name"),
        "description": context.words("home.description"),
        "url": absolute("/about"),
        "license": LICENCE,
        "inLanguage": context.language,
    }
    if release:
        dataset["identifier"] = f"sha256:{release.manifest.canonical}"
        dataset["distribution"] = [
            {"@type": "DataDownload", "name": name, "contentUrl": absolute(f"/dumps/{name}"), "sha256": sha256}
            for name, _, sha256 in _files(release)
            if name.startswith("policygraph.")
        ]
    return dataset


async def source_page(context: PageContext, document_id: str, language: str, number: int | None = None) -> Page:
    """One page of a text, the first where none is named, the whole of a file without pages: three engine calls.

    Raises HTTPProblem 404 for a text or page that is not at hand.
    """
    text_iri = f"{context.base}id/doc/{document_id}/{language}/"
    files = {row.text("file"): row.text("sha256") for row in await context.select("documents")}
    file, sha256 = next((pair for pair in sorted(files.items()) if pair[0].startswith(text_iri)), ("", ""))
    text = evidence.document(sha256, context.release)
    if text is None and number is None:
        raise context.refusal(404, "text", document=document_id[:60])
    numbers = [page.number for page in text.pages] or [0] if text else []
    number = numbers[0] if number is None else number
    if text is None or number not in numbers:
        raise context.refusal(404, "page", page=number, document=document_id[:60])
    rows = await context.select("sources", file=[node(file)], page=[Literal(number)])
    spans = [evidence.SpanView.of(row) for row in rows]
    things = list(dict.fromkeys(span.owner for span in spans))
    place = numbers.index(number)
    path = f"/source/{document_id}/{language}"
    words = context.words
    title = "source.page_of" if number else "source.text_of"
    return Page(
        "source.html",
        words(title, number=number, document=document_id),
        {
            "sheet": evidence.sheets(text, spans, [number], fold=False)[0],
            "labels": await labels(context, map(node, things)),
            "things": things,
            "text_language": language,
            "previous": f"{path}/{numbers[place - 1]}" if place else None,
            "next": f"{path}/{numbers[place + 1]}" if place + 1 < len(numbers) else None,
            "path": path,
            "numbers": numbers,
            "number": number,
            "file": file,
            "sha256": sha256,
        },
        description=words("source.lede"),
        crumbs=(
            Crumb(words("nav.about"), "/about"),
            Crumb(document_id, context.links.path_of(f"{context.base}id/doc/{document_id}") + ".html"),
            Crumb(words("source.page", number=number) if number else words("source.no_pages")),
        ),
        section="about",
    )
