"""References in a step's data: `$now`, `$id`, `$dwelling`, `$proposal/units/*/unit`."""

from collections.abc import Mapping


class Unresolved(Exception):  # noqa: N818 - the caller says where it stands
    """A reference that nothing answers to."""


def filled(data: object, names: Mapping[str, object]) -> object:
    """The data with every reference replaced by what it stands for. Raises Unresolved."""
    if isinstance(data, Mapping):
        return {key: filled(value, names) for key, value in data.items()}
    if isinstance(data, list):
        return [filled(value, names) for value in data]
    if isinstance(data, str) and data.startswith("$"):
        return _resolved(data, names)
    return data


def references(data: object) -> set[str]:
    """The names that the data refers to, without the paths into them."""
    if isinstance(data, Mapping):
        return set().union(*map(references, data.values()))
    if isinstance(data, list):
        return set().union(*map(references, data))
    if isinstance(data, str) and data.startswith("$"):
        return {data[1:].split("/")[0]}
    return set()


def _resolved(reference: str, names: Mapping[str, object]) -> object:
    name, *path = reference[1:].split("/")
    if name not in names:
        raise Unresolved(f"nothing is called {reference}")
    return _walk(names[name], path, reference)


def _walk(value: object, path: list[str], reference: str) -> object:
    if not path:
        return value
    if path[0] == "*" and isinstance(value, list):
        return [_walk(item, path[1:], reference) for item in value]
    if isinstance(value, Mapping) and path[0] in value:
        return _walk(value[path[0]], path[1:], reference)
    raise Unresolved(f"{reference} has no part {path[0]}")
