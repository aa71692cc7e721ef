"""What is committed can be installed from any package index, and says nothing of ours."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ("requirements.txt", "requirements-dev.txt")
PROJECTS = sorted(
    path
    for pattern in ("", "contracts/", "plugins/*/", "examples/*/")
    for path in ROOT.glob(f"{pattern}pyproject.toml")
)


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_a_requirement_is_a_version_a_marker_and_hashes(name: str) -> None:
    entry = re.compile(r"[a-z0-9-]+==[^ ]+( ; [^\\]+)?( \\\n    --hash=sha256:[0-9a-f]{64})+\n")
    rest = re.sub(r"    # via.*\n(    #   .*\n)*", "", ROOT.joinpath(name).read_text())
    assert entry.sub("", rest) == ""


def test_the_runtime_requirements_are_among_those_for_development() -> None:
    runtime, development = (
        set(re.findall(r"^[a-z0-9-]+==\S+", ROOT.joinpath(name).read_text(), re.MULTILINE))
        for name in REQUIREMENTS
    )
    assert runtime < development


@pytest.mark.parametrize("path", PROJECTS, ids=lambda path: path.parent.name)
def test_a_project_names_no_place_to_download_from(path: Path) -> None:
    text = path.read_text()
    assert "://" not in text
    assert not {"index", "index-url", "find-links"} & set(
        tomllib.loads(text).get("tool", {}).get("uv", {})
    )


def test_uv_knows_every_package_of_ours() -> None:
    names = [tomllib.loads(path.read_text())["project"]["name"] for path in PROJECTS]
    root = tomllib.loads(ROOT.joinpath("pyproject.toml").read_text())
    assert sorted(root["tool"]["uv"]["sources"]) == sorted(names)
    blocks = set(names) - {"abs-contracts", "abs-core"}
    assert blocks <= set(root["dependency-groups"]["dev"])
