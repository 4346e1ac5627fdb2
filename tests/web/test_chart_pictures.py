"""Charts of canned queries as objects: a title that says what is to be seen, and a picture of its own."""

from __future__ import annotations

import re
import xml.etree.ElementTree as xml
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from publishing import Server

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("name", "title", "bars"),
    [
        ("dialogues-by-sector", "Dialogues: most for health and pharmaceuticals (5)", 11),
        ("actions-by-heading", "Actions: most for Healthcare, including pharmaceuticals (12)", 10),
    ],
)
def test_a_chart_says_what_is_to_be_seen_and_is_a_picture_too(
    site: Server, name: str, title: str, bars: int
) -> None:
    page = site.client.get(f"/queries/{name}?lang=en", headers={"Accept": "text/html"}).text
    assert f'<h2 id="picture">{title}</h2>' in page
    (address,) = re.findall(r'href="(/charts/[^"]+)"', page)
    response = site.client.get(address)
    assert response.headers["Content-Type"].startswith("image/svg+xml")
    picture = xml.fromstring(response.content)
    assert picture.findtext(f"{SVG}title") == title
    assert f"/queries/{name}" in (picture.findtext(f"{SVG}desc") or "")
    rows = site.client.get(f"/queries/{name}.json").json()["results"]["bindings"]
    assert len(picture.findall(f"{SVG}rect")) - 1 == len(rows) >= bars


@pytest.mark.parametrize("name", ["actions", "about", "nothing"])
def test_what_makes_no_chart_has_no_picture(site: Server, name: str) -> None:
    assert site.client.get(f"/charts/{name}.svg").status_code == 404
