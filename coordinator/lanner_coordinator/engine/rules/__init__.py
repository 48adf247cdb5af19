"""The policies of the language, one module for each, in the order in which they act.

An execution comes to life:

0. `checks`: whether it fails before it begins.
1. `concurrency`: whether it may begin, or waits.
2. `sla`: what is watched from now on.

A task run begins an attempt; `result_cache` may give it the result of an earlier one, `templating`
says which work that is, where a text does.

A task run ends an attempt:

3. `attempts`: what the agent's report means; `working_directory`: what it means to the folder that
   tasks share, and to these when it is lost (`follow` when their turn comes); `sleep`, `subflows`
   and `waits` for work without an agent; `timeout`: what took too long.
4. `retry`: whether it is tried again; `rescue`: `errors` of a flowable before that; a new execution
   in place of this one counts as an end.
5. `outcome`: how it counts after `allowFailure` and `allowWarning`, and how its container ends;
   `iterations`: what a Loop keeps of it; `review`: what follows from the decision of an Approval.
6. `variables`: what it changes of the execution; `exit`: whether it ends the execution.

Then its container goes on: its tasks, its `errors` if one failed for good, its `finally` (see
`phase`), the container's own end likewise, up to the flow and its
`listeners` and `afterExecution`.

People step in; `eligibility` says when:

7. `hold`: nothing new begins.
8. `kill`: nothing new begins, what runs is stopped, but for `finally` lists.
9. `restart`, `replay`, `mark`, `repairs`: what has ended is opened (`reopen`) or changed.
"""

from __future__ import annotations
