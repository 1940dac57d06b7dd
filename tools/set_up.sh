#!/bin/sh
# Chooses a Python that the course supports and lets set_up.py make the environment with it.
# Usage: sh tools/set_up.sh ENVIRONMENT REQUIREMENTS [--without-course]     PYTHON=... in the environment names the interpreter.
set -eu

environment=$1
chosen=
too_other=
no_venv=

consider() {
    version=$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || return 0
    case $version in
        3.11 | 3.12 | 3.13) ;;
        *)
            too_other="${too_other:+$too_other, }Python $version ($1)"
            return 0
            ;;
    esac
    if "$1" -c 'import ensurepip, venv' 2>/dev/null; then
        chosen=$1
    else
        no_venv=${no_venv:-$version}
    fi
}

stop() {
    echo "$1" >&2
    exit 1
}

if [ -n "${PYTHON:-}" ]; then
    consider "$PYTHON"
    [ -n "$chosen$too_other$no_venv" ] ||
        stop "PYTHON=$PYTHON is no Python that runs: name a Python 3.11, 3.12 or 3.13, for example PYTHON=python3.12."
else
    # The interpreter that made the environment comes first, so that a newer one installed since changes nothing.
    recorded=
    if [ -f "$environment/pyvenv.cfg" ]; then
        recorded=$(sed -n 's/^executable = //p' "$environment/pyvenv.cfg")
    fi
    for candidate in "$recorded" python3.13 python3.12 python3.11 python3 python; do
        if [ -z "$chosen" ] && [ -n "$candidate" ]; then
            consider "$candidate"
        fi
    done
fi

if [ -z "$chosen" ]; then
    [ -z "$no_venv" ] || stop "Python $no_venv is here without its venv module: install that (on Debian and Ubuntu: sudo apt install python$no_venv-venv), then run this again."
    stop "The course needs Python 3.11, 3.12 or 3.13 and found ${too_other:-none}: install one of these, for example 3.12 from python.org, then run this again."
fi

exec "$chosen" "$(dirname "$0")/set_up.py" "$@"
