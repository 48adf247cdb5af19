# shellcheck shell=bash
# Environments for the scripts in this folder, of Python and npm: sourced, never run.
#
# Works with the bash 3.2 of macOS. uv does the installing when it is on the PATH, else venv and pip.

repository="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

# Print what went wrong and what to do, and stop the script.
fail() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

# Print one line of progress.
say() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
}

# Print the command of the first Python on the PATH that is new enough for Lanner; $PYTHON goes first.
find_python() {
    local candidate
    for candidate in ${PYTHON:-} python3.13 python3.12 python3.11 python3; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            printf '%s\n' "$candidate"
            return 0
        fi
    done
    return 1
}

# Make the virtual environment $1 unless it is there and works.
make_venv() {
    local venv="$1" python
    if "$venv/bin/python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        return 0
    fi
    rm -rf "$venv"
    if command -v uv >/dev/null 2>&1; then
        python="$(find_python)" || python='>=3.11'
        uv venv --quiet --python "$python" "$venv" || fail "uv could not make $venv."
        return 0
    fi
    python="$(find_python)" || fail "no Python 3.11 or newer on the PATH." \
        "Install one ('apt-get install python3 python3-venv' on Debian, 'brew install python@3.13' on macOS)" \
        "or name it in PYTHON."
    if ! "$python" -c 'import ensurepip' >/dev/null 2>&1; then
        fail "$python cannot make virtual environments. Run 'apt-get install python3-venv', then run this again."
    fi
    "$python" -m venv "$venv" || fail "$python -m venv could not make $venv."
}

# Install into the virtual environment $1 what the other arguments name, in the words of pip install.
install_into() {
    local venv="$1"
    shift
    if command -v uv >/dev/null 2>&1; then
        uv pip install --quiet --python "$venv/bin/python" "$@"
        return
    fi
    "$venv/bin/python" -m pip --version >/dev/null 2>&1 || "$venv/bin/python" -m ensurepip >/dev/null
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
}

# Prints the requirements of the dev group of the pyproject.toml given, one a line: pip before 25.1 knows no groups.
list_dev_group='
import sys, tomllib
with open(sys.argv[1], "rb") as project:
    print(*tomllib.load(project)["dependency-groups"]["dev"], sep="\n")
'

# Make .venv with Lanner in it, editable, again whenever pyproject.toml has changed.
# $1 is 'runtime', or 'development' for the tools of the dev group too, which serves both.
prepare_venv() {
    local wanted="$1" venv="$repository/.venv" project requirement groups=()
    project="$(cksum <"$repository/pyproject.toml")"
    make_venv "$venv"
    case "$(cat "$venv/lanner-setup" 2>/dev/null)" in
        "$project development" | "$project $wanted") return 0 ;;
    esac
    say "installing Lanner into .venv ($wanted)"
    if [ "$wanted" = development ]; then
        while IFS= read -r requirement; do
            groups+=("$requirement")
        done < <("$venv/bin/python" -c "$list_dev_group" "$repository/pyproject.toml")
    fi
    install_into "$venv" --editable "${repository}[all]" ${groups[@]+"${groups[@]}"} ||
        fail "the packages could not be installed; the lines above say why."
    printf '%s %s\n' "$project" "$wanted" >"$venv/lanner-setup"
}

# Install the program $1 of npm's registry, version $2, into .cache/$1, unless it is there.
install_npm_program() {
    local name="$1" version="$2" folder=".cache/$1"
    command -v npm >/dev/null 2>&1 || fail "npm is not on the PATH; 'apt-get install nodejs npm' on Debian, 'brew install node' on macOS."
    if [ "$(cat "$folder/version" 2>/dev/null)" != "$version" ]; then
        say "installing $name $version"
        mkdir -p "$folder"
        npm install --prefix "$folder" --no-save --no-package-lock --no-audit --no-fund --loglevel=error \
            "$name@$version" >/dev/null
        echo "$version" >"$folder/version"
    fi
}
