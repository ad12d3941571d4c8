//! What a whole desk is made of: a kind of record for each table, with the member that each of its columns stands under, in
//! the order in which they have to come back. A column that stands nowhere here follows from the others.

mod money;

pub use money::{CONTRACT, COST, ESTIMATE, INVOICE, INVOICE_ENTRY, INVOICE_FEE, PAYMENT};

use crate::domain::contact::name_key;

/// What a column holds, and so how it is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The number of a thing: from 1 on.
    Id,
    /// A number of things: from 0 on.
    Count,
    /// Any whole number.
    Whole,
    /// Yes or no.
    Flag,
    /// An instant.
    At,
    /// A calendar day.
    Day,
    /// A text; also a value that the desk keeps as JSON.
    Text,
    /// Bytes: base64.
    Bytes,
    /// A priority as its word.
    Priority,
    /// The number of a time entry: `t5`.
    Entry,
}

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name in the table.
    pub name: &'static str,
    /// The member of a record that it stands under.
    pub member: &'static str,
    /// What it holds.
    pub form: Form,
    /// It may hold nothing.
    pub empty: bool,
    /// The record that people read has it already.
    pub told: bool,
}

/// A column that follows from another one: its name, the place of that, and how.
pub type Derived = (&'static str, usize, fn(&str) -> String);

/// A kind of record.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// The word in the member `kind`.
    pub word: &'static str,
    /// Its table.
    pub table: &'static str,
    /// Its columns; the first ones are the key.
    pub columns: &'static [Column],
    /// How many columns the key has.
    pub keys: usize,
    /// Columns that follow from others.
    pub derived: &'static [Derived],
    /// Columns that are made anew at the end, and what stands in them until then.
    pub made_anew: &'static [(&'static str, &'static str)],
}

const fn col(name: &'static str, member: &'static str, form: Form) -> Column {
    Column { name, member, form, empty: false, told: false }
}

const fn same(name: &'static str, form: Form) -> Column {
    col(name, name, form)
}

impl Column {
    const fn or_empty(self) -> Column {
        Column { empty: true, ..self }
    }

    const fn told(self) -> Column {
        Column { told: true, ..self }
    }
}

const fn kind(word: &'static str, table: &'static str, keys: usize, columns: &'static [Column]) -> Kind {
    Kind { word, table, columns, keys, derived: &[], made_anew: &[] }
}

use Form::{At, Bytes, Count, Day, Entry, Flag, Id, Priority, Text, Whole};

