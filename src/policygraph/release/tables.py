"""The tables of a release: each is a query in ``queries/tables``, with its columns in the file's head.

The head is TOML after ``#+``: title, description, key, the column that names the ``subject`` of a row and its
``class``, ``[columns]`` in order, ``[[statements]]`` that a row makes besides its columns, and ``[references]``
(column = "table.column"). A column with a ``property`` is a statement of the graph: of the subject or of the thing
in the column ``about``; its ``value`` is an IRI with the cells in it (RFC 6570), else the cell itself, in a fixed
``language`` where it has one. Texts whose language differs from row to row are no statements, since CSV on the Web
has one language a column. Rows of one document are a sorted run of lines; runs of
many documents are merged like N-Quads and split by table, then written as CSV (RFC 4180) and, with pyarrow,
as Parquet.
"""

from __future__ import annotations

import csv
import io
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from itertools import groupby, islice
from pathlib import Path
from typing import Any, cast

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, Store

from ..extras import missing
from ..files import folder
from ..rdf.iris import BASE
from ..rdf.json_ld import document_prefixes
from ..rdf.media_types import CSV
from .checksum_file import ChecksumFile, FileDigest

Cell = str | int | None
ROWS_AT_ONCE = 10_000
METADATA = "tables/csv-metadata.json"
PACKAGE = "tables/datapackage.json"
TITLE = "Tables of a policygraph release"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
FIELD_TYPES = {
    "anyURI": {"type": "string", "format": "uri"},
    "date": {"type": "date"},
    "integer": {"type": "integer"},
    "string": {"type": "string"},
}
"""By datatype, what a field is called in a Table Schema."""


@dataclass(frozen=True, slots=True)
class CsvwColumn:
    """One column: its name, its XSD datatype without prefix, what it says.

    The others say which statement a cell is, "" where it is none: ``property`` and ``value`` are IRIs by prefix,
    or templates of them; ``about`` is the column of the thing that it is about, where that is not the row's own.
    """

    name: str
    datatype: str
    description: str
    property: str = ""
    value: str = ""
    language: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class CsvwTable:
    """One table: its columns in order, its key, what refers where, and the query that fills it.

    ``subject`` is the column that names what a row is about, ``kind`` the class of that; ``statements`` are
    columns that are not in the file and follow from those that are.
    """

    name: str
    title: str
    description: str
    key: tuple[str, ...]
    columns: tuple[CsvwColumn, ...]
    references: tuple[tuple[str, str, str], ...]
    query: str
    subject: str = ""
    kind: str = ""
    statements: tuple[CsvwColumn, ...] = ()

    def rows(self, store: Store) -> Iterator[list[Cell]]:
        """The rows that a store of one document gives, in no order."""
        solutions = cast(QuerySolutions, store.query(self.query, use_default_graph_as_union=True))
        for solution in solutions:
            yield [_cell(solution[column.name], column.datatype) for column in self.columns]


@cache
def tables(base: str = BASE) -> tuple[CsvwTable, ...]:
    """Every table by name, its query about things below ``base``."""
    return tuple(_read(path, base) for path in sorted((folder("queries") / "tables").glob("*.rq")))


def _read(path: Path, base: str) -> CsvwTable:
    text = path.read_text(encoding="utf-8")
    head = tomllib.loads("\n".join(line[2:] for line in text.splitlines() if line.startswith("#+")))
    references = [(column, *target.split(".")) for column, target in head.get("references", {}).items()]
    return CsvwTable(
        name=path.stem,
        title=head["title"],
        description=head["description"],
        key=tuple(head["key"]),
        columns=tuple(CsvwColumn(name, **about) for name, about in head["columns"].items()),
        references=tuple(cast(list[tuple[str, str, str]], references)),
        query=text.replace(BASE, base),
        subject=head["subject"],
        kind=head.get("class", ""),
        statements=tuple(
            CsvwColumn(f"statement_{number}", "anyURI", "", **statement)
            for number, statement in enumerate(head.get("statements", ()), 1)
        ),
    )


