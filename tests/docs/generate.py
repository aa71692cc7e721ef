"""`python -m tests.docs.generate`: write the generated parts of docs/ and README.md anew.

A generated part stands between `<!-- generated: NAME -->`, or
`<!-- include: FILE::SYMBOL -->`, and `<!-- end -->`. NAME is a table of
`tables.py`; FILE::SYMBOL,SYMBOL are functions, classes or names of ours, quoted as
they are but for notes to the checkers; FILE alone is a whole file.
"""

import ast
import re
import sys
import textwrap
from pathlib import Path

from tests.docs.tables import ROOT, TABLES, rule_pages

PART = re.compile(
    r"(?P<start><!-- (?P<kind>generated|include): (?P<what>\S+) -->\n)"
    r"(?:(?!<!-- ).)*?(?P<end><!-- end -->)",
    re.DOTALL,
)
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
NOTES = re.compile(r"  # (type: ignore|noqa).*")
LANGUAGES = {".py": "python", ".toml": "toml", ".yaml": "yaml"}


def pages() -> list[Path]:
    """Every page of the documentation, the readme first."""
    found = [ROOT / "README.md", ROOT / "contracts/README.md", *sorted(ROOT.glob("docs/**/*.md"))]
    return [page for page in found if page.is_file()]


def written(page: Path) -> str:
    """The page without what is generated."""
    return PART.sub("", page.read_text("utf-8"))


def generated(text: str) -> str:
    """The page with its generated parts as the code has them now."""
    return PART.sub(lambda m: f"{m['start']}{_part(m['kind'], m['what'])}\n{m['end']}", text)


def _part(kind: str, what: str) -> str:
    if kind == "generated":
        return TABLES[what]()
    file, _, symbols = what.partition("::")
    source = (ROOT / file).read_text("utf-8")
    quoted = "\n\n\n".join(_symbol(source, name) for name in symbols.split(",") if name) or source
    return f"```{LANGUAGES[Path(file).suffix]}\n{NOTES.sub('', quoted).rstrip()}\n```"


def _symbol(source: str, dotted: str) -> str:
    """The source of a name, decorators included; `A.b` is a method of a class."""
    body: list[ast.stmt] = ast.parse(source).body
    found: ast.stmt | None = None
    for name in dotted.split("."):
        found = next(node for node in body if name in _names(node))
        body = getattr(found, "body", [])
    assert found is not None
    decorators = getattr(found, "decorator_list", [])
    first = min([found.lineno, *(d.lineno for d in decorators)])
    return textwrap.dedent("\n".join(source.splitlines()[first - 1 : found.end_lineno]))


def _names(node: ast.stmt) -> list[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Assign(targets=targets):
            return [t.id for t in targets if isinstance(t, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
    return []


def main() -> int:
    wanted = rule_pages()
    for stale in set(ROOT.glob("docs/rules/*.md")) - wanted.keys():
        stale.unlink()
    for page, text in wanted.items():
        page.parent.mkdir(exist_ok=True)
        page.write_text(text, "utf-8")
    for page in pages():
        text = page.read_text("utf-8")
        now = generated(text)
        if now != text:
            page.write_text(now, "utf-8")
            sys.stdout.write(f"{page.relative_to(ROOT)} written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
