//! The fields that a column can go to, for each kind of record, and the names by which columns tell it themselves.

use crate::domain::nearest::nearest;

/// What the records of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Tickets.
    Tickets,
    /// Clients.
    Clients,
    /// Contacts.
    Contacts,
    /// Worked time.
    Time,
}

impl Kind {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Kind::Tickets => "tickets",
            Kind::Clients => "clients",
            Kind::Contacts => "contacts",
            Kind::Time => "time",
        }
    }

    /// The kind that a word stands for.
    #[must_use]
    pub fn of(word: &str) -> Option<Kind> {
        [Kind::Tickets, Kind::Clients, Kind::Contacts, Kind::Time].into_iter().find(|kind| kind.word() == word)
    }

    /// Its fields, the most telling first.
    #[must_use]
    pub fn fields(self) -> &'static [Field] {
        match self {
            Kind::Tickets => TICKETS,
            Kind::Clients => CLIENTS,
            Kind::Contacts => CONTACTS,
            Kind::Time => TIME,
        }
    }

    /// The field of that name, or of a name that columns of it have.
    ///
    /// # Errors
    /// A sentence with the nearest field, else with all of them.
    pub fn field(self, name: &str) -> Result<&'static Field, String> {
        let key = key(name);
        let fields = self.fields();
        let known = fields.iter().find(|field| self::key(field.name) == key);
        if let Some(field) = known.or_else(|| fields.iter().find(|field| field.is_called(&key))) {
            return Ok(field);
        }
        let names = || fields.iter().map(|field| field.name);
        Err(match nearest(name, names()) {
            Some(near) => format!("{} have no field \"{name}\"; did you mean {near}?", self.word()),
            None => {
                let all: Vec<&str> = names().collect();
                format!("{} have no field \"{name}\"; the fields are {}", self.word(), all.join(", "))
            }
        })
    }
}

/// A field.
#[derive(Debug, PartialEq, Eq)]
pub struct Field {
    /// Its key in JSON.
    pub name: &'static str,
    /// It takes values from several columns.
    pub many: bool,
    /// How columns are called that go here by themselves, as [`key`] makes them, the likeliest first, with blanks between.
    called: &'static str,
}

impl Field {
    /// Whether a column whose name has this key goes here by itself.
    fn is_called(&self, key: &str) -> bool {
        self.called.split(' ').any(|name| name == key)
    }
}

const fn one(name: &'static str, called: &'static str) -> Field {
    Field { name, many: false, called }
}

const fn many(name: &'static str, called: &'static str) -> Field {
    Field { name, many: true, called }
}

const NUMBER: &str = "number ticketnumber id ticketid issueid externalid key issuekey no № # номер номерзаявки номеробращения \
         номертикета №заявки ид код external";
const CLIENT: &str = "client company companyname organization organisation organizationname account accountname clientname \
         компания организация заказчик названиекомпании контрагент юрлицо";
const AGENT: &str = "assignee assignedto agent agentname agentassigned assigneename assigneeemail owner responder исполнитель \
         ответственныи назначен оператор сотрудник агент менеджер";
const MINUTES: &str = "minutes loggedminutes timespent timespentminutes timetracked spenttime spent spentminutes duration \
         durationminutes hours durationhours timespenthours spenthours loggedhours worked длительность затрачено \
         затраченовремени трудозатраты минуты минут часы часов";
const BODY: &str = "body description descriptiontext text message content details question comment описание текст сообщение \
         содержание вопрос текстобращения текстзаявки";

