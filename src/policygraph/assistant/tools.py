"""The tools: each takes plain values and answers with rows, how to read them, and the evidence of each row."""

from __future__ import annotations

import asyncio
import datetime
import re
from collections.abc import Mapping
from typing import Any

from pyoxigraph import Store

from ..engine.dataset import DatasetView, Snapshot
from ..engine.guard import CheckedQuery, screen
from ..engine.receipts import receipts
from ..engine.results import Solutions, rows_of
from ..engine.settings import Limits
from ..errors import EngineError, NoReceipt, QueryError, UnknownThing
from ..history.steps import steps
from ..queries import open_release, resolved
from ..queries.canned import CannedQuery, get
from ..rdf.iris import Names, prefixes
from ..rdf.media_types import JSON
from ..search.entity_index import EntityIndex
from . import nearest
from .schemas import ANSWERED, NOT_IN_THE_DATA
from .wording import (
    DUE,
    GONE,
    MODALITY,
    NAMES_OF,
    NO_REPORT,
    REPORTS,
    SOURCES,
    TERMS,
    Json,
    lexical,
    notes_on,
    plain,
    visible,
)


class Tools:
    """The tools over one state of the data; the index of names is made when it is first used."""

    def __init__(self, snapshot: Snapshot, limits: Limits) -> None:
        self._snapshot, self._limits, self._view = snapshot, limits, DatasetView(snapshot)
        self._store: tuple[Store, EntityIndex] | None = None
        self._opening = asyncio.Lock()

    @property
    def snapshot(self) -> Snapshot:
        """The state of the data that the tools ask."""
        return self._snapshot

    async def call(self, name: str, arguments: Mapping[str, Any]) -> Json:
        """The answer of a tool; raises QueryError or EngineError with the sentence for what cannot be asked."""
        answer: Json = await getattr(self, f"_{name}")(**arguments)
        rows = answer["rows"]
        base: Json = {
            "status": ANSWERED if rows else NOT_IN_THE_DATA,
            "release": self._release,
            "total": len(rows),
            "notes": [],
            "nearest": [],
            "receipts": None,
        }
        notes = [*answer.pop("notes", []), *notes_on(rows), *([] if rows else [GONE])]
        return {name: visible(part) for name, part in {**base, **answer, "notes": notes}.items()}

    async def _find(self, text: str, kind: str = "", limit: int = 25, receipts: bool = True) -> Json:
        _, index = await self._opened()
        things = await asyncio.to_thread(nearest.find_things, index, text, kind)
        rows = [
            {
                "thing": index.iri(thing.id).value,
                "name": thing.name,
                "kind": thing.kind.id,
                "description": thing.description,
            }
            for thing in things[:limit]
        ]
        answer: Json = {"query": {"find": text, "kind": kind}, "rows": rows, "total": len(things)}
        if not rows:
            return {**answer, "nearest": await asyncio.to_thread(nearest.nearest_things, index, text, kind)}
        if receipts:
            named = " ".join(f"<{row['thing']}>" for row in rows)
            answer |= await self._evidence(NAMES_OF.format(things=named), None, 100)
        return answer

    async def _questions(self, text: str = "") -> Json:
        rows = [
            {
                "question": query.name,
                "words": query.question["en"],
                "parameters": {one.name: f"{one.datatype}: {one.description}" for one in query.parameters},
                "columns": list(query.column_names),
            }
            for query in nearest.questions_about(text)
        ]
        return {
            "query": {"questions": text},
            "rows": rows,
            "nearest": [] if rows else nearest.nearest_questions(text),
            "no_receipts": "These are questions, not statements of the data.",
        }

    async def _ask(
        self, question: str, parameters: Mapping[str, Any] | None = None, limit: int = 25, receipts: bool = True
    ) -> Json:
        query, (store, index) = get(question), await self._opened()
        values = {name: lexical(value) for name, value in (parameters or {}).items()}
        identity: Json = {"question": question, "words": query.question["en"], "parameters": values}
        try:
            values = await asyncio.to_thread(resolved, query, store, values)
        except UnknownThing as error:
            near = nearest.nearest_things(index, error.words)
            return {"query": identity, "rows": [], "notes": [str(error)], "nearest": near}
        values = {one.name: values.get(one.name, one.lexical(self._snapshot.base)) for one in query.parameters}
        rows, total = await self._canned(query, values, limit)
        answer: Json = {
            "query": {"question": question, "words": query.question["en"], "parameters": values},
            "columns": {column.name: column.description for column in query.columns},
            "rows": rows,
            "total": total,
            "notes": [MODALITY] if DUE in query.column_names else [],
        }
        if not rows:
            near = nearest.nearest_questions(f"{question} {query.question['en']}", nearest.NEAR + 1)
            return {
                **answer,
                "nearest": [*await self._missing(values), *(one for one in near if one["question"] != question)],
            }
        return await self._proved(answer, question, values, limit) if receipts else answer

    async def _describe(self, thing: str, limit: int = 25, receipts: bool = True) -> Json:
        query, iri = get("about"), self._iri(thing)
        rows, total = await self._canned(query, {"iri": iri}, limit)
        answer: Json = {"query": {"describe": iri}, "rows": rows, "total": total}
        if not rows:
            return {**answer, "nearest": await self._missing({"thing": iri})}
        return await self._proved(answer, "about", {"iri": iri}, limit) if receipts else answer

    async def _source(self, thing: str) -> Json:
        iri = self._iri(thing)
        text = SOURCES.format(base=self._snapshot.base, thing=get("about").parameters[0].term(iri))
        rows = plain(await self._view.select(text))
        answer: Json = {"query": {"source": iri, "sparql": text}, "rows": rows}
        if not rows:
            return {**answer, "nearest": await self._missing({"thing": iri})}
        return await self._proved(answer, text, None, len(rows))

    async def _changes(self, since: str, limit: int = 25) -> Json:
        try:
            day = datetime.date.fromisoformat(since)
        except ValueError as error:
            raise QueryError(f"The day “{since[:40]}” is not understood: give it as YYYY-MM-DD.") from error
        release = self._snapshot.release
        builds = await asyncio.to_thread(steps, release) if release else ()
        rows: list[Json] = [
            {
                "recorded": str(step.recorded),
                "kind": "build",
                "from": step.old,
                "to": step.new,
                "statements_new": step.added,
                "statements_gone": step.removed,
            }
            for step in builds
            if str(step.recorded) >= day.isoformat()
        ]
        text = REPORTS.format(base=self._snapshot.base, day=day.isoformat())
        reports = [{"kind": "status report", **row} for row in plain(await self._view.select(text))]
        answer: Json = {
            "query": {"changes": day.isoformat(), "sparql": text},
            "rows": [*rows, *reports][:limit],
            "total": len(rows) + len(reports),
            "notes": [NO_REPORT],
        }
        return answer | (await self._evidence(text, None, limit) if reports else {})

    async def _schema(self, text: str = "") -> Json:
        rows = plain(await self._view.select(TERMS.format(base=self._snapshot.base)))
        words = text.casefold().split()
        fitting = [row for row in rows if all(word in " ".join(row.values()).casefold() for word in words)]
        return {
            "query": {
                "schema": text,
                "prefixes": prefixes(self._snapshot.base),
                "graphs": self._snapshot.engine.graphs,
            },
            "rows": fitting,
            "nearest": []
            if fitting
            else [{"name": row["label"], "term": row["term"]} for row in rows[: nearest.NEAR]],
            "no_receipts": "The ontology is ours: it rests on no words of a source.",
        }

    async def _sparql(self, query: str, limit: int = 25, receipts: bool = True) -> Json:
        checked = screen(query, self._limits)
        if checked.form != "SELECT":
            raise QueryError(f"This tool answers SELECT, not {checked.form}: write it so, or use the endpoint.")
        rows = plain(await self._view_as_stranger(checked))
        answer: Json = {"query": {"sparql": query}, "rows": rows[:limit], "total": len(rows)}
        if not rows:
            return {**answer, "nearest": nearest.nearest_questions(query)}
        return await self._proved(answer, query, None, limit) if receipts else answer

    async def _view_as_stranger(self, checked: CheckedQuery) -> Solutions:
        return rows_of((await self._view.answer(checked, JSON, ours=False)).whole())

    async def _canned(self, query: CannedQuery, values: Mapping[str, Any], limit: int) -> tuple[list[Json], int]:
        """The first rows of a canned query, and how many there are."""
        text = query.bind(self._snapshot.base, **values)
        if query.form == "construct":
            text = re.sub(r"CONSTRUCT \{.*?\}", "SELECT DISTINCT ?subject ?predicate ?object", text, count=1)
        rows = plain(await self._view.select(text))
        return rows[:limit], len(rows)

    async def _evidence(self, query: str, values: Mapping[str, Any] | None, most: int) -> Json:
        """The receipts of an answer, or why there are none."""
        try:
            return {"receipts": await receipts(self._snapshot, self._limits, query, values, most)}
        except (NoReceipt, EngineError) as error:
            return {"no_receipts": str(error)}

    async def _proved(self, answer: Json, query: str, values: Mapping[str, Any] | None, limit: int) -> Json:
        """The answer with its receipts, and with the rows that these are for."""
        proof = await self._evidence(query, values, limit)
        if document := proof.get("receipts"):
            answer["rows"] = [
                {name: cell["value"] for name, cell in receipt["row"].items()} for receipt in document["rows"]
            ]
        return answer | proof

    async def _missing(self, values: Mapping[str, Any]) -> list[nearest.Named]:
        """What comes nearest to the things among some values that the data do not have."""
        (_, index), near = await self._opened(), list[nearest.Named]()
        for value in values.values():
            id_ = str(value).removeprefix(f"{self._snapshot.base}id/")
            if id_ != str(value) and id_ != "doc" and id_ not in index.things:
                near += await asyncio.to_thread(nearest.nearest_things, index, re.sub(r"[/_-]", " ", id_))
        return near

    async def _opened(self) -> tuple[Store, EntityIndex]:
        """The release in memory with the index of its names, made once."""
        async with self._opening:
            if self._store is None:
                release = self._snapshot.release
                if release is None:
                    raise QueryError(
                        "Things are found by words in a release, and none is served: ask with SPARQL."
                    )
                store, base = await asyncio.to_thread(open_release, release.folder)
                index = EntityIndex(store, Names(base))
                await asyncio.to_thread(lambda: index.things)
                self._store = store, index
        return self._store

    def _iri(self, thing: str) -> str:
        parameter = get("about").parameters[0]
        return parameter.term(thing, self._snapshot.base).value

    @property
    def _release(self) -> str:
        release = self._snapshot.release
        return release.manifest.canonical if release else ""
