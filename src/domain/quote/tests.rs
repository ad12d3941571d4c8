//! The rules of quotes, by example.

use super::*;
use proptest::prelude::*;

/// The answer above, `repeated` below it: only the answer is new.
fn under_an_answer(repeated: &str) -> String {
    new_text(&format!("The lamp is green now.\n\n{repeated}"))
}

#[test]
fn attribution_lines_of_many_languages_open_a_quote() {
    for line in [
        "On Fri, Nov 20, 2026 at 10:12 AM Ann Lee <ann@a.test> wrote:",
        "On 20 Nov 2026, at 10:12, Ann Lee wrote:",
        "On 11/20/2026 10:12 AM, Ann Lee wrote:",
        "At 10:12 20.11.2026, you wrote:",
        "Ann Lee <ann@a.test> writes:",
        "*On Friday, November 20, 2026, 10:12:00 AM GMT+3, Ann Lee <ann@a.test> wrote:*",
        "---- On Fri, 20 Nov 2026 10:12:00 +0300 Ann Lee <ann@a.test> wrote ----",
        "пт, 20 нояб. 2026 г. в 10:12, Анна Ли <ann@a.test>:",
        "Пятница, 20 ноября 2026, 10:12 +03:00 от Анна Ли <ann@a.test>:",
        "20.11.2026, 10:12, \"Анна Ли\" <ann@a.test>:",
        "20 ноября 2026 г., в 10:12, Анна Ли <ann@a.test> написал(а):",
        "20.11.2026 10:12, Анна Ли пишет:",
        "Вы писали 20 ноября 2026 г., 10:12:12:",
        "пт, 20 лист. 2026 р. о 10:12 Ганна Лі <ann@a.test> пише:",
        "Am Fr., 20. Nov. 2026 um 10:12 Uhr schrieb Ann Lee <ann@a.test>:",
        "Am 20.11.26 um 10:12 schrieb Ann Lee:",
        "Le ven. 20 nov. 2026 à 10:12, Ann Lee <ann@a.test> a écrit :",
        "El vie, 20 nov 2026 a las 10:12, Ann Lee (<ann@a.test>) escribió:",
        "Il giorno ven 20 nov 2026 alle ore 10:12 Ann Lee <ann@a.test> ha scritto:",
        "Em sex., 20 de nov. de 2026 às 10:12, Ann Lee <ann@a.test> escreveu:",
        "Op vr 20 nov 2026 om 10:12 schreef Ann Lee <ann@a.test>:",
        "pt., 20 lis 2026 o 10:12 Ann Lee <ann@a.test> napisał(a):",
        "W dniu 20.11.2026 o 10:12, Ann Lee pisze:",
        "Den fre 20 nov. 2026 kl 10:12 skrev Ann Lee <ann@a.test>:",
        "Den fre. 20. nov. 2026 kl. 10.12 skrev Ann Lee:",
        "pe 20. marrask. 2026 klo 10.12 Ann Lee (ann@a.test) kirjoitti:",
        "pá 20. 11. 2026 v 10:12 odesílatel Ann Lee <ann@a.test> napsal:",
        "pi 20. 11. 2026 o 10:12 Ann Lee <ann@a.test> napísal(a):",
        "Ann Lee <ann@a.test> ezt írta (időpont: 2026. nov. 20., P, 10:12):",
        "În vin., 20 nov. 2026 la 10:12, Ann Lee <ann@a.test> a scris:",
        "Ann Lee <ann@a.test>, 20 Kas 2026 Cum, 10:12 tarihinde şunu yazdı:",
        "Στις Παρ 20 Νοε 2026 στις 10:12 π.μ., ο χρήστης Ann Lee <ann@a.test> έγραψε:",
        "На пт, 20.11.2026 г. в 10:12 Ann Lee <ann@a.test> написа:",
        "\u{202b}בתאריך יום ו׳, 20 בנוב׳ 2026 ב-10:12 מאת \u{202a}Ann Lee\u{202c}\u{200f} <\u{202a}ann@a.test\u{202c}\u{200f}>:\u{202c}",
        "Vào Th 6, 20 thg 11, 2026 vào lúc 10:12 Ann Lee <ann@a.test> đã viết:",
        "Ann Lee <ann@a.test> 于2026年11月20日周五 10:12写道：",
        "在 2026年11月20日，上午10:12，Ann Lee <ann@a.test> 写道：",
        "Ann Lee <ann@a.test> 於 2026年11月20日 週五 上午10:12寫道：",
        "2026年11月20日(金) 10:12 Ann Lee <ann@a.test>:",
        "2026/11/20 10:12、Ann Lee <ann@a.test>のメール:",
        "2026년 11월 20일 (금) 오전 10:12, Ann Lee <ann@a.test>님이 작성:",
    ] {
        for body in ["> Is the lamp red?\n> Ann\n", "Is the lamp red?\n\nAnn\n"] {
            assert_eq!(under_an_answer(&format!("{line}\n\n{body}")), "The lamp is green now.", "{line}");
        }
    }
}

