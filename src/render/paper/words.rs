//! The words of the papers, side by side: what a template calls them, English, Russian.

use crate::domain::tongue::Tongue;
use std::collections::BTreeMap;

const WORDS: [(&str, &str, &str); 90] = [
    ("statement", "Statement of hours", "Отчёт по часам"),
    ("invoice", "Invoice", "Счёт на оплату"),
    ("credit", "Credit note", "Кредит-нота"),
    ("act", "Certificate of acceptance", "Акт"),
    ("act_of", "", "сдачи-приёмки выполненных работ (оказанных услуг)"),
    ("draft", "draft", "черновик"),
    ("period", "Period", "Период"),
    ("due", "Payable by", "Оплатить до"),
    ("to_invoice", "To invoice", "К счёту"),
    ("takes_back", "Takes back invoice", "Отменяет счёт"),
    ("seller", "From", "Поставщик"),
    ("buyer", "To", "Покупатель"),
    ("contractor", "Contractor", "Исполнитель"),
    ("customer", "Customer", "Заказчик"),
    ("payee", "Payee", "Получатель"),
    ("payee_bank", "Payee’s bank", "Банк получателя"),
    ("n", "No.", "№"),
    ("item", "Description", "Наименование"),
    ("quantity", "Quantity", "Кол-во"),
    ("price", "Price", "Цена"),
    ("amount", "Amount", "Сумма"),
    ("net", "Subtotal", "Итого"),
    ("tax", "VAT", "НДС"),
    ("tax_included", "Including VAT", "В том числе НДС"),
    ("no_tax", "", "Без НДС"),
    ("to_pay", "Total due", "Всего к оплате"),
    ("total", "Total", "Всего"),
    ("total_period", "Total for the period", "Всего за период"),
    ("total_credit", "Total credited", "Всего к зачёту"),
    (
        "balance",
        "You owe in all, earlier invoices and payments included",
        "К оплате с учётом прежних счетов и платежей",
    ),
    ("ahead", "Paid ahead", "Оплачено вперёд"),
    ("even", "Nothing is left to pay", "Всё оплачено"),
    ("items", "Items", "Всего наименований"),
    ("sum_of", "for", "на сумму"),
    ("head", "Director", "Руководитель"),
    ("accountant", "Accountant", "Главный бухгалтер"),
    ("signature", "signature", "подпись"),
    ("name", "name", "расшифровка подписи"),
    ("stamp", "", "М. П."),
    (
        "accepted",
        "The work and services listed above have been done in full. The customer has accepted them and has no claims as to \
         their extent, quality or time.",
        "Вышеперечисленные работы (услуги) выполнены полностью и в срок. Заказчик претензий по объёму, качеству и срокам \
         не имеет.",
    ),
    ("unpriced", "Covered by the contract, nothing to pay", "Выполнено в счёт договора, без доплаты"),
    ("prepaid", "Prepaid hours", "Абонентка"),
    ("block", "Block of hours", "Пакет часов"),
    ("deposit", "Deposit", "Депозит"),
    ("flat", "Flat fee", "Фиксированная плата"),
    ("hourly", "Hourly", "Почасовая оплата"),
    ("pools", "Hours by contract", "Часы по договорам"),
    ("included", "included", "включено"),
    ("carried", "carried over", "перенесено"),
    ("used", "used", "использовано"),
    ("left", "left", "осталось"),
    ("beyond", "beyond", "сверх"),
    ("carried_out", "goes on into the next period", "перейдёт на следующий период"),
    ("held", "paid in", "внесено"),
    ("no_limit", "hours without a limit", "без ограничения часов"),
    ("work", "Work", "Работы"),
    ("work_now", "Work in this period", "Работы за этот период"),
    ("ticket", "Ticket", "Заявка"),
    ("what", "Ticket, work", "Заявка, работа"),
    ("agent", "Agent", "Исполнитель"),
    ("day", "Day", "День"),
    ("time", "Time", "Время"),
    ("worked", "Worked", "Отработано"),
    ("billed", "Billed", "Учтено"),
    ("covered", "In contract", "По договору"),
    ("overage", "Beyond", "Сверх"),
    ("of_it_pool", "of it out of hours paid for", "в счёт оплаченных часов"),
    ("of_it_flat", "of it in a flat fee", "в счёт фиксированной платы"),
    ("of_it_overage", "of it paid by the hour", "с почасовой оплатой"),
    ("free_time", "given away", "бесплатно"),
    ("free", "free", "бесплатно"),
    ("no_work", "No work in this period.", "Работ за этот период нет."),
    ("fees", "Fees", "Плата по договорам"),
    ("estimates", "Estimates and fact", "Оценки и факт"),
    ("estimate", "Estimate", "Оценка"),
    ("fact", "Fact", "Факт"),
    ("difference", "Difference", "Разница"),
    ("approved", "approved", "согласовано"),
    ("not_approved", "not approved", "не согласовано"),
    ("totals", "Totals", "Итоги"),
    ("note", "Note", "Примечание"),
    ("open", "Open tickets", "Открытые заявки"),
    ("none_open", "Nothing is open.", "Открытых заявок нет."),
    ("done", "Done in the last 30 days", "Решено за последние 30 дней"),
    ("none_done", "Nothing was closed.", "Решённых заявок нет."),
    ("opened", "opened", "открыта"),
    ("closed", "done", "решена"),
    ("promised", "promised for", "срок"),
    ("made_on", "As of", "По состоянию на"),
    ("waiting_long", "We are waiting for your answer", "Ждём вашего ответа"),
];

