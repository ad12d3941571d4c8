#!/bin/sh
# From osTicket: the list of tickets. It has no conversations; those are best taken from the mailbox, beside it.
#
# Tickets > a queue of all tickets > Export, all columns, into CSV. Its times are in the zone of osTicket: if that is not the
# zone of the desk, desk config set zone Europe/Riga first. In other languages than English name the columns with --map.
#
#   sh examples/import-osticket.sh tickets.csv      sh examples/import-osticket.sh      plays with an invented list
set -eu
# shellcheck source=examples/recipe.sh
. "$(dirname "$0")/recipe.sh"

if [ -n "$play" ]; then
    cat >"$play/tickets.csv" <<'END'
"Ticket Number","Date Created","Subject","From","From Email","Priority","Department","Help Topic","Source","Current Status","Last Updated","SLA Due Date","SLA Plan","Due Date","Closed Date","Overdue","Merged","Linked","Answered","Agent Assigned","Team Assigned","Thread Count","Reopen Count","Attachment Count","Task Count"
"000801","2026-11-01 09:02:00","Login fails","Anna Petrova","anna@acme.test","Emergency","Support","Report a Problem","Email","Resolved","2026-11-02 18:00:00","","Default SLA","","2026-11-02 12:30:00","0","0","0","1","Mila Stone","","3","0","1","0"
"000802","2026-11-20 10:00:00","Не приходит счёт","Пётр Иванов","petr@acme.test","Normal","Billing","Счета","Web","Open","2026-11-20 11:15:00","","Default SLA","","","0","0","0","0","","Billing","1","0","0","0"
END
    set -- "$play/tickets.csv"
fi

desk import -n "$@" --from osticket --close-older 30d --map "assignee:Mila Stone=mila" # the plan: nothing is changed
agreed
desk import "$@" --from osticket --close-older 30d --map "assignee:Mila Stone=mila" # who is known there by another name
desk ls status:all --count
[ -z "$play" ] || desk show osticket:000801 # old numbers stay good
[ -z "$play" ] || desk undo                 # the whole import is one step
