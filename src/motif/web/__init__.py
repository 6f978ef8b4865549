"""The counter in a browser: photograph, check, decide, register. ``motif serve`` runs it (extra ``web``)."""
