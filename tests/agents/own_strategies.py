"""Strategies in Python, to be named in a specification as `own_strategies:Class`."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from simnet.agents import Act, View


class Meet:
    """Meet everybody, the longest silent first."""

    def plan(self, view: View):
        order = np.argsort(-view.silence_weeks, kind="stable")
        return [Act("meet", ties=order)]


class Everything:
    """Try every action there is."""

    def plan(self, view: View):
        people = np.arange(len(view.people))
        ties = np.arange(len(view.owner))
        for do in ("connect-by-introduction", "introduce", "connect-by-invitation"):
            yield Act(do, people=people)
        yield Act("refresh-profile", people=people)
        for do in ("help", "follow-up", "pitch", "message"):
            yield Act(do, ties=ties[::3])
        yield Act("thank", ties=np.flatnonzero(view.thanks_due))


class Invite:
    """Invite three strangers."""

    def plan(self, view: View):
        return [Act("connect-by-invitation", people=np.arange(len(view.people)))] * 3


class Nothing:
    """Rest."""

    def plan(self, view: View):
        return []


class Watch(Nothing):
    """Rest, and keep what was seen."""

    seen: ClassVar[list[View]] = []

    def plan(self, view: View):
        self.seen.append(view)
        return []


class Scribble(Nothing):
    """Try to change the world through the view."""

    def plan(self, view: View):
        for name in View.__dataclass_fields__:
            column = getattr(view, name)
            if isinstance(column, np.ndarray) and len(column) and column.flags.writeable:
                column[:] = 0
        return []


class BlameTheFirst:
    """Meet everybody, and charge the hours to the first."""

    def plan(self, view: View):
        if view.owner.flags.writeable:
            view.owner[:] = 0
        return [Act("meet", ties=np.arange(len(view.owner)))]


class ActAsOthers:
    """Refresh the profiles of people who follow something else."""

    def plan(self, view: View):
        if view.people.flags.writeable:
            view.people[:] = view.people[0]
        return [Act("refresh-profile", people=np.arange(len(view.people)))]


class Dance:
    """Do what there is no word for."""

    def plan(self, view: View):
        return [Act("dance", people=np.arange(len(view.people)))]


class HelpBlindly:
    """Help everybody, without having listened for who needs it."""

    def plan(self, view: View):
        return [Act("help", ties=np.arange(len(view.owner)))]


class ListenAndHelp:
    """Listen for an hour, and help those who were found to be in need."""

    listening_hours = 1.0

    def plan(self, view: View):
        return [Act("help", ties=np.flatnonzero(view.in_need))]


class ListenLessThanNothing(Meet):
    """Gain hours by listening for fewer than none."""

    listening_hours = -20.0


class Pitch:
    """Pitch every tie."""

    def plan(self, view: View):
        return [Act("pitch", ties=np.arange(len(view.owner)))]


class TwiceEach:
    """Pitch every tie, and then again."""

    def plan(self, view: View):
        return [Act("pitch", ties=np.arange(len(view.owner)))] * 2