#[test]
fn a_name_with_a_verb_or_a_date_needs_the_quote_under_it() {
    for line in ["Ann Lee wrote:", "Анна Ли пишет:", "пт, 20 нояб. 2026 г. в 10:12, Анна Ли:"]
    {
        assert_eq!(under_an_answer(&format!("{line}\n> Is it red?")), "The lamp is green now.", "{line}");
        let told = format!("The lamp is green now.\n\n{line}\nIs it red?");
        assert_eq!(new_text(&told), told);
    }
}

#[test]
fn attribution_lines_may_be_wrapped_and_stand_right_under_the_text() {
    for lines in [
        "On Fri, Nov 20, 2026 at 10:12 AM A Very Long Name\n<a.very.long.name@a.test> wrote:",
        "On Fri, Nov 20, 2026 at 10:12 AM A Very Long Name <\nname@a.test> wrote:",
        "On Fri, Nov 20, 2026 at 10:12 AM Name <name@a.test\n> wrote:",
        "On Friday, November 20,\n2026 at 10:12,\nA Very Long Name <name@a.test>\nwrote:",
        "Am Fr., 20. Nov.\n2026 um 10:12 Uhr schrieb Name <name@a.test>:",
        "On Fri, 20 Nov 2026 at 10:12 Name\n\n<\nmailto:Name <name@a.test>\n> wrote:",
        "пт, 20 нояб. 2026 г. в 10:12, Отдел закупок и снабжения\n<supply@a.test>:",
        "20 ноября 2026 г. 10:12 пользователь Анна\n<ann@a.test> написал:",
    ] {
        for quote in ["> Is it red?", "\nIs it red?"] {
            assert_eq!(new_text(&format!("It is green.\n{lines}\n{quote}")), "It is green.", "{lines}");
        }
    }
}

#[test]
fn the_text_right_over_an_attribution_is_kept() {
    for text in [
        "I look at it in 2 days\nto see what it does in 5 minutes.",
        "Заходил в 2 часа\nв 3 кабинет, лампа горит!",
        "It is green since\nMon 16 Nov 2026. What next?",
    ] {
        let mail = format!("{text}\nOn 20 Nov 2026 at 10:12, Ann <ann@a.test>\nwrote:\n\n> Is it red?");
        assert_eq!(new_text(&mail), text);
    }
}

#[test]
fn header_blocks_of_many_languages_open_a_quote() {
    for names in [
        "From Sent To Subject",
        "От Отправлено Кому Тема",
        "От Дата Кому Тема",
        "Від Надіслано Кому Тема",
        "Von Gesendet An Betreff",
        "De Envoyé À Objet",
        "De Enviado Para Asunto",
        "Da Inviato A Oggetto",
        "De Enviada Para Assunto",
        "Van Verzonden Aan Onderwerp",
        "Od Wysłano Do Temat",
        "Från Skickat Till Ämne",
        "Fra Sendt Til Emne",
        "Lähettäjä Lähetetty Vastaanottaja Aihe",
        "Od Odesláno Komu Předmět",
        "Kimden Gönderildi Kime Konu",
        "发件人 发送时间 收件人 主题",
        "差出人 送信日時 宛先 件名",
        "Feladó Elküldve Címzett Tárgy",
    ] {
        let values = ["Ann Lee", "20.11.2026 10:12", "Bob", "Lamp"];
        let plain: Vec<String> = names.split(' ').zip(values).map(|(name, value)| format!("{name}: {value}")).collect();
        let bold: Vec<String> =
            names.split(' ').zip(values).map(|(name, value)| format!("*{name}:* {value}")).collect();
        let french: Vec<String> =
            names.split(' ').zip(values).map(|(name, value)| format!("{name} : {value}")).collect();
        for block in
            [plain.join("\n"), bold.join("  \n"), french.join("\n\n"), format!("_______\n{}", plain.join("\r\n"))]
        {
            assert_eq!(under_an_answer(&format!("{block}\n\nIs it red?")), "The lamp is green now.", "{block}");
        }
    }
}

