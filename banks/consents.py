"""Whose consent an account is read with: several people may hold one, each for some accounts, each to a day of its own.

An account is read with the newest consent that covers it and is good; where that one ends, the next takes over. A person is reminded of
the own consent only, and only where no newer one of the same person goes on."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Cover:
    """That a consent covers an account.

    ``given``: a later consent has a larger one. ``until``: last day on which the bank gives this account under it (inclusive); None: the
        names none. ``good``: the consent was not ended. ``doubted``: the bank lately gave this account no more under it."""

    consent: Hashable
    person: Hashable
    account: Hashable
    given: int
    until: date | None = None
    good: bool = True
    doubted: bool = False

    def is_good(self, today: date) -> bool:
        return self._may_be_tried(today) and not self.doubted

    def _may_be_tried(self, today: date) -> bool:
        return self.good and (self.until is None or self.until >= today)


def best(covers: Iterable[Cover], today: date) -> Cover | None:
    """With which consent an account is read.

    :param covers: of one account
    :return: the newest that is good today; else the newest that is doubted; None: it is not read"""
    tried = (cover for cover in covers if cover._may_be_tried(today))
    return max(tried, key=lambda cover: (not cover.doubted, cover.given), default=None)


def until(covers: Iterable[Cover], today: date) -> date | None:
    """The last day on which all accounts that are read now are read by somebody's consent; None: no end is known.

    An account goes on for as long as the longest of its consents."""
    return min(filter(None, (_longest(mine) for mine in _by_account(covers, today).values())), default=None)


def ending(covers: Iterable[Cover], person: Hashable, today: date) -> date | None:
    """The day on which the first account ends to be covered by this person's own consents; None: none of them is good, or none ends."""
    return until((cover for cover in covers if cover.person == person), today)


def accounts(covers: Iterable[Cover], person: Hashable, today: date) -> set[Hashable]:
    """Accounts that this person's own consents cover today."""
    return {cover.account for cover in covers if cover.person == person and cover.is_good(today)}


def replaced(covers: Iterable[Cover], consent: Hashable, today: date) -> bool:
    """Whether everything that a consent covers is covered by a newer one of the same person: it serves nobody any more."""
    known = list(covers)
    mine = [cover for cover in known if cover.consent == consent]
    return all(
        any(
            other.account == cover.account
            and other.person == cover.person
            and other.given > cover.given
            and other.is_good(today)
            for other in known
        )
        for cover in mine
    )


def _by_account(covers: Iterable[Cover], today: date) -> dict[Hashable, list[Cover]]:
    found: dict[Hashable, list[Cover]] = {}
    for cover in covers:
        if cover.is_good(today):
            found.setdefault(cover.account, []).append(cover)
    return found


def _longest(covers: list[Cover]) -> date | None:
    days = [cover.until for cover in covers]
    return None if None in days else max(day for day in days if day)
