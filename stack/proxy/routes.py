"""Prints every operation that a release's running application answers, as JSON on standard output.

``{"routes": [{"method", "path", "name", "hidden"}], "documented": ["GET /key/info", …]}``: the first from the application's
own route table, the second from ``/openapi.json``, which is shorter and serves as a check.
"""

from __future__ import annotations

import asyncio
import json
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_DOCUMENTATION_ONLY = {"HEAD", "OPTIONS"}
"""Methods that Starlette adds by itself."""


def main() -> None:
    told = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    from litellm.proxy.proxy_server import app  # noqa: PLC0415

    load_lazy_features(app)
    routes = [
        {"method": method, "path": prefix + route.path, "name": route.name, "hidden": not route.include_in_schema}
        for prefix, route in walk(app.routes)
        if getattr(route, "methods", None)
        for method in sorted(route.methods - _DOCUMENTATION_ONLY)
    ]
    documented = [
        f"{method.upper()} {path}"
        for path, operations in app.openapi()["paths"].items()
        for method in operations
        if method in {"get", "post", "put", "patch", "delete"}
    ]
    json.dump({"routes": routes, "documented": documented}, told)


def load_lazy_features(app: Any) -> None:
    """Have routes of features registered that LiteLLM imports on their first use."""
    from litellm.proxy import _lazy_features  # noqa: PLC0415

    register_all = getattr(_lazy_features, "register_all_features", None)
    if register_all is not None:
        register_all(app)
        return
    # Before that function was there.
    for feature in _lazy_features.LAZY_FEATURES:
        asyncio.run(_lazy_features._force_load(app, feature))  # noqa: SLF001


def walk(routes: Iterable[Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every route with the prefix that stands before its path.

    Newer versions of FastAPI keep a router that was included as one entry of the table, with its prefix beside it.
    """
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is not None:
            yield from walk(included.routes, prefix + route.include_context.prefix)
        elif getattr(route, "path", None) is not None:
            yield prefix, route


if __name__ == "__main__":
    main()
