"""What a proxy has learned since it was ready, and how to make it forget.

LiteLLM keeps much of its database in memory: keys, users, teams, missing users, counters of spend, settings, models.
They are in some thirty caches, and in plain variables of modules, classes and singletons, and they change with every
release; docs/caches.md lists them. So no list is kept here: the data that LiteLLM's modules lead to is noted when the
proxy is ready, and put back as it was. Nothing but data: tasks, locks, connections and code are left as they are.
"""

from __future__ import annotations

import collections
import datetime as dt
import decimal
import enum
import functools
import importlib.abc
import importlib.machinery
import sys
import uuid
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import types
    from collections.abc import Callable, Iterable, Iterator, Sequence

_DATA = (
    type(None),
    bool,
    int,
    float,
    complex,
    str,
    bytes,
    tuple,
    frozenset,
    dict,
    list,
    set,
    collections.deque,
    dt.date,
    dt.timedelta,
    decimal.Decimal,
    enum.Enum,
    uuid.UUID,
)

_CONTAINERS = (dict, list, set, collections.deque)

_CODE_ONLY = ("litellm.types", "litellm.llms", "litellm.rust_bridge")
"""Packages whose modules hold no state of a proxy: types, and what talks to providers. They would cost a third more."""

_LEFT_ALONE = frozenset(
    {
        # Connections to providers, by event loop: nothing of the database is in them.
        "litellm.caching.llm_caching_handler.LLMClientCache",
        # A tokenizer, the larger part of all the data there is.
        "litellm.utils.json_data",
        # How many queries are under way: background tasks make some too, and would count below zero after it.
        "litellm.proxy.db.prisma_client._PrismaDrainTracker",
    }
)


_PYDANTIC = frozenset({"model_config", "model_fields", "model_computed_fields"})
"""Of a class that is a model: what it looks like, which does not change."""


class Memory:
    """The data of LiteLLM's modules as it was at one moment; of modules that come later, when they were imported."""

    def __init__(self) -> None:
        """Note everything as it is now."""
        self._seen: set[int] = set()
        self._noted: list[tuple[str, Any, Any]] = []
        for name, module in list(sys.modules.items()):
            self._note(name, module)
        sys.meta_path.insert(0, _Imports(self._note))

    def put_back(self) -> list[str]:
        """Make everything as it was, and tell the paths of what was not."""
        changed: list[str] = []
        # Ten thousand times and more after many a test: a call for each would take longer than the comparison.
        for path, holder, noted in self._noted:
            try:
                if holder == noted:
                    continue
            except Exception:  # noqa: BLE001, S110 - what cannot be compared may have changed
                pass
            if _put_back(holder, noted):
                changed.append(path)
        return changed

    def _note(self, name: str, module: object) -> None:
        if _is_litellm(name) and not name.startswith(_CODE_ONLY):
            self._noted.extend((path, holder, _copied(holder)) for path, holder in _holders(name, module, self._seen))


class _Imports(importlib.abc.MetaPathFinder):
    """Tells of each module of LiteLLM that was just imported. 1.106.0 imports features when they are first used."""

    def __init__(self, imported: Callable[[str, object], None]) -> None:
        self._imported = imported

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if not _is_litellm(fullname):
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def execute_and_tell(module: types.ModuleType) -> None:
                execute(module)
                self._imported(fullname, module)

            # A loader of its own module only, so nothing else hears of it.
            spec.loader.exec_module = execute_and_tell  # type: ignore[method-assign]
        return spec


def _is_litellm(name: str) -> bool:
    return name == "litellm" or name.startswith("litellm.")


def _holders(name: str, module: object, seen: set[int]) -> Iterator[tuple[str, Any]]:
    """All that holds data and can be reached from a module, with the path that leads there, but for what was seen."""
    found: collections.deque[tuple[str, Any]] = collections.deque([(name, vars(module))])
    while found:
        path, value = found.popleft()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, _CONTAINERS):
            yield path, value
        for key, held in _held_by(value):
            if _leads_on(type(held), held):
                at = f"{path}.{key}"
                if at not in _LEFT_ALONE:
                    found.append((at, held))


@functools.cache
def _kind_of(cls: type) -> str:
    if issubclass(cls, type):
        return "class"
    if issubclass(cls, (*_CONTAINERS, tuple)):
        return "container"
    if issubclass(cls, enum.Enum) or f"{cls.__module__}.{cls.__qualname__}" in _LEFT_ALONE:
        return "leaf"
    return "object" if _is_litellm(cls.__module__) else "leaf"


def _leads_on(cls: type, value: Any) -> bool:
    kind = _kind_of(cls)
    return kind != "leaf" and (kind != "class" or _is_litellm(value.__module__))


def _held_by(value: Any) -> Iterable[tuple[object, Any]]:
    if isinstance(value, dict):
        return list(value.items())
    if isinstance(value, (list, tuple, set, collections.deque)):
        return list(enumerate(value))
    if isinstance(value, type):
        # Its own containers; what its names are bound to is code.
        return [
            (name, held)
            for name, held in vars(value).items()
            if isinstance(held, _CONTAINERS) and not name.startswith("__") and name not in _PYDANTIC
        ]
    attributes = getattr(value, "__dict__", None)
    if isinstance(attributes, dict):
        return [("__dict__", attributes)]
    slots = [name for cls in type(value).__mro__ for name in getattr(cls, "__slots__", ())]
    return [(name, getattr(value, name)) for name in slots if hasattr(value, name)]


def _copied(holder: Any) -> Any:
    # Not by its own method, which may bound or change what it copies.
    return next(kind(holder) for kind in _CONTAINERS if isinstance(holder, kind))


def _is_data(value: object) -> bool:
    return isinstance(value, _DATA) or _is_litellm(type(value).__module__)


def _put_back(holder: Any, noted: Any) -> bool:
    """Whether anything had to be."""
    if isinstance(holder, dict):
        gone = [(key, value) for key, value in noted.items() if key not in holder and _is_data(value)]
        new = [key for key, value in holder.items() if key not in noted and _is_data(value)]
        other = [
            (key, noted[key])
            for key, value in holder.items()
            if key in noted and value is not noted[key] and _is_data(value) and _is_data(noted[key])
        ]
        # Past a class that bounds what it holds; an ordered one keeps its order by methods of its own.
        kind: Any = collections.OrderedDict if isinstance(holder, collections.OrderedDict) else dict
        for key in new:
            kind.__delitem__(holder, key)
        for key, value in gone + other:
            kind.__setitem__(holder, key, value)
        return bool(gone or new or other)
    if not all(map(_is_data, holder)) or not all(map(_is_data, noted)):
        return False
    holder.clear()
    if isinstance(holder, set):
        holder.update(noted)
    else:
        holder.extend(noted)
    return True
