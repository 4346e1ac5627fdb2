"""The answers over three strategies, held against readings of the documents by hand; nothing here asks the graph.

``reading-green-deal.csv`` has the rows of the roadmap as a person read them (as in a second reading, beside
the shared documents), ``reading-forest.csv`` the boxes and milestones of the page.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, Store

from places import needs_shared
from policygraph.files import folder, source_folders
from policygraph.pipeline.build import build
from policygraph.queries import CannedQuery, ask, catalogue, open_release
from policygraph.rdf.iris import BASE
from policygraph.sources.folder import open_source

from .conftest import AS_OF, reading

DEAL, FOREST, APPLY = "COM(2019) 640", "COM(2021) 572", "COM(2025) 723"
IDS = {DEAL: "COM-2019-640", FOREST: "COM-2021-572", APPLY: "COM-2025-723"}
READ = {
    "2020": ("within", "2020-01-01", "2020-12-31"),
    "2021": ("within", "2021-01-01", "2021-12-31"),
    "2020/2021": ("between", "2020-01-01", "2021-12-31"),
    "2020-2021": ("between", "2020-01-01", "2021-12-31"),
    "January 2020": ("within", "2020-01-01", "2020-01-31"),
    "March 2020": ("within", "2020-03-01", "2020-03-31"),
    "June 2020": ("within", "2020-06-01", "2020-06-30"),
    "October 2020": ("within", "2020-10-01", "2020-10-31"),
    "June 2021": ("within", "2021-06-01", "2021-06-30"),
    "Spring 2020": ("within", "2020-03-01", "2020-06-20"),
    "Summer 2020": ("within", "2020-06-01", "2020-09-22"),
    "Autumn 2020": ("within", "2020-09-01", "2020-12-21"),
    "From 2019": ("from", "2019-01-01", "2019-12-31"),
    "From 2020": ("from", "2020-01-01", "2020-12-31"),
    "From 2021": ("from", "2021-01-01", "2021-12-31"),
    "by the end of 2021": ("by", "", "2021-12-31"),
    "by the end of 2022": ("by", "", "2022-12-31"),
    "by November 2021": ("by", "", "2021-11-30"),
    "by Q1 2022": ("by", "", "2022-03-31"),
    "by Q2 2022": ("by", "", "2022-06-30"),
    "by the Q1 2023": ("by", "", "2023-03-31"),
    "by Q1 2023": ("by", "", "2023-03-31"),
}
"""What each wording says: modality, first day, last day (of a start where it says “from”)."""

Target = tuple[str, str, str, str, str, str]
"""Document, identifier, heading, modality, first day, last day; the last three are "" where there is none."""


def _targets() -> list[Target]:
    found: list[Target] = []
    for row in reading("green-deal"):
        found.append((DEAL, f"A1-{int(row['number']):03}", row["heading"], *READ[row["wording"]]))
    for row in reading("forest"):
        for wording in row["wordings"].split("; "):
            found.append((FOREST, row["identifier"], row["heading"], *READ.get(wording, ("", "", ""))))
    return found


TARGETS = _targets()


@pytest.fixture(scope="module")
def three(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release of the three strategies that were read by hand, whatever else is in ``data/sources``."""
    read = [source for source in source_folders() if open_source(source).id in IDS.values()]
    if read == source_folders():
        return corpus
    out = tmp_path_factory.mktemp("three") / "release"
    assert build(read, out).manifest is not None
    return out


@pytest.fixture(scope="module")
def store(three: Path) -> Store:
    return open_release(three)[0]


def rows(store: Store, name: str, *columns: str, **values: object) -> list[tuple[str, ...]]:
    """The chosen columns, of the two documents that are new; an action by its identifier, what is empty as ""."""
    found = []
    for row in ask(name, store, **values).dicts():
        if row.get("document", "") != APPLY and APPLY not in str(row):
            found.append(tuple(str(row[column] or "").rsplit("/", 1)[-1] for column in columns))
    return sorted(found)


