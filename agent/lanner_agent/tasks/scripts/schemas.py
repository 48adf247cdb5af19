"""Schemas of the script types."""

from __future__ import annotations

from lanner_agent.tasks import schema
from lanner_agent.tasks.command.environment_schema import FILES
from lanner_agent.tasks.command.outputs_schema import COMMAND_OUTPUTS
from lanner_agent.tasks.command.runner_schema import LEGACY, TASK_RUNNER
from lanner_agent.tasks.schema import Schema
from lanner_agent.tasks.scripts.languages import Language
from lanner_agent.tasks.scripts.python.wishes import PROPERTIES

CONTEXT_PROPERTY = "executionContext"
CONTEXT_FILE = ".kestra-execution-context.json"
"""What the script reads of its execution, as in Kestra 2.0."""

TARGET_SYSTEMS = ("AUTO", "LINUX", "WINDOWS")

OUTPUTS = schema.record(COMMAND_OUTPUTS)

_QUIET = {
    "extension": schema.text("Ending of the script's file: `.jsh`, `.kt`, `.groovy`, `.md`."),
    "quiet": schema.flag("Keep the program from telling what it does.", default=True),
}


def properties_of(language: Language, *, is_inline: bool) -> Schema:
    """Schema of a script type's properties."""
    code: Schema = (
        schema.text_or_texts(f"The {language.title} script, or its lines.")
        if is_inline
        else schema.text_or_texts("Commands, run one after the other in one shell.")
    )
    name = "script" if is_inline else "commands"
    return schema.record(
        {
            name: code,
            "taskRunner": TASK_RUNNER,
            "containerImage": schema.text("Image of the container.", default=language.image),
            "beforeCommands": schema.text_or_texts("Commands to run before, in the same shell."),
            "interpreter": schema.text_or_texts(
                "Program that gets the commands as its last argument;"
                f" `{' '.join(language.interpreter)}` by default."
            ),
            "failFast": schema.flag("End at the first command that fails.", default=True),
            **FILES,
            "outputDirectory": schema.flag(
                "Accepted: files left in `{{ outputDir }}` are always stored.", deprecated=True
            ),
            CONTEXT_PROPERTY: schema.flag(
                f"Leave `{CONTEXT_FILE}` in the working folder: inputs, outputs, labels, variables"
                " and more of the execution as JSON, `SECRET` inputs in clear among them.",
                default=False,
            ),
            "warningOnStdErr": schema.flag(
                "Lines on stderr make the task run end WARNING.", default=False
            ),
            "targetOS": schema.choice(
                "System that the commands are written for.", TARGET_SYSTEMS, default="AUTO"
            ),
            **(PROPERTIES if language.has_packages else {}),
            **(_QUIET if language.quiet_option and is_inline else {}),
            **LEGACY,
        },
        required=[name],
    )