#[test]
fn a_long_recipient_line_goes_on_below() {
    let block = "From: Ann <ann@a.test>\nTo: Bob <bob@a.test>; Cid <cid@a.test>;\n Dan <dan@a.test>\nSubject: Lamp\n\nIs it red?";
    assert_eq!(under_an_answer(block), "The lamp is green now.");
}

#[test]
fn titles_open_a_quote_or_a_forward() {
    for (title, kind) in [
        ("-----Original Message-----", Kind::Quote),
        ("*-------- Original Message --------*", Kind::Quote),
        ("-----Исходное сообщение-----", Kind::Quote),
        ("-------- Ursprüngliche Nachricht --------", Kind::Quote),
        ("-----Message d'origine-----", Kind::Quote),
        ("-----原始邮件-----", Kind::Quote),
        ("##- Please type your reply above this line -##", Kind::Quote),
        ("---------- Forwarded message ---------", Kind::Forward),
        ("Begin forwarded message:", Kind::Forward),
        ("-------- Пересылаемое сообщение --------", Kind::Forward),
        ("Начало переадресованного сообщения:", Kind::Forward),
        ("---------- Weitergeleitete Nachricht ---------", Kind::Forward),
    ] {
        let text = format!("Please see below.\n\n{title}\nIs it red?\n\n> It is.\n\nAnn");
        assert_eq!(new_text(&text), "Please see below.", "{title}");
        assert_eq!(split(&text).last().map(|piece| piece.kind), Some(kind), "{title}");
    }
}

#[test]
fn an_answer_below_a_named_quote_is_alone() {
    let text = "On 20 Nov 2026 at 10:12, Ann wrote:\n> Is it red?\n> Really?\n\nNo, green.\n\nBob";
    assert_eq!(new_text(text), "No, green.\n\nBob");
}

#[test]
fn an_answer_below_a_nameless_quote_keeps_it() {
    assert_eq!(new_text("> Is it red?\n\nNo, green."), "> Is it red?\n\nNo, green.");
}

#[test]
fn answers_between_the_lines_keep_their_questions() {
    let text = "20.11.2026 10:12, Анна пишет:\n> Лампа горит?\nДа.\n\n> Красным?\nНет, зелёным.\n\n> Анна\n";
    assert_eq!(new_text(text), "> Лампа горит?\nДа.\n\n> Красным?\nНет, зелёным.");
    let kinds: Vec<Kind> = split(text).iter().map(|piece| piece.kind).collect();
    assert_eq!(kinds, [Kind::Attribution, Kind::Context, Kind::New, Kind::Context, Kind::New, Kind::Quote]);
}

#[test]
fn a_quoted_line_torn_in_two_is_still_a_quote() {
    let text = "Green.\n\nOn 20 Nov 2026 at 10:12, Ann wrote:\n> Please look whether the lamp on the left side of the front panel\nis red.\n> Ann";
    assert_eq!(new_text(text), "Green.");
}

#[test]
fn a_mail_that_only_repeats_is_taken_whole() {
    for text in ["> Is it red?", "Sent from my iPhone", "-- \nAnn Lee", "-----Original Message-----"] {
        assert_eq!(new_text(text), text);
    }
}

#[test]
fn a_mail_that_only_repeats_is_taken_without_what_stands_over_it() {
    for (text, new) in [
        (
            "---------- Forwarded message ---------\nFrom: Ann <ann@a.test>\nSubject: Lamp\nTo: Bob\n\nIs it red?\n> No.",
            "Is it red?\n> No.",
        ),
        (
            "Sent from my iPhone\n\nНачало переадресованного сообщения:\n\nОт: Анна <a@a.test>\nТема: Лампа\nДата: 20.11.2026\n\nГорит?",
            "Горит?",
        ),
        ("On 20 Nov 2026 at 10:12, Ann wrote:\n> Is it red?", "> Is it red?"),
    ] {
        assert_eq!(new_text(text), new);
    }
}

#[test]
fn a_mail_of_attribution_lines_says_nothing() {
    let text = "On 20 Nov 2026 at 10:12, Ann wrote:\n>\n> On 19 Nov 2026 at 10:12, Bob <bob@a.test>\n> wrote:\n>>\n";
    assert_eq!(new_text(text), "");
    assert_eq!(new_text(" \n\t\n"), "");
}

