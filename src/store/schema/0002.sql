-- Second edition: mail comes in from mailboxes, and answers leave through the outbox.

ALTER TABLE message ADD COLUMN addressed TEXT;
ALTER TABLE message ADD COLUMN trust TEXT;
CREATE INDEX message_third_party ON message (ticket_id) WHERE trust = 'third-party';
-- Who was answered stands behind those who wait.
UPDATE ticket SET queue_at = updated_at + 3155760000 WHERE waiting_since IS NULL;

CREATE TABLE operation_new (
  id INTEGER NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL,
  agent_id INTEGER NOT NULL REFERENCES agent (id),
  command TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('do', 'import', 'fetch', 'undo', 'redo')),
  target INTEGER,
  undone_by INTEGER,
  key TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO operation_new (id, at, agent_id, command, kind, target, undone_by, key)
  SELECT id, at, agent_id, command, kind, target, undone_by, key FROM operation;
DROP TABLE operation;
ALTER TABLE operation_new RENAME TO operation;
CREATE INDEX operation_agent ON operation (agent_id, id);
CREATE INDEX operation_target ON operation (target) WHERE target IS NOT NULL;

-- A folder that mail is fetched from. What was seen in it is counted by epoch (UIDVALIDITY) and mark (UID, file name).
CREATE TABLE source (
  id INTEGER NOT NULL PRIMARY KEY,
  place TEXT NOT NULL UNIQUE,
  mailbox TEXT NOT NULL,
  folder TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  stamp TEXT,
  fetched_at INTEGER,
  trouble TEXT,
  holder TEXT,
  held_until INTEGER
) STRICT;

CREATE TABLE parked (
  id INTEGER NOT NULL PRIMARY KEY,
  source_id INTEGER NOT NULL REFERENCES source (id),
  at INTEGER NOT NULL,
  reason TEXT NOT NULL,
  author TEXT NOT NULL,
  email TEXT NOT NULL,
  subject TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  data BLOB,
  state TEXT NOT NULL CHECK (state IN ('parked', 'taken', 'dropped'))
) STRICT;
CREATE INDEX parked_waiting ON parked (id) WHERE state = 'parked';

CREATE TABLE seen (
  source_id INTEGER NOT NULL REFERENCES source (id),
  epoch INTEGER NOT NULL,
  mark TEXT NOT NULL,
  at INTEGER NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('ticket', 'automatic', 'duplicate', 'parked', 'skipped')),
  message_id INTEGER,
  parked_id INTEGER,
  moved INTEGER NOT NULL CHECK (moved IN (0, 1)),
  PRIMARY KEY (source_id, epoch, mark)
) STRICT;
CREATE INDEX seen_message ON seen (message_id) WHERE message_id IS NOT NULL;

CREATE TABLE outbox (
  id INTEGER NOT NULL PRIMARY KEY,
  message_id INTEGER NOT NULL UNIQUE REFERENCES message (id),
  ticket_id INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'unknown', 'held', 'discarded')),
  automatic INTEGER NOT NULL CHECK (automatic IN (0, 1)),
  sender TEXT NOT NULL,
  recipients TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  next_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  holder TEXT,
  said TEXT,
  refused TEXT,
  copied INTEGER NOT NULL CHECK (copied IN (0, 1)),
  bounced TEXT,
  bounced_at INTEGER
) STRICT;
CREATE INDEX outbox_unsent ON outbox (next_at, id) WHERE state IN ('waiting', 'sending', 'unknown', 'held');
CREATE INDEX outbox_ticket ON outbox (ticket_id);
CREATE INDEX outbox_automatic ON outbox (made_at) WHERE automatic = 1;
CREATE INDEX outbox_bounced ON outbox (bounced_at) WHERE bounced_at IS NOT NULL;

CREATE TABLE draft (
  ticket_id INTEGER NOT NULL PRIMARY KEY REFERENCES ticket (id),
  id INTEGER NOT NULL,
  agent_id INTEGER NOT NULL REFERENCES agent (id),
  at INTEGER NOT NULL,
  value TEXT NOT NULL
) STRICT;
CREATE INDEX draft_agent ON draft (agent_id);

CREATE TABLE draft_file (
  draft_id INTEGER NOT NULL,
  n INTEGER NOT NULL,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  sha256 BLOB NOT NULL REFERENCES blob (sha256),
  PRIMARY KEY (draft_id, n)
) STRICT;
CREATE INDEX draft_file_blob ON draft_file (sha256);

CREATE TABLE answer (
  id INTEGER NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  key TEXT NOT NULL UNIQUE,
  lang TEXT,
  text TEXT NOT NULL
) STRICT;

-- What came from elsewhere: the name that its source has for it, and the record as it stood there. A source that is read
-- again adds a row where the record differs; the last one counts.
CREATE TABLE origin (
  kind TEXT NOT NULL CHECK (kind IN ('ticket', 'client', 'contact', 'agent', 'time')),
  source TEXT NOT NULL,
  number TEXT NOT NULL,
  operation_id INTEGER NOT NULL,
  thing_id INTEGER NOT NULL,
  record TEXT,
  PRIMARY KEY (kind, source, number, operation_id)
) STRICT;
CREATE INDEX origin_number ON origin (number) WHERE kind = 'ticket';
CREATE INDEX origin_thing ON origin (kind, thing_id, source, number);
CREATE INDEX origin_operation ON origin (operation_id);
INSERT INTO origin (kind, source, number, operation_id, thing_id, record)
  SELECT 'ticket', x.source, x.number, t.operation_id, x.ticket_id, NULL FROM external AS x JOIN ticket AS t ON t.id = x.ticket_id;
DROP TABLE external;

-- What customers said of how they were served.
CREATE TABLE rating (
  id INTEGER NOT NULL PRIMARY KEY,
  operation_id INTEGER NOT NULL,
  ticket_id INTEGER NOT NULL REFERENCES ticket (id),
  contact_id INTEGER,
  scale TEXT NOT NULL CHECK (scale IN ('csat', 'nps')),
  score INTEGER NOT NULL CHECK (score BETWEEN 0 AND 10),
  comment TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX rating_ticket ON rating (ticket_id);
CREATE INDEX rating_at ON rating (at);
CREATE INDEX rating_operation ON rating (operation_id);

-- Operations that erased a person, as long as the places that they freed may still hold what was in them.
CREATE TABLE unscrubbed (
  operation_id INTEGER NOT NULL PRIMARY KEY
) STRICT;