/// The numbers given out, and what tells the desk apart.
pub const DESK: Kind = kind(
    "desk",
    "desk",
    1,
    &[
        same("uid", Text),
        same("made_at", At),
        same("change_no", Count),
        col("next_no", "next_number", Id),
        same("next_entry", Id),
        same("next_id", Id),
        same("moved_to", Text).or_empty(),
    ],
);
/// A shared setting.
pub const SETTING: Kind = kind("setting", "setting", 1, &[same("key", Text), same("value", Text)]);
/// A muted address or domain.
pub const MUTE: Kind = kind("mute", "mute", 1, &[same("pattern", Text)]);
/// An agent.
pub const AGENT: Kind = Kind {
    derived: &[("key", 1, str::to_lowercase)],
    ..kind(
        "agent",
        "agent",
        1,
        &[
            same("id", Id).told(),
            same("name", Text).told(),
            same("email", Text).or_empty().told(),
            same("active", Flag).told(),
        ],
    )
};
/// A client.
pub const CLIENT: Kind = Kind {
    derived: &[("key", 1, str::to_lowercase), ("name_key", 2, name_key)],
    ..kind(
        "client",
        "client",
        1,
        &[
            same("id", Id).told(),
            same("handle", Text).told(),
            same("name", Text).told(),
            same("lang", Text).or_empty().told(),
            same("plan", Text).or_empty().told(),
            same("note", Text).told(),
            col("operation_id", "operation", Id),
            same("details", Text).or_empty(),
            same("vip", Flag).or_empty(),
        ],
    )
};
/// A mail domain of a client: within its record.
pub const DOMAIN: Kind = kind("domain", "client_domain", 1, &[same("domain", Text), col("client_id", "client", Id)]);
/// A contact.
pub const CONTACT: Kind = Kind {
    derived: &[("name_key", 1, name_key)],
    ..kind(
        "contact",
        "contact",
        1,
        &[
            same("id", Id).told(),
            same("name", Text).told(),
            same("client_id", Id).or_empty(),
            col("operation_id", "operation", Id),
        ],
    )
};
/// A way to reach a contact: within his record.
pub const POINT: Kind = kind(
    "point",
    "contact_point",
    2,
    &[
        col("kind", "type", Text),
        same("key", Text),
        same("value", Text),
        same("n", Count),
        col("contact_id", "contact", Id),
    ],
);
/// A saved answer.
pub const ANSWER: Kind = Kind {
    derived: &[("key", 1, str::to_lowercase)],
    ..kind(
        "answer",
        "answer",
        1,
        &[
            same("id", Id).told(),
            same("name", Text).told(),
            same("lang", Text).or_empty().told(),
            same("text", Text).told(),
            same("title", Text).or_empty(),
            same("tags", Text).or_empty(),
            same("article", Flag).or_empty(),
        ],
    )
};
/// A folder that mail is fetched from. Who is fetching from it just now stays behind.
pub const SOURCE: Kind = kind(
    "source",
    "source",
    1,
    &[
        same("id", Id),
        same("place", Text),
        same("mailbox", Text),
        same("folder", Text),
        same("epoch", Whole),
        same("stamp", Text).or_empty(),
        same("fetched_at", At).or_empty(),
        same("trouble", Text).or_empty(),
    ],
);
/// A ticket.
pub const TICKET: Kind = Kind {
    made_anew: &[
        ("updated_at", "0"),
        ("closed_at", "NULL"),
        ("waiting_since", "NULL"),
        ("replies", "0"),
        ("reopens", "0"),
        ("logged_minutes", "0"),
        ("automatic", "0"),
        ("muted", "0"),
        ("queued", "0"),
        ("rank", "0"),
        ("queue_at", "0"),
    ],
    ..kind(
        "ticket",
        "ticket",
        1,
        &[
            col("id", "number", Id).told(),
            same("subject", Text).told(),
            same("status", Text).told(),
            col("reason", "closed_as", Text).or_empty().told(),
            same("until", At).or_empty().told(),
            same("priority", Priority).told(),
            same("channel", Text).told(),
            same("opened_at", At).told(),
            same("due_at", At).or_empty().told(),
            same("snoozed_until", At).or_empty().told(),
            same("merged_into", Id).or_empty().told(),
            col("once_key", "once", Text).or_empty().told(),
            same("assignee_id", Id).or_empty(),
            same("requester_id", Id).or_empty(),
            same("client_id", Id).or_empty(),
            col("opened_by", "opened_by_id", Id).or_empty(),
            col("operation_id", "operation", Id),
            same("first_status", Text),
            same("first_reason", Text).or_empty(),
            same("first_closed_at", At).or_empty(),
        ],
    )
};
/// A label of a ticket: within its record.
pub const TAG: Kind = kind("tag", "ticket_tag", 2, &[same("tag", Text), col("ticket_id", "ticket", Id)]);
/// A message: within the record of the ticket that shows it, else a record of its own.
pub const MESSAGE: Kind = kind(
    "message",
    "message",
    1,
    &[
        same("id", Id).told(),
        same("direction", Text).told(),
        same("author", Text).told(),
        same("email", Text).told(),
        same("at", At).told(),
        same("message_id", Text).or_empty().told(),
        same("in_reply_to", Text).or_empty().told(),
        same("automatic", Text).or_empty().told(),
        same("trust", Text).or_empty().told(),
        same("agent_id", Id).or_empty(),
        same("contact_id", Id).or_empty(),
        col("operation_id", "operation", Id),
        same("joined_at", At).or_empty(),
        same("counts", Flag),
        same("content_key", Bytes).or_empty(),
    ],
);
/// The columns of a message that its record has in another form: the ticket around it, its recipients and its files.
pub const MESSAGE_AROUND: &[&str] = &["ticket_id", "addressed", "attachments"];
/// Worked time: within the record of its ticket, else a record of its own.
pub const TIME: Kind = kind(
    "time",
    "entry",
    1,
    &[
        same("id", Entry).told(),
        same("day", Day).told(),
        same("minutes", Count).told(),
        same("billable", Flag).told(),
        same("text", Text).told(),
        same("void", Flag).told(),
        same("agent_id", Id),
        same("client_id", Id).or_empty(),
        col("ticket_id", "ticket", Id).or_empty(),
        same("activity", Text).or_empty(),
        same("began", At).or_empty(),
        col("contract_id", "contract", Id).or_empty(),
        same("corrects", Entry).or_empty(),
    ],
);
/// A topic that somebody has touched.
pub const TOPIC: Kind = kind(
    "topic",
    "topic",
    1,
    &[
        same("id", Id),
        same("name", Text),
        same("signatures", Text),
        same("pinned", Flag),
        same("fixed_at", At).or_empty(),
        same("fixed_in", Text).or_empty(),
        same("plan", Text).or_empty(),
        same("plan_who", Text).or_empty(),
        same("plan_by", Day).or_empty(),
        same("plan_at", At).or_empty(),
        same("answer", Text).or_empty(),
        same("whole", Text).or_empty(),
    ],
);
/// Two tickets that have to do with each other.
pub const LINK: Kind = kind("link", "ticket_link", 2, &[same("a", Id), same("b", Id)]);
/// Which ticket mails of a Message-ID belong to.
pub const THREAD: Kind = kind("thread", "thread", 1, &[same("key", Bytes), col("ticket_id", "ticket", Id)]);
/// Where a thing came from.
pub const ORIGIN: Kind = kind(
    "origin",
    "origin",
    4,
    &[
        col("kind", "type", Text),
        same("source", Text),
        same("number", Text),
        col("operation_id", "operation", Id),
        // 0 where a source told of somebody of ours.
        col("thing_id", "thing", Count),
        same("record", Text).or_empty(),
    ],
);
/// What a customer said of how he was served.
pub const RATING: Kind = kind(
    "rating",
    "rating",
    1,
    &[
        same("id", Id),
        col("ticket_id", "ticket", Id).or_empty(),
        same("contact_id", Id).or_empty(),
        same("scale", Text),
        same("score", Count),
        same("comment", Text),
        same("at", At),
        col("operation_id", "operation", Id),
        col("message_id", "message", Id).or_empty(),
    ],
);
/// Which saved answer a message was made of.
pub const ANSWER_USE: Kind =
    kind("answer_use", "answer_use", 1, &[col("message_id", "message", Id), col("answer_id", "answer", Id)]);
