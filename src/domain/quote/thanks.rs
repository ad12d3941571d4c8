//! Whether a text says no more than thanks, in English or Russian. It must err to "no": a thanks leaves a ticket
//! closed, and a problem in the same breath must not be lost.

/// A longer text is never only thanks.
const MOST_BYTES: usize = 400;
const MOST_WORDS: usize = 25;

/// Phrases of thanks. A phrase is words as they follow each other; `е` stands for `ё` too.
#[rustfmt::skip]
const THANKS: &[&str] = &[
    "thanks", "thank you", "thank u", "thankyou", "thanx", "thx", "tnx", "tks", "ty", "tysm", "many thanks",
    "much appreciated", "really appreciated", "appreciated", "appreciate it", "i appreciate it",
    "we appreciate it", "i really appreciate it", "cheers", "much obliged",
    "спасибо", "спасибочки", "спс", "пасиб", "пасибо", "благодарю", "благодарим", "благодарствую", "благодарен",
    "благодарна", "благодарны", "признателен", "признательна", "признательны", "мерси", "сенкс", "сенькс", "пасибки",
    "дякую",
];

/// What may stand beside: how much, for whom, «ok», that it works now, greetings and farewells.
#[rustfmt::skip]
const BESIDE: &[&str] = &[
    "a lot", "lots", "so much", "very much", "a million", "a bunch", "a ton", "tons", "again", "once again", "in advance",
    "kindly", "indeed", "everyone", "all", "guys", "folks", "team", "support", "dear", "sir", "and", "also", "too",
    "ok", "okay", "k", "okey", "great", "perfect", "excellent", "awesome", "super", "cool", "nice", "wonderful",
    "amazing", "brilliant", "fantastic", "lovely", "good", "very good", "fine", "sure", "yes", "yep", "yeah", "right",
    "got it", "understood", "noted", "received", "well received", "all good", "all clear", "all set", "that helps",
    "this helps", "it helps", "that helped", "it helped", "this helped", "very helpful", "that was helpful",
    "that works", "it works", "this works", "works now", "it works now", "works fine", "works fine now", "works great",
    "all works", "all works now", "everything works", "everything works now", "it worked", "that worked",
    "that did it", "that solved it", "that fixed it", "solved", "problem solved", "fixed", "done", "you are the best",
    "you're the best", "you rock", "great job", "great work", "good job", "well done", "you too", "same to you",
    "have a nice day", "have a great day", "have a good day", "have a good one", "have a nice weekend",
    "have a great weekend", "have a good weekend", "hi", "hello", "hey", "hi there", "hello there", "good morning",
    "good afternoon", "good evening", "bye", "to you", "to you all", "to all", "you all", "both", "oh", "wow", "ah",
    "with thanks", "from me", "from us", "my", "our", "sincere", "sincerely", "i", "we", "very", "really", "truly",
    "большое", "огромное", "громадное", "огромнейшее", "большущее", "преогромное", "вам", "тебе", "вас", "тебя", "всем",
    "еще раз", "заранее", "и", "а", "за все", "очень", "искренне", "от души", "от нас", "от меня", "я", "мы",
    "ок", "окей", "ага", "да", "угу", "хорошо", "отлично", "супер", "класс", "классно", "здорово", "прекрасно",
    "замечательно", "великолепно", "круто", "идеально", "понятно", "ясно", "понял", "поняла", "поняли", "принято",
    "принял", "приняла", "приняли", "получил", "получила", "получили", "вас понял", "вас поняла", "все понял",
    "все поняла", "все понятно", "все ясно", "все хорошо", "все отлично", "все ок", "все супер", "все получилось",
    "получилось", "все работает", "теперь работает", "теперь все работает", "уже работает", "уже все работает",
    "работает", "заработало", "все заработало", "помогло", "это помогло", "очень помогло", "вы помогли",
    "вы очень помогли", "очень помогли", "очень выручили", "выручили", "решено", "вопрос решен", "проблема решена",
    "разобрался", "разобралась", "разобрались", "вы лучшие", "вы супер", "вы молодцы", "молодцы", "всего доброго",
    "всего хорошего", "хорошего дня", "хорошего вам дня", "доброго дня", "хороших выходных", "хорошего вечера",
    "удачи", "до свидания", "здравствуйте", "добрый день", "доброе утро", "добрый вечер", "доброго времени суток",
    "привет", "приветствую", "коллеги", "друзья", "ребята", "уважаемые", "взаимно", "и вам", "вам того же",
];

