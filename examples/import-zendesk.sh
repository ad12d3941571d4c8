#!/bin/sh
# From Zendesk, with all conversations, people and organizations.
#
# Admin Center > Account > Tools > Reports > Export: the JSON export of tickets, and those of users and organizations; unpack
# them into one folder. The CSV export has no conversations, and its times are in the account's zone: desk config set zone.
#
#   sh examples/import-zendesk.sh export/        sh examples/import-zendesk.sh        plays with an invented export
set -eu
# shellcheck source=examples/recipe.sh
. "$(dirname "$0")/recipe.sh"

if [ -n "$play" ]; then
    mkdir "$play/export"
    cat >"$play/export/organizations.json" <<'END'
{"organization":{"id":71,"name":"Birch Books","domain_names":["birchbooks.example"],"details":"","notes":"","shared_tickets":false}}
END
    cat >"$play/export/users.json" <<'END'
{"user":{"id":81,"name":"Hannah Whitlow","email":"hannah@birchbooks.example","role":"end-user","organization_id":71}}
{"user":{"id":91,"name":"Mila Stone","email":"mila@northlight.example","role":"agent","organization_id":null}}
END
    cat >"$play/export/export_2026_11_22_a.json" <<'END'
{"ticket":{"id":1834,"type":"incident","subject":"Password reset never arrives","description":"I am locked out.","priority":"high","status":"open","requester_id":81,"submitter_id":81,"assignee_id":91,"organization_id":71,"tags":["login"],"created_at":"2026-11-20T08:00:00Z","updated_at":"2026-11-20T09:00:00Z","via":{"channel":"email"},"comments":[{"id":1,"author_id":81,"plain_body":"I am locked out.","public":true,"created_at":"2026-11-20T08:00:00Z"},{"id":2,"author_id":91,"plain_body":"Which address do you use?","public":true,"created_at":"2026-11-20T08:30:00Z"},{"id":3,"author_id":81,"plain_body":"hannah@","public":true,"created_at":"2026-11-20T09:00:00Z"}]}}
{"ticket":{"id":1203,"type":"question","subject":"Statement for May","description":"Please send it.","priority":null,"status":"pending","requester_id":81,"submitter_id":81,"assignee_id":91,"organization_id":71,"tags":[],"created_at":"2026-06-01T08:00:00Z","updated_at":"2026-06-01T08:00:00Z","via":{"channel":"web"}}}
END
    set -- "$play/export"
fi

desk import -n "$@" --from zendesk --close-older 30d # the plan: nothing is changed
agreed
desk import "$@" --from zendesk --close-older 30d
desk ls status:all --count
[ -z "$play" ] || desk show zendesk:1834 # old numbers stay good
[ -z "$play" ] || desk undo              # the whole import is one step
