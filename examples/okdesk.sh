#!/bin/sh
# Fetches the companies, contacts, employees and issues of an Okdesk account, each issue with its comments and worked time,
# into a folder that `desk import` takes:
#
#   export OKDESK_ACCOUNT=acme                  for https://acme.okdesk.ru
#   export OKDESK_TOKEN="$(pass show okdesk)"   settings of the account, API; it is never shown, not even in `ps`
#   sh examples/okdesk.sh okdesk/
#   desk import okdesk/ --from okdesk --dry-run
#
# Needs curl and jq. OKDESK_URL instead of OKDESK_ACCOUNT is for an account under a name of its own. What was broken off goes
# on where it stopped when the same line is run again; a finished file is kept: delete it to fetch it anew. Nothing is changed
# in the account. A server that is busy is asked again, OKDESK_TRIES (8) times in all.
#
# Ends with 0; with 2 when it was called wrongly; with 75 when the server or the network was not to be had for long, so that a
# later run may do; otherwise with 1.
set -eu
umask 077

die() { code=$1; shift; printf 'okdesk.sh: %s\n' "$*" >&2; exit "$code"; }
say() { printf '%s\n' "$*" >&2; }

[ $# -eq 1 ] || die 2 "usage: OKDESK_ACCOUNT=… OKDESK_TOKEN=… sh okdesk.sh FOLDER"
for tool in curl jq; do
    command -v "$tool" >/dev/null || die 2 "$tool is not installed"
done
[ -n "${OKDESK_TOKEN:-}" ] || die 2 "OKDESK_TOKEN is not set"
case $OKDESK_TOKEN in *[!A-Za-z0-9_.-]*) die 2 "OKDESK_TOKEN: letters and digits were expected" ;; esac
base=${OKDESK_URL:-https://${OKDESK_ACCOUNT:?is not set: the acme of https://acme.okdesk.ru}.okdesk.ru}
base=${base%/}
case $base in
*[!A-Za-z0-9.:/-]*) die 2 "\"$base\" is no address of an account" ;;
https://* | http://127.0.0.1:*) ;;
*) die 2 "\"$base\": an address begins with https://, the token goes over no open line" ;;
esac

folder=$1
mkdir -p "$folder"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# One page into $work/body: get PATH [QUERY]. Returns 1 where there is no such thing.
get() {
    query=$(printf '%s' "${2:-}" | sed 's/\[/%5B/g; s/\]/%5D/g')
    try=1
    while :; do
        : >"$work/head"
        # The address holds the token, so curl reads it from its standard input.
        status=$(curl --config - <<-CONFIG
			url = "$base/api/v1/$1?api_token=$OKDESK_TOKEN${query:+&$query}"
			globoff
			silent
			show-error
			header = "Accept: application/json"
			proto = "=https,http"
			connect-timeout = 30
			max-time = 300
			output = "$work/body"
			dump-header = "$work/head"
			write-out = "%{http_code}"
		CONFIG
        ) || status=000
        case $status in
        200) break ;;
        404) return 1 ;;
        401 | 403) die 1 "$1: the token is not taken ($status); it needs the rights of somebody who sees everything" ;;
        000 | 408 | 429 | 500 | 502 | 503 | 504) ;;
        *) die 1 "$1: the server answers $status: $(head -c 200 "$work/body" | tr -d '\000-\037')" ;;
        esac
        [ "$try" -lt "${OKDESK_TRIES:-8}" ] || die 75 "$1: no answer after $try tries (last: $status); run this again later"
        pause=$(sed -n 's/^[Rr]etry-[Aa]fter: *\([0-9]\{1,4\}\).*/\1/p' "$work/head" | tail -n 1)
        pause=${pause:-$((1 << try))}
        [ "$pause" -le 300 ] || pause=300
        say "$1: $status, again in $pause s"
        sleep "$pause"
        try=$((try + 1))
    done
    jq -e . "$work/body" >/dev/null 2>&1 || die 1 "$1: the answer is no JSON"
}

