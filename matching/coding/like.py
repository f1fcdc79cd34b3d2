"""Which precedents of a movement hold, and whether they are one thing.

All of one ground, that is of one payee or payer. Where they were booked in two ways, a constant of the movement must tell which; else the latest three must
agree after one change of mind or one slip. :mod:`novelty` says whether the movement is that thing, too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..data import Reason
from . import novelty
from .precedents import AGREE, CONTRACT, ENOUGH, YEAR, Constant, Group, Precedent
from .traits import BANK, CODE, MANDATE, MERCHANT, WORDS, Traits

#: precedents with one word of a shop, which may be a town
SURELY = 5
#: what tells a kind where the others have signs of their own
WITHOUT = 'without'
#: the same where its amount does; a factor that keeps two kinds' amounts apart
AMOUNT, APART = 'amount', 3
#: what tells for whom a payer pays
WHOSE = ('vs', 'ss', 'structured', MANDATE, WORDS)
#: of a shop where things of several kinds are bought, so many have to agree
MINGLED = 5


@dataclass(slots=True)
class Found:
    """The precedents of one kind, the oldest first, and what keeps them from being followed without a person. ``told_by``: the constant that told
    them from others."""

    precedents: list[Precedent]
    against: Reason | None = None
    told_by: Constant | None = None


def like(now: Traits, group: Group, ground: str) -> Found:
    """The precedents that the movement is like, all of one kind, the surest first.

    :param group: the precedents of one ground
    :param ground: its kind"""
    done = group.done
    if not done:
        return Found([], Reason('undone', {}))
    if len(group.kinds) == 1:
        found = Found(done)
    else:
        agree = MINGLED if ground == MERCHANT else AGREE
        found = (
            _told_apart(now, group, ground)
            or _changed(done, agree)
            or _without_signs(now, group, ground)
            or _by_amount(now, group, ground)
            or _nearest(now, group)
        )
    if found.against is None:
        found.against = (
            _another_contract(now, group, ground)
            or _another_word(now, group, found)
            or _like_others(now, found, done)
            or _undone_since(found.precedents, group.known)
            or _summary(group, found).against(now, ground)
            or _too_few(found.precedents, ground)
        )
    return found


def _summary(group: Group, found: Found) -> novelty.Summary:
    key = (found.precedents[-1].kind, found.told_by)
    kept = group.kept.get(key)
    if not isinstance(kept, novelty.Summary):
        kept = group.kept[key] = novelty.Summary(found.precedents, group.is_place)
    return kept


# === Two ways === #


def _told_apart(now: Traits, group: Group, ground: str) -> Found | None:
    """By a constant that tells: of each of its values, all precedents were booked alike; a single word or number, where all of a kind have it, and
    none of another."""
    for constant in now.constants():
        having = group.index.get(constant, ())
        enough = _enough(constant, now, group) if ground == MERCHANT else ENOUGH
        if len(having) < enough or len(having) == len(group.done):
            continue
        if constant[0] in ('word', 'number'):
            contract = constant[0] == 'number' and len(str(constant[1])) >= CONTRACT
            often = ground != MERCHANT and constant[0] == 'word' and len(having) >= AGREE
            kinds = {one.kind for one in having}
            if len(kinds) > 1 and contract and (found := _changed(having)):
                return Found(found.precedents, told_by=constant)
            if len(kinds) == 1 and (contract or _is_sign_of(having, group.done, often)):
                return None if _tells_another(now, group, kinds) else Found(list(having), told_by=constant)
        elif constant[0] == 'card' and len(having) >= AGREE and len({one.kind for one in having}) == 1:
            if _is_over(having, group.done):
                return None
            return Found(list(having), told_by=constant)
        elif _tells(constant[0], group):
            return Found((_one_thing(having) or Found([])).precedents, told_by=constant)
    return None


def _is_over(having: Sequence[Precedent], done: Sequence[Precedent]) -> bool:
    """Whether the mind was changed since the last of them: the latest were booked as nothing was before."""
    last = done.index(having[-1])
    before, since = {one.kind for one in done[: last + 1]}, [one.kind for one in done[last + 1 :]][-AGREE:]
    return len(since) == AGREE and len(set(since)) == 1 and since[0] not in before


def _tells_another(now: Traits, group: Group, told: set[tuple[object, ...]]) -> bool:
    """Whether another word or number of the movement is another kind's."""
    for constant in now.constants():
        having = group.index.get(constant, []) if constant[0] in ('word', 'number') else []
        kinds = {one.kind for one in having}
        if len(having) >= ENOUGH and len(kinds) == 1 and kinds != told:
            return True
    return False


