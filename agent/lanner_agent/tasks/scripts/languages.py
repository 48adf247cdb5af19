"""The languages of scripts: one line each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

DEFAULT_INTERPRETER = ("/bin/sh", "-c")
"""Runs commands where the language has no shell of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language that scripts are written in.

    Attributes:
        name: Last part of the package's name, `io.kestra.plugin.scripts.<name>`.
        title: Its name for people.
        image: Image that its containers get by default.
        programs: What runs a script's file, the first one that is installed; empty: the script is
            itself a command of the shell.
        file_name: Name of the script's file.
        file_prefix: What stands before that name in the command.
        interpreter: Gets the commands as its last argument by default.
        before: Commands that bring the program of inline scripts, before all others.
        user: Whom its containers run as unless the flow says otherwise; empty: the image's user.
        quiet_option: What keeps the program from talking; its tasks have `quiet` and `extension`.
        environment: Variables that its commands have unless the flow sets them itself.
        has_packages: Its tasks may ask for packages of Python.
        example: A script.
    """

    name: str
    title: str
    image: str
    programs: Sequence[str] = ()
    file_name: str = ""
    file_prefix: str = ""
    interpreter: Sequence[str] = DEFAULT_INTERPRETER
    before: Sequence[str] = ()
    user: str = ""
    quiet_option: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    has_packages: bool = False
    example: str

    def command_for(self, file_name: str, *, is_quiet: bool = True) -> str:
        """The shell's command that runs a script's file."""
        first, *others = self.programs
        option = f"{self.quiet_option} " if self.quiet_option and is_quiet else ""
        path = f"{option}{self.file_prefix}{file_name}"
        if not others:
            return f"{first} {path}"
        tries = " || ".join(f"command -v {program}" for program in self.programs)
        return f'"$({tries} || echo {first})" {path}'


_POWERSHELL = ("pwsh", "-NoProfile", "-NonInteractive", "-Command")

LANGUAGES: Sequence[Language] = (
    Language(
        name="python",
        title="Python",
        image="python:3.13-slim",
        programs=("python", "python3"),
        file_name="script.py",
        environment={
            # Lines are logged as they are printed.
            "PYTHONUNBUFFERED": "true",
            "PIP_ROOT_USER_ACTION": "ignore",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        },
        has_packages=True,
        example="print('Hello')",
    ),
    Language(name="shell", title="shell", image="ubuntu", example="echo Hello"),
    Language(
        name="node",
        title="Node.js",
        image="node",
        programs=("node",),
        file_name="script.js",
        example="console.log('Hello')",
    ),
    Language(
        name="powershell",
        title="PowerShell",
        image="ghcr.io/kestra-io/powershell:latest",
        interpreter=_POWERSHELL,
        programs=("&",),
        file_name="script.ps1",
        file_prefix="./",
        example="Write-Output 'Hello'",
    ),
    Language(
        name="r",
        title="R",
        image="r-base",
        programs=("Rscript",),
        file_name="script.R",
        example="print('Hello')",
    ),
    Language(
        name="ruby",
        title="Ruby",
        image="ruby",
        programs=("ruby",),
        file_name="script.rb",
        example="puts 'Hello'",
    ),
    Language(
        name="go",
        title="Go",
        image="golang",
        programs=("go run",),
        file_name="script.go",
        example='package main\nimport "fmt"\nfunc main() { fmt.Println("Hello") }',
    ),
    Language(
        name="julia",
        title="Julia",
        image="julia",
        programs=("julia",),
        file_name="script.jl",
        example='println("Hello")',
    ),
    Language(
        name="perl",
        title="Perl",
        image="perl",
        programs=("perl",),
        file_name="script.pl",
        example='print "Hello\\n";',
    ),
    Language(
        name="php",
        title="PHP",
        image="php",
        programs=("php",),
        file_name="script.php",
        example="<?php echo 'Hello';",
    ),
    Language(
        name="lua",
        title="Lua",
        image="nickblah/lua",
        programs=("lua",),
        file_name="script.lua",
        example="print('Hello')",
    ),
    Language(
        name="deno",
        title="Deno",
        image="denoland/deno",
        # A container is the sandbox here; Deno's own would ask for each permission.
        programs=("deno run --allow-all",),
        file_name="script.ts",
        example="console.log('Hello');",
    ),
    Language(
        name="bun",
        title="Bun",
        image="oven/bun",
        programs=("bun run",),
        file_name="script.ts",
        example="console.log('Hello');",
    ),
    Language(
        name="groovy",
        title="Groovy",
        image="groovy",
        programs=("groovy",),
        file_name="script.groovy",
        # The image's own user cannot write into the working folder.
        user="root",
        example="println 'Hello'",
    ),
    Language(
        name="jbang",
        title="JBang",
        image="jbangdev/jbang-action",
        programs=("jbang",),
        file_name="Script.java",
        quiet_option="--quiet",
        example='class Script { public static void main(String[] a) { System.out.print("Hi"); } }',
    ),
    Language(
        name="dotnet",
        title=".NET",
        image="mcr.microsoft.com/dotnet/sdk:10.0",
        programs=("dotnet-script",),
        file_name="script.csx",
        file_prefix="./",
        before=(
            "dotnet tool install -g dotnet-script --ignore-failed-sources || true",
            'export PATH="$PATH:$HOME/.dotnet/tools"',
        ),
        example='Console.WriteLine("Hello");',
    ),
)
"""All languages. A program of several words is a command whose last word is the script's file."""
