//! What mail programs write around a quote, in the languages they speak: words only. How the words are
//! looked for is in `attribution`, `headers` and `signature`. All entries are lower-case.

/// Forms of "wrote" that stand in attribution lines, for scripts with spaces between words.
#[rustfmt::skip]
pub(super) const WROTE: &[&str] = &[
    // English, Russian, Ukrainian, Belarusian, Bulgarian, Serbian
    "wrote", "writes", "пишет", "писал", "писала", "писали", "написал", "написала", "написали", "пише", "писав",
    "написав", "піша", "напісаў", "написа", "написао", "писао",
    // German, Dutch, French, Spanish, Catalan, Italian, Portuguese, Romanian
    "schrieb", "schreibt", "geschrieben", "schreef", "geschreven", "écrit", "écrivit", "écrivait", "escribió",
    "escribio", "escribe", "escriure", "escrit", "scritto", "scrive", "escreveu", "escreve", "scris",
    // Scandinavian and Baltic languages, Finnish, Hungarian
    "skrev", "skreiv", "skrifaði", "rašė", "rakstīja", "kirjutas", "kirjoitti", "írta", "írt",
    // Polish, Czech, Slovak, Croatian, Slovene
    "napisał", "napisała", "pisze", "pisał", "pisała", "napsal", "napsala", "napísal", "napísala", "napisao",
    "napisala", "napisal", "piše",
    // Turkish, Greek, Hebrew, Arabic, Vietnamese, Indonesian
    "yazdı", "yazmış", "έγραψε", "כתב", "כתבה", "כתב/ה", "كتب", "كتبت", "viết", "menulis",
];

/// The same for scripts that write words together.
#[rustfmt::skip]
pub(super) const WROTE_WITHIN: &[&str] = &[
    "写道", "寫道", "写到", "写了", "書きました", "書かれました", "のメール", "작성", "썼습니다", "ने लिखा", "เขียน",
];

/// A person who tells what he wrote himself is not being quoted.
#[rustfmt::skip]
pub(super) const MYSELF: &[&str] = &[
    "i", "we", "я", "мы", "ми", "ich", "wir", "je", "j'ai", "yo", "io", "ho", "eu", "ik", "wij", "ja", "jag", "jeg",
];

/// Words that open the date of an attribution line.
#[rustfmt::skip]
pub(super) const DATE_LEADS: &[&str] = &[
    "on", "at", "am", "le", "el", "il", "em", "no", "op", "den", "dne", "dnia", "w", "pe", "în", "на", "в", "во",
    "у", "от", "a", "ma", "på", "d.", "vào", "pada", "στις", "në", "dana", "u", "在", "於", "于", "ב", "בתאריך", "في",
];

/// Days of the week as they begin in full.
#[rustfmt::skip]
pub(super) const DAYS: &[&str] = &[
    "monda", "tuesda", "wednesd", "thursd", "frida", "saturd", "sunda", "понед", "вторн", "среда", "среду",
    "четвер", "пятниц", "суббот", "воскр", "вівтор", "пʼятн", "п’ятн", "п'ятн", "неділ", "montag", "dienstag",
    "mittwoch", "donnerst", "freitag", "samstag", "sonnabend", "sonntag", "lundi", "mardi", "mercredi", "jeudi",
    "vendredi", "samedi", "dimanche", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo",
    "lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica", "segunda", "terça", "quarta",
    "quinta", "sexta", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag",
    "poniedz", "wtorek", "środa", "czwartek", "piątek", "sobota", "niedziela", "måndag", "tisdag", "onsdag",
    "torsdag", "fredag", "lördag", "söndag", "mandag", "tirsdag", "lørdag", "søndag", "maanant", "tiistai",
    "keskivi", "torstai", "perjantai", "lauantai", "sunnuntai", "pondě", "úterý", "středa", "čtvrtek", "pátek",
    "neděle", "pazar", "salı", "çarşamba", "perşembe", "cuma", "hétfő", "kedd", "szerda", "csütörtök", "péntek",
    "szombat", "vasárnap", "luni", "marți", "miercuri", "joi", "vineri", "sâmbătă", "duminică",
];

