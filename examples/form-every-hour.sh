#!/bin/sh
# Takes new answers of a web form in: a CSV file that grows, or a link to it. For cron:
#
#   12 * * * *  DESK_FILE=$HOME/northlight/desk.db /path/to/form-every-hour.sh https://forms.example/answers.csv
#
# An answer is known by its number (a column called id, №, …): what is there already adds nothing, and what was changed in the
# form since is taken over. Says what came, or nothing. Rows that cannot be read are put aside with their reasons, for somebody
# to mend. Ends with 0; with 5 when there were such rows; with 75 when another try in an hour may do. Needs jq.
#
# Without a link or file it plays itself on a desk that is thrown away.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 143' TERM

take() {
    case $1 in
    https://*) curl --silent --show-error --fail --location --max-time 300 --output "$work/answers.csv" "$1" || return 75 ;;
    *) cp "$1" "$work/answers.csv" ;;
    esac
    code=0
    desk import "$work/answers.csv" --kind tickets --source form --map Name=requester_name --map channel=form \
        --on-conflict update --skip-bad --rejects "$work/bad.csv" --json >"$work/said.json" 2>"$work/talk" || code=$?
    case $code in
    0 | 5) ;;
    *) cat "$work/talk" >&2; return "$code" ;;
    esac
    jq -r 'select(.created + .updated > 0) | "form: \(.created) new, \(.updated) changed, \(.duplicates) known"' "$work/said.json"
    jq -r '.rejected[] | "form: \(.place): \(.reason)"' "$work/said.json" >&2
    if [ "$code" -eq 5 ]; then
        cp "$work/bad.csv" "./form-rejects-$(date +%Y-%m-%d-%H%M%S).csv"
    fi
    return "$code"
}

if [ $# -eq 0 ]; then
    cd "$work"
    unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME
    export HOME="$work" DESK_FILE="$work/desk.db" DESK_AGENT=mila DESK_ZONE=Europe/Moscow DESK_NOW=2026-11-23T06:30:00Z
    cat >form.csv <<'END'
ID,Created at,Name,Email,Subject,Message
1,2026-11-23 08:10,Anna Petrova,anna@acme.test,Cannot pay,The checkout says 500.
END
    echo "— the first hour"
    take form.csv
    echo "— an hour later: one more answer, and Anna has changed hers"
    cat >form.csv <<'END'
ID,Created at,Name,Email,Subject,Message
1,2026-11-23 08:10,Anna Petrova,anna@acme.test,Cannot pay by card,The checkout says 500.
2,2026-11-23 09:02,Tom Birch,tom@birch.example,Second user,How do I invite Bob?
END
    take form.csv
    echo "— and an hour without news"
    take form.csv
    desk ls
else
    take "$1"
fi
