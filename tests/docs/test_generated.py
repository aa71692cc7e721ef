"""What the pages quote of the code is what the code says."""

from pathlib import Path

import pytest

from tests.docs.generate import PART, generated, pages
from tests.docs.tables import ROOT, TABLES, rule_pages

pytestmark = pytest.mark.skipif(not (ROOT / "docs").is_dir(), reason="docs/ is not here")


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_the_generated_parts_are_current(page: Path) -> None:
    text = page.read_text("utf-8")
    assert generated(text) == text, "run: python -m tests.docs.generate"


def test_every_rule_of_a_change_has_its_page_as_the_table_says() -> None:
    wanted = rule_pages()
    assert set((ROOT / "docs/rules").glob("*.md")) == wanted.keys()
    stale = [page.name for page, text in wanted.items() if page.read_text("utf-8") != text]
    assert not stale, "run: python -m tests.docs.generate"


def test_every_table_stands_on_a_page() -> None:
    found = [m["what"] for page in pages() for m in PART.finditer(page.read_text("utf-8"))]
    assert set(TABLES) <= set(found)


def test_a_part_that_is_out_of_date_is_seen() -> None:
    stale = "<!-- generated: effects -->\n| old |\n<!-- end -->\nafter"
    now = generated(stale)
    assert TABLES["effects"]() in now
    assert "| old |" not in now
    assert now.endswith("<!-- end -->\nafter")