/// Days of the week in short; many of them are other words elsewhere.
#[rustfmt::skip]
pub(super) const SHORT_DAYS: &[&str] = &[
    "mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun", "пн", "вт", "ср", "чт", "пт",
    "сб", "вс", "нд", "mo", "di", "mi", "do", "fr", "sa", "so", "lun", "mar", "mer", "jeu", "ven", "sam", "dim",
    "mié", "mie", "jue", "vie", "sáb", "sab", "dom", "gio", "seg", "ter", "qua", "qui", "sex", "ma", "wo", "vr",
    "za", "zo", "pon", "pt", "śr", "sob", "czw", "wt", "niedz", "mån", "tis", "ons", "tor", "tors", "lör",
    "sön", "man", "tir", "fre", "lør", "søn", "ti", "ke", "to", "pe", "la", "su", "po", "út", "st", "čt", "pá",
    "ne", "pi", "ut", "št", "paz", "pzt", "sal", "çar", "per", "cum", "cmt", "παρ", "δευ", "τρί", "τετ", "πέμ",
    "σάβ", "κυρ",
];

/// A header line that names the author.
pub(super) const FROM: u8 = 1;
/// A header line with the date.
pub(super) const DATE: u8 = 2;
/// A header line with the recipients.
pub(super) const TO: u8 = 4;
/// A header line with those who get a copy.
pub(super) const COPY: u8 = 8;
/// A header line with the subject.
pub(super) const SUBJECT: u8 = 16;
/// A header line with the address for answers.
pub(super) const REPLY: u8 = 32;

/// The names of the headers that stand at the head of a quoted mail, by what they say.
#[rustfmt::skip]
pub(super) const HEADERS: &[(u8, &[&str])] = &[
    (FROM, &[
        "from", "от", "от кого", "отправитель", "від", "від кого", "відправник", "von", "absender", "de", "da",
        "mittente", "expéditeur", "remitente", "remetente", "van", "afzender", "od", "nadawca", "från", "avsändare",
        "fra", "lähettäjä", "odesílatel", "odosielateľ", "kimden", "gönderen", "发件人", "發件人", "寄件者", "寄件人", "差出人",
        "送信者", "送信元", "보낸 사람", "보낸사람", "발신", "feladó", "de la", "expeditor", "από", "подател", "מאת", "من", "từ",
        "dari", "šalje", "nuo", "saatja",
    ]),
    (DATE, &[
        "sent", "date", "отправлено", "дата", "дата отправки", "отправлен", "надіслано", "відправлено", "gesendet",
        "datum", "gesendet am", "envoyé", "envoyé le", "date d'envoi", "date d’envoi", "enviado", "enviado el",
        "enviado em", "enviada", "enviada em", "fecha", "fecha de envío", "inviato", "data invio", "data",
        "verzonden", "datum verzonden", "wysłano", "wysłane", "data wysłania", "skickat", "sendt", "dato",
        "lähetetty", "päivämäärä", "päiväys", "odesláno", "odoslané", "dátum", "gönderilme tarihi", "gönderildi",
        "gönderme tarihi", "tarih", "发送时间", "发送日期", "发件时间", "日期", "時間", "时间", "寄件日期", "傳送時間", "送信日時", "日付", "日時",
        "보낸 날짜", "날짜", "보낸 시간", "elküldve", "trimis", "data trimiterii", "ημερομηνία", "στάλθηκε", "изпратено",
        "poslano", "תאריך", "נשלח", "تاريخ", "التاريخ", "ngày", "tanggal", "dikirim",
    ]),
    (TO, &[
        "to", "кому", "получатель", "an", "empfänger", "à", "a", "pour", "destinataire", "para", "destinatario",
        "destinatário", "per", "aan", "do", "adresat", "till", "til", "vastaanottaja", "komu", "pre", "kime",
        "alıcı", "收件人", "收件者", "宛先", "받는 사람", "받는사람", "수신", "címzett", "către", "catre", "προς", "до", "za",
        "prima", "אל", "إلى", "đến", "kepada", "ke", "kam", "saaja",
    ]),
    (COPY, &[
        "cc", "copy", "копия", "копія", "kopie", "copie", "copia", "cópia", "kopia", "kopi", "kopio", "kopie (cc)",
        "másolat", "másolatot kap", "bilgi", "抄送", "副本", "参照", "참조", "κοιν", "копие", "עותק", "bcc",
    ]),
    (SUBJECT, &[
        "subject", "тема", "betreff", "objet", "sujet", "asunto", "oggetto", "assunto", "onderwerp", "temat",
        "ämne", "emne", "aihe", "předmět", "predmet", "konu", "主题", "主題", "主旨", "标题", "件名", "제목", "tárgy",
        "subiect", "subiectul", "θέμα", "относно", "zadeva", "naslov", "נושא", "الموضوع", "موضوع", "tiêu đề",
        "chủ đề", "subjek", "perihal", "tema", "teema", "assumpte",
    ]),
    (REPLY, &[
        "reply-to", "reply to", "answer", "ответить", "обратный адрес", "antwort an", "antwortadresse",
        "répondre à", "responder a", "rispondi a", "risposta", "antwoord aan", "beantwoorden", "odpowiedz do",
        "odpowiedź do", "svara till", "svar til", "vastausosoite", "vastaus", "odpověď", "odpovědět", "відповісти",
        "yanıt adresi", "回复", "回覆", "返信先", "회신",
    ]),
];