# A page that has to be a list.
get_list() {
    get "$@" || die 1 "$1: there is no such list"
    jq -e 'type == "array" and all(.[]; type == "object" and has("id"))' "$work/body" >/dev/null ||
        die 1 "$1: a list was expected"
}

# A line that was being written when an earlier run was broken off.
mend() {
    [ -e "$1" ] || : >"$1"
    if [ -s "$1" ] && [ -n "$(tail -c 1 "$1")" ]; then
        sed '$d' "$1" >"$work/mended"
        cat "$work/mended" >"$1"
    fi
}

# Companies and people, each page those with higher numbers than the last: by_number NAME KIND.
by_number() {
    to=$folder/$1.ndjson
    if [ -e "$to" ]; then say "$1: $to is there already"; return; fi
    mend "$to.part"
    last=$(jq -s 'map(.id) | max // -1' "$to.part")
    while :; do
        from=
        if [ "$last" -ge 0 ]; then from="&page[from_id]=$last"; fi
        get_list "$1/list" "page[size]=100&page[direction]=forward$from"
        jq -e '([.[].id] | . == sort) or length < 100' "$work/body" >/dev/null || die 1 "$1: their numbers do not ascend"
        jq -c --argjson last "$last" --arg kind "$2" '.[] | select(.id > $last) | . + {type: $kind}' "$work/body" >"$work/new"
        [ -s "$work/new" ] || break
        cat "$work/new" >>"$to.part"
        last=$(jq -s 'map(.id) | max' "$work/new")
        say "$1: $(wc -l <"$to.part" | tr -d ' ')"
    done
    mv "$to.part" "$to"
}

# An issue with what belongs to it, as a line: issue NUMBER, from the list in $work/page.
issue() {
    jq -c --argjson id "$1" 'first(.[] | select(.id == $id))' "$work/page" >"$work/issue"
    if ! jq -e 'has("description")' "$work/issue" >/dev/null; then
        get "issues/$1" || { say "issue $1 is gone"; return 0; }
        mv "$work/body" "$work/issue"
    fi
    if ! get "issues/$1/comments"; then
        if get "issues/$1"; then die 1 "issues/$1/comments: there is no such list"; fi
        say "issue $1 is gone"
        return 0
    fi
    mv "$work/body" "$work/comments"
    echo '[]' >"$work/times"
    if jq -e '(.spent_time_total // 0) != 0' "$work/issue" >/dev/null && get "issues/$1/time_entries"; then
        jq 'if type == "array" then . else .time_entries // [] end' "$work/body" >"$work/times"
    fi
    jq -c --slurpfile comments "$work/comments" --slurpfile times "$work/times" --arg url "$base/issues/$1" \
        '. + {comments: $comments[0], time_entries: $times[0], url: $url}' "$work/issue" >"$work/line"
    cat "$work/line" >>"$to.part"
}

# Issues come in pages that shift while new ones are opened; so the pages are gone through until nothing new is in them.
issues() {
    to=$folder/issues.ndjson
    if [ -e "$to" ]; then say "issues: $to is there already"; return; fi
    mend "$to.part"
    jq -r '.id' "$to.part" >"$work/known"
    again=yes
    while [ "$again" = yes ]; do
        again=no
        page=1
        : >"$work/before"
        while :; do
            get_list issues/list "page[size]=50&page[number]=$page"
            mv "$work/body" "$work/page"
            jq -r '.[].id' "$work/page" >"$work/ids"
            [ -s "$work/ids" ] || break
            ! cmp -s "$work/ids" "$work/before" || die 1 "issues: page $page is the one before it again"
            cp "$work/ids" "$work/before"
            grep -vxF -f "$work/known" "$work/ids" >"$work/new" || true
            while read -r number; do
                again=yes
                issue "$number"
                echo "$number" >>"$work/known"
            done <"$work/new"
            say "issues: $(wc -l <"$to.part" | tr -d ' ')"
            page=$((page + 1))
        done
    done
    mv "$to.part" "$to"
}

by_number companies company
by_number contacts contact
by_number employees employee
issues
say "Done. See what would come in: desk import $folder --from okdesk --dry-run"
