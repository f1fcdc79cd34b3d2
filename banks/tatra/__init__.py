"""Tatra banka."""

from . import client
