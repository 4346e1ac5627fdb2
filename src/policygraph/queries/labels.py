"""What people call things → IRIs: “health”, “Green Deal” or “A3-044” where a parameter takes an IRI.

The names are those that the canned query ``names`` tells, in every language that the graph has. Case, accents and
punctuation do not count. A value is looked for as a whole name or as the end of an IRI; else as words that all
begin a word of one name, a single letter as a word of its own. Several things of that name are refused with
a list of them, none with those near to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from textwrap import shorten

from ..errors import QueryError, UnknownThing
from ..rdf.iris import BASE
from ..search.words import plain as folded
from .parameters import Parameter
from .results import Answer, Row, plain

LISTED = 8
"""How many things a sentence names before it only counts the rest."""
ANY = ("doc", "action", "sector", "heading", "dialogue", "theme", "instrument", "entity")
"""The kinds that a parameter for any thing is looked for in."""

NamesOf = Callable[[str], Answer]
"""The answer of the canned query ``names`` for one kind."""


def kinds_of(parameter: Parameter) -> tuple[str, ...]:
    """The kinds of things that a parameter names: that of its default; any where the query is about any thing."""
    if parameter.name == "iri":
        return ANY
    return (parameter.default.removeprefix(f"{BASE}id/").split("/")[0],)


def iri_of(parameter: Parameter, value: object, names_of: NamesOf) -> str:
    """The IRI of the one thing that ``value`` names; QueryError lists several, or those of a name that is near."""
    things: dict[str, list[str]] = {}
    for kind in kinds_of(parameter):
        things |= _names(parameter, kind, names_of(kind))
    words = folded(str(value))
    for matches in (_called, _containing):
        chosen = [iri for iri, names in things.items() if words and matches(words, iri, names)]
        if len(chosen) == 1:
            return chosen[0]
        if chosen:
            raise QueryError(
                f"“{str(value)[:60]}” of {parameter.option} names {len(chosen)} things: "
                f"{_listed(chosen, things)}. Say which by its id."
            )
    raise UnknownThing(_unknown(parameter, str(value), things), str(value))


def check(parameter: Parameter, value: str, names_of: NamesOf) -> None:
    """Raise QueryError, with what is near, where nothing of the parameter's kind has this IRI (or ``id:…``)."""
    (kind, *others) = kinds_of(parameter)
    path = value.removeprefix("id:").rpartition("/id/")[2]
    if others or path == kind:
        return
    things = _names(parameter, kind, names_of(kind))
    if path not in map(_path, things):
        name = path.removeprefix(f"{kind}/")
        raise UnknownThing(_unknown(parameter, name, things), name)


def _unknown(parameter: Parameter, value: str, things: Mapping[str, Iterable[str]]) -> str:
    """The sentence for a name that nothing has, with the things of a name that is near."""
    owners: dict[str, str] = {}
    for iri, names in things.items():
        for name in (*names, _path(iri).partition("/")[2]):
            for words in (folded(name), *folded(name).split()):
                owners.setdefault(words, iri)
    near = get_close_matches(folded(value), owners, n=5, cutoff=0.6)
    if near:
        chosen = list(dict.fromkeys(owners[words] for words in near))[:3]
        cure = f"did you mean {_listed(chosen, things)}?"
    elif len(things) <= 2 * LISTED:
        cure = f"there are {_listed(list(things), things)}."
    else:
        cure = "“policygraph query names” lists what there is."
    return f"Nothing is called “{value[:60]}”, which {parameter.option} asks for: {cure}"


def _names(parameter: Parameter, kind: str, answer: Answer) -> dict[str, list[str]]:
    """IRI → names of the things of a kind, the best to show first; mere parts of such a thing are left out."""
    default = parameter.default.removeprefix(f"{BASE}id/")
    depth = max(default.count("/"), 1) if kind == default.split("/")[0] else None
    names: dict[str, list[str]] = defaultdict(list)
    for thing, name in sorted(answer, key=_preference):
        iri = plain(thing) or ""
        if depth is None or _path(iri).count("/") == depth:
            names[iri].append(plain(name) or "")
    return dict(sorted(names.items()))


def _preference(row: Row) -> tuple[bool, bool, int]:
    """Names in English first, then those in no language such as a number; the longest first."""
    language = getattr(row[1], "language", None)
    return language != "en", language is not None, -len(plain(row[1]) or "")


def _path(iri: str) -> str:
    """What stands after ``id/`` in an IRI of ours."""
    return iri.rpartition("/id/")[2]


def _called(words: str, iri: str, names: Iterable[str]) -> bool:
    end = folded(_path(iri))
    return f" {end}".endswith(f" {words}") or words in map(folded, names)


def _containing(words: str, iri: str, names: Iterable[str]) -> bool:  # noqa: ARG001
    return any(all(_begins(word, name.split()) for word in words.split()) for name in map(folded, names))


def _begins(word: str, words: Iterable[str]) -> bool:
    """Whether one of ``words`` begins with ``word``; a number or a single letter is only itself."""
    whole = word.isdigit() or len(word) == 1
    return any(other == word if whole else other.startswith(word) for other in words)


def _listed(iris: list[str], things: Mapping[str, Iterable[str]]) -> str:
    shown = [f"{shorten(next(iter(things[iri])), 60, placeholder='…')} (id:{_path(iri)})" for iri in iris[:LISTED]]
    return ", ".join(shown) + (f" and {len(iris) - LISTED} more" if len(iris) > LISTED else "")
