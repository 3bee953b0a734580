"""Messages across a network: who is asked next, who drops out, where chains end."""

from simnet.chains.letters import OUTCOMES, Chains, send_letters

__all__ = ["OUTCOMES", "Chains", "send_letters"]
