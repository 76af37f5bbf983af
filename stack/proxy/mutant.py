"""Puts one changed function of LiteLLM in the place of its original, in a proxy's own memory.

The function object stays, and gets other code: whoever holds it, a router, a decorator or a module that imported it by
name, runs the changed one from then on. Decorators are not run again. Defaults of parameters are taken over where they
differ: what reads them later, as FastAPI does of routes that LiteLLM loads on first use, finds the new ones.

``apply`` does so before a proxy starts; ``Exchange`` in one that serves, and back again.
"""

from __future__ import annotations
import __future__

import ast
import importlib
import inspect
import types
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

_Function = ast.FunctionDef | ast.AsyncFunctionDef


class Mutant(TypedDict):
    """One changed function."""

    module: str
    qualname: str
    """Where it is in the module, as Python names it: ``Class.method``, ``function.<locals>.inner``."""
    source: str
    """The whole function as it is to be, without its decorators."""


class CannotApplyError(Exception):
    """Nothing was changed: the mutant is not one of this release."""


def apply(mutant: Mutant) -> None:
    """Put the changed function in the place of its original, for good.

    :raises CannotApplyError: where there is no such function, or the source is not one
    """
    original, tree, code = _changed(mutant)
    if tree is not None:
        _take_defaults(original, tree)
    original.__code__ = code


class Exchange:
    """One changed function at a time, in a proxy that serves. Nobody may be in the function meanwhile."""

    def __init__(self) -> None:
        """Begin with LiteLLM as it is."""
        self._before: tuple[types.FunctionType, types.CodeType] | None = None

    def put(self, mutant: Mutant) -> bool:
        """Put it in, in the place of the last one, unless it has to be there from the start: with other defaults.

        :returns: whether it is in
        :raises CannotApplyError: as ``apply`` does
        """
        self.take_back()
        original, tree, code = _changed(mutant)
        if tree is not None and _has_other_defaults(original, tree):
            return False
        self._before = (original, original.__code__)
        original.__code__ = code
        return True

    def take_back(self) -> None:
        """Make LiteLLM what it was."""
        if self._before is not None:
            original, code = self._before
            original.__code__ = code
            self._before = None


def _changed(mutant: Mutant) -> tuple[types.FunctionType, _Function | None, types.CodeType]:
    """Give the function of LiteLLM, the code that it is to have, and where its defaults may be others, all of it."""
    module = importlib.import_module(mutant["module"])
    outer, *inner = mutant["qualname"].split(".<locals>.")
    *owners, name = outer.split(".")
    holder: object = module
    for owner in owners:
        holder = vars(holder).get(owner)
        if holder is None:
            msg = f"{mutant['module']} has no {outer}"
            raise CannotApplyError(msg)
    original = _function_in(vars(holder).get(name), name)
    if original is None:
        msg = f"{mutant['module']} has no function {outer}"
        raise CannotApplyError(msg)
    tree = _tree_of(mutant["source"])
    wanted = (inner[-1] if inner else outer).split(".")[-1]
    if tree.name != wanted:
        msg = f"the source is of {tree.name}, not of {wanted}"
        raise CannotApplyError(msg)
    if inner:
        tree = _with_inner(original, inner, tree)
    code = _compiled(tree, owners, original)
    if code.co_freevars != original.__code__.co_freevars:
        msg = f"{outer} closes over {original.__code__.co_freevars}, and its mutant over {code.co_freevars}"
        raise CannotApplyError(msg)
    return original, None if inner else tree, code


def _tree_of(source: str) -> _Function:
    # A method's lines are as deep as they were in their class; what is in its strings is not indentation.
    is_deep = source[:1].isspace()
    try:
        body = ast.parse(f"if True:\n{source}" if is_deep else source).body
    except SyntaxError as error:
        msg = f"the source is no Python: {error}"
        raise CannotApplyError(msg) from error
    if is_deep:
        body = cast("ast.If", body[0]).body
    if len(body) != 1 or not isinstance(body[0], (ast.FunctionDef, ast.AsyncFunctionDef)):
        msg = "the source is not one function"
        raise CannotApplyError(msg)
    return body[0]