def kept(*, due: str = "", start: str = "", since: str = "") -> list[tuple[str, ...]]:
    """Document, identifier and last day of the targets that are due, or to be started, before a day."""
    return sorted(
        (document, row, last)
        for document, row, _, modality, _, last in TARGETS
        if (due and modality in ("within", "between", "by") and last < due and last >= since)
        or (start and modality == "from" and last < start)
    )


def ledger() -> list[dict[str, str]]:
    """The rows of the status reports as they were written."""
    with (folder("data") / "curated" / "status-reports.csv").open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def test_the_reading_of_the_roadmap_is_that_of_others() -> None:
    gold = json.loads(needs_shared("documents", "eu-green-deal-roadmap-2019", "gold.json").read_text("utf-8"))
    headings = gold["section_headings"]
    assert [
        (row["number"], headings[int(row["heading"]) - 1], row["wording"]) for row in reading("green-deal")
    ] == [(str(item["number"]), item["section"], item["date"]) for item in gold["items"]]
    pairs = zip(reading("green-deal"), gold["items"], strict=True)
    assert all(item["text"].startswith(row["begins"]) for row, item in pairs)


def test_each_action_says_what_was_read(store: Store) -> None:
    columns = ("document", "action", "heading_iri", "modality", "earliest", "completion_due_by", "start_due_by")
    expected = [
        (*target[:5], "" if target[3] == "from" else target[5], target[5] if target[3] == "from" else "")
        for target in TARGETS
    ]
    assert rows(store, "actions", *columns) == sorted(expected)
    begins = {(DEAL, f"A1-{int(row['number']):03}"): row["begins"] for row in reading("green-deal")}
    begins |= {(FOREST, row["identifier"]): row["begins"] for row in reading("forest")}
    for row in ask("actions", store).dicts():
        place = str(row["document"]), str(row["action"]).rsplit("/", 1)[-1]
        assert row["document"] == APPLY or str(row["description"]).startswith(begins[place]), place


@pytest.mark.parametrize("day", ["2020-06-21", "2021-12-31", "2022-01-01", AS_OF])
def test_what_is_due_and_what_should_have_started(store: Store, day: str) -> None:
    due = ("document", "action", "completion_due_by")
    assert rows(store, "actions-due-before", *due, as_of=day) == kept(due=day)
    assert rows(store, "actions-due-without-report", *due, as_of=day) == kept(due=day)
    started = rows(store, "actions-that-should-have-started", "document", "action", "start_due_by", as_of=day)
    assert started == kept(start=day)


def test_what_is_due_next_and_in_a_period(store: Store) -> None:
    columns = ("document", "action", "completion_due_by")
    assert rows(store, "actions-due-next", *columns, as_of="2022-01-01") == kept(
        due="2022-04-01", since="2022-01-01"
    )
    assert len(kept(due="2022-04-01", since="2022-01-01")) == 6
    for period, first, after in (("2021", "2021-01-01", "2022-01-01"), ("2020-Q3", "2020-07-01", "2020-10-01")):
        assert rows(store, "actions-due-in-period", *columns, period=period) == kept(due=after, since=first)


def test_what_is_due_next_in_one_document_is_not_what_is_due_next_in_all(store: Store) -> None:
    everywhere = ask("actions-due-next", store, as_of="2021-06-01").dicts()
    assert {(row["document"], row["completion_due_by"]) for row in everywhere} == {(DEAL, "2021-06-30")}
    forest = ask("actions-due-next", store, as_of="2021-06-01", document="id:doc/COM-2021-572").dicts()
    assert [(row["number"], row["completion_due_by"]) for row in forest] == [("9", "2021-11-30")]


def test_what_has_no_end_and_what_nobody_reported(store: Store) -> None:
    open_ended = rows(store, "open-ended-actions", "document", "action", "start_due_by")
    assert open_ended == kept(start="9999-12-31") and len(open_ended) == 15
    every = {target[:2] for target in TARGETS}
    written = ledger()
    for day in (AS_OF, "2026-11-26"):
        told = {
            row["about"].removeprefix("action/")
            for row in written
            if row["status"] != "nothing-found" and row["recorded_on"] <= day
        }
        silent = set(rows(store, "actions-without-report", "document", "action", as_of=day))
        assert silent == {(name, row) for name, row in every if f"{IDS[name]}/{row}" not in told}
        assert (silent == every) == (day == AS_OF)