/// Where else a ticket is worked on.
pub const TICKET_URL: Kind = kind("url", "ticket_url", 2, &[col("ticket_id", "ticket", Id), same("url", Text)]);
/// Who was told of a remedy.
pub const ANNOUNCED: Kind = kind(
    "announced",
    "announced",
    3,
    &[col("topic_id", "topic", Id), same("fixed_at", At), same("contact_id", Id), col("message_id", "message", Id)],
);
/// A running timer.
pub const TIMER: Kind = kind(
    "timer",
    "timer",
    1,
    &[col("agent_id", "agent", Id), col("ticket_id", "ticket", Id).or_empty(), same("since", At)],
);
/// The draft of an answer.
pub const DRAFT: Kind = kind(
    "draft",
    "draft",
    1,
    &[
        col("ticket_id", "ticket", Id),
        same("id", Id),
        col("agent_id", "agent", Id),
        same("at", At),
        same("value", Text),
    ],
);
/// A file of a draft; its bytes stand behind it.
pub const DRAFT_FILE: Kind = kind(
    "draft_file",
    "draft_file",
    2,
    &[
        col("draft_id", "draft", Id),
        same("n", Count),
        same("name", Text),
        col("media_type", "type", Text),
        same("bytes", Count),
    ],
);
/// A mail that was put aside; its bytes stand behind it where they were taken.
pub const PARKED: Kind = kind(
    "parked",
    "parked",
    1,
    &[
        same("id", Id),
        col("source_id", "source", Id),
        same("at", At),
        same("reason", Text),
        same("author", Text),
        same("email", Text),
        same("subject", Text),
        same("bytes", Count),
        same("state", Text),
    ],
);
/// What was seen in a folder, and what became of it.
pub const SEEN: Kind = kind(
    "seen",
    "seen",
    3,
    &[
        col("source_id", "source", Id),
        same("epoch", Whole),
        same("mark", Text),
        same("at", At),
        same("outcome", Text),
        col("message_id", "message", Id).or_empty(),
        col("parked_id", "parked", Id).or_empty(),
        same("moved", Flag),
    ],
);
/// A mail that leaves. Who is sending it just now stays behind.
pub const OUTBOX: Kind = kind(
    "outbox",
    "outbox",
    1,
    &[
        same("id", Id),
        same("state", Text),
        same("said", Text).or_empty(),
        col("message_id", "message", Id),
        col("ticket_id", "ticket", Id),
        same("automatic", Flag),
        same("sender", Text),
        same("recipients", Text),
        same("made_at", At),
        same("changed_at", At),
        same("next_at", At),
        same("attempts", Count),
        same("refused", Text).or_empty(),
        same("copied", Flag),
        same("bounced", Text).or_empty(),
        same("bounced_at", At).or_empty(),
    ],
);
/// What an agent has seen.
pub const BOOKMARK: Kind =
    kind("bookmark", "bookmark", 2, &[col("agent_id", "agent", Id), same("name", Text), same("change_no", Count)]);
