"""Every operation that the running application answers, from its own route table: hidden and lazy ones too."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, TypedDict, get_args

from pydantic import BaseModel
from starlette.routing import WebSocketRoute

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ADDED_BY_STARLETTE = {"HEAD", "OPTIONS"}


class Table(TypedDict):
    """Operations as ``POST /key/update``."""

    routes: list[str]
    documented: list[str]
    """Those of ``/openapi.json``, which is shorter: a table that lacks one of them was not walked to its end."""
    fields: dict[str, list[str]]
    """What a request of each may carry: ``max_budget``, ``keys.max_budget`` in a list or object, ``?page``."""


async def table(application: Any) -> Table:
    """All routes of a FastAPI application of LiteLLM's."""
    await _load_lazy_features(application)
    routes = {
        f"{method} {prefix}{route.path}"
        for prefix, route in _walk(application.routes)
        for method in _methods(route) - _ADDED_BY_STARLETTE
    }
    documented = {
        f"{method.upper()} {path}"
        for path, operations in application.openapi()["paths"].items()
        for method in operations
        if method.upper() not in _ADDED_BY_STARLETTE
    }
    fields = {
        f"{method} {prefix}{route.path}": sorted(_fields(route.dependant))
        for prefix, route in _walk(application.routes)
        if hasattr(route, "dependant")
        for method in _methods(route) - _ADDED_BY_STARLETTE
    }
    return {"routes": sorted(routes), "documented": sorted(documented), "fields": fields}


def _fields(dependant: Any) -> set[str]:
    """What FastAPI takes from a request of an operation and gives to its handler, or to what that depends on."""
    bodies = {name for parameter in dependant.body_params for name in _names(parameter.field_info.annotation)}
    queries = {f"?{parameter.alias}" for parameter in dependant.query_params}
    return (bodies | queries).union(*(_fields(dependency) for dependency in dependant.dependencies))


def _names(annotation: Any, depth: int = 2) -> Iterator[str]:
    """The fields of all models in a type, and those of the models in these."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            yield field.alias or name
            if depth > 1:
                yield from (f"{field.alias or name}.{inner}" for inner in _names(field.annotation, depth - 1))
    for argument in get_args(annotation):
        yield from _names(argument, depth)


def _methods(route: Any) -> set[str]:
    # A web socket begins with a GET, and LiteLLM documents it as one.
    return {"GET"} if isinstance(route, WebSocketRoute) else getattr(route, "methods", None) or set()


async def _load_lazy_features(application: Any) -> None:
    """Have routes of features registered that LiteLLM imports on their first use."""
    try:
        from litellm.proxy import _lazy_features  # noqa: PLC0415
    except ImportError:
        # A release from before there were any.
        return
    for feature in _lazy_features.LAZY_FEATURES:
        loading = _lazy_features._force_load(application, feature)  # noqa: SLF001 - the way a first request has it done
        if inspect.isawaitable(loading):
            await loading


def _walk(routes: Iterable[Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every route with the prefix that stands before its path.

    Newer versions of FastAPI keep a router that was included as one entry of the table, with its prefix beside it.
    """
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is not None:
            yield from _walk(included.routes, prefix + route.include_context.prefix)
        elif getattr(route, "path", None) is not None:
            yield prefix, route