def _tells(kind: str, group: Group) -> bool:
    """Whether the precedents of each value were booked alike, and all have one: what a bank leaves out is no other value."""
    if kind not in group.kept:
        values = [having for constant, having in group.index.items() if constant[0] == kind]
        whole = sum(map(len, values)) == len(group.done)
        group.kept[kind] = whole and all(len(having) < ENOUGH or _one_thing(having) for having in values)
    return bool(group.kept[kind])


def _one_thing(group: Sequence[Precedent]) -> Found | None:
    return Found(list(group)) if len({one.kind for one in group}) == 1 else _changed(group)


def _without_signs(now: Traits, group: Group, ground: str) -> Found | None:
    """Where each other kind has a word or a card of its own, and the movement has none of these: the one kind that is left."""
    known = _signs(group)
    left = [kind for kind in group.kinds if kind not in known]
    if len(left) != 1:
        return None
    signs = {constant for found in known.values() for constant in found}
    if not all({'word': now.words, 'card': now.card}[kind] for kind, _value in signs):
        return None  # what a bank leaves out is no other value
    having = [one for one in group.done if one.kind == left[0]]
    if len(having) < AGREE or not signs.isdisjoint(now.constants()):
        return None
    return Found(having, told_by=(WITHOUT, tuple(sorted(map(str, known)))))


def _signs(group: Group) -> dict[tuple[object, ...], set[Constant]]:
    """{kind: words and cards that all of it have, and none of another}"""
    kept = group.kept.get('signs')
    if isinstance(kept, dict):
        return kept
    signs: dict[tuple[object, ...], set[Constant]] = {}
    for constant, having in group.index.items():
        told = constant[0] in ('word', 'card') and len(having) >= AGREE and len({one.kind for one in having}) == 1
        if told and _is_sign_of(having, group.done) and not group.is_place(str(constant[1])):
            signs.setdefault(having[0].kind, set()).add(constant)
    group.kept['signs'] = signs
    return signs


def _by_amount(now: Traits, group: Group, ground: str) -> Found | None:
    """Where kinds with amounts of quite another size are set aside (an accountant's small purchases and machines, a filling station's fuel and coffee),
    the one that is left, or the one to which the mind was changed."""
    sizes: dict[tuple[object, ...], list[Decimal]] = {}
    for one in group.done:
        sizes.setdefault(one.kind, []).append(one.traits.size)
    near = {kind for kind, seen in sizes.items() if any(now.size / APART <= size <= now.size * APART for size in seen)}
    if not near or len(near) == len(sizes):
        return None
    low, high = min(min(sizes[kind]) for kind in near), max(max(sizes[kind]) for kind in near)
    far = [size for kind, seen in sizes.items() if kind not in near for size in seen]
    if any(low / APART <= size <= high * APART for size in far):
        return None
    left = [one for one in group.done if one.kind in near]
    found = Found(left) if len(near) == 1 else _changed(left, MINGLED if ground == MERCHANT else AGREE)
    if found is None or len(found.precedents) < (MINGLED if ground == MERCHANT else ENOUGH) * APART:
        return None
    return Found(found.precedents, told_by=(AMOUNT, found.precedents[-1].kind))


def _enough(constant: Constant, now: Traits, group: Group) -> int:
    """How many precedents of a merchant have to have a constant: a word may be a town, but not before one."""
    if now.is_bare:
        return AGREE if constant[0] in (WORDS, 'word') else ENOUGH
    if constant[0] == WORDS:
        return SURELY
    if constant[0] != 'word':
        return ENOUGH
    word = str(constant[1])
    place = now.shop.index(word) if word in now.shop else len(now.shop)
    sold = not group.is_place(word) and any(group.is_place(other) for other in now.shop[place + 1 :])
    return AGREE if sold else SURELY


