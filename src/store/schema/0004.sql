-- Fourth edition: what customers say of us, and what we say to many of them.

ALTER TABLE client ADD COLUMN vip INTEGER;

ALTER TABLE answer ADD COLUMN title TEXT;
ALTER TABLE answer ADD COLUMN tags TEXT;
ALTER TABLE answer ADD COLUMN article INTEGER;

-- Which saved answer a message was made of; the answer may be gone by now.
CREATE TABLE answer_use (
  message_id INTEGER NOT NULL PRIMARY KEY REFERENCES message (id),
  answer_id INTEGER NOT NULL
) STRICT;
CREATE INDEX answer_use_answer ON answer_use (answer_id);

-- What customers said of how they were served: on a ticket, or of everything. Who said it by mail said it in a message.
CREATE TABLE rating_new (
  id INTEGER NOT NULL PRIMARY KEY,
  operation_id INTEGER NOT NULL,
  ticket_id INTEGER REFERENCES ticket (id),
  contact_id INTEGER,
  message_id INTEGER,
  scale TEXT NOT NULL CHECK (scale IN ('csat', 'nps')),
  score INTEGER NOT NULL CHECK (score BETWEEN 0 AND 10),
  comment TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
INSERT INTO rating_new (id, operation_id, ticket_id, contact_id, message_id, scale, score, comment, at)
  SELECT id, operation_id, ticket_id, contact_id, NULL, scale, score, comment, at FROM rating;
DROP TABLE rating;
ALTER TABLE rating_new RENAME TO rating;
CREATE INDEX rating_ticket ON rating (ticket_id);
CREATE INDEX rating_contact ON rating (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX rating_at ON rating (at);
CREATE INDEX rating_operation ON rating (operation_id);

-- Where else a ticket is worked on: an issue of a tracker, a page.
CREATE TABLE ticket_url (
  ticket_id INTEGER NOT NULL REFERENCES ticket (id),
  url TEXT NOT NULL,
  PRIMARY KEY (ticket_id, url)
) STRICT;
CREATE INDEX ticket_url_url ON ticket_url (url);

-- Sums over what an operation did and over texts, to find what has changed on the disk.
ALTER TABLE operation ADD COLUMN seal BLOB;
ALTER TABLE body ADD COLUMN sum INTEGER;

-- By what that is recognised which a topic was split off from.
ALTER TABLE topic ADD COLUMN whole TEXT;

-- Who was told that a topic is fixed, by which message: nobody is told twice of one remedy.
CREATE TABLE announced (
  topic_id INTEGER NOT NULL,
  fixed_at INTEGER NOT NULL,
  contact_id INTEGER NOT NULL,
  message_id INTEGER NOT NULL,
  PRIMARY KEY (topic_id, fixed_at, contact_id)
) STRICT;