@pytest.mark.parametrize("day", [AS_OF, "2026-11-26", "2030-01-01"])
def test_the_three_words_for_what_has_passed(store: Store, day: str) -> None:
    """Late by a report alone; the other two by a day that has passed, and by no report."""
    reports = [row for row in ledger() if row["status"] != "nothing-found" and row["recorded_on"] <= day]
    told = {row["about"].removeprefix("action/") for row in reports}

    def silent(targets: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
        return [target for target in targets if f"{IDS[target[0]]}/{target[1]}" not in told]

    due = rows(store, "actions-due-without-report", "document", "action", "completion_due_by", as_of=day)
    assert due == silent(kept(due=day))
    columns = ("document", "action", "start_due_by")
    starting = rows(store, "actions-should-have-started-without-report", *columns, as_of=day)
    assert starting == silent(kept(start=day)) and starting
    marked = rows(store, "actions-that-should-have-started", *columns, "reported", as_of=day)
    assert marked == [(*row, "no" if row in starting else "yes") for row in kept(start=day)]
    late = {row["about"] for row in reports if row["late"] == "yes"}
    answer = ask("actions-late", store, as_of=day).dicts()
    assert {str(row["action"]).removeprefix(f"{BASE}id/") for row in answer} == late
    assert len(late) == (day != AS_OF)


def test_what_is_due_in_a_period_is_one_number(store: Store) -> None:
    ends = {(*target[:2], target[5]) for target in TARGETS if target[3] in ("within", "between", "by")}
    for document in (DEAL, FOREST):
        scope = {"document": f"id:doc/{IDS[document]}"}
        quarters = ask("due-by-quarter", store, **scope).dicts()
        for row in quarters:
            year, quarter = str(row["quarter"]).split("-Q")
            first, last = f"{year}-{int(quarter) * 3 - 2:02}-01", f"{year}-{int(quarter) * 3:02}-31"
            read = {number for name, number, day in ends if name == document and first <= day <= last}
            listed = ask("actions-due-in-period", store, period=row["quarter"], **scope).dicts()
            assert int(str(row["due"])) == len(read) == len({one["action"] for one in listed}), row
        assert sum(int(str(row["due"])) for row in quarters) >= len({end[1] for end in ends if end[0] == document})
        for row in ask("load-by-period", store, **scope).dicts():
            if len(str(row["period"])) == 4:
                listed = ask("actions-due-in-period", store, period=row["period"], **scope).dicts()
                assert int(str(row["due"])) == len({one["action"] for one in listed}), row


def test_what_may_be_under_way(store: Store) -> None:
    first, last = "2021-01-01", "2021-03-31"
    expected = sorted(
        (document, row)
        for document, row, _, modality, earliest, end in TARGETS
        if modality and (not earliest or earliest <= last) and (modality == "from" or end >= first)
    )
    assert rows(store, "actions-active-in", "document", "action", from_=first, to=last) == expected


def test_counts_by_heading_and_period(store: Store) -> None:
    headed = Counter((document, heading) for document, _, heading in {t[:3] for t in TARGETS} if heading)
    counted = {
        tuple(str(row["heading_iri"]).split("/")[-2:]): (row["actions"], row["flagships"])
        for row in ask("actions-by-heading", store).dicts()
        if IDS[APPLY] not in str(row["heading_iri"])
    }
    assert counted == {(IDS[document], heading): (str(n), "0") for (document, heading), n in headed.items()}
    for document in (DEAL, FOREST):
        load = ask("load-by-period", store, document=f"id:doc/{IDS[document]}").dicts()
        wordings = Counter(target[3:] for target in TARGETS if target[0] == document and target[3])
        assert sum(int(str(row["actions"])) for row in load) == wordings.total()
        opens = sum(n for (modality, _, _), n in wordings.items() if modality == "from")
        assert sum(int(str(row["open_ended"])) for row in load) == opens


def test_words_are_found_in_every_strategy(store: Store) -> None:
    found = {
        (row["document"], row["number"])
        for row in ask("actions-mentioning", store, text="forest strategy").dicts()
    }
    assert found == {(DEAL, "30"), (FOREST, "3")}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (DEAL, ("48", "0", "15", "0", "0", "0", "10")),
        (FOREST, ("35", "0", "0", "0", "0", "0", "4")),
        (APPLY, ("70", "38", "15", "19", "3175", "6", "16")),
        ("", ("153", "38", "30", "19", "3175", "6", "30")),
    ],
)
def test_totals(store: Store, document: str, expected: tuple[str, ...]) -> None:
    scope = {"document": f"id:doc/{IDS[document]}"} if document else {}
    (row,) = ask("totals", store, **scope).dicts()
    assert tuple(row.values()) == expected