def _is_sign_of(having: Sequence[Precedent], done: Sequence[Precedent], often: bool = False) -> bool:
    """A single word or number tells a kind only where all of that kind have it; most, where it came ``often``."""
    kind = having[0].kind
    count = sum(one.kind == kind for one in done)
    return count == len(having) or (often and count <= 2 * len(having))


def _changed(done: Sequence[Precedent], agree: int = AGREE) -> Found | None:
    """So many of the latest agree: after one change of mind, or one slip."""
    kinds = [one.kind for one in done]
    latest = kinds[-1]
    if len(kinds) <= agree or set(kinds[-agree:]) != {latest}:
        return None
    runs: list[int] = []
    for place, kind in enumerate(kinds):
        if not place or kind != kinds[place - 1]:
            runs.append(0)
        runs[-1] += 1
    others = sum(kind != latest for kind in kinds)
    # one booking is no mind that was changed: a slip, and one more has to agree
    minded = len(runs) == 2 and (runs[0] >= ENOUGH or runs[1] > agree)
    slipped = len(runs) == 3 and kinds[0] == latest and others == 1
    return Found([one for one in done if one.kind == latest]) if minded or slipped else None


def _nearest(now: Traits, group: Group) -> Found:
    """The kind of the precedent that is most alike; of equal ones, the latest."""
    done = group.done
    places = {id(one): place for place, one in enumerate(done)}
    shared = [0] * len(done)
    for constant in now.constants():
        for one in group.index.get(constant, ()):
            shared[places[id(one)]] += 1

    def likeness(place: int) -> tuple[int, Decimal, int]:
        larger, smaller = max(done[place].traits.size, now.size), min(done[place].traits.size, now.size)
        return (shared[place], -round(larger / smaller, 2) if smaller else Decimal(0), place)

    kind = done[max(range(len(done)), key=likeness)].kind
    return Found([one for one in done if one.kind == kind], Reason('two_ways', {'count': len(group.kinds)}))


def whose(now: Traits, found: Found) -> object:
    """Whom the precedents name: one and the same, else the one whose signs (a symbol, a mandate, the words) the movement has: each value of such
    a sign is one partner's, and all signs say the same; None where nobody, nothing, or not all tell."""
    partners = {one.booked.partner for one in found.precedents}
    if len(partners) == 1:
        return partners.pop()
    said: set[object] = set()
    for kind in WHOSE:
        mine = _value(now, kind)
        by_value: dict[object, list[object]] = {}
        for one in found.precedents:
            by_value.setdefault(_value(one.traits, kind), []).append(one.booked.partner)
        if not mine or not all(len(set(named)) == 1 for named in by_value.values()):
            continue
        having = by_value.get(mine, [])
        said.add(having[0] if len(having) >= ENOUGH else None)  # one that is not known says somebody else
    return said.pop() if len(said) == 1 else None


def _value(read: Traits, kind: str) -> object:
    symbols = read.symbols
    values = {'vs': symbols.vs, 'ss': symbols.ss, 'structured': symbols.structured, MANDATE: read.mandate}
    return values.get(kind, read.words)


# === What speaks against it === #


def _another_contract(now: Traits, group: Group, ground: str) -> Reason | None:
    """Contracts are told by their numbers: where each of the precedents has one that came again, another number is another contract; at a
    payment service it is another payee, whatever the words."""
    if ground not in (MERCHANT, CODE) and len(group.done) >= ENOUGH:
        least = CONTRACT if ground == BANK and novelty.LOANS not in now.bank_code else 1
        came = {number for number in group.recurring() if len(number) >= least}
        others = sorted(number for number in now.numbers if len(number) >= least and not YEAR.fullmatch(number))
        if came and others and came.isdisjoint(others):
            return Reason('new_contract', {'text': others[0]})
        seen = {number for one in group.done for number in one.traits.numbers}
        always = {number for number in came if all(number in one.traits.numbers for one in group.done)}
        strange = [number for number in others if number not in seen]
        if strange and not always <= now.numbers:
            return Reason('new_contract', {'text': strange[0]})
        if one := _rare_symbol(now, group):
            return Reason('new_contract', {'text': one})
    if len(group.kinds) < ENOUGH:
        return None
    again, told = group.contracts()
    new = sorted(number for number in now.numbers if len(number) >= CONTRACT) if told >= ENOUGH else []
    if new and again.isdisjoint(new):
        return Reason('new_contract', {'text': new[0]})
    return None