/// Titles over a mail that is answered.
#[rustfmt::skip]
pub(super) const ORIGINAL: &[&str] = &[
    "original message", "original mail", "original email", "original e-mail", "original appointment",
    "reply message", "исходное сообщение", "оригинальное сообщение", "оригинал сообщения", "исходное письмо",
    "оригінальне повідомлення", "вихідне повідомлення", "початкове повідомлення", "ursprüngliche nachricht",
    "ursprungliche nachricht", "original-nachricht", "originalnachricht", "originalmeldung",
    "ursprüngliche mitteilung", "message d'origine", "message d’origine", "message original", "message initial",
    "mensaje original", "missatge original", "messaggio originale", "mensagem original", "oorspronkelijk bericht",
    "oorspronkelijke bericht", "origineel bericht", "wiadomość oryginalna", "oryginalna wiadomość",
    "ursprungligt meddelande", "originalmeddelande", "oprindelig meddelelse", "oprindelig besked", "original meddelelse",
    "opprinnelig melding", "original melding", "alkuperäinen viesti", "původní zpráva", "původní e-mail",
    "pôvodná správa", "orijinal ileti", "orijinal mesaj", "özgün ileti", "özgün mesaj", "eredeti üzenet",
    "mesaj original", "mesajul original", "αρχικό μήνυμα", "izvorna poruka", "originalna poruka",
    "izvirno sporočilo", "оригинално съобщение", "הודעה מקורית", "الرسالة الأصلية", "原始邮件", "原始郵件", "原邮件", "原始信件",
    "原始訊息", "元のメッセージ", "元のメール", "원본 메시지", "원본 메일", "원본 이메일",
];

