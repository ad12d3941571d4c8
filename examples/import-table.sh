#!/bin/sh
# From a table: CSV of Excel, as Russian Excel writes it (; and windows-1251), or .xlsx: both are read as they are. The columns
# are mapped once, and the map is used again next month; what is bad comes back with its reason, is mended and imported again.
#
# Excel: File > Save as > CSV or .xlsx, the names of the columns in the first row. Which fields there are says any wrong one:
# desk import -n table.csv --map "Column=?"
#
#   sh examples/import-table.sh october.csv november.csv      sh examples/import-table.sh      plays with invented tables
set -eu
# shellcheck source=examples/recipe.sh
. "$(dirname "$0")/recipe.sh"

if [ -n "$play" ]; then
    iconv -t windows-1251 >"$play/october.csv" <<'END'
№ заявки;Дата;Тема;От кого;Эл. почта;Кто взял;Состояние;Часов
1001;05.10.2026 10:15;Не печатает чек;Наталья Журбина;buh@pila-i-doloto.example;Олег;Сделано;1,5
1002;32.10.2026;Сайт открывается через раз;Дмитрий Полозьев;polozev@pila-i-doloto.example;Мила;Ждём Петю;0,25
END
    iconv -t windows-1251 >"$play/november.csv" <<'END'
№ заявки;Дата;Тема;От кого;Эл. почта;Кто взял;Состояние;Часов
1003;19.11.2026 09:00;Нужен отчёт за квартал;Наталья Журбина;buh@pila-i-doloto.example;Мила;Ждём Петю;
END
    set -- "$play/october.csv" "$play/november.csv"
fi

first=$1
shift
bad=${play:-.}/mend-these.csv

# What the names of the columns do not tell by themselves: put the words of your table here.
mapped() {
    desk import "$@" --source table --map "Кто взял=assignee" --map "status:Сделано=closed" --map "status:Ждём Петю=pending" --map tag=2026
}

mapped -n "$first" --skip-bad || [ $? -eq 5 ] # the plan: nothing is changed; 5 says that some rows are bad
agreed
code=0
mapped "$first" --save-map table --skip-bad --rejects "$bad" || code=$?
[ "$code" -eq 0 ] || [ "$code" -eq 5 ] || exit "$code"

for table in "$@"; do
    desk import "$table" --source table --use-map table # the same map, month after month
done

if [ -n "$play" ]; then
    sed "s/32[.]10/31.10/" "$bad" >"$play/mended.csv" # as one would in Excel
    bad=$play/mended.csv
    desk import "$bad" --source table --use-map table
    desk show table:1002
elif [ "$code" -eq 5 ]; then
    printf '\nMend the rows in %s, then: desk import %s --source table --use-map table\n' "$bad" "$bad"
fi
desk ls status:all --count
