"""Cases that run: on coordinators and agents that are started for them, over the public API."""
