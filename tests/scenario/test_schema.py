"""The JSON schema: as the types are, and fit for the files that the package carries."""

import json

import jsonschema
import pytest

from abs_core.scenario import files, schema
from abs_core.scenario.document import Document

SCHEMA = json.loads(schema.FILE.read_bytes())


def test_it_is_up_to_date() -> None:
    assert schema.FILE.read_bytes() == schema.emit(), "python -m abs_core.scenario.schema"


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", files.names())
def test_every_file_fits_it_and_names_it(name: str) -> None:
    text = (schema.FILE.parent / "files" / f"{name}.yaml").read_text("utf-8")
    jsonschema.validate(Document(text).data, SCHEMA)
    assert text.startswith("# yaml-language-server: $schema=../schema.json\n")


def test_it_finds_what_an_editor_should_show() -> None:
    data = Document((schema.FILE.parent / "files" / "stabbing.yaml").read_text("utf-8")).data
    assert isinstance(data, dict)
    wrong = {**data, "speed": 2, "pace": 0, "steps": [{"at": "1", "by": "police", "do": {}}]}
    found = {e.json_path for e in jsonschema.Draft202012Validator(SCHEMA).iter_errors(wrong)}
    assert found == {"$", "$.pace", "$.steps[0].at", "$.steps[0].do"}
