#!/bin/sh
# The page for Monday's meeting: last week's recap in Markdown, kept in a folder and written to standard output, so that
# it can go on to a messenger. For cron:
#
#   0 8 * * 1  DESK_FILE=$HOME/northlight/desk.db /path/to/weekly-recap.sh $HOME/recaps | /path/to/post-to-chat
#
# Running it again on the same day writes the same file anew.
set -eu

[ $# -le 1 ] || { echo "usage: weekly-recap.sh [FOLDER]" >&2; exit 2; }
folder=${1:-$HOME/recaps}
page=$folder/recap-$(date +%Y-%m-%d).md

mkdir -p "$folder"
desk recap in:last-week --format md -o "$page"
cat "$page"
