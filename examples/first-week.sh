#!/bin/sh
# The first week with `desk`, command by command, on a throw-away desk: builds the program, takes a real mailbox in, empties
# the queue, names what hurts, logs hours, closes, takes something back, and ends with Monday's recap. Nothing of yours is touched.
#
#   sh examples/first-week.sh            from the project's folder
set -eu

cd "$(dirname "$0")/.."
cargo build --release --locked
bin=$(pwd)/${CARGO_TARGET_DIR:-target}/release
case ${CARGO_TARGET_DIR:-} in /*) bin=$CARGO_TARGET_DIR/release ;; esac
PATH=$bin:$PATH
export PATH

home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT INT TERM
export XDG_CONFIG_HOME="$home/config" XDG_DATA_HOME="$home/data" XDG_STATE_HOME="$home/state"
export DESK_FILE="$home/northlight.db" DESK_AGENT=mila DESK_ZONE=Europe/Moscow NO_COLOR=1

at() { DESK_NOW=$1; export DESK_NOW; printf '\n—— %s ——\n' "$2"; }
run() { printf '\n$ desk'; for word in "$@"; do case $word in *[!a-zA-Z0-9_./:@=+,-]*) printf ' "%s"' "$word" ;; *) printf ' %s' "$word" ;; esac; done; printf '\n'; desk "$@"; }

at 2026-11-23T06:30:00Z "Monday morning: the mailbox of five weeks comes in"
run import examples/support.mbox --own support@northlight.example --close-older 14d
run config apply examples/shared.toml
run

at 2026-11-23T06:50:00Z "Mila and Oleg empty the queue"
run spam 29
run mute @rankrocket.example
run prio 36 urgent
run take 36,38
run due 36 today 18:00
run tag 14,17,18,23,26 password-reset
run tag 7,13,21,24,38 invoice-pdf
run tag 15,20,34 webhook
DESK_AGENT=oleg run take 20,34
run assign 27 oleg
run find квадратики

at 2026-11-23T08:00:00Z "What was agreed with two clients"
run client edit pila-i-doloto.example --handle pila --name "Пила и долото" --lang ru --detail inn=7701234567
run contract add pila --prepaid 1h --every month --price 6000 --overage 4000 --round "15m up per entry" --start 2026-11-01 --name care
run contract add vektor-lab.test --hourly 3500 --round "6m up per entry" --start 2026-11-01 --name dev
run agent cost mila 1500 --from 2026-01-01

at 2026-11-23T08:05:00Z "What hurts most, what is done about it, and what everybody is promised"
run topics in:2026-10-26..2026-11-22
run topic name 1 "Пароль не восстанавливается" in:2026-10-26..2026-11-22
run topic plan 1 "письмо со ссылкой слать сразу" --who oleg --by fri
run config set sla.all.first_response "24h wall"
run config set sla.all.full_resolution "7 days"

at 2026-11-23T08:10:00Z "Work, and the minutes it takes"
run show 36
run start 36
at 2026-11-23T08:52:00Z "Forty-two minutes later"
run stop "new certificate, renewal by cron"
run close 36 -m "renewed until February, cron watches it"
run log 38 25m "fonts embedded again"
run note 38 "asked Наталья for the file she printed"
run pending 38 --until thu

at 2026-11-24T09:00:00Z "Tuesday: somebody calls, and a slip of the finger"
run open "Не открывается личный кабинет" +login -f "+7 921 555-01-02" -p high --due "today 15:00"
run close 35
run undo
DESK_AGENT=oleg run log 34 "1ч30" "повторные доставки: очередь и журнал"
DESK_AGENT=oleg run close 34,20 --reason solved
run merge 26 --into 18
run log 18 0,5ч "домен почты убран из чёрных списков"
run close 18
run csat 36 5 -m "перезвонили через час"
run csat 18 2 -m "письма терялись два дня"

at 2026-11-26T09:00:00Z "Thursday: what waits, what came of it"
run
run history -l 6
run time in:this-week
run sla
run recap --handover

at 2026-11-30T06:00:00Z "Next Monday: the recap for the meeting, what was decided first"
run csat
run recap
run stats in:2026-11-09..2026-11-29

at 2026-12-01T07:00:00Z "The first of December: what the month comes to"
run statement pila in:2026-11
run invoice all in:2026-11
for draft in $(desk invoice ls --json=id | sed -n 's/.*"\(d[0-9]*\)".*/\1/p'); do run invoice issue "$draft"; done
run invoice paid 1
run invoice ls
run margin in:2026-11
run backup "$home/backup.db"
run doctor

printf '\nThat was a week. The same with your own mail: desk import ~/Mail/support.mbox --own support@your.domain\n'
