"""A YAML document as plain data, with the line of every part.

Read as YAML 1.2 and JSON have it, where PyYAML keeps to YAML 1.1: `02:43` is a text and
not a number in base 60, and a date is a text as well.
"""

import re
from collections.abc import Mapping

import yaml

_NOT_IN_JSON = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:timestamp")


class _Loader(yaml.SafeLoader):
    """Without the numbers and dates that YAML 1.2 does not know."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own way of saying it
        first: [(tag, pattern) for tag, pattern in resolvers if tag not in _NOT_IN_JSON]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^[-+]?[0-9]+$"), list("-+0123456789")
)


class Document:
    """The data, and where in the text each JSON pointer into it stands.

    `doubles` are the pointers that stand there twice: YAML forbids it, PyYAML does not mind.
    """

    def __init__(self, text: str) -> None:
        """Raises yaml.YAMLError, ValueError or RecursionError for what cannot be read."""
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            self._lines: dict[str, int] = {}
            self.doubles: list[str] = []
            self.data: object = loader.construct_document(node) if node else None
            if node:
                self._place(node, "")
        finally:
            loader.dispose()

    def line(self, pointer: str) -> int | None:
        """The line, from 1, of the part itself or of the nearest one around it."""
        while pointer and pointer not in self._lines:
            pointer = pointer.rpartition("/")[0]
        return self._lines.get(pointer)

    def _place(self, node: yaml.Node, pointer: str) -> None:
        self._lines.setdefault(pointer, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                below = f"{pointer}/{key.value}"
                if below in self._lines:
                    self.doubles.append(below)
                self._lines[below] = key.start_mark.line + 1
                self._place(value, below)
        elif isinstance(node, yaml.SequenceNode):
            for index, value in enumerate(node.value):
                self._place(value, f"{pointer}/{index}")


def mapping(value: object) -> Mapping[str, object]:
    """The value where it is a mapping, and nothing where it is not."""
    return value if isinstance(value, Mapping) else {}