def _cell(term: NamedNode | BlankNode | Literal | object, datatype: str) -> Cell:
    if not isinstance(term, NamedNode | Literal):
        return None
    return int(term.value) if datatype == "integer" else term.value


def row_lines(quads: Iterable[Quad], base: str = BASE) -> list[bytes]:
    """The rows of every table out of the quads of one document, sorted: each its table, a tab, JSON."""
    store = Store()
    store.bulk_extend(quads)
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    return sorted(f"{table.name}\t{encode(row)}\n".encode() for table in tables(base) for row in table.rows(store))


def split_rows(blocks: Iterable[list[bytes]], folder: Path, base: str = BASE) -> dict[str, Path]:
    """Sorted rows of every table → a file of JSON lines for each table, also for one without rows."""
    files = {table.name: folder / f"{table.name}.jsonl" for table in tables(base)}
    for path in files.values():
        path.touch()
    for block in blocks:
        for name, lines in groupby(block, lambda line: line.partition(b"\t")[0].decode()):
            with files[name].open("ab") as file:
                file.writelines(line[len(name) + 1 :] for line in lines)
    return files


def write_csv(
    table: CsvwTable, blocks: Iterable[list[bytes]], folder: Path
) -> tuple[FileDigest, int, frozenset[str]]:
    """Write ``tables/<name>.csv``; the file, its number of rows and the columns with empty cells come back."""
    count = 0
    empty: set[str] = set()
    names = [column.name for column in table.columns]
    with ChecksumFile(folder, f"tables/{table.name}.csv") as file:
        file.write(_csv([names]))
        for block in blocks:
            rows: list[list[Cell]] = [json.loads(line) for line in block]
            file.write(_csv(rows))
            empty.update(name for row in rows for name, cell in zip(names, row, strict=True) if cell is None)
            count += len(rows)
    return file.written, count, frozenset(empty)


def _csv(rows: Iterable[Iterable[Cell]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def parquet_is_possible() -> bool:
    """Whether the optional dependency that writes Parquet is installed."""
    return not missing("parquet")


def parquet_names(base: str = BASE) -> set[str]:
    """The names below the release of every table as Parquet, whether or not it can be written here."""
    return {f"tables/{table.name}.parquet" for table in tables(base)}


def write_parquet(table: CsvwTable, blocks: Iterable[list[bytes]], folder: Path) -> FileDigest:
    """Write ``tables/<name>.parquet``, typed: dates are days, numbers 64 bits."""
    pa: Any = import_module("pyarrow")
    ParquetWriter: Any = import_module("pyarrow.parquet").ParquetWriter
    types = {"integer": pa.int64(), "date": pa.date32()}
    schema = pa.schema(
        pa.field(column.name, types.get(column.datatype, pa.string()), metadata={"about": column.description})
        for column in table.columns
    )
    rows = (json.loads(line) for block in blocks for line in block)
    with (
        ChecksumFile(folder, f"tables/{table.name}.parquet") as file,
        ParquetWriter(pa.PythonFile(_Closable(file), mode="w"), schema) as writer,
    ):
        while part := list(islice(rows, ROWS_AT_ONCE)):
            writer.write_table(pa.table(_arrays(table, part), schema=schema))
    return file.written


def _arrays(table: CsvwTable, rows: list[list[Cell]]) -> list[list[Cell | date]]:
    columns = [list(column) for column in zip(*rows, strict=True)]
    return [
        [date.fromisoformat(cast(str, cell)) if cell else None for cell in cells]
        if column.datatype == "date"
        else cast(list[Cell | date], cells)
        for column, cells in zip(table.columns, columns, strict=True)
    ]


class _Closable:
    """A ChecksumFile as pyarrow wants one: it asks whether the file is closed, and closes it itself."""

    closed = False

    def __init__(self, file: ChecksumFile) -> None:
        self.write, self.flush = file.write, file.flush

    def close(self) -> None:
        """Left to the ChecksumFile's own ``with``."""


def csvw_metadata(base: str = BASE, empty: Mapping[str, frozenset[str]] | None = None) -> str:
    """The tables described as CSV on the Web: columns, keys, references, and the statement that each cell is.

    A conversion to RDF (W3C, “Generating RDF from Tabular Data on the Web”, minimal mode) gives statements that
    stand in the graph, and no others. ``empty`` are the columns of each table that have empty cells: CSV on the
    Web wants every row of a reference to lead somewhere, so these are none there.
    """
    group = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": TITLE,
        "dc:license": {"@id": LICENCE},
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\r\n"], "header": True},
        "tables": [
            _csvw_table(table, document_prefixes(base), (empty or {}).get(table.name, frozenset()))
            for table in tables(base)
        ],
    }
    return json.dumps(group, ensure_ascii=False, indent=2) + "\n"


def _csvw_table(table: CsvwTable, names: Mapping[str, str], empty: frozenset[str]) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "aboutUrl": f"{{+{table.subject}}}",
        "columns": [
            *(_csvw_column(table, column, names) for column in table.columns),
            *(_virtual_column(column, names) for column in _virtual(table)),
        ],
        "primaryKey": list(table.key),
    }
    references = [
        {"columnReference": column, "reference": {"resource": f"{other}.csv", "columnReference": target}}
        for column, other, target in table.references
        if column not in empty
    ]
    if references:
        schema["foreignKeys"] = references
    return {
        "url": f"{table.name}.csv",
        "dc:title": table.title,
        "dc:description": table.description,
        "tableSchema": schema,
    }


