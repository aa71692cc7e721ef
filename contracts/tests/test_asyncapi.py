"""AsyncAPI: every exchange and message of the protocol is in it; the official parser agrees."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]  # ships no types
import pytest
from abs_contracts import CORE, protocol
from abs_contracts.kit import asyncapi, block_protocol, publication

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "tools/asyncapi/build.sh"
FOLDER = Path(os.environ.get("ABS_ASYNCAPI", ROOT / "build/asyncapi"))


@pytest.fixture(scope="module")
def core() -> dict[str, dict[str, dict[str, object]]]:
    versions = publication.shared().subject().versions
    whole: dict[str, dict[str, dict[str, object]]] = json.loads(
        asyncapi.dumped(asyncapi.core(versions))
    )
    return whole


def test_the_subjects_are_those_of_the_protocol() -> None:
    for exchange in block_protocol.EXCHANGES:
        made = getattr(protocol, exchange.name)
        names = re.findall(r"{(\w+)}", exchange.subject)
        values = {name: "1" if name in {"major", "generation"} else name for name in names}
        assert made(**values) == exchange.subject.format(**values)


def test_every_message_has_an_entry_with_a_sample_that_fits(
    core: dict[str, dict[str, dict[str, object]]],
) -> None:
    messages = core["components"]["messages"]
    wanted = {contract.name for contract in CORE.values()}
    assert wanted <= messages.keys()
    for name in wanted:
        message = messages[name]
        assert isinstance(message, dict)
        assert message["examples"]
        for example in message["examples"]:
            jsonschema.validate(example["payload"], message["payload"])


def test_a_block_has_its_private_contracts() -> None:
    found = publication.find("fire")
    document = asyncapi.private("fire", found.contracts, found.subject().versions)
    components = document["components"]
    assert isinstance(components, dict)
    assert components["messages"].keys() == {contract.name for contract in found.contracts}


def test_the_official_parser_finds_no_error() -> None:
    if not SCRIPT.is_file():
        pytest.skip("the script is of the checkout, which is not here")
    if shutil.which("npm") is None or shutil.which("node") is None:
        pytest.skip("node and npm are not here")
    if not (FOLDER / "node_modules").is_dir() and "ABS_ASYNCAPI_INSTALL" not in os.environ:
        pytest.skip(f"the parser is not in {FOLDER}: run tools/asyncapi/build.sh once")
    done = subprocess.run([SCRIPT, FOLDER], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for line in done.stdout.splitlines():
        said = json.loads(line)
        assert said["errors"] == []
        assert said["messages"] > 0
        page = Path(said["file"]).with_suffix(".html").read_text("utf-8")
        assert not re.search(r'<(script|link|img)[^>]+(src|href)="https?:', page)