/// Titles over a mail that is passed on.
#[rustfmt::skip]
pub(super) const FORWARDED: &[&str] = &[
    "forwarded message", "forwarded mail", "forwarded email", "begin forwarded message", "forwarded by",
    "start of forwarded message", "пересылаемое сообщение", "пересланное сообщение", "пересылаемое письмо",
    "пересланное письмо", "перенаправленное сообщение", "переадресованное сообщение",
    "начало пересылаемого сообщения", "начало переадресованного сообщения", "начало перенаправленного сообщения",
    "переслане повідомлення", "перенаправлене повідомлення", "пересилається повідомлення",
    "початок переадресованого повідомлення", "початок листа, що пересилається", "weitergeleitete nachricht",
    "weitergeleitete mitteilung", "anfang der weitergeleiteten nachricht", "anfang der weitergeleiteten e-mail",
    "message transféré", "message transmis", "message réexpédié", "courriel transféré",
    "début du message transféré", "début du message réexpédié", "mensaje reenviado", "inicio del mensaje reenviado",
    "missatge reenviat", "messaggio inoltrato", "messaggio originale inoltrato", "inizio messaggio inoltrato",
    "inizio del messaggio inoltrato", "mensagem encaminhada", "mensagem reencaminhada", "mensagem reenviada",
    "início da mensagem encaminhada", "início da mensagem reencaminhada", "início da mensagem reenviada",
    "doorgestuurd bericht", "begin doorgestuurd bericht", "wiadomość przekazana", "przekazana wiadomość",
    "wiadomość przekazana dalej", "początek przekazywanej wiadomości", "vidarebefordrat meddelande",
    "vidarebefordrat brev", "videresendt meddelelse", "videresendt besked", "videresendt melding",
    "vidaresendt melding", "start på videresendt melding", "start på videresendt besked",
    "begynnelse på videresendt melding", "påbegynd videresendt besked", "välitetty viesti",
    "edelleenlähetetty viesti", "välitetty viesti alkaa", "přeposlaná zpráva", "přeposílaná zpráva",
    "začátek přeposílané zprávy", "preposlaná správa", "začiatok preposlanej správy", "iletilmiş ileti",
    "iletilen mesaj", "yönlendirilen ileti", "yönlendirilmiş ileti", "iletilen ileti başlangıcı",
    "továbbított üzenet", "továbbított levél", "továbbított levél kezdete", "mesaj redirecționat",
    "mesaj redirectionat", "începutul mesajului redirecționat", "προωθημένο μήνυμα", "proslijeđena poruka",
    "препратено съобщение", "הודעה שהועברה", "رسالة معاد توجيهها", "转发的邮件", "转发邮件", "转发的信件", "被转发邮件", "以下是转发的邮件",
    "轉寄郵件", "轉寄的郵件", "轉寄的訊息", "開始轉寄郵件", "転送されたメッセージ", "転送メッセージ", "転送メール", "전달된 메시지", "전달된 메일", "전달된 이메일",
];

/// Lines under which help desks ask people not to write.
#[rustfmt::skip]
pub(super) const REPLY_ABOVE: &[&str] = &[
    "reply above this line", "type your reply above", "write above this line", "reply above the line",
    "write your reply above", "do not write below this line", "do not edit below this line",
    "ответ выше этой линии", "ответ выше этой строки", "выше этой черты", "не пишите ниже этой", "над этой строкой",
    "над цією лінією", "вище цієї лінії", "oberhalb dieser zeile", "über dieser zeile", "über dieser linie",
    "au-dessus de cette ligne", "encima de esta línea", "sopra questa riga", "acima desta linha", "boven deze lijn",
    "boven deze regel", "powyżej tej linii", "ovanför den här raden", "over denne linje", "nad tímto řádkem",
    "bu satırın üzerine",
];

