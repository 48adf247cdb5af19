"""Errands: native tasks that wait for the store or for files while others go on."""