def takes(query: CannedQuery, name: str) -> bool:
    return any(parameter.name == name for parameter in query.parameters)


@pytest.mark.parametrize(
    "query", [query for query in catalogue() if takes(query, "document")], ids=lambda q: q.name
)
def test_the_answer_of_one_document_is_a_part_of_the_whole(store: Store, query: CannedQuery) -> None:
    """Rows that tell their document are those of each strategy together; what no document says has no rows."""
    name, columns = query.name, query.column_names
    day = {"as_of": AS_OF} if takes(query, "as_of") else {}
    whole = ask(name, store, **day).rows
    alone = {number: ask(name, store, document=f"id:doc/{id}", **day).rows for number, id in IDS.items()}
    if "document" in columns:
        place = columns.index("document")
        for number, part in alone.items():
            assert {row[place].value for row in part if row[place]} <= {number}
            if name != "actions-due-next":
                assert list(part) == [row for row in whole if row[place] and row[place].value == number]
    elif "heading_iri" in columns:
        assert sorted(map(str, whole)) == sorted(str(row) for part in alone.values() for row in part)
    assert name == "totals" or not ask(name, store, document="id:doc/COM-2099-1", **day).rows


def test_every_listing_says_its_document_last() -> None:
    for query in catalogue():
        assert takes(query, "document") == (query.name not in ("about", "names", "source-of")), query.name
        if query.columns[0].name in ("action", "dialogue", "initiative") and query.name != "source-of":
            added = [name for name in query.column_names if name != "text_status"]
            assert added[-1] == "document", query.name


# --- Not mapped ---

THEMES = {DEAL: ("03", "08", "09", "10"), FOREST: ("01", "02", "03", "04"), APPLY: ("12", "13", "14", "15", "16")}
"""The headings that name no harmonised sector, by reading the headings."""


@pytest.mark.parametrize("name", ["dialogues-by-heading", "actions-against-dialogues"])
def test_a_heading_without_a_mapping_is_said_to_have_none(store: Store, name: str) -> None:
    answer = ask(name, store).dicts()
    assert len(answer) == 30
    for row in answer:
        id, heading = str(row["heading_iri"]).split("/")[-2:]
        number = next(number for number, other in IDS.items() if other == id)
        assert row["mapping"] == ("not mapped" if heading in THEMES[number] else "mapped")
        # A roadmap that tells of no dialogues says nothing of their number; only who lists them can say 0.
        assert (row["dialogues"] is None) == (number != APPLY), row


def test_the_headings_that_are_not_mapped(store: Store) -> None:
    counts = Counter((document, heading) for document, _, heading in {t[:3] for t in TARGETS})
    answer = ask("headings-not-mapped", store).dicts()
    listed = {(str(row["document"]), str(row["heading_iri"])[-2:]): row["actions"] for row in answer}
    assert set(listed) == {(number, heading) for number, headings in THEMES.items() for heading in headings}
    assert all(int(str(n)) == counts[place] for place, n in listed.items() if place[0] != APPLY)
    assert not any(row["document"] != APPLY for row in ask("headings-without-dialogue", store).dicts())


