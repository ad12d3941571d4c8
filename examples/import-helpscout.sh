#!/bin/sh
# From Help Scout, with all threads.
#
# API: /v2/conversations?status=all&embed=threads page by page, each answer as it came into a file of its own. (The CSV export
# has no texts.) A conversation's number is the one in its address: desk show helpscout:501.
#
#   sh examples/import-helpscout.sh page-*.json      sh examples/import-helpscout.sh      plays with an invented export
set -eu
# shellcheck source=examples/recipe.sh
. "$(dirname "$0")/recipe.sh"

if [ -n "$play" ]; then
    cat >"$play/page-1.json" <<'END'
{"_embedded":{"conversations":[
 {"id":900501,"number":501,"type":"email","status":"closed","state":"published","subject":"Invoice with squares instead of letters","mailboxId":85,"assignee":{"id":77,"type":"user","first":"Mila","last":"Stone","email":"mila@northlight.example"},"createdBy":{"id":500,"type":"customer","email":"ann@sawandgold.example"},"createdAt":"2026-11-10T06:02:00Z","closedAt":"2026-11-11T09:30:00Z","source":{"type":"email","via":"customer"},"tags":[{"id":1,"tag":"invoice-pdf"}],"primaryCustomer":{"id":500,"first":"Ann","last":"Marsh","email":"ann@sawandgold.example"},
  "_embedded":{"threads":[
   {"id":3002,"type":"message","state":"published","body":"<p>Fonts embedded: <b>please try again</b>.</p>","createdBy":{"id":77,"type":"user","first":"Mila","last":"Stone","email":"mila@northlight.example"},"createdAt":"2026-11-11T09:30:00Z"},
   {"id":3001,"type":"customer","state":"published","body":"The PDF shows squares.","createdBy":{"id":500,"type":"customer","first":"Ann","last":"Marsh","email":"ann@sawandgold.example"},"createdAt":"2026-11-10T06:02:00Z"}]}},
 {"id":900502,"number":502,"type":"email","status":"active","state":"published","subject":"Second user","mailboxId":85,"createdBy":{"id":500,"type":"customer"},"createdAt":"2026-11-20T07:00:00Z","primaryCustomer":{"id":500,"first":"Ann","last":"Marsh","email":"ann@sawandgold.example"},
  "_embedded":{"threads":[{"id":3010,"type":"customer","state":"published","body":"How do I invite Bob?","createdBy":{"id":500,"type":"customer","first":"Ann","email":"ann@sawandgold.example"},"createdAt":"2026-11-20T07:00:00Z"}]}}
]},"page":{"size":50,"totalElements":2,"totalPages":1,"number":1}}
END
    set -- "$play/page-1.json"
fi

desk import -n "$@" --from helpscout --close-older 30d # the plan: nothing is changed
agreed
desk import "$@" --from helpscout --close-older 30d
desk ls status:all --count
[ -z "$play" ] || desk show helpscout:501 # old numbers stay good
[ -z "$play" ] || desk undo               # the whole import is one step
