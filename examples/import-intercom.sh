#!/bin/sh
# From Intercom, with all parts of the conversations.
#
# API: /conversations page by page, then /conversations/ID of each, as JSON, a conversation on each line; /contacts beside them.
# Or the CSV of messages that export tools write. What is HTML there is text here.
#
#   sh examples/import-intercom.sh conversations.ndjson      sh examples/import-intercom.sh      plays with an invented export
set -eu
# shellcheck source=examples/recipe.sh
. "$(dirname "$0")/recipe.sh"

if [ -n "$play" ]; then
    cat >"$play/conversations.ndjson" <<'END'
{"type":"conversation","id":"601","created_at":1794812400,"updated_at":1794816000,"title":null,"admin_assignee_id":66,"open":false,"state":"closed","priority":"not_priority","source":{"type":"conversation","id":"1001","delivered_as":"customer_initiated","subject":"","body":"<p>The export of orders says <b>500</b>.</p>","author":{"type":"user","id":"5f01","name":"Anna Petrova","email":"anna@acme.test"}},"contacts":{"type":"contact.list","contacts":[{"type":"contact","id":"5f01"}]},"tags":{"type":"tag.list","tags":[{"type":"tag","id":"3","name":"vip"}]},"conversation_rating":{"rating":5,"remark":"Quick!","created_at":1794816100},"statistics":{"type":"conversation_statistics","last_close_at":1794816000},"conversation_parts":{"type":"conversation_part.list","conversation_parts":[{"type":"conversation_part","id":"1004","part_type":"comment","body":"<p>Try again, please.</p>","created_at":1794814000,"author":{"type":"admin","id":"66","name":"Mila Stone","email":"mila@northlight.example"}},{"type":"conversation_part","id":"1005","part_type":"close","body":null,"created_at":1794816000,"author":{"type":"admin","id":"66","name":"Mila Stone","email":"mila@northlight.example"}}]}}
END
    set -- "$play/conversations.ndjson"
fi

desk import -n "$@" --from intercom --close-older 30d # the plan: nothing is changed
agreed
desk import "$@" --from intercom --close-older 30d
desk ls status:all --count
[ -z "$play" ] || desk show intercom:601 # old numbers stay good
[ -z "$play" ] || desk undo              # the whole import is one step
