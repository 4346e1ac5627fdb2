"""Things to choose where a question asks for one: by what they are called, and IRIs only behind that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from ...queries.canned import CannedQuery
from ...queries.labels import check, iri_of, kinds_of
from ...queries.parameters import Parameter
from ...queries.results import Answer
from ...search.text_index import TextIndex
from .context import PageContext
from .search import identifier_of, text_index, title_of

THING = "xsd:anyURI"
"""The type of a parameter that names a thing."""

MOST_PROPOSED = 600
"""Things that a page proposes for one parameter; where there are more, their names can still be typed."""


@dataclass(frozen=True)
class ThingPicker:
    """What may be chosen for the parameters of a query; ``index`` is None where none of them names a thing."""

    context: PageContext
    parameters: tuple[Parameter, ...]
    index: TextIndex | None

    @classmethod
    async def of(cls, query: CannedQuery, context: PageContext) -> ThingPicker:
        """The picker for a query: two engine calls for the first of a release, then none."""
        things = tuple(one for one in query.parameters if one.datatype == THING)
        return cls(context, things, await text_index(context) if things else None)

    def choices(self, parameter: Parameter) -> list[tuple[str, str]]:
        """Value and words of each thing that a parameter can name, and first of all where all together are one."""
        language, default = self.context.language, self.short(parameter.lexical(self.context.base))
        all_of_them = [(default, self.context.words("queries.all_things"))] if "/" not in default else []
        depth = max(1, default.count("/")) if len(kinds_of(parameter)) == 1 else None
        things = [
            (
                self.short(thing.key),
                ": ".join(filter(None, (identifier_of(thing), title_of(thing, language).value))),
            )
            for kind in kinds_of(parameter)
            for thing in (self.index.things if self.index else ())
            if thing.key.startswith(f"{self.context.base}id/{kind}/")
            and depth in (None, self.short(thing.key).count("/"))
        ]
        return all_of_them + things if len(things) <= MOST_PROPOSED else []

    def resolved(self, values: Mapping[str, str]) -> dict[str, str]:
        """The IRIs of what was named; QueryError where nothing, or more than one thing, is called so."""
        iris: dict[str, str] = {}
        for parameter in self.parameters:
            value = values.get(parameter.name)
            if value is not None:
                named = parameter.accepts(value)
                iris[parameter.name] = value if named else iri_of(parameter, value, self._names)
                check(parameter, self.short(iris[parameter.name]), self._names)
        return iris

    def short(self, iri: str) -> str:
        """An IRI of ours as ``id:…``, any other as it is."""
        return iri.replace(f"{self.context.base}id/", "id:", 1).replace(f"{self.context.base}id", "id:", 1)

    def _names(self, kind: str) -> Answer:
        """The rows that the canned query ``names`` would give, from the index."""
        rows = [
            (NamedNode(thing.key), Literal(text.value, language=text.language or None))
            for thing in (self.index.things if self.index else ())
            if thing.key.startswith(f"{self.context.base}id/{kind}/")
            for text in thing.texts
            if text.label or "-t-" in text.language
        ]
        return Answer(("thing", "name"), tuple(rows), base=self.context.base)
