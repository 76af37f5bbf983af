"""What an operator plugs into LiteLLM: who a caller is, and what a key may be made or changed into."""

from __future__ import annotations

import hmac
import json
import math
import os
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, TypedDict

from fastapi import HTTPException
from litellm.proxy._types import LitellmUserRoles, ProxyException, UserAPIKeyAuth

if TYPE_CHECKING:
    from fastapi import Request
    from litellm.proxy._types import GenerateKeyRequest, UpdateKeyRequest
    from litellm.types.proxy.management_endpoints.key_management_endpoints import CustomKeyPolicyRequest

_SCHEME = "custom"
"""How our own tokens begin: `custom:<user id>:<role>`, or `custom:session:<user id>` for LiteLLM's CLI."""

_LITELLMS_OWN = "/session/logout"
"""Where people leave LiteLLM's UI, with the key that it gave them."""

_LARGEST_BUDGET = 100


class Decision(TypedDict, total=False):
    """What LiteLLM asks of a hook."""

    decision: bool
    message: str


async def user_api_key_auth(request: Request, api_key: str | None) -> UserAPIKeyAuth | str | None:
    """Tell who a caller is.

    :param api_key: what it sent; None where it sent no header
    :returns: who it is; a key that LiteLLM is to look at itself; or None
    :raises Exception: nobody that we know
    """
    if not api_key:
        msg = "No token."
        raise ValueError(msg)
    if hmac.compare_digest(api_key.encode(), os.environ["LITELLM_MASTER_KEY"].encode()):
        return UserAPIKeyAuth(api_key=api_key, user_role=LitellmUserRoles.PROXY_ADMIN)
    if request.url.path == _LITELLMS_OWN:
        return api_key
    return _holder_of(api_key)


def _holder_of(token: str) -> UserAPIKeyAuth | str | None:
    """Read one of our own tokens. See `user_api_key_auth`."""
    scheme, *parts = token.split(":")
    match parts if scheme == _SCHEME else []:
        case ["nobody"]:
            return None
        case ["litellm", key]:
            return key
        case ["forbidden"]:
            raise HTTPException(status_code=418, detail="Our teapot does not know you.")
        case ["outdated"]:
            raise ProxyException(message="Our token is outdated.", type="auth_error", param="token", code=402)
        case ["session", user_id]:
            # In 1.87.0 there is no such thing.
            return UserAPIKeyAuth(
                api_key=token, user_id=user_id, user_role=LitellmUserRoles.INTERNAL_USER, is_session_token=True
            )
        case [user_id, role]:
            return UserAPIKeyAuth(api_key=token, user_id=user_id, user_role=LitellmUserRoles(role))
        case _:
            msg = "Not one of our tokens."
            raise ValueError(msg)


async def may_generate(data: GenerateKeyRequest) -> Decision:
    """Decide whether a key may be made."""
    if data.max_budget is not None and data.max_budget > _LARGEST_BUDGET:
        return {"decision": False, "message": "No key of ours spends that much."}
    if data.key_alias is None:
        return {"decision": False}
    return {}


async def may_update(data: UpdateKeyRequest) -> Decision:
    """Decide whether a key may be changed."""
    if data.max_budget is not None and data.max_budget > _LARGEST_BUDGET:
        return {"decision": False, "message": "No key of ours is raised that much."}
    return {}


async def may_become(asked: CustomKeyPolicyRequest) -> Decision:
    """Decide on a key as it would be in the end. 1.87.0 knows no such hook.

    What a key's metadata call a rehearsal is never done; the refusal tells what would have been.
    """
    becomes, was = asked.effective_key, asked.existing_key
    if "rehearsal" in becomes.metadata:
        request = type(asked.request).__name__
        return {"decision": False, "message": f"Rehearsed {asked.operation} of {request}: {_changes(asked)}"}
    if was is not None and was.metadata.get("department", becomes.metadata.get("department")) != becomes.metadata.get(
        "department"
    ):
        return {"decision": False, "message": "A key of ours stays in its department."}
    if "department" in becomes.metadata and becomes.expires is None:
        return {"decision": False}
    return {}


def _changes(asked: CustomKeyPolicyRequest) -> str:
    """Tell in JSON how a key would differ: from what it is, or from one of which nothing is said."""
    becomes = asked.effective_key
    was = asked.existing_key or type(becomes)()
    pairs = {name: (getattr(was, name), getattr(becomes, name)) for name in type(becomes).model_fields}
    told = {name: [_told(before), _told(after)] for name, (before, after) in pairs.items() if before != after}
    return json.dumps(told, sort_keys=True, separators=(",", ":"))


def _told(value: object, name: str = "") -> object:
    """Tell a value so that it is the same on every day."""
    match value:
        case datetime():
            return f"in {math.ceil((value - datetime.now(timezone.utc)) / timedelta(days=1))} days"
        case str() if name == "reset_at":
            return _told(datetime.fromisoformat(value))
        case dict():
            return {key: _told(item, key) for key, item in value.items()}
        case list() | tuple():
            return [_told(item) for item in value]
        case _:
            return value
