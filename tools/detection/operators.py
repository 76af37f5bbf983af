"""Mutants of LiteLLM's functions, as text: which there are, and those that a seed chooses.

Reads one JSON object on standard input, ``{"root": FOLDER, ...}``, where FOLDER is the one that holds ``litellm/``:

``{"files": [...], "seed": S, "count": N}``
    a sample: ``{"population": P, "leftOut": L, "mutants": [...]}``. A mutant is ``{id, module, file, qualname, line,
    operator, change, source, diff, span}``. The same seed gives the same ones, and a larger count more of the same.
``{"mutants": [{module, qualname, line, source}, ...]}``
    what is to be known of given ones: ``{"mutants": [{file, diff, span}, ...]}``, or ``{error}`` in the place of one.
    ``{id, file}`` alone asks for one of those that a sample may have, and is told whole.

A span is the lines, first to last, of the innermost statement; of a compound one those of its head. What logs is left
out: nobody outside sees it. So are defaults of parameters and decorators, which run before a mutant is put in place.
"""

from __future__ import annotations

import ast
import copy
import difflib
import functools
import hashlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Function = ast.FunctionDef | ast.AsyncFunctionDef
Change = tuple[str, ast.AST, ast.AST]
"""An operator, the node that it changes, and what is there instead."""

Position = tuple[int, int]
"""A line, and a column in bytes."""

SWAPS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}


def comparisons(node: ast.AST) -> Iterator[Change]:
    if not isinstance(node, ast.Compare):
        return
    for place, operator in enumerate(node.ops):
        changed = copy.deepcopy(node)
        changed.ops[place] = SWAPS[type(operator)]()
        is_membership = isinstance(operator, (ast.In, ast.NotIn))
        yield "membership" if is_membership else "comparison", node, changed


def and_or(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.BoolOp):
        changed = copy.deepcopy(node)
        changed.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield "and-or", node, changed


def conditions(node: ast.AST) -> Iterator[Change]:
    tests: list[ast.expr] = []
    if isinstance(node, (ast.If, ast.While, ast.IfExp, ast.Assert)):
        tests = [node.test]
    elif isinstance(node, ast.comprehension):
        tests = node.ifs
    for test in tests:
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            yield "condition", test, test.operand
        else:
            yield "condition", test, ast.UnaryOp(op=ast.Not(), operand=test)


def raises(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Raise):
        yield "raise", node, ast.Pass()


def awaited_calls(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Await):
        yield "awaited-call", node, ast.Pass()
    elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Await):
        yield "awaited-call", node.value, ast.Constant(value=None)