def _function_in(value: Any, name: str) -> types.FunctionType | None:
    """What is behind decorators, properties and methods: the function of that name itself."""
    found = deque([value])
    seen: set[int] = set()
    while found:
        each = found.popleft()
        if id(each) in seen:
            continue
        seen.add(id(each))
        if isinstance(each, types.FunctionType) and each.__code__.co_name == name:
            return each
        found.extend(_behind(each))
    return None


def _behind(value: Any) -> Iterator[Any]:
    for attribute in ("__wrapped__", "__func__", "fget", "func"):
        behind = getattr(value, attribute, None)
        if callable(behind):
            yield behind
    for cell in getattr(value, "__closure__", None) or ():
        # One that is empty has no contents to ask for.
        behind = getattr(cell, "cell_contents", None) if cell != types.CellType() else None
        if callable(behind):
            yield behind


def _with_inner(original: types.FunctionType, inner: list[str], changed: _Function) -> _Function:
    """Give the outermost function with the changed one in it."""
    outermost = _tree_of(inspect.getsource(original))
    node: Any = outermost
    for step in (part for name in inner for part in name.split(".")):
        parent, node = node, _definition(node, step)
        if node is None:
            msg = f"{Path(original.__code__.co_filename).name} has no {step} in {original.__qualname__}"
            raise CannotApplyError(msg)
    changed.decorator_list = node.decorator_list
    for body in ast.walk(parent):
        for name in ("body", "orelse", "finalbody"):
            statements = getattr(body, name, None)
            if isinstance(statements, list) and node in statements:
                statements[statements.index(node)] = changed
    return outermost


def _definition(parent: ast.AST, name: str) -> ast.AST | None:
    """The last function or class of a name in it, as far as there is no other one around it."""
    found = None
    waiting = deque(ast.iter_child_nodes(parent))
    while waiting:
        node = waiting.popleft()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            if node.name == name:
                found = node
        else:
            waiting.extend(ast.iter_child_nodes(node))
    return found


def _compiled(tree: _Function, owners: list[str], original: types.FunctionType) -> types.CodeType:
    """Compile it where it belongs: names that begin with two underscores, and ``super()``, mean their class."""
    tree.decorator_list = []
    ast.increment_lineno(tree, original.__code__.co_firstlineno - tree.lineno)
    body: ast.stmt = tree
    for owner in reversed(owners):
        around = cast("ast.ClassDef", ast.parse(f"class {owner}: pass").body[0])
        around.body = [body]
        body = around
    module = ast.fix_missing_locations(ast.Module(body=[body], type_ignores=[]))
    flags = original.__code__.co_flags & _FUTURES
    code: types.CodeType = compile(module, original.__code__.co_filename, "exec", flags=flags, dont_inherit=True)
    for name in [*owners, tree.name]:
        code = next(
            constant for constant in code.co_consts if isinstance(constant, types.CodeType) and constant.co_name == name
        )
    return code


_FUTURES = __future__.annotations.compiler_flag


def _take_defaults(original: types.FunctionType, tree: _Function) -> None:
    """Evaluate the defaults of parameters where they differ from the original's."""
    if not _has_other_defaults(original, tree):
        return
    arguments = tree.args

    def value(node: ast.expr) -> Any:
        return eval(compile(ast.Expression(node), "<default>", "eval"), original.__globals__)  # noqa: S307

    original.__defaults__ = tuple(value(node) for node in arguments.defaults) or None
    original.__kwdefaults__ = {
        argument.arg: value(node)
        for argument, node in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        if node is not None
    } or None


def _has_other_defaults(original: types.FunctionType, tree: _Function) -> bool:
    # Its own text alone: to read the whole module takes longer than everything else that a mutant needs.
    return _defaults(_tree_of(inspect.getsource(original))) != _defaults(tree)


def _defaults(function: _Function) -> list[str | None]:
    return [None if node is None else ast.dump(node) for node in (*function.args.defaults, *function.args.kw_defaults)]
