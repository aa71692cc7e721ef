"""A frozen history as it stood at a git revision."""

import io
import subprocess
import tarfile
from pathlib import Path

from abs_contracts.kit import history
from abs_contracts.kit.history import History
from abs_contracts.refusal import Refused


def at(revision: str, folder: Path) -> History | None:
    """The history in this folder at a revision; None where there was none yet. Raises Refused."""
    top = _git(folder, "rev-parse", "--show-toplevel")
    if top is None:
        raise _refused(f"{folder} is in no git checkout", revision)
    root = Path(top.decode().strip()).resolve()
    tree = f"{revision}^{{tree}}"
    if _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", tree) is None:
        raise _refused(f"git knows no revision {revision}", revision)
    place = folder.resolve().relative_to(root).as_posix()
    packed = _git(root, "archive", "--format=tar", revision, "--", place)
    if packed is None:
        return None
    files = dict(_unpacked(packed, place))
    index = files.pop(history.INDEX.removesuffix(".json"), b"{}")
    return history.of_files(files, index)


def _unpacked(packed: bytes, place: str) -> list[tuple[str, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        return [
            (member.name.removeprefix(f"{place}/").removesuffix(".json"), file.read())
            for member in archive
            if member.name.endswith(".json") and (file := archive.extractfile(member)) is not None
        ]


def _git(folder: Path, *arguments: str) -> bytes | None:
    """What git says; None where it says no."""
    where = next(each for each in (folder, *folder.parents) if each.is_dir())
    try:
        done = subprocess.run(["git", "-C", where, *arguments], capture_output=True, check=False)
    except FileNotFoundError:
        raise _refused("git is not installed", arguments[-1]) from None
    return done.stdout if done.returncode == 0 else None


def _refused(what: str, revision: str) -> Refused:
    return Refused(
        rule="CONTRACT-020",
        what=what,
        where=revision,
        fix="name a tag, branch or commit of the checkout that holds the contracts",
    )
