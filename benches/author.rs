//! Words of a support desk, made up: Russian and English, common ones more often, the same ones every time. What is written
//! with them stands elsewhere.

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
const SYLLABLES: &str = "ka lo mi ter sun dor vek pra shi on est ul ra ver kom slo del pri na ost";

/// Writes out of its head: a generator of numbers (SplitMix64) and words.
pub struct Author {
    state: u64,
    languages: [Vec<&'static str>; 2],
    syllables: Vec<&'static str>,
}

impl Author {
    /// One who always writes the same, another with each seed.
    pub fn new(seed: u64) -> Author {
        let words = |text: &'static str| text.split_whitespace().collect::<Vec<_>>();
        Author { state: seed, languages: [words(RUSSIAN), words(ENGLISH)], syllables: words(SYLLABLES) }
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(end.max(1)).unwrap_or(1)).unwrap_or(0)
    }

    /// Words of one language: common ones more often, and now and then one that nobody else writes, or a number.
    pub fn words(&mut self, language: usize, bytes: usize, line: usize) -> String {
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
}
