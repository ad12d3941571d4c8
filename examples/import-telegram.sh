#!/bin/sh
# From Telegram: the chats with customers.
#
# Telegram Desktop: in a chat, Export chat history, format JSON (or Settings > Advanced > Export Telegram data for all chats).
# A chat is a contact; after a week's silence its next message opens another ticket.
#
#   sh examples/import-telegram.sh result.json      sh examples/import-telegram.sh      plays with an invented chat
set -eu
# shellcheck source=examples/recipe.sh
. "$(dirname "$0")/recipe.sh"

if [ -n "$play" ]; then
    cat >"$play/result.json" <<'END'
{"name":"Анна Серова","type":"personal_chat","id":123456789,"messages":[
 {"id":2,"type":"message","date":"2026-11-16T10:00:00","date_unixtime":"1794812400","from":"Анна Серова","from_id":"user123456789","text":"Добрый день!\nНе открывается кабинет"},
 {"id":3,"type":"message","date":"2026-11-16T10:01:00","date_unixtime":"1794812460","from":"Мила","from_id":"user42","text":["Попробуйте ",{"type":"bold","text":"новый пароль"},"."]},
 {"id":4,"type":"message","date":"2026-11-16T10:05:00","date_unixtime":"1794812700","from":"Анна Серова","from_id":"user123456789","text":"Спасибо, вошла"}]}
END
    set -- "$play/result.json"
fi

desk import -n "$@" --from telegram --close-older 7d # the plan: nothing is changed
agreed
desk import "$@" --from telegram --close-older 7d
desk ls status:all --count
if [ -n "$play" ]; then
    desk find кабинет
    desk undo # the whole import is one step
fi