/// How the standing of a ticket is told to a customer.
const STANDINGS: [(&str, &str, &str); 5] = [
    ("new", "Received", "Получена"),
    ("open", "In progress", "В работе"),
    ("pending", "Waiting for your answer", "Ждём вашего ответа"),
    ("hold", "Waiting for a third party", "Ждём третью сторону"),
    ("closed", "Done", "Решена"),
];

/// The known keys of a side's details in the order of a paper; the others follow under their own names.
const DETAILS: [(&str, &str, &str); 13] = [
    ("inn", "INN", "ИНН"),
    ("kpp", "KPP", "КПП"),
    ("ogrn", "OGRN", "ОГРН"),
    ("vat", "VAT no.", "VAT"),
    ("address", "Address", "Адрес"),
    ("account", "Account", "р/с"),
    ("iban", "IBAN", "IBAN"),
    ("bank", "Bank", "Банк"),
    ("bik", "BIK", "БИК"),
    ("swift", "SWIFT", "SWIFT"),
    ("corr", "Corr. account", "к/с"),
    ("phone", "Phone", "Тел."),
    ("email", "E-mail", "Эл. почта"),
];

/// Keys that stand elsewhere on a paper: over the details, and where people sign.
const ELSEWHERE: [&str; 3] = ["name", "director", "accountant"];

/// The words of a language by what templates call them.
pub(super) fn words(tongue: Tongue) -> BTreeMap<&'static str, &'static str> {
    WORDS.iter().map(|(key, en, ru)| (*key, tongue.of(*en, *ru))).collect()
}

/// The words of a language for standings of tickets.
pub(super) fn standings(tongue: Tongue) -> BTreeMap<&'static str, &'static str> {
    STANDINGS.iter().map(|(key, en, ru)| (*key, tongue.of(*en, *ru))).collect()
}

/// The details of a side that stand under its name, each with its key and its label; `without` those keys.
pub(super) fn details(side: &BTreeMap<String, String>, without: &[String], tongue: Tongue) -> Vec<[String; 3]> {
    let mut rows = Vec::new();
    for (key, en, ru) in DETAILS {
        if let Some(value) = side.get(key) {
            rows.push([key.to_owned(), tongue.of(en, ru).to_owned(), value.clone()]);
        }
    }
    let known = |key: &str| ELSEWHERE.contains(&key) || DETAILS.iter().any(|(known, _, _)| *known == key);
    let others = side.iter().filter(|(key, _)| !known(key));
    rows.extend(others.map(|(key, value)| [key.clone(), key.clone(), value.clone()]));
    rows.retain(|[key, _, value]| !value.trim().is_empty() && !without.contains(key));
    rows
}

#[cfg(test)]
mod tests {
    use super::super::Form;
    use super::*;

    #[test]
    fn every_word_is_said_somewhere_and_once() {
        let forms = [Form::Text, Form::Markdown, Form::Html].map(Form::built_in);
        let all: String = forms.iter().flat_map(|form| form.iter()).map(|(_, text)| *text).collect();
        let by_sort = ["statement", "invoice", "credit", "act", "prepaid", "block", "deposit", "flat", "hourly"];
        for (key, _, _) in WORDS {
            assert!(all.contains(&format!("say.{key}")) || by_sort.contains(&key), "{key}");
        }
        assert_eq!(words(Tongue::Ru).len(), WORDS.len());
    }

    #[test]
    fn known_details_come_in_order_and_others_under_their_own_names() {
        let side =
            [("phone", "1"), ("inn", "77"), ("Договор", "№ 1"), ("name", "ООО"), ("director", "П"), ("bik", " ")];
        let side = side.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
        let labels = |without: &[String]| details(&side, without, Tongue::Ru).into_iter().map(|[_, label, _]| label);
        assert_eq!(labels(&[]).collect::<Vec<_>>(), ["ИНН", "Тел.", "Договор"]);
        assert_eq!(labels(&["phone".to_owned()]).collect::<Vec<_>>(), ["ИНН", "Договор"]);
    }
}
