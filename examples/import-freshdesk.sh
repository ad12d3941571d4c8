#!/bin/sh
# From Freshdesk, with conversations.
#
# API: /api/v2/tickets?include=stats,requester,description page by page, /conversations of each put into its "conversations",
# and /agents, /contacts, /companies beside them. Or the CSV of a ticket list (Export): without what was said.
#
#   sh examples/import-freshdesk.sh folder/      sh examples/import-freshdesk.sh      plays with an invented export
set -eu
# shellcheck source=examples/recipe.sh
. "$(dirname "$0")/recipe.sh"

if [ -n "$play" ]; then
    mkdir "$play/export"
    cat >"$play/export/companies.json" <<'END'
[{"id":700,"name":"Kettle & Co","description":null,"note":null,"domains":["kettleandco.example"],"health_score":null,"account_tier":"Premium"}]
END
    cat >"$play/export/contacts.json" <<'END'
[{"id":8001,"name":"Priya Sandhollow","email":"priya@kettleandco.example","other_emails":[],"phone":null,"mobile":null,"company_id":700,"active":true}]
END
    cat >"$play/export/agents.json" <<'END'
[{"id":6001,"available":true,"occasional":false,"ticket_scope":1,"contact":{"name":"Oleg","email":"oleg@northlight.example","active":true}}]
END
    cat >"$play/export/tickets.json" <<'END'
[{"id":401,"subject":"Customers cannot pay","description_text":"The checkout says 500.","status":4,"priority":4,"source":1,"requester_id":8001,"responder_id":6001,"company_id":700,"fr_escalated":false,"is_escalated":false,"tags":["checkout"],"created_at":"2026-11-12T06:02:00Z","updated_at":"2026-11-12T09:30:00Z","stats":{"resolved_at":"2026-11-12T09:30:00Z","closed_at":null},"conversations":[{"id":9101,"body_text":"The certificate had run out; it is fixed.","incoming":false,"private":false,"user_id":6001,"created_at":"2026-11-12T06:12:00Z"},{"id":9102,"body_text":"renew it by cron","incoming":false,"private":true,"user_id":6001,"created_at":"2026-11-12T06:20:00Z"}]},
 {"id":402,"subject":"German storefront","description_text":"What would it cost?","status":2,"priority":1,"source":2,"requester_id":8001,"responder_id":null,"company_id":700,"fr_escalated":false,"is_escalated":false,"tags":[],"created_at":"2026-11-19T10:05:00Z","updated_at":"2026-11-19T10:05:00Z","stats":{"resolved_at":null,"closed_at":null}}]
END
    set -- "$play/export"
fi

desk import -n "$@" --from freshdesk --close-older 30d # the plan: nothing is changed
agreed
desk import "$@" --from freshdesk --close-older 30d
desk ls status:all --count
[ -z "$play" ] || desk show freshdesk:401 # old numbers stay good
[ -z "$play" ] || desk undo               # the whole import is one step
