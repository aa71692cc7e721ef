"""The Python of the README runs as it stands."""

import re
from pathlib import Path

import pytest

README = Path(__file__).parents[1] / "README.md"


@pytest.mark.skipif(not README.is_file(), reason="the tests are away from the README")
def test_its_python_runs() -> None:
    [code] = re.findall(r"(?ms)^```python\n(.*?)^```$", README.read_text("utf-8"))
    names: dict[str, object] = {}
    exec(code, names)
    assert names["letter"] is None
