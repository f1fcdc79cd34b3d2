"""Which open items does a movement pay, and why. Imports nothing of Odoo.

``references`` finds what a text may refer to, ``keys`` under what an open item can be found, ``policy`` turns the two
into a decision. The caller brings the open items for the keys that were found; nothing here scans a list of all."""

from .keys import document_keys
from .policy import Decider
from .references import find_references

__all__ = ['Decider', 'document_keys', 'find_references']