def test_sectors_gather_the_actions_of_every_strategy(store: Store) -> None:
    behind = ask("behind-sector", store, sector="id:sector/ENERGY").dicts()
    assert Counter(row["document"] for row in behind if row["what"] == "action") == {DEAL: 5, APPLY: 3}
    links = {
        (str(row["concept"]).removeprefix(f"{BASE}id/heading/"), row["relation"])
        for row in ask("links", store, document="id:doc/COM-2019-640").dicts()
        if str(row["target"]).startswith(f"{BASE}id/sector/")
    }
    assert {place for place, relation in links if relation != "relatedMatch"} == {
        f"COM-2019-640/{heading:02}" for heading in range(1, 11) if f"{heading:02}" not in THEMES[DEAL]
    }


@pytest.mark.parametrize("name", ["links", "actions-by-eurovoc", "behind-sector"])
def test_labels_are_the_same_through_every_door(three: Path, name: str) -> None:
    """The command line reads the graphs that a query names; page, API, endpoint and site ask the union of all.

    Graph ``catalogue`` names concepts of others too, so a finished release is asked and not what a test made.
    """
    union, _ = open_release(three)
    (query,) = (query for query in catalogue() if query.name == name)
    languages = ("mul", "en", "nl") if any(one.name == "lang" for one in query.parameters) else (None,)
    for language in languages:
        values = {} if language is None else {"lang": language}
        rows = ask(name, three, **values).rows
        assert rows == ask(name, union, **values).rows and rows, language


def test_what_documents_say_about_others(store: Store) -> None:
    """Read in the pages: introduction and footnotes 7 and 8 of the forest strategy, section 2.1.1 and footnote 5
    of the Green Deal, Annex 2 and its footnote 1 of Apply AI."""
    columns = ("document", "relation", "target", "target_document", "quote", "page")
    told = [
        tuple(str(row[column] or "") for column in columns) for row in ask("document-relations", store).dicts()
    ]
    celex = "http://publications.europa.eu/resource/celex/"
    vision = "The Commission has already set out a clear vision of how to achieve climate neutrality by 2050"
    anchor = "It is anchored in the European Green Deal and the EU 2030 Biodiversity Strategy"
    example = (
        "De Commissie heeft het goede voorbeeld gegeven met het opstellen van de mededeling “Artificial "
        "intelligence in the European Commission (AI@EC)”"
    )
    page = "https://commission.europa.eu/publications/artificial-intelligence-european-commission-aiec-communication_en"
    assert told == [
        (DEAL, "references", f"{celex}52018DC0773", "", vision, ""),
        (FOREST, "references", f"{celex}52018DC0811", "", "evaluated in 2018", ""),
        (FOREST, "references", f"{celex}52019DC0640", f"{BASE}id/doc/COM-2019-640", anchor, ""),
        (
            *(FOREST, "replaces", f"{celex}52013DC0659", ""),
            *("This Strategy replaces the EU Forest Strategy adopted in 2013", ""),
        ),
        (APPLY, "references", page, "", example, "2"),
    ]


def test_what_is_behind_a_sector_needs_no_first_day(corpus: Path) -> None:
    """An action that says “by” alone has a last day and no first; one without a date is behind its sector, too."""
    store, _ = open_release(corpus)
    whole = ask("behind-sector", store, sector="id:sector/ENERGY").dicts()
    first, second = [str(row["thing"]) for row in whole if row["what"] == "action"][:2]
    actions, dates = NamedNode(f"{BASE}graph/actions"), f"{BASE}def#"
    deadline = NamedNode(f"{dates}deadline")
    (_, _, dated, _), *_ = store.quads_for_pattern(NamedNode(first), deadline, None, actions)
    for quad in list(store.quads_for_pattern(dated, NamedNode(f"{dates}earliest"), None, actions)):
        store.remove(quad)
        store.add(Quad(quad.subject, NamedNode(f"{dates}completionDueBy"), quad.object, actions))
    for quad in list(store.quads_for_pattern(dated, NamedNode(f"{dates}completionDueBy"), None, actions))[1:]:
        store.remove(quad)
    for quad in list(store.quads_for_pattern(NamedNode(second), deadline, None, actions)):
        store.remove(quad)
    changed = ask("behind-sector", store, sector="id:sector/ENERGY").dicts()
    assert {row["thing"] for row in changed} == {row["thing"] for row in whole}
    days = {row["thing"]: row["date"] for row in changed}
    assert days[first] is not None and days[second] is None