#[test]
fn signatures_and_feet_are_not_text() {
    for foot in [
        "-- \nAnn Lee\nHead of lamps",
        "--\nAnn Lee",
        "—\nReply to this email directly",
        "_______________________________\nlamps mailing list\nlamps@a.test",
        "----------------\nAnn Lee, +7 495 000-00-00, www.a.test",
        "-- \nAnn Lee\n\nOn 20 Nov 2026 at 10:12, Bob wrote:\n> Is it red?",
    ] {
        assert_eq!(under_an_answer(foot), "The lamp is green now.", "{foot}");
    }
}

#[test]
fn the_lines_of_phones_are_not_text() {
    for line in [
        "Sent from my iPhone",
        "Sent from my Pixel 9 Pro",
        "(sent from my phone, excuse the typos)",
        "Sent via Superhuman",
        "Get Outlook for iOS<https://o.test>",
        "Get [Outlook for Android](https://o.test/a)",
        "Sent from Mail for Windows",
        "Отправлено с iPhone",
        "Отправлено из мобильной Почты Mail.ru",
        "Отправлено с моего Samsung",
        "Отправлено из Яндекс.Почты для мобильных",
        "Скачать Outlook для iOS",
        "Надіслано з iPhone",
        "Von meinem iPhone gesendet",
        "Gesendet mit der GMX Mail App",
        "Envoyé de mon iPhone",
        "Enviado desde mi iPhone",
        "Enviado do meu iPhone",
        "Inviato da iPhone",
        "Verstuurd vanaf mijn iPhone",
        "Wysłane z iPhone'a",
        "Skickat från min iPhone",
        "Sendt fra min iPhone",
        "Lähetetty iPhonesta",
        "Odesláno z iPhonu",
        "iPhone'umdan gönderildi",
        "发自我的iPhone",
        "從我的 iPhone 傳送",
        "iPhoneから送信",
        "나의 iPhone에서 보냄",
    ] {
        assert_eq!(under_an_answer(line), "The lamp is green now.", "{line}");
        let text = format!("{line}\n\nOn 20 Nov 2026 at 10:12, Ann wrote:\n> Is it red?");
        assert_eq!(under_an_answer(&text), "The lamp is green now.", "{line}");
    }
}

#[test]
fn legal_notices_and_marks_of_filters_are_not_text() {
    for notice in [
        "This message is confidential and intended only for its addressee. If you received it by mistake, please delete it \
         and tell us; any disclosure is forbidden.",
        "Настоящее сообщение конфиденциально и предназначено только адресату. Если вы получили его по ошибке, удалите его \
         и сообщите отправителю.",
        "Diese Nachricht ist vertraulich und nur für den Empfänger bestimmt. Haben Sie sie irrtümlich erhalten, \
         löschen Sie sie und verständigen Sie den Absender.",
        "Please consider the environment before printing this mail.",
    ] {
        assert_eq!(under_an_answer(notice), "The lamp is green now.", "{notice}");
        let kinds: Vec<Kind> = split(&format!("Green.\n\n{notice}\n")).iter().map(|piece| piece.kind).collect();
        assert_eq!(kinds, [Kind::New, Kind::Disclaimer]);
    }
}

#[test]
fn warnings_of_gateways_are_not_text() {
    for banner in [
        "CAUTION: This email came from outside your organisation.\nBe careful with links.",
        "[EXTERNAL SENDER]",
        "*** External mail ***\n\nAttention: this mail is from outside of our company.",
        "Внимание! Письмо от внешнего отправителя.",
        "ACHTUNG: Diese E-Mail stammt von einem externen Absender.",
    ] {
        assert_eq!(new_text(&format!("{banner}\n\nThe lamp is green now.")), "The lamp is green now.", "{banner}");
        assert!(!new_text(banner).is_empty() && banner.ends_with(&new_text(banner)), "{banner}");
    }
}