def booleans(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield "boolean", node, ast.Constant(value=not node.value)


def returns(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
        yield "return", node.value, ast.Constant(value=None)


def numbers(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        yield "number", node, ast.Constant(value=node.value + 1)


def arguments(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Call):
        for place, keyword in enumerate(node.keywords):
            if keyword.arg is not None:
                changed = copy.deepcopy(node)
                del changed.keywords[place]
                yield "argument", node, changed


def compared_strings(node: ast.AST) -> Iterator[Change]:
    if not isinstance(node, ast.Compare):
        return
    for side in (node.left, *node.comparators):
        for each in side.elts if isinstance(side, (ast.Tuple, ast.List, ast.Set)) else [side]:
            if isinstance(each, ast.Constant) and isinstance(each.value, str):
                yield "string", each, ast.Constant(value=f"{each.value}!")


OPERATORS: tuple[Callable[[ast.AST], Iterator[Change]], ...] = (
    comparisons,
    and_or,
    conditions,
    raises,
    awaited_calls,
    booleans,
    returns,
    numbers,
    arguments,
    compared_strings,
)


@dataclass(eq=False)
class Site:
    """One place that an operator can change."""

    file: Source
    function: Function
    qualname: str
    operator: str
    before: ast.AST
    after: ast.AST

    @functools.cached_property
    def key(self) -> tuple[int, int, str, str]:
        before: Any = self.before
        return before.lineno, before.col_offset, self.operator, ast.unparse(self.after)

    def told(self) -> dict[str, object]:
        line, column, operator, after = self.key
        source = self.file.with_change(self.function, self.before, self.after)
        dropped = _dropped(self.before, self.after)
        if dropped is None:
            change = f"{ast.unparse(self.before)}  →  {after}"
        else:
            call: Any = self.before
            change = f"{ast.unparse(call.func)}(…)  →  without {ast.unparse(dropped)}"
        number = [site for site in self.file.sites() if site.key[:3] == self.key[:3]].index(self)
        return {
            "id": f"{self.file.path.name}:{line}:{column}:{operator}" + (f":{number}" if number else ""),
            "module": self.file.module,
            "file": self.file.name,
            "qualname": self.qualname,
            "line": line,
            "operator": operator,
            "change": change,
            "source": source,
            "diff": self.file.diff(self.function, source),
            "span": self.file.span(line),
        }


class Source:
    """One module's text."""

    def __init__(self, root: Path, module: str) -> None:
        """Read it.

        :raises OSError: where there is no such module
        """
        self.module = module
        self.path = (root / module.replace(".", "/")).with_suffix(".py")
        self.name = str(self.path.relative_to(root))
        self.lines = self.path.read_text().splitlines(keepends=True)
        self.tree = ast.parse("".join(self.lines))
        self.left_out = 0
        self._sites: list[Site] | None = None
        self._spans: list[tuple[int, int]] = []

    def sites(self) -> list[Site]:
        if self._sites is None:
            self._sites = []
            for qualname, function in self._functions(self.tree, ""):
                found = [each for statement in function.body for each in self._changes(statement)]
                self._sites += [Site(self, function, qualname, *change) for change in found]
            self._sites.sort(key=lambda site: site.key)
        return self._sites

    def function(self, qualname: str) -> Function | None:
        """The one of this name, the outermost where it is nested; of several the last, which is the one that counts."""
        wanted = qualname.split(".<locals>.", maxsplit=1)[0]
        return dict(self._functions(self.tree, "")).get(wanted)

    def _functions(self, parent: ast.AST, prefix: str) -> Iterator[tuple[str, Function]]:
        for node in ast.iter_child_nodes(parent):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield prefix + node.name, node
            elif isinstance(node, ast.ClassDef):
                yield from self._functions(node, f"{prefix}{node.name}.")
            elif isinstance(node, (ast.If, ast.Try)):
                yield from self._functions(node, prefix)

    def _changes(self, node: ast.AST) -> Iterator[Change]:
        if _is_logging(node):
            self.left_out += sum(len(list(operator(each))) for each in ast.walk(node) for operator in OPERATORS)
            return
        for operator in OPERATORS:
            yield from operator(node)
        for name, value in ast.iter_fields(node):
            # Neither types, nor what ran when a function inside was made. Positions within f-strings are not reliable.
            if name in {"annotation", "returns", "decorator_list", "args"} and not isinstance(node, ast.Call):
                continue
            if isinstance(node, ast.JoinedStr):
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from self._changes(child)

    def text_of(self, function: Function) -> str:
        return "".join(self.lines[function.lineno - 1 : function.end_lineno])

    def with_change(self, function: Function, before: ast.AST, after: ast.AST) -> str:
        """Give the text of a function with one node in it replaced, and nothing else."""
        dropped = _dropped(before, after)
        if dropped is not None:
            changed = self._without(function, before, dropped)
            if changed is not None:
                return changed
        text = ast.unparse(after)
        if isinstance(after, (ast.BoolOp, ast.Compare, ast.UnaryOp)):
            # Whatever it stands in may bind closer.
            text = f"({text})"
        return self._edited(function, _start(before), _end(before), text)

    def _without(self, function: Function, call: Any, dropped: ast.keyword) -> str | None:
        """Give the text without one argument; nothing where that cannot be done by cutting."""
        given = sorted([*call.args, *call.keywords], key=_start)
        place = given.index(dropped)
        if place + 1 < len(given):
            changed = self._edited(function, _start(dropped), _start(given[place + 1]), "")
        elif place > 0:
            changed = self._edited(function, _end(given[place - 1]), _end(dropped), "")
        else:
            return None
        wanted = copy.deepcopy(call)
        del wanted.keywords[call.keywords.index(dropped)]
        try:
            found = ast.walk(ast.parse(f"if True:\n{changed}" if changed[:1].isspace() else changed))
        except SyntaxError:
            return None
        return changed if any(ast.dump(node) == ast.dump(wanted) for node in found) else None

    def _edited(self, function: Function, start: Position, end: Position, text: str) -> str:
        lines = self.text_of(function).splitlines(keepends=True)
        first, last = start[0] - function.lineno, end[0] - function.lineno
        head = lines[first].encode()[: start[1]].decode()
        tail = lines[last].encode()[end[1] :].decode()
        return "".join([*lines[:first], head, text, tail, *lines[last + 1 :]])

    def diff(self, function: Function, changed: str) -> str:
        """How a function's text was changed, with the lines' numbers in the file."""
        before = [*self.lines[: function.lineno - 1], *self.text_of(function).splitlines(keepends=True)]
        after = [*self.lines[: function.lineno - 1], *_as_deep(changed, function.col_offset).splitlines(keepends=True)]
        lines = difflib.unified_diff(before, after, self.name, self.name, n=2)
        return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)

    def span(self, line: int) -> tuple[int, int]:
        """The lines of the innermost statement that a line belongs to."""
        if not self._spans:
            self._spans = [_span_of(node) for node in ast.walk(self.tree) if isinstance(node, ast.stmt)]
        around = [span for span in self._spans if span[0] <= line <= span[1]]
        return min(around, key=lambda span: span[1] - span[0], default=(line, line))


def _span_of(statement: ast.stmt) -> tuple[int, int]:
    body = getattr(statement, "body", None)
    if isinstance(body, list) and body:
        return statement.lineno, max(statement.lineno, body[0].lineno - 1)
    return statement.lineno, statement.end_lineno or statement.lineno


def _start(node: Any) -> Position:
    return node.lineno, node.col_offset


def _end(node: Any) -> Position:
    return node.end_lineno, node.end_col_offset


def _dropped(before: ast.AST, after: ast.AST) -> ast.keyword | None:
    """The argument that only one of two calls has."""
    if not isinstance(before, ast.Call) or not isinstance(after, ast.Call):
        return None
    left = [ast.dump(keyword) for keyword in after.keywords]
    return next((keyword for keyword in before.keywords if ast.dump(keyword) not in left), None)


def _as_deep(text: str, depth: int) -> str:
    """A function's text where it may have been moved to the margin, as deep as the original stands."""
    if text[:1].isspace():
        return text
    return text if depth == 0 else "".join(" " * depth + line for line in text.splitlines(keepends=True))


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_logging(node: ast.AST) -> bool:
    call = node.value if isinstance(node, ast.Expr) else None
    return isinstance(call, ast.Call) and "logger" in ast.unparse(call.func)


def sample(root: Path, files: list[str], seed: str, count: int) -> dict[str, object]:
    sources = [Source(root, file.removesuffix(".py").replace("/", ".")) for file in files]
    sites = [site for source in sources for site in source.sites()]

    def draw(site: Site) -> str:
        return hashlib.sha256(f"{seed}\0{site.file.name}\0{site.key}".encode()).hexdigest()

    chosen = sorted(sites, key=draw)[:count]
    return {
        "population": len(sites),
        "leftOut": sum(source.left_out for source in sources),
        "mutants": [site.told() for site in chosen],
    }


def known_of(root: Path, given: list[dict[str, Any]]) -> dict[str, object]:
    sources: dict[str, Source] = {}
    known: list[dict[str, object]] = []
    for mutant in given:
        if "source" not in mutant:
            known.append(_again(root, mutant["id"], mutant["file"], sources))
            continue
        module, qualname = mutant["module"], mutant["qualname"]
        try:
            if module not in sources:
                sources[module] = Source(root, module)
        except (OSError, ValueError):
            known.append({"error": f"there is no module {module}"})
            continue
        source = sources[module]
        function = source.function(qualname)
        if function is None:
            known.append({"error": f"{module} has no function {qualname}"})
        else:
            diff = source.diff(function, mutant["source"]) if "<locals>" not in qualname else mutant["source"]
            known.append({"file": source.name, "diff": diff, "span": source.span(mutant["line"])})
    return {"mutants": known}


def _again(root: Path, name: str, file: str, sources: dict[str, Source]) -> dict[str, object]:
    """Give the mutant of a file that has this id."""
    module = file.removesuffix(".py").replace("/", ".")
    try:
        if module not in sources:
            sources[module] = Source(root, module)
        _, line, column, operator, *number = name.split(":")
        alike = [site for site in sources[module].sites() if site.key[:3] == (int(line), int(column), operator)]
        return alike[int(number[0]) if number else 0].told()
    except (OSError, ValueError, IndexError):
        return {"error": f"{file} has no mutant {name}"}


def main() -> None:
    asked = json.load(sys.stdin)
    root = Path(asked["root"])
    if "mutants" in asked:
        answer = known_of(root, asked["mutants"])
    else:
        answer = sample(root, asked["files"], asked["seed"], asked["count"])
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
