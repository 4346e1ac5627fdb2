"""``policygraph show``: one action whole: words, target, status, and where it stands."""

from __future__ import annotations

import json
import shutil
from textwrap import fill
from typing import TYPE_CHECKING, Any

import click

from . import format_option, output_option, write_output
from .downloads import label_of
from .tracking import SCOPE, opened

if TYPE_CHECKING:
    from ..queries.tracking import Dossier

INDENT = 12


def _options(command: Any) -> Any:
    for option in reversed((*SCOPE[2:], format_option("text", "json"), output_option)):
        command = option(command)
    return command


@click.command("show", epilog="Example: policygraph show A3-044")
@click.argument("action")
@_options
def command(action: str, **options: Any) -> None:
    """Tell everything about ACTION, named as people name it: A3-044, "apply ai 44", COM-2025-723/A3-044."""
    from ..queries import check_things, get, resolved
    from ..queries.tracking import dossier

    asking, scope = opened(options)
    settings: dict[str, Any] = {"base": asking.keywords["base"]}
    query, store = get("source-of"), asking.keywords["source"]
    value = resolved(query, store, {"action": action}, **settings)
    check_things(query, store, value, **settings)
    iri = str(query.parameters[0].term(value["action"], settings["base"]).value)
    whole = dossier(asking, scope, iri)
    if options["syntax"] == "json":
        text = json.dumps(whole._asdict(), ensure_ascii=False, indent=2)
    else:
        text = "\n".join(_paragraphs(whole, scope.as_of))
    write_output(f"{text}\n".encode(), options["output"])


def _paragraphs(whole: Dossier, as_of: str) -> list[str]:
    """A labelled paragraph for each thing to know, within the terminal's width, at most 100."""
    first = whole.targets[0]
    iri = first["action"] or ""
    width = min(shutil.get_terminal_size().columns, 100)
    name = f"{first['document']} {iri.rpartition('/')[2]}" + (f", {first['kind']}" if first["kind"] else "")
    note = "  (unofficial translation)" if first["text_status"] == "unofficial" else ""
    facts = [("", f"{first['description']}{note}"), ("heading", first["heading"])]
    facts += [("target", _target(target)) for target in whole.targets]
    if whole.status is None:
        facts.append(("status", f"no report by {as_of}"))
    else:
        status = whole.status
        facts.append(("status", f"{status['status']} on {status['since']}, recorded {status['recorded']}"))
        facts.append(("reported", status["source"]))
    facts += [("passed", word) for word in whole.timeliness]
    for span in whole.evidence:
        page = f", page {span['page']}" if span["page"] else ""
        facts.append(("source", f"{span['file']}{page}, characters {span['start']} to {span['end']}"))
    if whole.evidence:
        facts.append(("words", f"“{whole.evidence[0]['quote']}”"))
    facts += [("named", label_of(iri)), ("iri", iri)]
    return [name, *(_fact(label, text, width) for label, text in facts if text)]


def _target(target: dict[str, str | None]) -> str:
    wording, due, start = target["wording"], target["completion_due_by"], target["start_due_by"]
    meaning = f"due by {due}" if due else f"to have started by {start}, no end named" if start else "no day named"
    return f"“{wording}”: {meaning}" if wording else meaning


def _fact(label: str, text: str, width: int) -> str:
    return fill(
        text,
        width,
        initial_indent=f"{label:<{INDENT}}",
        subsequent_indent=" " * INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )
