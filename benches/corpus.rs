//! A mailbox of a support desk, made up: conversations in Russian and English over two years, the same ones every time.
//! It writes an mbox and knows what was planted in it; who reads it is not known here.

use chrono::DateTime;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Now, for everybody: 20 November 2026, noon.
pub const NOW: i64 = 1_795_176_000;
/// Our address: mail from it is an answer.
pub const OURS: &str = "support@desk.test";
/// A word that stands in twenty mails.
pub const RARE: &str = "xylophonist";
/// Two words that stand in many mails together, as they are spelled there.
pub const COMMON: [&str; 2] = ["принтер", "ошибка"];
/// What many words begin with.
pub const BEGINNING: &str = "прин";
/// Tickets of one client.
pub const PER_CLIENT: u64 = 25;

const RUSSIAN: &str = "принтер ошибка не и в на с что мы у нас после обновления сервер оплата счёт заказ доставка письмо пароль вход \
    кабинет клиент договор отчёт файл загрузка печатает работает открывается приходит ответ вопрос помогите пожалуйста спасибо \
    сегодня вчера утром снова уже ещё только когда почему как можно нужно сделать проверить прислать настроить подключить \
    телефон адрес склад касса чек возврат деньги карта банк ключ лицензия версия программа экран кнопка окно таблица строка \
    сумма налог акт накладная менеджер бухгалтер директор отдел офис филиал компьютер сеть интернет роутер кабель почта спам \
    вложение ссылка сайт страница форма заявка статус срок дата время час минута день неделя месяц принят принять приняли \
    принтеры ошибки серверы заказы письма пароли клиенты договоры отчёты файлы тоже потом сначала сразу всегда никогда";
const ENGLISH: &str = "the a to and of in is it we our you your not with for on that this have cannot error printer invoice payment login \
    password account order delivery refund server update after since yesterday today morning again still please help thanks \
    question answer report file upload download works opens page link form request status date time day week month contract \
    customer manager office branch computer network router cable mail attachment spam website button window table row sum tax \
    receipt card bank key licence version program screen phone address stock check return money connect configure send look \
    printing printed prints errors invoices payments accounts orders servers updates files pages requests always never then";
const NAMES: &str =
    "Анна Борис Вера Глеб Дарья Егор Жанна Захар Инна Кирилл Alice Bob Carol Dave Erin Frank Grace Heidi Ivan Judy";
const SYLLABLES: &str = "ka lo mi ter sun dor vek pra shi on est ul ra ver kom slo del pri na ost";

/// What was written.
#[derive(Debug, Clone, Copy, Default)]
pub struct Written {
    /// Mails.
    pub mails: u64,
    /// Bytes of the mailbox.
    pub bytes: u64,
}

/// Writes a mailbox of so many conversations, three mails each on average, in the order they were sent.
///
/// # Errors
/// The file cannot be written.
pub fn write(path: &Path, tickets: u64) -> io::Result<Written> {
    let mut out = BufWriter::new(File::create(path)?);
    let mut author = Author::new(tickets);
    let mut written = Written::default();
    let mut waiting: BinaryHeap<Reverse<(i64, u64, u64)>> = BinaryHeap::new();
    let (span, begin) = (2 * 365 * 86_400, NOW - 2 * 365 * 86_400);
    for ticket in 0..tickets {
        let opened = begin + span * i64::try_from(ticket).unwrap_or(0) / i64::try_from(tickets).unwrap_or(1);
        let mut at = opened;
        for turn in 0..[1, 2, 3, 3, 4, 5][author.below(6)] {
            waiting.push(Reverse((at, ticket, turn)));
            at += 600 + i64::try_from(author.below(2 * 86_400)).unwrap_or(0);
        }
        while let Some(Reverse(next)) = waiting.peek().filter(|Reverse(next)| next.0 <= opened).copied() {
            waiting.pop();
            written.add(author.mail(next, &mut out)?);
        }
    }
    while let Some(Reverse((at, ticket, turn))) = waiting.pop() {
        written.add(author.mail((at.min(NOW - 60), ticket, turn), &mut out)?);
    }
    out.flush()?;
    Ok(written)
}

/// The client that has the ticket of this index, by its domain.
pub fn client_of(ticket: u64, tickets: u64) -> String {
    format!("c{}.test", contact_of(ticket, tickets) % clients(tickets))
}

fn clients(tickets: u64) -> u64 {
    (tickets / PER_CLIENT).max(1)
}

/// Five tickets of each contact, spread over the time.
fn contact_of(ticket: u64, tickets: u64) -> u64 {
    ticket % (tickets / 5).max(1)
}

impl Written {
    fn add(&mut self, bytes: usize) {
        self.mails += 1;
        self.bytes += u64::try_from(bytes).unwrap_or(0);
    }
}

/// Writes mails out of its head: a generator of numbers (SplitMix64) and words.
struct Author {
    state: u64,
    tickets: u64,
    mails: u64,
    languages: [Vec<&'static str>; 2],
    names: Vec<&'static str>,
    syllables: Vec<&'static str>,
}

impl Author {
    fn new(tickets: u64) -> Author {
        let words = |text: &'static str| text.split_whitespace().collect::<Vec<_>>();
        let languages = [words(RUSSIAN), words(ENGLISH)];
        Author { state: 5, tickets, mails: 0, languages, names: words(NAMES), syllables: words(SYLLABLES) }
    }

    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(end.max(1)).unwrap_or(1)).unwrap_or(0)
    }

    /// Words of one language: common ones more often, and now and then one that nobody else writes, or a number.
    fn words(&mut self, language: usize, bytes: usize, line: usize) -> String {
        let mut text = String::with_capacity(bytes + 32);
        let mut column = 0;
        while text.len() < bytes {
            let before = text.len();
            match self.below(12) {
                0 => (0..2 + self.below(3)).for_each(|_| {
                    let syllable = self.below(self.syllables.len());
                    text.push_str(self.syllables.get(syllable).copied().unwrap_or_default());
                }),
                1 => text.push_str(&self.below(100_000).to_string()),
                _ => {
                    let words = self.languages.get(language).map_or(1, Vec::len);
                    let low = self.below(words).min(self.below(words));
                    text.push_str(self.languages.get(language).and_then(|l| l.get(low)).copied().unwrap_or_default());
                }
            }
            column += text.len() - before + 1;
            let full = column > line;
            text.push(if full { '\n' } else { ' ' });
            column = if full { 0 } else { column };
        }
        text.truncate(text.trim_end().len());
        text
    }

    /// Writes one mail; how many bytes it has.
    fn mail(&mut self, (at, ticket, turn): (i64, u64, u64), out: &mut impl Write) -> io::Result<usize> {
        let contact = contact_of(ticket, self.tickets);
        let place = usize::try_from(contact).unwrap_or(0);
        let name = self.names.get(place % self.names.len()).copied().unwrap_or_default();
        let theirs = format!("u{contact}@{}", client_of(ticket, self.tickets));
        let language = place % 2;
        let ours = turn % 2 == 1;
        let (from, to) =
            if ours { (format!("Support <{OURS}>"), theirs) } else { (format!("{name} <{theirs}>"), OURS.to_owned()) };
        let when = DateTime::from_timestamp(at, 0).unwrap_or_default();
        let subject = Author { state: ticket, ..Author::new(self.tickets) }.words(language, 48, usize::MAX);
        let length = 600 + self.below(800);
        let mut text = self.words(language, length, 72);
        // Twenty mails of the archive hold the rare word, wherever the archive is long enough.
        if self.mails % (self.tickets * 3 / 20).max(1) == 7 {
            text.push('\n');
            text.push_str(RARE);
        }
        self.mails += 1;
        let mut mail = format!(
            "From {OURS} {}\nFrom: {from}\nTo: {to}\nSubject: {}{subject}\nDate: {}\nMessage-ID: <{ticket}.{turn}@bench.test>\n\
             MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n",
            when.format("%a %b %e %H:%M:%S %Y"),
            if turn > 0 { "Re: " } else { "" },
            when.format("%a, %d %b %Y %H:%M:%S +0000"),
        );
        if turn > 0 {
            let earlier: Vec<String> = (0..turn).map(|t| format!("<{ticket}.{t}@bench.test>")).collect();
            mail.push_str(&format!(
                "In-Reply-To: <{ticket}.{}@bench.test>\nReferences: {}\n",
                turn - 1,
                earlier.join(" ")
            ));
        }
        mail.push('\n');
        mail.push_str(&text);
        mail.push_str("\n\n");
        out.write_all(mail.as_bytes())?;
        Ok(mail.len())
    }
}
