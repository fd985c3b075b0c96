"""Who is asking, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Role = Literal["reader", "admin"]
Via = Literal["open", "session", "key", "proxy"]


@dataclass(frozen=True)
class User:
    """name: "" when nobody needs to log in. via: how the user is known. address: of whoever asks."""

    name: str = ""
    role: Role = "reader"
    via: Via = "open"
    address: str = ""

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"


NOBODY = User()


def user_of(request: Any) -> User:
    """The user that `Guard` found for this request, which is one of FastAPI's or Gradio's. Nobody without a guard."""
    return getattr(getattr(request, "state", None), "user", NOBODY)
