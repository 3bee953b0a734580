"""Messages across a network: who is asked next, who drops out, where chains end.

`send` runs letters across a network that stands still, by one of `rules` and a model of
`participation`, `mail` the same with time, and `estimators` say what chains tell; `send_letters`
sends those of the living network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simnet.chains import estimators, participation, rules
    from simnet.chains.laboratory import send
    from simnet.chains.letters import Mailing, send_letters
    from simnet.chains.post_office import Mailed, mail
    from simnet.chains.record import OUTCOMES, Chains

__all__ = [
    "OUTCOMES",
    "Chains",
    "Mailed",
    "Mailing",
    "estimators",
    "mail",
    "participation",
    "rules",
    "send",
    "send_letters",
]

_HOMES = {
    "OUTCOMES": "record",
    "Chains": "record",
    "Mailed": "post_office",
    "Mailing": "letters",
    "mail": "post_office",
    "send": "laboratory",
    "send_letters": "letters",
}
_ROOMS = ("estimators", "participation", "rules")


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name in _ROOMS:
        return import_module(f"{__name__}.{name}")
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
