//! A desk in a file and one on a server tell the same of contracts and invoices.

use super::Desk;

/// A history with everything in it: two contracts, all sorts of entries, invoices, a credit note, payments.
const HISTORY: [&str; 33] = [
    "client add acme 'ООО «Акме»' --lang ru",
    "client add other Other --domain other.test",
    "config set currency RUB",
    "config set invoice.tax 7.7%",
    "open 'Не печатает счёт' -c acme -f ann@acme.test",
    "open 'Another' -c other -f bob@other.test",
    "contract add acme --prepaid 3h --every month --price 9000 --overage 3333.33 --round '15m up per ticket-day' --carry 50% --carry-expires 1 --start 2026-08-15 --name care",
    "contract add acme --deposit 5000 --rate 3500 --start 2026-08-15 --order 2 --name purse",
    "contract add other --hourly 1000.01 --min 7m --start 2026-09-01",
    "log 1 2h a --on 2026-08-20",
    "log 1 10m b --on 2026-09-20",
    "log 1 10m c --on 2026-09-20",
    "log 1 5h d --on 2026-09-21",
    "log 1 30m free --free --on 2026-09-22",
    "log 2 3m e --on 2026-09-22",
    "log 2 1h stray --on 2026-08-22",
    "estimate 1 9h",
    "agent cost mila 1500 --from 2026-01-01",
    "invoice acme in:2026-08",
    "issue",
    "invoice all in:2026-09",
    "issue",
    "log 1 1h late --on 2026-08-21",
    "invoice credit 2 -y",
    "time edit t4 6h",
    "invoice acme in:2026-09",
    "issue",
    "invoice paid 1 100.50",
    "issue",
    "invoice paid 4",
    "undo",
    "redo",
    "contract edit acme care --from 2026-11-01 --price 10000",
];

const LOOKS: [&str; 13] = [
    "invoice ls",
    "invoice payments",
    "invoice show 1",
    "invoice show 2",
    "invoice show 3",
    "invoice show 5",
    "statement acme in:2026-08-01..2026-11-30",
    "statement all in:2026-09",
    "contract ls --all",
    "contract show acme care --ledger --as-of 2026-09-30",
    "margin in:2026-09",
    "act 1",
    "time ls in:2026",
];

fn told(desk: &Desk) -> Vec<String> {
    let mut all = Vec::new();
    for line in HISTORY {
        let said = match line {
            "issue" => {
                let list = desk.json("invoice ls");
                let draft = list.as_array().unwrap().iter().find(|i| i["state"] == "draft").unwrap();
                desk.ok(&format!("invoice issue {} -y", draft["id"].as_str().unwrap()))
            }
            line => desk.ok(line),
        };
        all.push(format!("{line}\n{said}"));
    }
    all.extend(LOOKS.map(|line| format!("{line}\n{}", desk.ok(&format!("{line} --json")))));
    all
}

#[test]
fn a_file_and_a_server_tell_the_same_of_money() {
    let Some(url) = crate::cluster::schema() else { return };
    let (file, server) = (told(&Desk::empty(None)), told(&Desk::empty(Some(url))));
    assert!(file.iter().zip(&server).all(|(one, other)| one == other), "{file:#?}\n{server:#?}");
    assert_eq!(file, server);
}