/// How the line of a phone or of a mail program opens.
#[rustfmt::skip]
pub(super) const SENT_LEADS: &[&str] = &[
    "sent from", "sent via", "sent with", "sent using", "sent by", "sent on", "get outlook for", "from my",
    "отправлено с", "отправлено со", "отправлено из", "отправлено через", "отправлено при помощи", "отправлено от",
    "послано с", "послано из", "надіслано з", "надіслано із", "надіслано через", "відправлено з", "изпратено от",
    "von meinem", "von meiner", "von unterwegs", "gesendet von", "gesendet mit", "gesendet über", "gesendet aus",
    "diese nachricht wurde von", "diese nachricht wurde mit", "holen sie sich outlook", "outlook für", "envoyé de",
    "envoyé depuis", "envoyé à partir", "envoyé avec", "envoyé par", "envoyé via", "obtenez outlook",
    "obtenir outlook", "télécharger outlook", "enviado desde", "enviado de", "enviado do", "enviado da",
    "enviado a partir", "enviado con", "enviado com", "enviado por", "enviado via", "enviat des", "obtener outlook",
    "obter o outlook", "inviato da", "inviato dal", "inviato con", "inviato tramite", "ottieni outlook",
    "scarica outlook", "verzonden vanaf", "verzonden met", "verzonden via", "verzonden vanuit", "verstuurd vanaf",
    "verstuurd met", "verstuurd via", "outlook voor", "download outlook", "wysłane z", "wysłano z", "wysłane przy",
    "wysłane za", "pobierz outlook", "pobierz program outlook", "skickat från", "skickades från", "skaffa outlook",
    "hämta outlook", "sendt fra", "sendt med", "hent outlook", "skaff deg outlook", "få outlook", "lähetetty",
    "hanki outlook", "odesláno z", "odesláno ze", "odesláno pomocí", "odoslané z", "poslané z", "získejte outlook",
    "stáhnout outlook", "outlook uygulamasını", "trimis de pe", "trimis din", "elküldve", "küldve", "poslano s",
    "poslano iz", "στάλθηκε από", "gửi từ", "dikirim dari", "скачать outlook", "загрузить outlook",
    "получить outlook", "установить outlook", "отримати outlook", "发自", "發自", "发送自", "來自", "来自", "从我的", "從我的",
    "获取 outlook", "下载 outlook", "取得 outlook", "نُشر من", "أُرسلت من", "أرسلت من", "נשלח מ",
];

/// How such a line closes where the verb comes last.
#[rustfmt::skip]
pub(super) const SENT_TAILS: &[&str] = &[
    "gesendet", "verstuurd", "verzonden", "gönderildi", "gönderilmiştir", "から送信", "から送信されました", "에서 보냄", "에서 전송됨",
    "에서 보냈습니다", "傳送", "發送", "发送", "küldve", "from mobile", "from phone", "from my phone", "from my mobile",
    "from my iphone", "с телефона", "с мобильного", "с айфона",
];

/// What mail is sent from: devices and mail programs, by the beginning of the word.
#[rustfmt::skip]
pub(super) const DEVICES: &[&str] = &[
    "iphon", "ipad", "ipod", "imac", "mac", "android", "samsung", "galaxy", "htc", "blackberry", "nokia", "huawei",
    "honor", "xiaomi", "redmi", "poco", "nexus", "sony", "xperia", "motorola", "moto", "oneplus", "oppo",
    "realme", "lenovo", "asus", "alcatel", "lumia", "windows", "mobil", "mobiel", "móvil", "movil", "móviles",
    "portable", "phone", "smartphone", "smartfon", "telephone", "téléphone", "telefon", "telefoon", "teléfono",
    "telefone", "telemóvel", "celular", "cellular", "cell", "handheld", "handy", "tablet", "device", "dispositi",
    "apparaat", "toestel", "gerät", "appareil", "urządzen", "enhet", "enhed", "puhelim", "laite", "cihaz",
    "outlook", "mail", "email", "gmail", "yahoo", "proton", "tutanota", "tuta", "thunderbird", "airmail", "spark",
    "superhuman", "newton", "k-9", "fairemail", "aquamail", "bluemail", "mymail", "hey", "gmx", "web.de", "seznam",
    "телефон", "смартфон", "планшет", "мобильн", "мобільн", "айфон", "устройств", "пристро", "почт", "пошт",
    "яндекс", "рамблер", "手机", "手機", "携帯", "スマートフォン", "휴대폰", "邮箱", "邮件", "メール",
];