def _rare_symbol(now: Traits, group: Group) -> str:
    """The movement's symbol, where most of the precedents have one that came again, and this one did not: a contract of its own."""
    for kind in ('vs', 'structured'):
        mine = getattr(now.symbols, kind)
        counts = Counter(getattr(one.traits.symbols, kind) for one in group.done)
        again = sum(count for value, count in counts.items() if value and count >= ENOUGH)
        if mine and counts[mine] < ENOUGH and 2 * again > len(group.done):
            return str(mine)
    return ''


def _another_word(now: Traits, group: Group, found: Found) -> Reason | None:
    """Where words tell several things apart at one payee (shops behind a payment service), a word that was never seen is another one."""
    if (found.told_by and found.told_by[0] != AMOUNT) or len(group.kinds) < ENOUGH:
        return None
    if 'told by words' not in group.kept:
        told = {
            having[0].kind
            for constant, having in group.index.items()
            if constant[0] == 'word' and len(having) >= ENOUGH and len({one.kind for one in having}) == 1
            and _is_sign_of(having, group.done)
        }  # fmt: skip
        seen = frozenset().union(*(one.traits.words for one in group.done))
        group.kept['told by words'] = seen if len(told) >= ENOUGH else None
    known = group.kept['told by words']
    new = sorted(now.words - known) if isinstance(known, frozenset) else []
    return Reason('new_words', {'text': new[0]}) if new else None


def _like_others(now: Traits, found: Found, done: Sequence[Precedent]) -> Reason | None:
    """A slip may have been another thing: the movement has its symbol, its number or its very amount."""
    kind = found.precedents[-1].kind
    mine = {number for one in found.precedents for number in one.traits.numbers}
    for number in now.numbers - mine:
        if len(number) >= CONTRACT and any(number in one.traits.numbers and one.kind != kind for one in done):
            return Reason('two_ways', {'count': ENOUGH})
    if found.told_by:
        if found.told_by[0] in ('word', 'number', WORDS):
            return None
        if found.told_by[0] not in (WITHOUT, AMOUNT):
            done = [one for one in done if found.told_by in one.constants]
    if len(found.precedents) == len(done):
        return None
    others = [one for one in done if one.kind != found.precedents[-1].kind]
    if (_marks_of(now) & _marks(others)) - _marks(found.precedents):
        return Reason('two_ways', {'count': ENOUGH})
    return None


def _marks(precedents: Sequence[Precedent]) -> set[object]:
    return {mark for one in precedents for mark in _marks_of(one.traits)}


def _marks_of(read: Traits) -> set[object]:
    words = (('word', word) for word in read.words)
    return {*read.symbols, *read.numbers, read.mandate, read.size, *words} - {''}


def _undone_since(found: Sequence[Precedent], known: Sequence[Precedent]) -> Reason | None:
    """What somebody took back is not repeated, until it was confirmed again."""
    kind, since = found[-1].kind, 0
    for one in reversed(known):
        if one.kind == kind:
            if one.booked.undone:
                return Reason('undone', {}) if since < ENOUGH else None
            since += 1
    return None


def taken_back(known: Sequence[Precedent], kind: str) -> bool:
    """Whether somebody took one of this kind (coding or transfer) back, and the like was not confirmed often enough since."""
    since = 0
    for one in reversed(known):
        if one.kind[0] == kind:
            if one.booked.undone:
                return since < ENOUGH
            since += 1
    return False


def _too_few(found: Sequence[Precedent], ground: str) -> Reason | None:
    return Reason('once', {}) if len(found) < (AGREE if ground == CODE else ENOUGH) else None
