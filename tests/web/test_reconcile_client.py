"""A reconciliation client of others matches a column of names against the running service."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from publishing import Server

SCRIPT = """
import json, sys
import pandas, reconciler

names = pandas.Series(json.loads(sys.argv[1]))
found = reconciler.reconcile(names, top_res=3, reconciliation_endpoint=sys.argv[2])
print(json.dumps(found[["input_value", "id", "score"]].values.tolist()))
"""


@pytest.mark.slow
def test_a_client_of_others_finds_sectors_by_name(site: Server) -> None:
    pytest.importorskip("reconciler", reason="the client is not installed: pip install 'policygraph[clients]'")
    names = ["Overheid", "Robotica", "Culturele sectoren"]
    command = [sys.executable, "-W", "ignore", "-c", SCRIPT, json.dumps(names), f"{site.address}reconcile"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    rows = json.loads(done.stdout.strip().splitlines()[-1])
    best = {name: {row[1] for row in rows if row[0] == name} for name in names}
    assert {"heading/COM-2025-723/11", "sector-label/COM-2025-723/09"} <= best["Overheid"]
    assert {"heading/COM-2025-723/02", "sector-label/COM-2025-723/07"} <= best["Robotica"]
    assert "heading/COM-2025-723/10" in best["Culturele sectoren"]
