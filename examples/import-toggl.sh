#!/bin/sh
# From Toggl Track: hours. Where a description names a ticket (#42), its minutes go there, else to the client.
#
# Reports > Detailed > Export > CSV, for as long as you like; import the tickets first. A day that is imported again adds
# nothing.
#
#   sh examples/import-toggl.sh detailed.csv      sh examples/import-toggl.sh      plays with an invented report
set -eu
# shellcheck source=examples/recipe.sh
. "$(dirname "$0")/recipe.sh"

if [ -n "$play" ]; then
    cat >"$play/detailed.csv" <<'END'
User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags,Amount (EUR)
Mila Stone,mila@northlight.example,Birch Books,Support,,fonts embedded (#1),Yes,2026-11-16,09:00:00,2026-11-16,10:30:00,01:30:00,,135.00
Oleg,oleg@northlight.example,Birch Books,Support,,backups watched,No,2026-11-17,09:00:00,2026-11-17,09:20:00,00:20:00,,0.00
END
    desk client add birch-books "Birch Books" --domain birchbooks.example
    desk open "PDF shows squares" -f hannah@birchbooks.example
    set -- "$play/detailed.csv"
fi

desk import -n "$@" --from toggl # the plan: nothing is changed
agreed
desk import "$@" --from toggl
desk time in:2026 --by client
[ -z "$play" ] || desk show 1
[ -z "$play" ] || desk undo # the whole import is one step
