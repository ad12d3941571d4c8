-- The desk, first edition. One text for both engines (SQLite dialect); integers are also flags and UTC seconds.
-- Facts (message, body, raw, attachment, blob, event, operation) are written once; the other tables hold the current state.

CREATE TABLE desk (
  id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  schema INTEGER NOT NULL,
  change_no INTEGER NOT NULL,
  next_no INTEGER NOT NULL,
  next_entry INTEGER NOT NULL,
  next_id INTEGER NOT NULL,
  uid TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  secret BLOB NOT NULL,
  analyser INTEGER NOT NULL,
  moved_to TEXT
) STRICT;

CREATE TABLE agent (
  id INTEGER NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  key TEXT NOT NULL UNIQUE,
  email TEXT,
  active INTEGER NOT NULL CHECK (active IN (0, 1))
) STRICT;

CREATE TABLE client (
  id INTEGER NOT NULL PRIMARY KEY,
  operation_id INTEGER NOT NULL,
  handle TEXT NOT NULL,
  key TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  lang TEXT,
  plan TEXT,
  note TEXT NOT NULL
) STRICT;
CREATE INDEX client_name ON client (name_key);
CREATE INDEX client_operation ON client (operation_id);

CREATE TABLE client_domain (
  domain TEXT NOT NULL PRIMARY KEY,
  client_id INTEGER NOT NULL REFERENCES client (id)
) STRICT;
CREATE INDEX client_domain_client ON client_domain (client_id);

CREATE TABLE contact (
  id INTEGER NOT NULL PRIMARY KEY,
  operation_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  client_id INTEGER REFERENCES client (id)
) STRICT;
CREATE INDEX contact_name ON contact (name_key);
CREATE INDEX contact_client ON contact (client_id);
CREATE INDEX contact_operation ON contact (operation_id);

CREATE TABLE contact_point (
  kind TEXT NOT NULL CHECK (kind IN ('email', 'phone', 'handle')),
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  contact_id INTEGER NOT NULL REFERENCES contact (id),
  n INTEGER NOT NULL,
  PRIMARY KEY (kind, key)
) STRICT;
CREATE INDEX contact_point_contact ON contact_point (contact_id);