const TICKETS: &[Field] = &[
    one("number", NUMBER),
    one("subject", "subject title summary topic тема заголовок название темаобращения темазаявки"),
    one("status", "status state currentstatus ticketstatus статус состояние статусзаявки"),
    one("priority", "priority prio urgency severity приоритет срочность важность"),
    one("assignee", AGENT),
    one(
        "requester",
        "requester from contact reporter author createdby user clientcontact заявитель автор инициатор отправитель контакт \
         контактноелицо от откого customer клиент",
    ),
    one("requester_name", "requestername contactname customername fullname fromname имяклиента имя фио"),
    one(
        "requester_email",
        "requesteremail email mail emailaddress contactemail customeremail fromemail почта элпочта \
         электроннаяпочта емаил",
    ),
    one(
        "requester_phone",
        "requesterphone phone phonenumber contactphone customerphone mobile телефон номертелефона моб",
    ),
    one("client", CLIENT),
    many("tags", "tags tag labels label метки метка теги тег тэги ярлыки"),
    one("channel", "channel source via origin канал источник откуда"),
    one(
        "opened_at",
        "openedat createdat created createdtime createdon datecreated creationdate opened openedon date дата \
         датасоздания создан создана создано датаобращения датаоткрытия времясоздания открыт открыта",
    ),
    one(
        "updated_at",
        "updatedat updated lastupdated lastupdatetime lastupdate updatedtime updatedon modified modifiedat \
         lastmodified обновлен обновлена обновлено датаобновления изменен изменена датаизменения",
    ),
    one(
        "closed_at",
        "closedat closed closedtime closedon closeddate solvedat solved resolvedat resolved resolvedtime \
         resolutiondate completedat completed закрыт закрыта датазакрытия решен решена датарешения завершен \
         датазавершения выполнена",
    ),
    one(
        "due_at",
        "dueat due duedate dueby duebytime deadline deadlineat sladuedate срок краиниисрок дедлаин выполнитьдо",
    ),
    one("body", BODY),
    one(
        "note",
        "note notes internalnote privatenote internalcomment заметка заметки примечание внутренниикомментарии \
         комментарии",
    ),
    one("minutes", MINUTES),
    one("url", "url link weburl htmlurl permalink ссылка адресзаявки"),
];

const CLIENTS: &[Field] = &[
    one("number", "id number clientid companyid organizationid externalid external key № номер ид код"),
    one("handle", "handle shortname slug alias client краткоеимя короткоеимя"),
    one(
        "name",
        "name title companyname company organization organisation organizationname clientname fullname название \
         наименование компания организация клиент имя",
    ),
    many("domains", "domains domain domainnames website emaildomains домен домены саит"),
    one("lang", "lang language locale язык"),
    one("plan", "plan tariff tier subscription тариф план подписка"),
    one("note", "note notes description details comment заметка заметки описание примечание комментарии"),
];

const CONTACTS: &[Field] = &[
    one("number", "id number contactid userid customerid externalid external key № номер ид код"),
    one("name", "name fullname contactname displayname contact имя фио контакт контактноелицо"),
    one("first_name", "firstname first givenname"),
    one("last_name", "lastname last surname familyname фамилия"),
    many(
        "emails",
        "emails email mail emailaddress primaryemail email2 secondaryemail почта элпочта электроннаяпочта емаил",
    ),
    many(
        "phones",
        "phones phone phonenumber mobile mobilephone workphone phone2 телефон телефоны моб мобильныи \
         мобильныителефон номертелефона",
    ),
    many("handles", "handles handle telegram телеграм"),
    one("client", CLIENT),
];

const TIME: &[Field] = &[
    one("number", "id entryid number externalid external timeentryid № ид"),
    one("ticket", "ticket ticketid ticketnumber issue issueid issuekey task заявка тикет номерзаявки обращение задача"),
    one(
        "client",
        "client company companyname organization organisation customer account clientname компания организация \
         клиент заказчик",
    ),
    one(
        "agent",
        "agent user username email who employee person member agentname assignee сотрудник исполнитель агент кто \
         оператор ответственныи пользователь",
    ),
    one("day", "day date workedon workdate spenton startdate started start день дата"),
    one("minutes", MINUTES),
    one("billable", "billable isbillable billed оплачивается оплачиваемое платно"),
    one(
        "text",
        "text description note notes comment what details activity описание текст комментарии что работа \
         примечание",
    ),
];

