"""The language jq, for the filter of that name: parsed here, evaluated here, within limits.

The C library is not used for it: a program can make it read the environment of the process, use
any amount of time and memory, and end the process. Here every step and every value counts against
the limits of the rendering.
"""

from __future__ import annotations
