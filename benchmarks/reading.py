"""What reading costs when a text grows, as ratios: twice as much of what is long in it; 2.0 is linear.

python benchmarks/reading.py [--size 20000] [--of WORDS]

Each text is the first document with something of that length put into it, flattened as that is, or an HTML page.
What is read or refused does not matter here: both must come in time.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from policygraph.errors import SourceError
from policygraph.sources import open_source, read_source

SEED = Path(__file__).resolve().parents[1] / "data" / "sources" / "52025DC0723"
TEXT = (SEED / "nl.txt").read_text("utf-8")
SETTINGS = (SEED / "source.toml").read_text("utf-8")
HTML_LAYOUT = """
[[part]]
kind = "table"
sections = "above"
columns.nl = { description = ["Actie"], deadline = ["Datum"] }
"""
ROW = "Een actie van de Commissie om dit te doen.\nVierde kwartaal 2026\n"
HTML_ROW = "<tr><td>Doe dit</td><td>Vierde kwartaal 2026</td></tr>"
HTML_TABLE = f"<table><tr><th>Actie</th><th>Datum</th></tr>{HTML_ROW}</table>"


def after_date(words: str) -> str:
    """The first document with these words below its first row."""
    end = TEXT.index("\n", TEXT.index("Vierde kwartaal"))
    return TEXT[:end] + words + TEXT[end:]


def page(body: str) -> str:
    return f"<!doctype html><html><body><h1>Plan</h1>{body}</body></html>"


TEXTS: dict[str, Callable[[int], str]] = {
    "empty lines": lambda n: TEXT + "\n" * n * 4,
    "empty lines in a row": lambda n: after_date("\n" * n * 4),
    "lines of blanks": lambda n: TEXT + " \n" * n,
    "lines of one word": lambda n: TEXT + "woord\n" * n,
    "lines of one word in a row": lambda n: after_date("\nwoord" * n),
    "words on one line": lambda n: f"{TEXT}{'woord ' * n}\n",
    "one word": lambda n: f"{TEXT}{'w' * n * 50}\n",
    "digits on one line": lambda n: f"{TEXT}{'1' * n * 20}\n",
    "blanks on one line": lambda n: f"{TEXT}a{' ' * n * 4}b\n",
    "open brackets": lambda n: f"{TEXT}{'(' * n * 4}\n",
    "lines of an open bracket": lambda n: TEXT + "(\n" * n,
    "dates": lambda n: TEXT + "Vierde kwartaal 2026\n" * n,
    "lines with a number": lambda n: TEXT + "1 a\n" * n,
    "rows": lambda n: TEXT + ROW * n,
    "headings": lambda n: TEXT + "Robotica\nVlaggenschipinitiatief\n" * n,
    "titles of annexes": lambda n: TEXT + "Bijlage 4: Woord\n" * n,
    "pages": lambda n: TEXT + " Woord\n" * n,
    "words for annex": lambda n: f"{TEXT}{'bijlage ' * n}\n",
}
PAGES: dict[str, Callable[[int], str]] = {
    "HTML, rows": lambda n: page(HTML_TABLE.replace(HTML_ROW, HTML_ROW * n)),
    "HTML, tables below headings": lambda n: page(f"<h2>Kop</h2>{HTML_TABLE}" * n),
    "HTML, paragraphs": lambda n: page("<p>Woord</p>" * n + HTML_TABLE),
    "HTML, headings": lambda n: page("<h2>Woord</h2>" * n + HTML_TABLE),
    "HTML, paragraphs of a cell": lambda n: page(HTML_TABLE.replace("Doe dit", "<p>Doe dit</p>" * n)),
    "HTML, lists": lambda n: page("<ul><li>Woord</li></ul>" * n + HTML_TABLE),
}


def seconds(text: str, name: str) -> tuple[float, str]:
    """Seconds of the processor for reading this text as a source, and what became of it."""
    with TemporaryDirectory() as scratch:
        folder = Path(scratch) / SEED.name
        shutil.copytree(SEED, folder)
        settings = SETTINGS.replace("nl.txt", name).partition("[rows]")[0]
        if name.endswith("html"):
            settings = re.sub(r"(?m)^id = .*", 'id = "plan"', settings)  # nothing was settled about its headings
            (folder / "layout.toml").write_text(HTML_LAYOUT, "utf-8")
        digest = hashlib.sha256(text.encode()).hexdigest()
        (folder / "source.toml").write_text(re.sub(r'(?<=sha256 = ")[0-9a-f]{64}', digest, settings), "utf-8")
        (folder / name).write_text(text, "utf-8")
        start = time.process_time()
        try:
            read_source(open_source(folder))
            outcome = "read"
        except SourceError as error:
            outcome = str(error).partition(" (")[0]
        return time.process_time() - start, outcome


def main() -> None:
    """Print what twice as much costs for each text; exit 1 where that is more than three times as much."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--size", type=int, default=5_000, help="How many lines, rows or words at first.")
    parser.add_argument("--of", default="", help="Only texts with these words in their names.")
    options = parser.parse_args()
    seconds(TEXT, "nl.txt")
    steep = []
    for name, make in (TEXTS | PAGES).items():
        if options.of not in name:
            continue
        file = "nl.html" if name in PAGES else "nl.txt"
        once, _ = seconds(make(options.size), file)
        twice, outcome = seconds(make(2 * options.size), file)
        steep += [name] if twice > 3 * once and twice > 0.5 else []
        ratio = f"{once:.2f} s, {twice:.2f} s: {twice / once:.2f} × for twice as much"
        print(f"{name}: {ratio} ({outcome})", flush=True)
    sys.exit(f"More than linear: {', '.join(steep)}." if steep else 0)


if __name__ == "__main__":
    main()
