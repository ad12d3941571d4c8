#!/bin/sh
# Takes the mail of a Maildir, a folder or an mbox into the desk and says what is new. For cron:
#
#   30 6 * * 1-5  DESK_FILE=$HOME/northlight/desk.db /path/to/nightly-import.sh $HOME/Maildir
#
# The same archive may be given every night: mail that is already there is counted as a duplicate and adds nothing.
# Ends with 0; with 5 when some mails were rejected (the others are in); otherwise with the code of the command that failed.
set -eu

[ $# -eq 1 ] || { echo "usage: nightly-import.sh MAILDIR-OR-MBOX" >&2; exit 2; }
mail=$1

# 75 means that the desk was busy or out of reach: worth another try, a minute apart.
tries=3
while :; do
    code=0
    said=$(desk import "$mail" --no-input 2>&1) || code=$?
    tries=$((tries - 1))
    if [ "$code" -ne 75 ] || [ "$tries" -eq 0 ]; then break; fi
    sleep "${RETRY_SECONDS:-60}"
done

case $code in
    0) printf '%s\n' "$said" ;;
    5) printf '%s\n' "$said" "Some mails were rejected, see above; the others are in." >&2 ;;
    *) printf '%s\n' "$said" "Nothing more was done: desk import ended with $code." >&2; exit "$code" ;;
esac

# 4 is the answer of --exit-empty: nobody is new, so there is nothing to say.
empty=0
desk ls status:new --exit-empty || empty=$?
[ "$empty" -eq 0 ] || [ "$empty" -eq 4 ] || exit "$empty"

exit "$code"