/// What thanks are for, after "for" and «за».
#[rustfmt::skip]
const REASONS: &[&str] = &[
    "the", "your", "you", "all", "such", "a", "this", "that", "it", "everything", "so", "very", "and", "me", "us", "to",
    "quick", "prompt", "fast", "speedy", "swift", "rapid", "great", "kind", "good", "excellent", "amazing", "awesome",
    "detailed", "clear", "timely", "immediate", "continued", "help", "helping", "reply", "replying", "response",
    "responding", "answer", "answering", "support", "assistance", "service", "time", "effort", "efforts", "update",
    "updating", "info", "information", "explanation", "explaining", "clarification", "clarifying", "confirmation",
    "confirming", "feedback", "patience", "attention", "work", "job", "care", "advice", "tip", "hint", "heads", "up",
    "letting", "know", "getting", "back", "understanding", "fix", "fixing", "solution",
    "вашу", "ваш", "ваше", "ваши", "твою", "твой", "все", "это", "такой", "такую", "столь", "очень", "и",
    "быстрый", "быструю", "быстрое", "скорый", "оперативный", "оперативную", "оперативность", "оперативное",
    "подробный", "подробную", "развернутый", "отличную", "отличный", "хорошую", "качественную", "своевременную",
    "помощь", "ответ", "ответы", "поддержку", "содействие", "работу", "труд", "труды", "внимание", "время", "терпение",
    "понимание", "участие", "отклик", "отзывчивость", "информацию", "инфо", "разъяснение", "разъяснения", "пояснение",
    "пояснения", "объяснение", "подсказку", "совет", "консультацию", "обратную", "связь", "решение", "скорость",
    "реакцию", "заботу",
];

/// Words that close a letter; a name may follow them.
#[rustfmt::skip]
const CLOSINGS: &[&str] = &[
    "best", "best regards", "kind regards", "warm regards", "regards", "best wishes", "all the best", "sincerely",
    "yours sincerely", "yours truly", "с уважением", "с наилучшими пожеланиями", "с благодарностью", "искренне ваш",
    "искренне ваша", "всего наилучшего",
];

/// Words that are no name, whatever the case they stand in.
#[rustfmt::skip]
const NO_NAMES: &[&str] = &[
    "no", "not", "but", "however", "nothing", "never", "still", "broken", "error", "help", "wait", "please", "why",
    "what", "when", "where", "how", "urgent", "again", "bad", "wrong", "fail", "failed", "problem", "issue", "stop",
    "нет", "не", "но", "однако", "ничего", "опять", "снова", "ошибка", "помогите", "жду", "пожалуйста", "почему",
    "что", "когда", "где", "как", "срочно", "плохо", "проблема", "сломалось", "ужас", "хватит", "стоп", "зря",
];

/// True where the text says no more than thanks, in English or Russian: it does not reopen a ticket.
///
/// Around the thanks may stand a greeting, «ok», "it works now", what the thanks are for, a closing and a name.
/// A question, a figure or any other word makes it more than thanks.
///
/// ```
/// use frontdesk::domain::quote::only_thanks;
/// assert!(only_thanks("Thank you so much for the quick reply!"));
/// assert!(only_thanks("Спасибо большое, всё работает!\n\nС уважением,\nАнна Петрова"));
/// assert!(!only_thanks("Спасибо, но принтер опять не печатает"));
/// assert!(!only_thanks("Thanks, when will it be ready?"));
/// assert!(!only_thanks("It works now."));
/// ```
#[must_use]
pub fn only_thanks(new_text: &str) -> bool {
    if new_text.len() > MOST_BYTES || new_text.contains(['?', '？', '@', '/']) {
        return false;
    }
    let words = words(new_text);
    let folded: Vec<&str> = words.iter().map(|word| word.folded.as_str()).collect();
    if folded.is_empty() || folded.len() > MOST_WORDS {
        return false;
    }
    let (mut i, mut thanked) = (0, false);
    while i < folded.len() {
        let rest = folded.get(i..).unwrap_or_default();
        if let Some(n) = longest(CLOSINGS, rest).filter(|n| is_name(words.get(i + n..).unwrap_or_default())) {
            i += n;
            break;
        }
        let thanks = longest(THANKS, rest);
        let beside = || reason(rest).filter(|_| thanked).or_else(|| address(&words, i).filter(|_| !thanked));
        let Some(n) = thanks.max(longest(BESIDE, rest)).or_else(beside) else { break };
        thanked |= thanks == Some(n);
        i += n;
    }
    let rest = words.get(i..).unwrap_or_default();
    // A name ends the text: after a closing, or set off by a comma or a line of its own.
    let set_off =
        i == 0 || words.get(i - 1).is_some_and(|word| word.breaks) || longest(CLOSINGS, tail(&folded, i)).is_some();
    thanked && (rest.is_empty() || (set_off && is_name(rest)))
}

/// True where the text only ends a letter: a closing, and perhaps a name.
///
/// ```
/// use frontdesk::domain::quote::only_closing;
/// assert!(only_closing("С уважением,\nИван Петров") && only_closing("Best regards"));
/// assert!(!only_closing("Best support ever") && !only_closing("Иван"));
/// ```
#[must_use]
pub fn only_closing(text: &str) -> bool {
    let words = words(text);
    let folded: Vec<&str> = words.iter().map(|word| word.folded.as_str()).collect();
    longest(CLOSINGS, &folded).is_some_and(|n| {
        let rest = words.get(n..).unwrap_or_default();
        rest.is_empty() || is_name(rest)
    })
}