/// Who asks, unless another column tells that: then it is the company.
const EITHER: [&str; 2] = ["customer", "клиент"];

/// The columns that go to a field by themselves, of those that are still free; the likeliest name wins.
pub(super) fn guess<'a>(
    kind: Kind,
    columns: impl Iterator<Item = &'a str>,
    free: impl Fn(&Field) -> bool,
) -> Vec<(&'a str, &'static Field)> {
    let named: Vec<(&str, String, String)> = columns.map(|column| (column, key(column), bare_key(column))).collect();
    let mut found: Vec<(&str, &'static Field)> = Vec::new();
    let tells = |field: &&Field, key: &String| match field.name {
        "requester" => field.is_called(key) && !EITHER.contains(&key.as_str()),
        "requester_name" => field.is_called(key),
        _ => false,
    };
    let asks = |field: &&Field| !free(field) || named.iter().any(|(_, key, _)| tells(field, key));
    let of_tickets = kind == Kind::Tickets;
    let asked =
        of_tickets && kind.fields().iter().filter(|f| f.name.starts_with("requester")).take(2).any(|f| asks(&f));
    for field in kind.fields().iter().filter(|field| free(field)) {
        let either = EITHER.iter().filter(|_| asked && field.name == "client");
        for name in field.called.split(' ').chain(either.copied()) {
            if asked && field.name == "requester" && EITHER.contains(&name) {
                continue;
            }
            let fits = named.iter().filter(|(_, key, bare)| key == name || bare == name);
            let fits = fits.filter(|(column, ..)| !found.iter().any(|(taken, _)| taken == column));
            let fits: Vec<&str> = fits.map(|(column, ..)| *column).collect();
            found.extend(fits.iter().take(if field.many { fits.len() } else { 1 }).map(|column| (*column, field)));
            if !field.many && !fits.is_empty() {
                break;
            }
        }
    }
    found
}

/// The name of a column as names are compared: small letters and digits, without accents.
///
/// ```
/// use frontdesk::domain::mapping::key;
/// assert_eq!([key("Created_at"), key("Дата  создания:"), key("№ Заявки"), key("Résumé")], ["createdat", "датасоздания", "№заявки", "resume"]);
/// ```
#[must_use]
pub fn key(name: &str) -> String {
    name.chars().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric() || "№#".contains(*c)).map(plain).collect()
}

/// The same without what stands in brackets or after a comma: `Duration (min)`, `Channel [list]`, `Трудозатраты, ч`.
fn bare_key(name: &str) -> String {
    let end = name.find(['(', '[', ',']).unwrap_or(name.len());
    key(name.get(..end).unwrap_or_default())
}

/// A letter without its accent.
fn plain(c: char) -> char {
    match c {
        'ё' => 'е',
        'й' => 'и',
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => 'a',
        'ç' | 'č' => 'c',
        'è' | 'é' | 'ê' | 'ë' | 'ě' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ñ' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' => 'o',
        'ř' => 'r',
        'š' => 's',
        'ù' | 'ú' | 'û' | 'ü' | 'ů' => 'u',
        'ý' | 'ÿ' => 'y',
        'ž' => 'z',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_a_column_is_written_as_names_are_compared_and_once() {
        for kind in [Kind::Tickets, Kind::Clients, Kind::Contacts, Kind::Time] {
            let mut seen = Vec::new();
            for field in kind.fields() {
                for name in field.called.split(' ') {
                    assert_eq!(key(name), name, "{}: {}", kind.word(), field.name);
                    assert!(!seen.contains(&name), "{}: {name} twice", kind.word());
                    seen.push(name);
                }
                let twin = field.name == "first_name" || field.name == "last_name" || field.name == "minutes";
                assert!(twin || kind.field(field.name).unwrap().name == field.name);
            }
            assert_eq!(Kind::of(kind.word()), Some(kind));
        }
    }
}
