"""``tables/csv-metadata.json``: the tables described as CSV on the Web, one table group."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from .checksum_file import ChecksumFile
from .tables import CsvwTable

METADATA = "tables/csv-metadata.json"


def metadata(tables: Iterable[CsvwTable]) -> str:
    """The metadata document as JSON: columns, datatypes, keys, references between tables."""
    group = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": "Tables of a policygraph release",
        "dc:license": {"@id": "https://creativecommons.org/licenses/by/4.0/"},
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\r\n"], "header": True},
        "tables": [_table(table) for table in tables],
    }
    return json.dumps(group, ensure_ascii=False, indent=2) + "\n"


def _table(table: CsvwTable) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "columns": [
            {
                "name": column.name,
                "titles": column.name,
                "datatype": column.datatype,
                "required": column.name in table.key,
                "dc:description": column.description,
            }
            for column in table.columns
        ],
        "primaryKey": list(table.key),
    }
    if table.references:
        schema["foreignKeys"] = [
            {
                "columnReference": column,
                "reference": {"resource": f"{other}.csv", "columnReference": target},
            }
            for column, other, target in table.references
        ]
    return {
        "url": f"{table.name}.csv",
        "dc:title": table.title,
        "dc:description": table.description,
        "tableSchema": schema,
    }


def write_metadata(tables: Iterable[CsvwTable], file: ChecksumFile) -> None:
    """Write the metadata document."""
    file.write(metadata(tables).encode())