/// The last words before `i`, as many as the longest closing has.
fn tail<'a, 'b>(folded: &'b [&'a str], i: usize) -> &'b [&'a str] {
    folded.get(i.saturating_sub(3)..i).unwrap_or_default()
}

/// A word of the text.
struct Word {
    /// Lower-case, `ё` as `е`.
    folded: String,
    capital: bool,
    /// Something other than a space follows.
    breaks: bool,
    /// A comma follows at once.
    comma: bool,
}

fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut inside = false;
    for c in text.chars() {
        if c.is_alphanumeric() || (inside && matches!(c, '\'' | '’')) {
            if !inside {
                words.push(Word { folded: String::new(), capital: c.is_uppercase(), breaks: false, comma: false });
            }
            inside = true;
            if let Some(word) = words.last_mut() {
                word.folded.extend(c.to_lowercase().map(|c| match c {
                    'ё' => 'е',
                    '’' => '\'',
                    c => c,
                }));
            }
        } else {
            if let Some(word) = words.last_mut() {
                word.comma |= inside && c == ',';
                word.breaks |= !matches!(c, ' ' | '\t' | '\u{a0}');
            }
            inside = false;
        }
    }
    words
}

/// How many words the longest phrase takes that `rest` begins with.
fn longest(phrases: &[&str], rest: &[&str]) -> Option<usize> {
    let fits = |phrase: &&&str| {
        let mut words = rest.iter();
        phrase.split(' ').all(|word| words.next() == Some(&word))
    };
    phrases.iter().filter(fits).map(|phrase| phrase.split(' ').count()).max()
}

/// How many words «for your help» takes.
fn reason(rest: &[&str]) -> Option<usize> {
    let (first, after) = rest.split_first()?;
    if !matches!(*first, "for" | "за") {
        return None;
    }
    let count = after.iter().take_while(|word| REASONS.contains(word)).count();
    (count > 0).then_some(count + 1)
}

/// One word: the name of the one who is spoken to, before a comma.
fn address(words: &[Word], i: usize) -> Option<usize> {
    let word = words.get(i..=i)?;
    (word.iter().all(|w| w.comma) && is_name(word)).then_some(1)
}

/// One to three capitalised words without figures, none of which says something.
fn is_name(rest: &[Word]) -> bool {
    (1..=3).contains(&rest.len())
        && rest.iter().all(|word| {
            word.capital
                && word.folded.chars().all(|c| c.is_alphabetic() || c == '\'')
                && !NO_NAMES.contains(&word.folded.as_str())
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn plain_thanks_are_only_thanks() {
        for text in [
            "thanks!",
            "Thank you.",
            "THANKS",
            "thx",
            "ok, thank you",
            "Okay thanks a lot",
            "Many thanks :-)",
            "🙏 thanks",
            "Great, thank you very much!",
            "Thank you both",
            "спасибо",
            "Спасибо большое!",
            "Огромное спасибо!!!",
            "спс",
            "Ок, спасибо",
            "Благодарю Вас!",
            "Большое вам спасибо",
            "ещё раз спасибо",
            "Спасибо 👍",
        ] {
            assert!(only_thanks(text), "{text}");
        }
    }

    #[test]
    fn a_reason_a_greeting_and_a_name_change_nothing() {
        for text in [
            "Hi Ann, thanks!",
            "Hello!\n\nThank you for your help.\n\nBest regards,\nJohn Smith",
            "Thanks,\nMaria",
            "Thanks for letting me know!",
            "Thank you, it works now.",
            "Добрый день!\nСпасибо за оперативный ответ.\n--\nС уважением,\nИван Петров",
            "Спасибо, Анна!",
            "Анна, спасибо!",
            "Всё работает, спасибо!",
            "Получилось! Спасибо вам за помощь и терпение",
        ] {
            assert!(only_thanks(text), "{text}");
        }
    }

    #[test]
    fn anything_else_in_the_same_breath_counts() {
        for text in [
            "",
            "   ",
            "ok",
            "ок",
            "It works",
            "👍",
            "Thanks, but it does not print",
            "Thanks. Another question: price",
            "Thank you, will wait",
            "thanks for nothing",
            "No thanks",
            "Thanks, order 4512",
            "Thanks in 2 days",
            "Help! Thanks",
            "Thanks?",
            "please call me, thanks",
            "Спасибо, не работает",
            "спасибо, жду",
            "Спасибо, а когда?",
            "Нет, спасибо",
            "Спасибо, Нет",
            "Спасибо за ошибку",
            "помогите, спасибо",
            "Заранее спасибо за помощь с принтером",
            "Thanks, Broken",
            "Спасибо\nПринтер сломался",
            "thanks https://a.test",
            "Regards, Ann",
        ] {
            assert!(!only_thanks(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_question_is_never_only_thanks(text in ".{0,60}") {
            let question = format!("thanks {text}?");
            prop_assert!(!only_thanks(&question));
        }
        #[test]
        fn no_text_breaks_it(text in any::<String>()) {
            let _ = only_thanks(&text);
        }
    }
}
