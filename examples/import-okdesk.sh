#!/bin/sh
# From Okdesk, with comments, companies, people and worked time.
#
# okdesk.sh beside this file fetches all of it through the API into a folder; a folder that has its issues already is taken as
# it is. The account is named by OKDESK_ACCOUNT and OKDESK_TOKEN, see there.
#
#   sh examples/import-okdesk.sh okdesk/      sh examples/import-okdesk.sh      plays with an invented folder
set -eu
# shellcheck source=examples/recipe.sh
. "$(dirname "$0")/recipe.sh"

if [ -n "$play" ]; then
    mkdir "$play/okdesk"
    cat >"$play/okdesk/companies.ndjson" <<'END'
{"id":40,"name":"Пила и долото","additional_name":"","site":null,"email":null,"phone":null,"domain":"pila-i-doloto.example","type":"company"}
END
    cat >"$play/okdesk/contacts.ndjson" <<'END'
{"id":7,"first_name":"Наталья","last_name":"Журбина","patronymic":"","email":"buh@pila-i-doloto.example","phone":"+7 921 555-01-02","company_id":40,"type":"contact"}
END
    cat >"$play/okdesk/employees.ndjson" <<'END'
{"id":3,"first_name":"Олег","last_name":"Мирный","patronymic":"","email":"oleg@northlight.example","login":"oleg","active":true,"type":"employee"}
END
    cat >"$play/okdesk/issues.ndjson" <<'END'
{"id":1834,"title":"PDF-счёт опять с квадратиками","description":"<p>Накладная не читается</p>","created_at":"2026-11-16T10:15:17+03:00","completed_at":null,"updated_at":"2026-11-17T12:39:35+03:00","source":"from_email","spent_time_total":0.5,"delayed_to":null,"company_id":40,"status":{"code":"opened","name":"Открыта"},"priority":{"code":"high","name":"Высокий"},"type":{"code":"service","name":"Обслуживание"},"assignee":{"id":3,"name":"Мирный Олег"},"author":{"id":7,"name":"Журбина Наталья","type":"contact"},"contact":{"id":7,"name":"Журбина Наталья"},"comments":[{"id":11,"content":"<p>Пришлите, пожалуйста, файл</p>","public":true,"author":{"id":3,"name":"Мирный Олег","type":"employee"},"published_at":"2026-11-16T11:00:00+03:00"}],"time_entries":[{"id":1,"comment":"шрифты","spent_time":0.5,"logged_at":"2026-11-16T12:14:00+03:00","employee":{"id":3,"login":"oleg","name":"Мирный Олег"}}],"url":"https://northlight.okdesk.test/issues/1834"}
END
    set -- "$play/okdesk"
elif [ ! -e "$1/issues.ndjson" ]; then
    sh "$(dirname "$0")/okdesk.sh" "$1"
fi

desk import -n "$@" --from okdesk --close-older 30d # the plan: nothing is changed
agreed
desk import "$@" --from okdesk --close-older 30d
desk ls status:all --count
[ -z "$play" ] || desk show okdesk:1834 # old numbers stay good
[ -z "$play" ] || desk undo             # the whole import is one step
