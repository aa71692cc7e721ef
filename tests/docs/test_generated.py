"""What the pages quote of the code is what the code says."""

import pytest

from tests.docs.generate import PART, generated, pages
from tests.docs.tables import ROOT, TABLES

pytestmark = pytest.mark.skipif(not (ROOT / "docs").is_dir(), reason="docs/ is not here")


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_the_generated_parts_are_current(page) -> None:
    text = page.read_text("utf-8")
    assert generated(text) == text, "run: python -m tests.docs.generate"
