"""Companies whose movements are made up, what their accountants did with them, and how an engine is scored on them (``BENCH=code make bench``)."""
