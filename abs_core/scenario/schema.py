"""The JSON schema of a scenario file, out of its types: for editors, and for other programs.

What one field says about another (names, order, a command's data) no schema can check:
`abs scenario check` does. Run as a module to write the file anew.
"""

from pathlib import Path

import msgspec

from abs_core.scenario.model import Scenario

FILE = Path(__file__).with_name("schema.json")


def emit() -> bytes:
    """The schema as the package carries it."""
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:abs:schema:scenario",
        **msgspec.json.schema(Scenario, schema_hook=_anything),
    }
    return msgspec.json.format(msgspec.json.encode(whole, order="sorted"), indent=2) + b"\n"


def _anything(_: type) -> dict[str, object]:
    return {"description": "what it may be, the message's own contract says"}


if __name__ == "__main__":
    FILE.write_bytes(emit())
