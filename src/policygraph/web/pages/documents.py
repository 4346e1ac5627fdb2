"""The documents of ``docs/`` as HTML: their Markdown read by markdown-it, markup in it shown and never sent.

What is written for who changes policygraph (decisions, tests, releasing) stays in the repository: links to it are
written as their words alone.
"""

from __future__ import annotations

import os.path
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from ...files import folder
from ..viewmodels.links import Links, is_web

INDEX = "README"
FOR_CONTRIBUTORS = ("decisions", "testing", "releasing")


class RenderedDocument(NamedTuple):
    """A document as a page shows it: its title, and the rest as HTML."""

    title: str
    body: Markup


@cache
def paths() -> Mapping[str, Path]:
    """The file of each document by its name, which is its path in ``docs/`` without ``.md``; the index first."""
    root = folder("docs")
    files = {path.relative_to(root).with_suffix("").as_posix(): path for path in sorted(root.rglob("*.md"))}
    return {name: files[name] for name in (INDEX, *files) if name.split("/")[0] not in FOR_CONTRIBUTORS}


def address(name: str) -> str:
    """The path of a document's page."""
    return "/docs" if name == INDEX else f"/docs/{name}"


def document(name: str, links: Links, wide: str) -> RenderedDocument:
    """The document called ``name``, its links those of the site; ``wide`` says that a table may be scrolled."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    title, tokens = "", list[Token]()
    stream = iter(reader.parse(paths()[name].read_text("utf-8")))
    for token in stream:
        if token.type == "heading_open" and token.tag == "h1":
            title = _plain(next(stream))
            next(stream)
        else:
            tokens.append(token)
    titles = Counter[str]()
    for token, after in pairwise(tokens):
        if token.type == "heading_open":
            anchor = slug(_plain(after))
            token.attrSet("id", f"{anchor}-{titles[anchor]}" if titles[anchor] else anchor)
            titles[anchor] += 1
    for token in tokens:
        if token.children:
            token.children = list(_linked(token.children, name, links))
    html: str = reader.renderer.render(tokens, reader.options, {})
    before = Markup('<div class="scroll" tabindex="0" role="group" aria-label="{}"><table>').format(wide)
    html = html.replace("<table>", before).replace("</table>", "</table></div>")
    return RenderedDocument(title, Markup(html.replace("<pre><code", '<pre class="code" tabindex="0"><code')))


def slug(title: str) -> str:
    """The anchor of a heading, as code hosts make it.

    >>> slug("Dates, and three words for what has passed")
    'dates-and-three-words-for-what-has-passed'
    """
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def _plain(inline: Token) -> str:
    return "".join(child.content for child in inline.children or [])


def _linked(tokens: list[Token], name: str, links: Links) -> Iterator[Token]:
    """The tokens with links within the site; a link that leads out of the documents is left as its words."""
    kept = []
    for token in tokens:
        if token.type == "image":
            yield Token("text", "", 0, content=token.content)
        elif token.type == "link_open":
            href = _href(str(token.attrGet("href")), name, links)
            kept.append(href is not None)
            if href is not None:
                token.attrSet("href", href)
                if is_web(href):
                    token.attrSet("class", "out")
                    token.attrSet("rel", "external")
                yield token
        elif token.type != "link_close" or kept.pop():
            yield token


def _href(target: str, name: str, links: Links) -> str | None:
    path, _, anchor = target.partition("#")
    if "://" in path:
        return path if is_web(path) else None
    if not path:
        return f"#{anchor}"
    other = os.path.normpath(Path(name).parent / path).removesuffix(".md")
    return links.to(address(other), fragment=anchor) if other in paths() else None
