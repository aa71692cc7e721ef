"""The block's tables as files: those of the package, or a deployment's own by option."""

from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import TypeVar

import msgspec
from abs_contracts.refusal import Refused

T = TypeVar("T")


def table(name: str, shape: type[T], options: Mapping[str, str], carried: str) -> T:
    """The file that option `name` gives, or else `carried` of the package. Raises Refused."""
    given = options.get(name)
    file = Path(given) if given else resources.files("abs_police").joinpath("data", carried)
    try:
        return msgspec.toml.decode(file.read_bytes(), type=shape)
    except (OSError, UnicodeDecodeError, msgspec.DecodeError) as error:
        raise Refused(
            rule="POLICE-005",
            what=f"the file {file} cannot be used: {error}",
            where=f"options.{name}",
            fix=f"give a readable TOML file in the form of data/{carried}",
        ) from None
