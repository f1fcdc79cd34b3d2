"""Which open items does a movement pay, and why. Imports nothing of Odoo.

``references`` finds what a text may refer to, ``keys`` under what a document can be found, ``rules`` turn the two into
proposals, ``decide`` chooses. A :class:`source.Source` answers what the rules ask; nothing here scans a list of all."""

from .decide import Decider
from .keys import document_keys

__all__ = ['Decider', 'document_keys']
