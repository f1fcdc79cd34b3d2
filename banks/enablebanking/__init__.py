"""Enable Banking."""

from . import client
