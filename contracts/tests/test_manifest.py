"""Manifests: strict with a pointer, and read from what is installed without running it."""

import sys
from pathlib import Path

import pytest
from abs_contracts import Refused
from abs_contracts.manifest import find_manifest, installed_blocks, parse_manifest
from abs_contracts.messages.values import Discipline

WHOLE = """\
block = "harbour"
distribution = "abs-harbour"
version = "1.2.0"
discipline = "partner"
core = 1
consumes = [{ type = "incident.opened", versions = ">=1.0,<2" }]
produces = [{ type = "incident.add_note", versions = ">=1.0,<2" }]
codelists = [{ list = "lmc", versions = ">=1.0,<1.5" }]
"""


class Site:
    """Distributions laid out as an installer does, on an import path of their own."""

    def __init__(self, site: Path, elsewhere: Path) -> None:
        self.site = site
        self.elsewhere = elsewhere

    def wheel(
        self, name: str, package: str, manifest: str | None, *, block: str = "harbour"
    ) -> None:
        self._package(self.site / package, manifest)
        files = [f"{package}/__init__.py"] + ([f"{package}/manifest.toml"] if manifest else [])
        self._metadata(name, package, files, block)

    def editable(self, name: str, package: str, manifest: str) -> None:
        self._package(self.elsewhere / package, manifest)
        self._metadata(name, package, [f"_{package}.pth"], "harbour")

    def _package(self, folder: Path, manifest: str | None) -> None:
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text("raise AssertionError('the block was run')\n")
        if manifest is not None:
            (folder / "manifest.toml").write_text(manifest)

    def _metadata(self, name: str, package: str, files: list[str], block: str) -> None:
        info = self.site / f"{name.replace('-', '_')}-1.2.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2.0\n")
        (info / "entry_points.txt").write_text(f"[abs.blocks]\n{block} = {package}.plugin\n")
        (info / "RECORD").write_text("".join(f"{each},,\n" for each in files))


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    folders = tmp_path / "site", tmp_path / "elsewhere"
    for folder in folders:
        folder.mkdir()
        monkeypatch.syspath_prepend(str(folder))
    return Site(*folders)


def refusal(name: str) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        find_manifest(name)
    return refused.value.refusal.rule, refused.value.refusal.where


def test_a_whole_manifest_is_read() -> None:
    manifest = parse_manifest(WHOLE)
    assert manifest.discipline is Discipline.PARTNER
    assert manifest.consumes[0].type == "incident.opened"
    assert manifest.codelists[0].versions == ">=1.0,<1.5"


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('block = "harbour"', 'block = "Har bour"', "/block"),
        ('block = "harbour"\n', "", ""),
        ('discipline = "partner"', 'discipline = "customs"', "/discipline"),
        ("core = 1", 'core = "1"', "/core"),
        ("core = 1", "core = 0", "/core"),
        ("core = 1", "core = 1\nplugins = []", ""),
        ('versions = ">=1.0,<2" }]\np', 'versions = "1.x" }]\np', "/consumes/0/versions"),
        ('type = "incident.add_note"', "type = 3", "/produces/0/type"),
        ('list = "lmc", ', "", "/codelists/0"),
    ],
)
def test_a_manifest_is_strict_and_points_at_what_is_wrong(old: str, new: str, where: str) -> None:
    assert old in WHOLE
    with pytest.raises(Refused) as refused:
        parse_manifest(WHOLE.replace(old, new, 1))
    refusal = refused.value.refusal
    assert (refusal.rule, refusal.where) == ("CONTRACT-011", where)


def test_what_is_not_toml_is_refused_with_its_line() -> None:
    with pytest.raises(Refused, match="line 2") as refused:
        parse_manifest('block = "x"\ncore = = 1\n')
    assert refused.value.refusal.rule == "CONTRACT-010"


@pytest.mark.parametrize("name", ["harbour", "abs-harbour", "Abs_Harbour"])
def test_a_wheel_is_found_by_block_or_distribution_and_never_run(site: Site, name: str) -> None:
    site.wheel("Abs_Harbour", "abs_harbour_w", WHOLE)
    assert find_manifest(name) == parse_manifest(WHOLE)
    assert "harbour" in installed_blocks()
    assert "abs_harbour_w" not in sys.modules


def test_an_editable_install_is_found_where_its_source_lies(site: Site) -> None:
    site.editable("abs-harbour", "abs_harbour_e", WHOLE)
    assert find_manifest("harbour") == parse_manifest(WHOLE)
    assert "abs_harbour_e" not in sys.modules


def test_a_block_that_is_not_installed_is_refused_with_those_that_are(site: Site) -> None:
    site.wheel("abs-harbour", "abs_harbour_x", WHOLE)
    with pytest.raises(Refused, match="harbour") as refused:
        find_manifest("airport")
    assert refused.value.refusal.rule == "CONTRACT-012"


def test_two_distributions_of_one_block_are_refused(site: Site) -> None:
    site.wheel("abs-harbour", "abs_harbour_1", WHOLE)
    site.wheel("abs-harbour-too", "abs_harbour_2", WHOLE)
    assert refusal("harbour") == ("CONTRACT-012", "harbour")


def test_a_package_without_a_manifest_is_refused(site: Site) -> None:
    site.wheel("abs-harbour", "abs_harbour_n", None)
    assert refusal("harbour") == ("CONTRACT-014", "abs_harbour_n/manifest.toml")


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('block = "harbour"', 'block = "airport"', "/block"),
        ('"abs-harbour"', '"abs-airport"', "/distribution"),
        ('"1.2.0"', '"1.3.0"', "/version"),
    ],
)
def test_a_manifest_of_something_else_is_refused(
    site: Site, old: str, new: str, where: str
) -> None:
    site.wheel("abs-harbour", "abs_harbour_o", WHOLE.replace(old, new))
    assert refusal("harbour") == ("CONTRACT-013", where)
