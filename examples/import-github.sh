#!/bin/sh
# From GitHub: the issues of a repository with their comments.
#
# gh issue list -R acme/shop --state all --limit 5000 \
#   --json number,title,body,state,stateReason,author,assignees,labels,comments,createdAt,updatedAt,closedAt,url >issues.json
#
#   sh examples/import-github.sh issues.json      sh examples/import-github.sh      plays with an invented list
set -eu
# shellcheck source=examples/recipe.sh
. "$(dirname "$0")/recipe.sh"

if [ -n "$play" ]; then
    cat >"$play/issues.json" <<'END'
[{"number":41,"title":"Crash on an empty order","body":"Steps:\n\n1. open `/orders/0`","state":"CLOSED","stateReason":"COMPLETED","author":{"login":"tomb","name":"Tom Birch"},"assignees":[{"login":"oleg","name":"Oleg"}],"labels":[{"name":"bug"}],"comments":[{"id":"IC_1","author":{"login":"oleg"},"authorAssociation":"MEMBER","body":"Fixed in 1.4.","createdAt":"2026-11-16T09:00:00Z"}],"createdAt":"2026-11-15T08:00:00Z","updatedAt":"2026-11-16T09:00:00Z","closedAt":"2026-11-16T09:00:00Z","url":"https://github.com/acme/shop/issues/41"},
 {"number":42,"title":"Sort orders by date","body":"","state":"OPEN","stateReason":"","author":{"login":"ann","name":""},"assignees":[],"labels":[{"name":"good first issue"}],"comments":[],"createdAt":"2026-11-17T08:00:00Z","updatedAt":"2026-11-17T08:00:00Z","closedAt":null,"url":"https://github.com/acme/shop/issues/42"}]
END
    set -- "$play/issues.json"
fi

desk import -n "$@" --from github --close-older 90d # the plan: nothing is changed
agreed
desk import "$@" --from github --close-older 90d
desk ls status:all --count
if [ -n "$play" ]; then
    desk ls ext:41 status:all # every number with a 41 of old, whatever it came from
    desk undo                 # the whole import is one step
fi
