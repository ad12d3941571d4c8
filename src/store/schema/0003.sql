-- Third edition: hours become money.

ALTER TABLE client ADD COLUMN details TEXT;

ALTER TABLE entry ADD COLUMN activity TEXT;
ALTER TABLE entry ADD COLUMN began INTEGER;
ALTER TABLE entry ADD COLUMN contract_id INTEGER;
ALTER TABLE entry ADD COLUMN corrects INTEGER;

-- What was agreed with a client: its terms from day to day, as JSON.
CREATE TABLE contract (
  id INTEGER NOT NULL PRIMARY KEY,
  client_id INTEGER NOT NULL REFERENCES client (id),
  versions TEXT NOT NULL
) STRICT;
CREATE INDEX contract_client ON contract (client_id);

-- What an hour of an agent costs the team, from a day on.
CREATE TABLE cost (
  agent_id INTEGER NOT NULL REFERENCES agent (id),
  day TEXT NOT NULL,
  minor INTEGER NOT NULL,
  currency TEXT NOT NULL,
  PRIMARY KEY (agent_id, day)
) STRICT;

-- How long a ticket will take, and how much of it the client has agreed to.
CREATE TABLE estimate (
  ticket_id INTEGER NOT NULL PRIMARY KEY REFERENCES ticket (id),
  minutes INTEGER NOT NULL CHECK (minutes > 0),
  approved INTEGER
) STRICT;

-- Invoices and credit notes; a draft has no number yet. What the client got is kept as it was.
CREATE TABLE invoice (
  id INTEGER NOT NULL PRIMARY KEY,
  client_id INTEGER NOT NULL REFERENCES client (id),
  number INTEGER UNIQUE,
  credits INTEGER,
  credited_by INTEGER,
  first TEXT NOT NULL,
  last TEXT NOT NULL,
  issued_on TEXT,
  due_on TEXT,
  currency TEXT NOT NULL,
  total INTEGER NOT NULL,
  note TEXT NOT NULL,
  entries TEXT NOT NULL,
  fees TEXT NOT NULL,
  paper TEXT NOT NULL
) STRICT;
CREATE INDEX invoice_client ON invoice (client_id, first);

-- What an issued invoice holds: an entry, and the fee of a period, are on one at most.
CREATE TABLE invoice_entry (
  entry_id INTEGER NOT NULL PRIMARY KEY REFERENCES entry (id),
  invoice_id INTEGER NOT NULL REFERENCES invoice (id)
) STRICT;
CREATE INDEX invoice_entry_invoice ON invoice_entry (invoice_id);
CREATE TABLE invoice_fee (
  contract_id INTEGER NOT NULL REFERENCES contract (id),
  n INTEGER NOT NULL,
  invoice_id INTEGER NOT NULL REFERENCES invoice (id),
  PRIMARY KEY (contract_id, n)
) STRICT;
CREATE INDEX invoice_fee_invoice ON invoice_fee (invoice_id);

-- Money that came in.
CREATE TABLE payment (
  id INTEGER NOT NULL PRIMARY KEY,
  client_id INTEGER NOT NULL REFERENCES client (id),
  invoice_id INTEGER REFERENCES invoice (id),
  day TEXT NOT NULL,
  minor INTEGER NOT NULL,
  currency TEXT NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX payment_client ON payment (client_id, day);
CREATE INDEX payment_invoice ON payment (invoice_id) WHERE invoice_id IS NOT NULL;

-- Topics that somebody has touched: the words that an issue is recognised by, and what was decided about it.
CREATE TABLE topic (
  id INTEGER NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  signatures TEXT NOT NULL,
  pinned INTEGER NOT NULL CHECK (pinned IN (0, 1)),
  fixed_at INTEGER,
  fixed_in TEXT,
  plan TEXT,
  plan_who TEXT,
  plan_by TEXT,
  plan_at INTEGER,
  answer TEXT
) STRICT;