/// A command; its events stand within its record.
pub const OPERATION: Kind = kind(
    "operation",
    "operation",
    1,
    &[
        same("id", Id),
        same("at", At),
        col("agent_id", "agent", Id),
        same("command", Text),
        col("kind", "type", Text),
        same("target", Id).or_empty(),
        same("undone_by", Id).or_empty(),
        same("key", Text),
    ],
);
/// What a command did: within the record of its operation.
pub const EVENT: Kind = kind(
    "event",
    "event",
    2,
    &[
        col("operation_id", "operation", Id),
        same("seq", Count),
        same("noun", Text),
        col("noun_id", "id", Count),
        same("field", Text),
        col("before", "from", Text),
        col("after", "to", Text),
        col("ticket_id", "ticket", Id).or_empty(),
        same("at", At),
    ],
);

/// An operation with many events goes on.
pub const EVENTS: Kind = kind("events", "event", 1, &[col("operation_id", "operation", Id)]);

/// Contracts and what came of them, in the order in which they come back; they stand behind the entries that invoices hold.
pub const MONEY: &[&Kind] = &[&CONTRACT, &COST, &ESTIMATE, &INVOICE, &INVOICE_ENTRY, &INVOICE_FEE, &PAYMENT];

/// Every kind of record with a table of its own.
pub const KINDS: &[&Kind] = &[
    &DESK,
    &SETTING,
    &MUTE,
    &AGENT,
    &CLIENT,
    &DOMAIN,
    &CONTACT,
    &POINT,
    &ANSWER,
    &SOURCE,
    &TICKET,
    &TAG,
    &MESSAGE,
    &TIME,
    &CONTRACT,
    &COST,
    &ESTIMATE,
    &INVOICE,
    &INVOICE_ENTRY,
    &INVOICE_FEE,
    &PAYMENT,
    &LINK,
    &THREAD,
    &ORIGIN,
    &RATING,
    &ANSWER_USE,
    &TICKET_URL,
    &TOPIC,
    &ANNOUNCED,
    &TIMER,
    &DRAFT,
    &DRAFT_FILE,
    &PARKED,
    &SEEN,
    &OUTBOX,
    &BOOKMARK,
    &OPERATION,
    &EVENT,
];

/// Columns and tables that are no part of the way there and back: what is made anew, what belongs to the place, and bytes,
/// which have records of their own.
pub const LEFT_OUT: &[(&str, &[&str])] = &[
    ("desk", &["id", "schema", "secret", "analyser"]),
    ("source", &["holder", "held_until"]),
    ("outbox", &["holder"]),
    ("parked", &["data"]),
    ("draft_file", &["sha256"]),
    ("operation", &["seal"]),
    ("body", &["message_id", "text", "sum"]),
    ("raw", &["message_id", "bytes", "sha256", "cuts", "data"]),
    ("blob", &["sha256", "bytes", "data"]),
    ("attachment", &["message_id", "n", "name", "media_type", "bytes", "sha256"]),
    // The file that comes of it holds nothing of whom it does not name.
    ("unscrubbed", &["operation_id"]),
];
