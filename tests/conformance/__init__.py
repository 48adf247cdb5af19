"""Runs Kestra's own cases, given as data in a folder, against Lanner."""

from __future__ import annotations
