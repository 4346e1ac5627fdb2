"""Plans typeset in many forms and read by layout and grammar into records: right, or refused, and never wrong.

A row is right when heading, kind, words, date with modality, and further columns are those of the plan, in order.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from fidelity.plans import plan
from fidelity.records import outcome
from fidelity.typeset import forms

FORMS = dict(forms())
LANGUAGES = ("nl", "en", "de", "fr")
REFUSED = {
    "pdf weasyprint bare, tight": "nothing on the page parts one row from the next",
}
"""Forms that are refused in some language, each with the reason: only ever fewer."""


@pytest.mark.parametrize("name", ["docx merged", "docx footnotes", "html commission", "html journal", "formex"])
def test_a_plan_becomes_records(name: str, tmp_path: Path) -> None:
    of = plan("fr")
    result = outcome(FORMS[name], of, tmp_path)
    assert (result.right, result.wrong) == (len(of.actions), 0), result


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMS)
def test_plans_in_four_languages_become_records(name: str, tmp_path: Path) -> None:
    refused = {}
    for language in LANGUAGES:
        folder, of = tmp_path / language, plan(language)
        folder.mkdir()
        result = outcome(FORMS[name], of, folder)
        assert result.wrong == 0, (language, result)
        if result.right != len(of.actions):
            refused[language] = result.refusal
    assert not refused or name in REFUSED, refused
