//! Kinds of records that hours become money by: contracts, costs, estimates, invoices, payments.

use super::Form::{Count, Day, Entry, Id, Text, Whole};
use super::{Kind, col, kind, same};

/// What was agreed with a client.
pub const CONTRACT: Kind =
    kind("contract", "contract", 1, &[same("id", Id), col("client_id", "client", Id), same("versions", Text)]);
/// What an hour of an agent costs.
pub const COST: Kind = kind(
    "cost",
    "cost",
    2,
    &[col("agent_id", "agent", Id), same("day", Day), same("minor", Whole), same("currency", Text)],
);
/// How long a ticket will take.
pub const ESTIMATE: Kind = kind(
    "estimate",
    "estimate",
    1,
    &[col("ticket_id", "ticket", Id), same("minutes", Count), same("approved", Count).or_empty()],
);
/// An invoice, a credit note, or a draft of one.
pub const INVOICE: Kind = kind(
    "invoice",
    "invoice",
    1,
    &[
        same("id", Id),
        col("client_id", "client", Id),
        same("number", Id).or_empty(),
        same("credits", Id).or_empty(),
        same("credited_by", Id).or_empty(),
        same("first", Day),
        same("last", Day),
        same("issued_on", Day).or_empty(),
        same("due_on", Day).or_empty(),
        same("currency", Text),
        same("total", Whole),
        same("note", Text),
        same("entries", Text),
        same("fees", Text),
        same("paper", Text),
    ],
);
/// An entry on an invoice.
pub const INVOICE_ENTRY: Kind =
    kind("invoice_entry", "invoice_entry", 1, &[col("entry_id", "entry", Entry), col("invoice_id", "invoice", Id)]);
/// A fee on an invoice.
pub const INVOICE_FEE: Kind = kind(
    "invoice_fee",
    "invoice_fee",
    2,
    &[col("contract_id", "contract", Id), same("n", Count), col("invoice_id", "invoice", Id)],
);
/// Money that came in.
pub const PAYMENT: Kind = kind(
    "payment",
    "payment",
    1,
    &[
        same("id", Id),
        col("client_id", "client", Id),
        col("invoice_id", "invoice", Id).or_empty(),
        same("day", Day),
        same("minor", Whole),
        same("currency", Text),
        same("text", Text),
    ],
);
