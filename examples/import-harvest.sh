#!/bin/sh
# From Harvest: hours. Where the notes name a ticket (#42), its minutes go there, else to the client.
#
# Reports > Detailed time > Export > CSV, for as long as you like; import the tickets first. A day that is imported again adds
# nothing.
#
#   sh examples/import-harvest.sh time.csv      sh examples/import-harvest.sh      plays with an invented report
set -eu
# shellcheck source=examples/recipe.sh
. "$(dirname "$0")/recipe.sh"

if [ -n "$play" ]; then
    cat >"$play/time.csv" <<'END'
Date,Client,Project,Project Code,Task,Notes,Hours,Hours Rounded,Billable?,Invoiced?,Approved?,First Name,Last Name,Employee?,Billable Rate,Currency,External Reference URL
2026-11-16,Birch Books,Support,SUP,Support,"fonts embedded, #1",1.5,1.5,Yes,No,No,Mila,Stone,Yes,90.0,Euro - EUR,
2026-11-17,Birch Books,Support,SUP,Support,backups watched,0.25,0.25,No,No,No,Oleg,Mirny,Yes,0,Euro - EUR,
END
    desk client add birch-books "Birch Books" --domain birchbooks.example
    desk open "PDF shows squares" -f hannah@birchbooks.example
    set -- "$play/time.csv"
fi

desk import -n "$@" --from harvest # the plan: nothing is changed
agreed
desk import "$@" --from harvest
desk time in:2026 --by client
[ -z "$play" ] || desk show 1
[ -z "$play" ] || desk undo # the whole import is one step
