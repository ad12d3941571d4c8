# shellcheck shell=sh
# What the import recipes share; it does nothing by itself.
#
# With files, a recipe shows the plan, asks, imports and looks. Without any it plays itself, on a desk and with an export
# that are thrown away. Each command is shown before it is run.
set -eu

play=
if [ $# -eq 0 ]; then
    play=$(mktemp -d)
    trap 'rm -rf "$play"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME
    export HOME="$play" DESK_FILE="$play/desk.db" DESK_AGENT=mila DESK_ZONE=Europe/Moscow DESK_NOW=2026-11-23T06:30:00Z
fi

desk() {
    printf '\n$ desk %s\n' "$*"
    command desk "$@"
}

agreed() {
    [ -z "$play" ] || return 0
    printf '\nImport this? [y/N] '
    read -r answer || answer=
    case $answer in
    [yY]*) ;;
    *) echo "Nothing was imported."; exit 0 ;;
    esac
}
