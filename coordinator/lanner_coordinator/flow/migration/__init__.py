"""Rewrites a flow into the newest form of the language; all else in it stays to the letter.

The source is not written anew: what is old is found in the tree of positioned nodes, and only these
places of the text are replaced. Comments, quotes, order and layout stay, as nobody touches them.
"""

from __future__ import annotations
