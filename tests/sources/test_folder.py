"""A source folder: what its source.toml may say, and which files it may name."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest

from mutated_toml import mutated
from policygraph.errors import SourceError
from policygraph.files import source_folders
from policygraph.sources import documents, open_source
from policygraph.sources import folder as folders

(SEED,) = (path for path in source_folders() if path.name == "52025DC0723")
GOOD = (SEED / "source.toml").read_text("utf-8")


def folder(tmp_path: Path, text: str) -> Path:
    """The seed's folder with another source.toml."""
    place = tmp_path / "source"
    place.mkdir(exist_ok=True)
    shutil.copy(SEED / "nl.txt", place / "nl.txt")
    (place / "source.toml").write_text(text, "utf-8")
    return place


def refusal(tmp_path: Path, text: str) -> str:
    with pytest.raises(SourceError) as refused:
        documents(open_source(folder(tmp_path, text)))
    return str(refused.value)


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


@pytest.mark.parametrize(
    ("old", "new", "at_line", "words"),
    [
        ('celex = "52025DC0723"', 'celx = "52025DC0723"', True, "write “celex”"),
        ('id = "COM-2025-723"', "", False, "“id” is missing; give it text in quotes"),
        ("date = 2025-10-08", 'date = "2025-10-08"', True, "a day without quotes"),
        ("date = 2025-10-08", "date = 2025-10-08T10:00:00", True, "a day without quotes"),
        ('id = "COM-2025-723"', 'id = "COM/2025/723"', True, "part of IRIs"),
        ('celex = "52025DC0723"', 'celex = "5 2025"', True, "digits and capitals"),
        ('identifier = "COM(2025) 723"', 'identifier = " "', True, "as people cite it"),
        ('type = "COMMUNIC"', 'type = "a communication"', True, "code of the EU authority table"),
        ('author = "COM"', 'author = "Commission"', True, "code of the EU authority table"),
        ('licence = "COM_REUSE"', 'licence = "free to use"', True, "code of the EU authority table"),
        ('address = "http', 'address = "see http', True, "begins with http"),
        ('rights = "© European Union"', 'rights = ""', True, "who holds the rights"),
        ('nl = "De AI-toepassingsstrategie"', 'dutch = "De AI-toepassingsstrategie"', False, "ISO 639-1"),
        ('en = "Apply AI Strategy"', 'en = ""', True, "write the title"),
        ('en = "Apply AI Strategy"', "en = 7", True, "must be text in quotes"),
        ('name = "nl.txt"', 'name = "../nl.txt"', True, "no name of a file in this folder"),
        ('name = "nl.txt"', 'name = "/etc/passwd"', True, "no name of a file in this folder"),
        ('name = "nl.txt"', 'name = ".."', True, "no name of a file in this folder"),
        ('name = "nl.txt"', 'name = "source.toml"', True, "no name of a file in this folder"),
        ('name = "nl.txt"', 'nme = "nl.txt"', True, "write “name”"),
        ('language = "nl"', 'language = "nld"', True, "ISO 639-1"),
        ('sha256 = "0c', 'sha256 = "0C', True, "64 digits"),
        ('"3" = 70', '"3" = -1', True, "count from 0"),
        ('"3" = 70', '"3" = "70"', True, "a whole number"),
        ('"3" = 70', '"3" = true', True, "a whole number"),
        ('celex = "52025DC0723"', 'layout = "../x"\ncelex = "52025DC0723"', True, "name a layout"),
        ('celex = "52025DC0723"', 'authentic = "no"\ncelex = "52025DC0723"', True, "true or false"),
        ("[[file]]", "[file]", False, "array of"),
    ],
)
def test_each_key_that_is_wrong_is_named_with_its_line_and_cure(
    tmp_path: Path, old: str, new: str, at_line: bool, words: str
) -> None:
    message = refusal(tmp_path, changed(old, new))
    assert words in message and "source.toml”" in message
    line = GOOD[: GOOD.index(old)].count("\n") + 1
    assert not at_line or f"line {line}:" in message