def _virtual(table: CsvwTable) -> tuple[CsvwColumn, ...]:
    """The statements of a row that no column holds, its class first."""
    kind = CsvwColumn("class", "anyURI", "", "rdf:type", table.kind)
    return ((kind,) if table.kind else ()) + table.statements


def _csvw_column(table: CsvwTable, column: CsvwColumn, names: Mapping[str, str]) -> dict[str, Any]:
    described = {
        "name": column.name,
        "titles": {column.language: column.name} if column.language else column.name,
        "datatype": column.datatype,
        "required": column.name in table.key,
        "dc:description": column.description,
    }
    if not column.property:
        return {**described, "suppressOutput": True}
    return {**described, **({"lang": column.language} if column.language else {}), **_statement(column, names)}


def _virtual_column(column: CsvwColumn, names: Mapping[str, str]) -> dict[str, Any]:
    return {"name": column.name, "virtual": True, **_statement(column, names)}


def _statement(column: CsvwColumn, names: Mapping[str, str]) -> dict[str, str]:
    """Which statement a cell is: about what, with which property, and its value where that is an IRI."""
    urls = {"propertyUrl": _template(column.property, names)}
    if column.about:
        urls["aboutUrl"] = f"{{+{column.about}}}"
    if column.value or column.datatype == "anyURI":
        urls["valueUrl"] = _template(column.value or f"{{+{column.name}}}", names)
    return urls


def _template(words: str, names: Mapping[str, str]) -> str:
    """A template with its prefix written out: the context of CSV on the Web has not all of ours."""
    prefix, colon, local = words.partition(":")
    return names[prefix] + local if colon else words


def data_package() -> str:
    """The tables described as a Data Package with Table Schemas (https://specs.frictionlessdata.io)."""
    package = {
        "profile": "tabular-data-package",
        "name": "policygraph",
        "title": TITLE,
        "licenses": [{"name": "CC-BY-4.0", "path": LICENCE}],
        "resources": [_resource(table) for table in tables()],
    }
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def _resource(table: CsvwTable) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [
            {
                "name": column.name,
                **FIELD_TYPES[column.datatype],
                "description": column.description,
                **({"constraints": {"required": True}} if column.name in table.key else {}),
            }
            for column in table.columns
        ],
        "primaryKey": list(table.key),
    }
    if table.references:
        schema["foreignKeys"] = [
            {"fields": [column], "reference": {"resource": other, "fields": [target]}}
            for column, other, target in table.references
        ]
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": f"{table.name}.csv",
        "title": table.title,
        "description": table.description,
        "format": "csv",
        "mediatype": CSV.media_type,
        "encoding": "utf-8",
        "schema": schema,
    }