CREATE TABLE ticket (
  id INTEGER NOT NULL PRIMARY KEY,
  subject TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('new', 'open', 'pending', 'hold', 'closed')),
  reason TEXT,
  until INTEGER,
  priority INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 3),
  assignee_id INTEGER REFERENCES agent (id),
  requester_id INTEGER REFERENCES contact (id),
  client_id INTEGER REFERENCES client (id),
  channel TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  opened_by INTEGER,
  due_at INTEGER,
  snoozed_until INTEGER,
  merged_into INTEGER,
  automatic INTEGER NOT NULL CHECK (automatic IN (0, 1)),
  muted INTEGER NOT NULL CHECK (muted IN (0, 1)),
  once_key TEXT UNIQUE,
  operation_id INTEGER NOT NULL,
  first_status TEXT NOT NULL,
  first_reason TEXT,
  first_closed_at INTEGER,
  updated_at INTEGER NOT NULL,
  closed_at INTEGER,
  waiting_since INTEGER,
  replies INTEGER NOT NULL,
  reopens INTEGER NOT NULL,
  logged_minutes INTEGER NOT NULL,
  queued INTEGER NOT NULL CHECK (queued IN (0, 1)),
  rank INTEGER NOT NULL,
  queue_at INTEGER NOT NULL
) STRICT;
CREATE INDEX ticket_queue ON ticket (rank, queue_at, id, snoozed_until, due_at, until) WHERE queued = 1;
CREATE INDEX ticket_due ON ticket (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX ticket_until ON ticket (until) WHERE until IS NOT NULL;
CREATE INDEX ticket_snoozed ON ticket (snoozed_until) WHERE snoozed_until IS NOT NULL;
CREATE INDEX ticket_client ON ticket (client_id);
CREATE INDEX ticket_requester ON ticket (requester_id);
CREATE INDEX ticket_assignee ON ticket (assignee_id, queued, rank);
CREATE INDEX ticket_automatic ON ticket (status, merged_into) WHERE automatic = 1;
CREATE INDEX ticket_opened ON ticket (opened_at);
CREATE INDEX ticket_closed ON ticket (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX ticket_merged ON ticket (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX ticket_operation ON ticket (operation_id);

CREATE TABLE ticket_tag (
  tag TEXT NOT NULL,
  ticket_id INTEGER NOT NULL REFERENCES ticket (id),
  PRIMARY KEY (tag, ticket_id)
) STRICT;
CREATE INDEX ticket_tag_ticket ON ticket_tag (ticket_id);

CREATE TABLE ticket_link (
  a INTEGER NOT NULL,
  b INTEGER NOT NULL,
  PRIMARY KEY (a, b)
) STRICT;
CREATE INDEX ticket_link_b ON ticket_link (b);

CREATE TABLE external (
  source TEXT NOT NULL,
  number TEXT NOT NULL,
  ticket_id INTEGER NOT NULL REFERENCES ticket (id),
  PRIMARY KEY (source, number)
) STRICT;
CREATE INDEX external_number ON external (number);
CREATE INDEX external_ticket ON external (ticket_id);

CREATE TABLE message (
  id INTEGER NOT NULL PRIMARY KEY,
  ticket_id INTEGER,
  operation_id INTEGER NOT NULL,
  direction TEXT NOT NULL CHECK (direction IN ('in', 'out', 'note')),
  agent_id INTEGER,
  contact_id INTEGER,
  author TEXT NOT NULL,
  email TEXT NOT NULL,
  at INTEGER NOT NULL,
  joined_at INTEGER,
  counts INTEGER NOT NULL CHECK (counts IN (0, 1)),
  automatic TEXT,
  attachments INTEGER NOT NULL,
  message_id TEXT,
  in_reply_to TEXT,
  content_key BLOB UNIQUE
) STRICT;
CREATE INDEX message_ticket ON message (ticket_id, at, id);
CREATE INDEX message_at ON message (at);
CREATE INDEX message_operation ON message (operation_id);

CREATE TABLE body (
  message_id INTEGER NOT NULL PRIMARY KEY REFERENCES message (id),
  text TEXT NOT NULL
) STRICT;

CREATE TABLE raw (
  message_id INTEGER NOT NULL PRIMARY KEY REFERENCES message (id),
  bytes INTEGER NOT NULL,
  sha256 BLOB NOT NULL,
  cuts TEXT NOT NULL,
  data BLOB NOT NULL
) STRICT;

CREATE TABLE blob (
  sha256 BLOB NOT NULL PRIMARY KEY,
  bytes INTEGER NOT NULL,
  data BLOB NOT NULL
) STRICT;

CREATE TABLE attachment (
  message_id INTEGER NOT NULL REFERENCES message (id),
  n INTEGER NOT NULL,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  sha256 BLOB NOT NULL REFERENCES blob (sha256),
  PRIMARY KEY (message_id, n)
) STRICT;
CREATE INDEX attachment_blob ON attachment (sha256);

CREATE TABLE thread (
  key BLOB NOT NULL PRIMARY KEY,
  ticket_id INTEGER NOT NULL
) STRICT;
CREATE INDEX thread_ticket ON thread (ticket_id);

CREATE TABLE entry (
  id INTEGER NOT NULL PRIMARY KEY,
  ticket_id INTEGER REFERENCES ticket (id),
  client_id INTEGER REFERENCES client (id),
  agent_id INTEGER NOT NULL REFERENCES agent (id),
  day TEXT NOT NULL,
  minutes INTEGER NOT NULL CHECK (minutes > 0 AND minutes <= 527040),
  billable INTEGER NOT NULL CHECK (billable IN (0, 1)),
  text TEXT NOT NULL,
  void INTEGER NOT NULL CHECK (void IN (0, 1))
) STRICT;
CREATE INDEX entry_day ON entry (day);
CREATE INDEX entry_ticket ON entry (ticket_id);
CREATE INDEX entry_client ON entry (client_id, day);

CREATE TABLE timer (
  agent_id INTEGER NOT NULL PRIMARY KEY REFERENCES agent (id),
  ticket_id INTEGER,
  since INTEGER NOT NULL
) STRICT;

CREATE TABLE setting (
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE mute (
  pattern TEXT NOT NULL PRIMARY KEY
) STRICT;

CREATE TABLE operation (
  id INTEGER NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL,
  agent_id INTEGER NOT NULL REFERENCES agent (id),
  command TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('do', 'import', 'undo', 'redo')),
  target INTEGER,
  undone_by INTEGER,
  key TEXT NOT NULL UNIQUE
) STRICT;
CREATE INDEX operation_agent ON operation (agent_id, id);
CREATE INDEX operation_target ON operation (target) WHERE target IS NOT NULL;

CREATE TABLE event (
  operation_id INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  noun TEXT NOT NULL,
  noun_id INTEGER NOT NULL,
  field TEXT NOT NULL,
  before TEXT NOT NULL,
  after TEXT NOT NULL,
  ticket_id INTEGER,
  at INTEGER NOT NULL,
  PRIMARY KEY (operation_id, seq)
) STRICT;
CREATE INDEX event_ticket ON event (ticket_id, operation_id, seq);
CREATE INDEX event_thing ON event (noun, noun_id, operation_id);
CREATE INDEX event_deed ON event (noun, field, at);

CREATE TABLE bookmark (
  agent_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  change_no INTEGER NOT NULL,
  PRIMARY KEY (agent_id, name)
) STRICT;
