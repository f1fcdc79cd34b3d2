"""What pays no document is booked as the company did before: a memory of what was done with the like.

:class:`coder.Coder` decides; :class:`precedents.Precedents` is the memory; :mod:`traits` says what makes two movements alike, :mod:`lists` the words of banks;
:mod:`like` which precedents hold, and whether they are one thing; :mod:`split` how much goes to each account."""

from .coder import Coder
from .data import Booked, Coding, Movement, Row
from .precedents import Precedents

__all__ = ['Booked', 'Coder', 'Coding', 'Movement', 'Precedents', 'Row']