#[test]
fn text_that_only_looks_like_mail_is_kept() {
    for text in [
        "Attention: the lamp is red.\n\nPlease look.",
        "Our external sender is blocked.\n\nWhy?",
        "Warning: nothing comes in.\n\nThe gateway says that the mail is from outside.",
        "On 20 Nov 2026 a mail came to ann@a.test:\n\nthe lamp is red.",
        "OK> I see that\nNOW> is later",
        "On Monday I wrote to you about the lamp.\nOn the left it is red.",
        "As I wrote on 20.11.2026 at 10:12, these are the steps:\n1. press the button\n2. wait",
        "В письме от 20.11.2026 в 10:12 я писал:\nлампа красная",
        "Do the following:\n- open the lid\n-- look inside\n--- close it",
        "From: the left side\nthe lamp is red.",
        "A message from the site\n\nFrom: Ann <ann@a.test>\nSubject: Lamp\n\nIt is red.",
        "Sent from my desk, where the lamp is.\nIt is red.",
        "The mail was sent from my iPhone yesterday, and it did not come.\nPlease check.",
        "Name   State\n------------\nlamp   red\nfan    off\n\nWhat is wrong?",
        "Please apply.\n\n---\n a.c | 2 +-\n\ndiff --git a/a.c b/a.c\n+ https://a.test\n@@ -1 +1 @@\n-a\n+b\n c\n d\n e\n f",
        "=====\nNews\n=====\nIt is at www.a.test, look.",
        "First part\n\n---\n\nSecond part, much more of it.\n\n===\n\nThird part.",
        "Log:\n```\n--\nOn 20 Nov 2026 at 10:12, Ann wrote:\nfrom: a\n```\nWhat is it?",
        "Is this confidential?",
        "Size > 100 and < 200",
        "2026-11-20 10:12:00 error\n2026-11-20 10:13:00 error: lamp:\nred",
        "С уважением, Анна\nООО «Лампа»",
        "Он написал: лампа красная.\nОна написала:\nзелёная",
    ] {
        assert_eq!(new_text(text), text);
    }
}

#[test]
fn line_ends_of_every_system_are_read() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["", "Green.", "Bob", "", "On 20 Nov 2026 at 10:12, Ann wrote:", "> Is it red?", ""].join(end);
        assert_eq!(new_text(&text), "Green.\nBob");
    }
}

#[test]
fn hostile_texts_are_read_to_their_end() {
    let unit = [
        "> ",
        ">",
        "> wrote:\n",
        "wrote:\n",
        "On 1 Jan 2026 10:00 a <a@b> wrote:\n",
        "From: a@b\n",
        "To: a\n",
        "--\n",
        "-",
        "_____\n",
        "\n",
        "\r",
        "<",
        "@",
        "1:1 ",
        "2026年",
        "http",
        "```\n",
        "| a\n",
        "&gt;",
        "a b ",
        "e\u{301}",
    ];
    for unit in unit {
        let text = unit.repeat(20_000 / unit.len());
        let pieces = split(&text);
        assert_eq!(pieces.last().map(|piece| piece.to), Some(text.len()), "{unit:?}");
        let _ = new_text(&text);
    }
}

/// Texts put together of what mails are made of.
fn mail() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        Just(String::new()),
        Just("> quoted".to_owned()),
        Just(">> deeper".to_owned()),
        Just("On 20 Nov 2026 at 10:12, Ann <a@a.test> wrote:".to_owned()),
        Just("wrote:".to_owned()),
        Just("From: Ann <a@a.test>".to_owned()),
        Just("Тема: лампа".to_owned()),
        Just("-----Original Message-----".to_owned()),
        Just("-- ".to_owned()),
        Just("_____".to_owned()),
        Just("Sent from my iPhone".to_owned()),
        Just("plain words".to_owned()),
        ".{0,40}",
    ];
    (prop::collection::vec(line, 0..14), prop_oneof![Just("\n"), Just("\r\n")]).prop_map(|(lines, end)| lines.join(end))
}

proptest! {
    #[test]
    fn pieces_cover_the_text_in_order(text in mail()) {
        let mut end = 0;
        for piece in split(&text) {
            prop_assert_eq!(piece.from, end);
            prop_assert!(piece.to > piece.from && text.is_char_boundary(piece.to));
            end = piece.to;
        }
        prop_assert_eq!(end, text.len());
    }

    #[test]
    fn a_text_with_words_of_its_author_has_new_text(text in mail()) {
        let kept = split(&text).iter().any(|piece| {
            piece.kind == Kind::New && !lines::trim(text.get(piece.from..piece.to).unwrap_or_default()).is_empty()
        });
        prop_assert!(!kept || !new_text(&text).is_empty());
    }

    #[test]
    fn new_text_adds_nothing(text in mail()) {
        let new = new_text(&text);
        prop_assert!(new.len() <= text.len());
        for line in new.lines().map(str::trim).filter(|line| !line.is_empty()) {
            prop_assert!(text.contains(line));
        }
    }

    #[test]
    fn no_text_breaks_it(text in any::<String>()) {
        let _ = (split(&text), new_text(&text));
    }
}