/// Stems of the words that legal notices under mail are made of; one notice has several.
#[rustfmt::skip]
pub(super) const NOTICE_STEMS: &[&str] = &[
    "confidential", "privileged", "intended recipient", "intended only", "intended solely", "intended for",
    "named addressee", "notify the sender", "received this e-mail in error", "received this email in error",
    "received this message in error", "by mistake", "unauthori", "disclos", "конфиденциальн", "предназначен",
    "адресат", "не являетесь получател", "по ошибке", "уведомите отправител", "сообщите отправител",
    "несанкционированн", "разглашени", "конфіденційн", "призначен", "помилково", "відправник", "vertraulich",
    "empfänger", "adressat", "irrtümlich", "unbefugt", "absender", "confidentiel", "destinataire", "par erreur",
    "expéditeur", "divulgation", "confidencial", "destinatario", "destinatário", "por error", "por engano",
    "remitente", "remetente", "riservat", "per errore", "mittente", "vertrouwelijk", "geadresseerde", "afzender",
    "abusievelijk", "poufn", "adresata", "nadawc", "omyłk", "konfidentiell", "mottagare", "avsändare", "fortrolig",
    "modtager", "afsender", "mottaker", "luottamuksell", "vastaanottaj", "důvěrn", "příjemc", "odesílatel", "gizli",
    "alıcı", "gönderen",
];

/// Lines that mail filters and companies put under mail; one is enough.
#[rustfmt::skip]
pub(super) const FOOTERS: &[&str] = &[
    "consider the environment before printing", "think before you print", "virus-free.", "checked for viruses by",
    "scanned for viruses", "has been scanned by", "проверено на вирусы", "проверено антивирус",
    "вирусов не обнаружено", "подумайте об окружающей среде", "перевірено на віруси", "virenfrei",
    "auf viren geprüft", "auf viren überprüft", "denken sie an die umwelt", "garanti sans virus",
    "l'absence de virus", "pensez à l'environnement", "libre de virus", "livre de vírus", "privo di virus",
    "virusvrij", "wolna od wirusów", "virusfri",
];

/// How the warnings of gateways begin.
#[rustfmt::skip]
pub(super) const CARE: &[&str] = &[
    "caution", "warning", "attention", "be careful", "external", "notice", "this email originated", "this message originated",
    "this email came from", "внимание", "осторожно", "предупреждение", "внешн", "увага", "achtung", "vorsicht", "externe",
    "attenzione", "atención", "precaución", "atenção", "cuidado", "let op", "uwaga", "varning", "advarsel", "varoitus", "pozor",
];

/// What such warnings say of the sender.
#[rustfmt::skip]
pub(super) const OUTSIDE: &[&str] = &[
    "external e", "external m", "external s", "external:", "outside of the organi", "outside the organi", "outside of your organi",
    "outside your organi", "outside of our", "from outside", "внешнего отправител", "внешний отправител", "внешнего адрес",
    "внешнее письмо", "внешняя почта", "внешней почт", "из внешн", "извне", "зовнішн", "externen absender", "externer absender",
    "externe e-mail", "externe mail", "außerhalb", "expéditeur externe", "e-mail externe", "extérieur", "mittente esterno",
    "remitente externo", "correo externo", "remetente externo", "externe afzender", "zewnętrzn", "extern avsändare",
    "ekstern afsender", "externí",
];

/// Headings over legal notices.
#[rustfmt::skip]
pub(super) const NOTICE_HEADINGS: &[&str] = &[
    "disclaimer", "confidentiality", "legal notice", "important notice", "haftungsausschluss", "vertraulichkeit",
    "avis de confidentialité", "aviso legal", "aviso de confidencialidad", "уведомление о конфиденциальности",
    "конфиденциальность",
];

/// Words of the notes that mailing lists and trackers put under a rule.
#[rustfmt::skip]
pub(super) const LIST_NOTES: &[&str] = &[
    "unsubscribe", "mailing list", "listinfo", "reply to this email", "view it on",
    "you received this message because", "you are receiving this", "отписаться", "отказаться от рассылки",
    "вы получили это письмо", "abbestellen", "se désabonner", "désinscrire", "darse de baja", "cancelar inscrição",
    "uitschrijven", "відписатися",
];
