"""What an operator plugs into LiteLLM: who a caller is, and what a key may be made or changed into."""

from __future__ import annotations
