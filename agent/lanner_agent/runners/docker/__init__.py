"""Commands in containers, through the API of a Docker engine.

`runner` is the way in. `engine` holds the connections and threads, `creation` says what a container
gets, `images` pulls, `files` brings files in and out, `running` watches one container, with
`line_bridge` and `log_decoder` for its lines.
"""

from __future__ import annotations
