"""Networks of a society: people who live somewhere and know each other for a reason.

`social` makes one at a moment, `growing` one that people join week by week, of which `at_week` is
how it stood in a week.
"""

from simnet.network.social.growth import at_week, growing
from simnet.network.social.society import social

__all__ = ["at_week", "growing", "social"]