def test_a_source_without_a_file_or_with_one_twice_is_refused(tmp_path: Path) -> None:
    entry = GOOD[GOOD.index("[[file]]") : GOOD.index("# How many rows")]
    assert "no [[file]]" in refusal(tmp_path, "file = []\n" + GOOD.replace(entry, ""))
    message = refusal(tmp_path, GOOD.replace(entry, entry + entry))
    line = GOOD[: GOOD.index("name = ")].count("\n") + 1
    assert "named twice" in message and f"line {line}:" in message
    assert "first_page" in refusal(tmp_path, changed('language = "nl"', 'language = "nl"\nfirst_page = 0'))


def test_new_keys_are_read(tmp_path: Path) -> None:
    more = 'layout = "action-table"\nauthentic = false\nobtained_from = "a copy"\nobtained_on = 2026-11-26\n'
    rules = open_source(folder(tmp_path, more + GOOD)).rules
    assert (rules.layout, rules.authentic, rules.obtained_from) == ("action-table", False, "a copy")
    assert str(rules.obtained_on) == "2026-11-26" and rules.headings["3"] == 17


def test_a_file_that_is_no_plain_file_is_refused(tmp_path: Path) -> None:
    place = folder(tmp_path, GOOD)
    target = place / "nl.txt"
    target.rename(tmp_path / "elsewhere.txt")
    target.symlink_to(tmp_path / "elsewhere.txt")
    with pytest.raises(SourceError, match="is a symbolic link"):
        documents(open_source(place))
    target.unlink()
    os.mkfifo(target)
    with pytest.raises(SourceError, match="is no plain file"):
        documents(open_source(place))
    target.unlink()
    target.mkdir()
    with pytest.raises(SourceError, match="is a folder"):
        documents(open_source(place))


def test_a_device_is_refused() -> None:
    with pytest.raises(SourceError, match="is no plain file"):
        folders.read_bytes(Path("/dev/zero"), "")


def test_settings_that_are_a_link_or_a_pipe_are_refused(tmp_path: Path) -> None:
    place = folder(tmp_path, GOOD)
    (place / "source.toml").rename(tmp_path / "other.toml")
    (place / "source.toml").symlink_to(tmp_path / "other.toml")
    with pytest.raises(SourceError, match="is a symbolic link"):
        open_source(place)
    (place / "source.toml").unlink()
    os.mkfifo(place / "source.toml")
    with pytest.raises(SourceError, match="is no plain file"):
        open_source(place)


def test_sizes_are_capped(tmp_path: Path) -> None:
    assert "bytes, more than the 1,000,000 that are read" in refusal(tmp_path, GOOD + "#" * 1_000_000)
    place = folder(tmp_path, GOOD)
    with (place / "nl.txt").open("wb") as file:
        file.truncate(65 * 2**20)
    with pytest.raises(SourceError, match="68,157,440 bytes, more than the 67,108,864 that are read"):
        documents(open_source(place))


def test_settings_that_are_no_toml_or_no_utf8_are_refused(tmp_path: Path) -> None:
    assert "is not TOML" in refusal(tmp_path, "celex = ")
    assert "is not TOML" in refusal(tmp_path, "a = " + "[" * 5000)
    place = folder(tmp_path, GOOD)
    (place / "source.toml").write_bytes(b'celex = "\xff"')
    with pytest.raises(SourceError, match=r"source.toml”, line 1, byte 9: the text is not UTF-8"):
        open_source(place)


# --- mutations ---


@pytest.mark.parametrize("seed", range(3))
def test_no_mutation_of_the_settings_ends_in_a_traceback(tmp_path: Path, seed: int) -> None:
    random_ = random.Random(seed)
    refused = 0
    for _ in range(350):
        place = folder(tmp_path, mutated(GOOD, random_))
        try:
            documents(open_source(place))
        except SourceError:
            refused += 1
    assert 100 < refused < 350
