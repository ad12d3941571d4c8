//! Every SQL text of the desk, in SQLite's dialect and portable: both engines run the same words.
//! Lists with conditions are put together in `list`, full text in `search`.

macro_rules! statements {
    ($($name:ident = $text:expr;)+) => {
        $(pub(crate) const $name: &str = $text;)+
        /// Every statement by name, for the tests that prepare them on both engines.
        pub const ALL: &[(&str, &str)] = &[$((stringify!($name), $name)),+];
    };
}

/// Mails of the outbox, with what is shown of each.
macro_rules! postings {
    ($which:literal) => {
        concat!(
            "SELECT x.id, x.message_id, x.ticket_id, x.state, x.automatic, x.sender, x.recipients, x.made_at, x.changed_at, ",
            "x.next_at, x.attempts, x.said, x.refused, x.copied, x.bounced, x.bounced_at, m.author, m.message_id, t.subject ",
            "FROM outbox AS x JOIN message AS m ON m.id = x.message_id LEFT JOIN ticket AS t ON t.id = x.ticket_id ",
            $which
        )
    };
}

statements! {
    DOOR = "UPDATE desk SET change_no = change_no + 1 WHERE id = 1 AND schema = ?1 RETURNING change_no";
    DESK_ADD = "INSERT INTO desk (id, schema, change_no, next_no, next_entry, next_id, uid, made_at, secret, analyser) VALUES (1, ?1, 0, 1, 1, 1, ?2, ?3, ?4, ?5)";
    DESK_UID = "SELECT uid FROM desk WHERE id = 1";
    DESK_EDITION = "UPDATE desk SET schema = ?1 WHERE id = 1 AND schema < ?1";
    DESK_SECRET = "SELECT secret FROM desk WHERE id = 1";
    DESK_CHANGE = "SELECT change_no FROM desk WHERE id = 1";
    DESK_ANALYSER = "SELECT analyser FROM desk WHERE id = 1";
    DESK_ANALYSER_SET = "UPDATE desk SET analyser = ?1 WHERE id = 1";
    NEXT_TICKET = "UPDATE desk SET next_no = next_no + ?1 WHERE id = 1 RETURNING next_no - ?1";
    NEXT_ENTRY = "UPDATE desk SET next_entry = next_entry + 1 WHERE id = 1 RETURNING next_entry - 1";
    NEXT_ID = "UPDATE desk SET next_id = next_id + ?1 WHERE id = 1 RETURNING next_id - ?1";

    OPERATION_ADD = "INSERT INTO operation (id, at, agent_id, command, kind, target, key) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    OPERATION_GET = "SELECT id, at, agent_id, command, kind, target, undone_by FROM operation WHERE id = ?1";
    OPERATION_LAST_SEQ = "SELECT max(seq) + 1 FROM event WHERE operation_id = ?1";
    OPERATION_LAST_DONE = "SELECT max(id) FROM operation WHERE agent_id = ?1 AND kind IN ('do', 'import') AND undone_by IS NULL";
    OPERATION_LAST_UNDO = "SELECT max(id) FROM operation WHERE agent_id = ?1 AND kind = 'undo' AND undone_by IS NULL";
    OPERATION_UNDONE = "UPDATE operation SET undone_by = ?2 WHERE id = ?1";
    OPERATIONS = "SELECT id, at, agent_id, command, kind, target, undone_by FROM operation WHERE id <= ?1 ORDER BY id DESC LIMIT ?2";
    OPERATIONS_OF_TICKET = "SELECT id, at, agent_id, command, kind, target, undone_by FROM operation WHERE id IN (SELECT operation_id FROM event WHERE ticket_id = ?1 OR (noun = 'ticket' AND noun_id = ?1)) OR target IN (SELECT operation_id FROM event WHERE ticket_id = ?1 OR (noun = 'ticket' AND noun_id = ?1)) OR id = (SELECT operation_id FROM ticket WHERE id = ?1) ORDER BY id DESC LIMIT ?2";
    OPERATIONS_SINCE = "SELECT id, at, agent_id, command, kind, target, undone_by FROM operation WHERE id > ?1 ORDER BY id";
    EVENT_ADD = "INSERT INTO event (operation_id, seq, noun, noun_id, field, before, after, ticket_id, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    EVENTS_OF = "SELECT noun, noun_id, field, before, after, ticket_id, at FROM event WHERE operation_id = ?1 ORDER BY seq";
    EVENTS_OF_TICKET = "SELECT e.noun, e.noun_id, e.field, e.before, e.after, e.ticket_id, e.at, e.operation_id, o.agent_id FROM event AS e JOIN operation AS o ON o.id = e.operation_id WHERE (e.ticket_id = ?1 OR (e.noun = 'ticket' AND e.noun_id = ?1)) AND o.undone_by IS NULL AND o.kind IN ('do', 'import', 'fetch') ORDER BY e.operation_id, e.seq";
    EVENT_LATER = "SELECT e.operation_id FROM event AS e JOIN operation AS o ON o.id = e.operation_id WHERE e.noun = ?1 AND e.noun_id = ?2 AND (e.field = ?3 OR ?3 = '' OR e.field = '') AND e.operation_id > ?4 AND o.undone_by IS NULL ORDER BY e.operation_id DESC LIMIT 1";
    EVENT_LATER_ON_TICKET = "SELECT e.operation_id FROM event AS e JOIN operation AS o ON o.id = e.operation_id WHERE (e.ticket_id = ?1 OR (e.noun = 'ticket' AND e.noun_id = ?1)) AND e.operation_id > ?2 AND o.undone_by IS NULL ORDER BY e.operation_id DESC LIMIT 1";
    EVENT_ENDED = "SELECT max(e.operation_id) FROM event AS e JOIN operation AS o ON o.id = e.operation_id WHERE e.noun = ?1 AND e.noun_id = ?2 AND e.field = '' AND e.after = 'null' AND o.undone_by IS NULL";
    TICKET_CHANGED = "SELECT max(x.n) FROM (SELECT max(e.operation_id) AS n FROM event AS e WHERE e.ticket_id = ?1 OR (e.noun = 'ticket' AND e.noun_id = ?1) UNION ALL SELECT max(m.operation_id) AS n FROM message AS m WHERE m.ticket_id = ?1) AS x";
    EVENT_BEFORE = "SELECT e.operation_id, e.after FROM event AS e JOIN operation AS o ON o.id = e.operation_id WHERE e.noun = ?1 AND e.noun_id = ?2 AND e.field = ?3 AND e.operation_id < ?4 AND o.undone_by IS NULL ORDER BY e.operation_id DESC, e.seq DESC LIMIT 1";
    EVENT_FIRST = "SELECT before FROM event WHERE noun = ?1 AND noun_id = ?2 AND field = ?3 ORDER BY operation_id, seq LIMIT 1";
    EVENT_TAKEN_BACK = "SELECT max(e.operation_id) FROM event AS e JOIN operation AS o ON o.id = e.operation_id WHERE e.noun = ?1 AND e.noun_id = ?2 AND e.field = ?3 AND e.operation_id < ?4 AND o.undone_by IS NOT NULL";

    AGENT_ADD = "INSERT INTO agent (id, name, key, email, active) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (id) DO NOTHING";
    AGENT_SET = "UPDATE agent SET name = ?2, key = ?3, email = ?4, active = ?5 WHERE id = ?1";
    AGENT_BY_KEY = "SELECT id, name, email, active FROM agent WHERE key = ?1";
    AGENT_BY_ID = "SELECT id, name, email, active FROM agent WHERE id = ?1";
    AGENTS = "SELECT id, name, email, active FROM agent ORDER BY key";
    AGENT_LOADS = "SELECT a.id, a.name, a.email, a.active, (SELECT count(*) FROM ticket AS t WHERE t.assignee_id = a.id AND t.queued = 1) FROM agent AS a ORDER BY a.key";
    AGENT_EMAIL = "UPDATE agent SET email = ?2 WHERE id = ?1";
    AGENT_ACTIVE = "UPDATE agent SET active = ?2 WHERE id = ?1";
    AGENT_DROP = "DELETE FROM agent WHERE id = ?1";
    AGENT_MINUTES = "SELECT agent_id, CAST(sum(minutes) AS BIGINT) FROM entry WHERE day >= ?1 AND day <= ?2 AND void = 0 GROUP BY agent_id";
    AGENT_USED = "SELECT CAST(CASE WHEN EXISTS (SELECT 1 FROM operation WHERE agent_id = ?1) OR EXISTS (SELECT 1 FROM ticket WHERE assignee_id = ?1 OR opened_by = ?1) OR EXISTS (SELECT 1 FROM message WHERE agent_id = ?1) OR EXISTS (SELECT 1 FROM entry WHERE agent_id = ?1) OR EXISTS (SELECT 1 FROM timer WHERE agent_id = ?1) THEN 1 ELSE 0 END AS BIGINT)";

    CLIENT_ADD = "INSERT INTO client (id, operation_id, handle, key, name, name_key, lang, plan, note) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (id) DO NOTHING";
    CLIENT_SET = "UPDATE client SET handle = ?2, key = ?3, name = ?4, name_key = ?5, lang = ?6, plan = ?7, note = ?8 WHERE id = ?1";
    CLIENT_DROP = "DELETE FROM client WHERE id = ?1";
    CLIENT_BY_ID = "SELECT id, handle, name, lang, plan, note FROM client WHERE id = ?1";
    CLIENT_BY_KEY = "SELECT id, handle, name, lang, plan, note FROM client WHERE key = ?1";
    CLIENT_BY_NAME = "SELECT id, handle, name, lang, plan, note FROM client WHERE name_key = ?1 ORDER BY id LIMIT 2";
    CLIENT_BY_DOMAIN = "SELECT c.id, c.handle, c.name, c.lang, c.plan, c.note FROM client_domain AS d JOIN client AS c ON c.id = d.client_id WHERE d.domain = ?1";
    CLIENTS = "SELECT c.id, c.handle, c.name, c.lang, c.plan, c.note, (SELECT count(*) FROM contact AS p WHERE p.client_id = c.id), (SELECT count(*) FROM ticket AS t WHERE t.client_id = c.id), (SELECT string_agg(d.domain, ' ' ORDER BY d.domain) FROM client_domain AS d WHERE d.client_id = c.id) FROM client AS c ORDER BY c.key";
    CLIENT_LINE = "SELECT c.id, c.handle, c.name, c.lang, c.plan, c.note, (SELECT count(*) FROM contact AS p WHERE p.client_id = c.id), (SELECT count(*) FROM ticket AS t WHERE t.client_id = c.id), (SELECT string_agg(d.domain, ' ' ORDER BY d.domain) FROM client_domain AS d WHERE d.client_id = c.id) FROM client AS c WHERE c.id = ?1";
    CLIENT_QUEUES = "SELECT client_id, count(*) FROM ticket WHERE queued = 1 AND client_id IS NOT NULL GROUP BY client_id";
    CLIENT_HOURS = "SELECT client_id, CAST(sum(minutes) AS BIGINT) FROM entry WHERE void = 0 AND client_id IS NOT NULL GROUP BY client_id";
    CLIENT_QUEUE = "SELECT count(*) FROM ticket WHERE client_id = ?1 AND queued = 1";
    CLIENT_HOUR = "SELECT CAST(sum(minutes) AS BIGINT) FROM entry WHERE client_id = ?1 AND void = 0";
    CLIENT_MINUTES = "SELECT CAST(sum(minutes) AS BIGINT) FROM entry WHERE client_id = ?1 AND day >= ?2 AND day <= ?3 AND void = 0";
    CLIENT_OPERATION = "SELECT operation_id FROM client WHERE id = ?1";
    CLIENT_WORDS = "SELECT c.key, c.name, d.domain FROM client AS c LEFT JOIN client_domain AS d ON d.client_id = c.id ORDER BY c.key, d.domain NULLS FIRST";
    CLIENT_KEYS = "SELECT key FROM client ORDER BY key";
    CLIENTS_FROM = "SELECT handle, name FROM client WHERE key >= ?1 ORDER BY key LIMIT ?2";
    CLIENT_USED = "SELECT CAST(CASE WHEN EXISTS (SELECT 1 FROM contact WHERE client_id = ?1) OR EXISTS (SELECT 1 FROM ticket WHERE client_id = ?1) OR EXISTS (SELECT 1 FROM entry WHERE client_id = ?1) THEN 1 ELSE 0 END AS BIGINT)";
    DOMAINS = "SELECT domain FROM client_domain WHERE client_id = ?1 ORDER BY domain";
    DOMAIN_ADD = "INSERT INTO client_domain (domain, client_id) VALUES (?1, ?2) ON CONFLICT (domain) DO UPDATE SET client_id = excluded.client_id";
    DOMAIN_DROP = "DELETE FROM client_domain WHERE domain = ?1 AND client_id = ?2";
    DOMAINS_DROP = "DELETE FROM client_domain WHERE client_id = ?1";

    CONTACT_ADD = "INSERT INTO contact (id, operation_id, name, name_key, client_id) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (id) DO NOTHING";
    CONTACT_NAME = "UPDATE contact SET name = ?2, name_key = ?3 WHERE id = ?1";
    CONTACT_CLIENT = "UPDATE contact SET client_id = ?2 WHERE id = ?1";
    CONTACT_DROP = "DELETE FROM contact WHERE id = ?1";
    CONTACT_BY_ID = "SELECT id, name, client_id FROM contact WHERE id = ?1";
    CONTACT_BY_POINT = "SELECT c.id, c.name, c.client_id FROM contact_point AS p JOIN contact AS c ON c.id = p.contact_id WHERE p.kind = ?1 AND p.key = ?2";
    CONTACT_BY_NAME = "SELECT id, name, client_id FROM contact WHERE name_key = ?1 ORDER BY id LIMIT 3";
    CONTACT_USED = "SELECT CAST(CASE WHEN EXISTS (SELECT 1 FROM ticket WHERE requester_id = ?1) OR EXISTS (SELECT 1 FROM message WHERE contact_id = ?1 AND ticket_id IS NOT NULL) THEN 1 ELSE 0 END AS BIGINT)";
    CONTACTS = "SELECT c.id, c.name, k.handle, p.kind, p.value FROM contact AS c LEFT JOIN client AS k ON k.id = c.client_id LEFT JOIN contact_point AS p ON p.contact_id = c.id ORDER BY c.name_key, c.id, p.n NULLS FIRST, p.kind NULLS FIRST, p.key NULLS FIRST";
    CONTACTS_OF_CLIENT = "SELECT c.id, c.name, k.handle, p.kind, p.value FROM contact AS c LEFT JOIN client AS k ON k.id = c.client_id LEFT JOIN contact_point AS p ON p.contact_id = c.id WHERE c.client_id = ?1 ORDER BY c.name_key, c.id, p.n NULLS FIRST, p.kind NULLS FIRST, p.key NULLS FIRST";
    CONTACT_LINE = "SELECT c.id, c.name, k.handle, p.kind, p.value FROM contact AS c LEFT JOIN client AS k ON k.id = c.client_id LEFT JOIN contact_point AS p ON p.contact_id = c.id WHERE c.id = ?1 ORDER BY c.name_key, c.id, p.n NULLS FIRST, p.kind NULLS FIRST, p.key NULLS FIRST";
    CONTACT_COUNTS = "SELECT requester_id, count(*), max(updated_at) FROM ticket WHERE requester_id IS NOT NULL GROUP BY requester_id";
    CONTACT_COUNTS_OF_CLIENT = "SELECT requester_id, count(*), max(updated_at) FROM ticket WHERE requester_id IN (SELECT id FROM contact WHERE client_id = ?1) GROUP BY requester_id";
    CONTACT_COUNT = "SELECT requester_id, count(*), max(updated_at) FROM ticket WHERE requester_id = ?1 GROUP BY requester_id";
    CONTACT_IDS_OF_CLIENT = "SELECT id, name, client_id FROM contact WHERE client_id = ?1 ORDER BY id";
    CONTACT_OPERATION = "SELECT operation_id FROM contact WHERE id = ?1";
    CONTACT_NAMES = "SELECT c.id, c.name, c.name_key, p.key, p.value FROM contact AS c LEFT JOIN contact_point AS p ON p.contact_id = c.id ORDER BY c.name_key, c.id, p.n NULLS FIRST, p.key NULLS FIRST";
    CONTACT_TICKETS = "SELECT id FROM ticket WHERE requester_id = ?1 ORDER BY id";
    CONTACT_MESSAGES = "SELECT id FROM message WHERE contact_id = ?1 ORDER BY id";
    CONTACT_KEYS = "SELECT key FROM contact_point WHERE kind = 'email' ORDER BY key LIMIT ?1";
    CONTACTS_FROM = "SELECT p.key, c.name FROM contact_point AS p JOIN contact AS c ON c.id = p.contact_id WHERE p.kind = 'email' AND p.key >= ?1 ORDER BY p.key LIMIT ?2";
    CLIENT_TICKETS = "SELECT id FROM ticket WHERE client_id = ?1 ORDER BY id";
    CLIENT_ENTRIES = "SELECT id FROM entry WHERE client_id = ?1 ORDER BY id";
    POINTS = "SELECT kind, key, value, n FROM contact_point WHERE contact_id = ?1 ORDER BY n, kind, key";
    POINT_ADD = "INSERT INTO contact_point (kind, key, value, contact_id, n) VALUES (?1, ?2, ?3, ?4, (SELECT COALESCE(max(n) + 1, 0) FROM contact_point WHERE contact_id = ?4)) ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value, contact_id = excluded.contact_id";
    POINT_NEXT = "SELECT max(n) + 1 FROM contact_point WHERE contact_id = ?1";
    POINT_PUT = "INSERT INTO contact_point (kind, key, value, contact_id, n) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value, contact_id = excluded.contact_id, n = excluded.n";
    POINT_DROP = "DELETE FROM contact_point WHERE kind = ?1 AND key = ?2 AND contact_id = ?3";
    POINTS_DROP = "DELETE FROM contact_point WHERE contact_id = ?1";

    TICKET_ADD = "INSERT INTO ticket (id, subject, status, reason, until, priority, assignee_id, requester_id, client_id, channel, opened_at, opened_by, due_at, snoozed_until, merged_into, once_key, operation_id, first_status, first_reason, first_closed_at, updated_at, closed_at, waiting_since, replies, reopens, logged_minutes, automatic, muted, queued, rank, queue_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31)";
    TICKET_DROP = "DELETE FROM ticket WHERE id = ?1";
    TICKET_BY_ONCE = "SELECT id FROM ticket WHERE once_key = ?1";
    TICKET_SUBJECT = "UPDATE ticket SET subject = ?2 WHERE id = ?1";
    TICKET_STATUS = "UPDATE ticket SET status = ?2, reason = ?3, until = ?4 WHERE id = ?1";
    TICKET_PRIORITY = "UPDATE ticket SET priority = ?2 WHERE id = ?1";
    TICKET_ASSIGNEE = "UPDATE ticket SET assignee_id = ?2 WHERE id = ?1";
    TICKET_REQUESTER = "UPDATE ticket SET requester_id = ?2 WHERE id = ?1";
    TICKET_CLIENT = "UPDATE ticket SET client_id = ?2 WHERE id = ?1";
    TICKET_CHANNEL = "UPDATE ticket SET channel = ?2 WHERE id = ?1";
    TICKET_DUE = "UPDATE ticket SET due_at = ?2 WHERE id = ?1";
    TICKET_SNOOZE = "UPDATE ticket SET snoozed_until = ?2 WHERE id = ?1";
    TICKET_MERGED = "UPDATE ticket SET merged_into = ?2 WHERE id = ?1";
    TICKET_PROJECTION = "UPDATE ticket SET updated_at = ?2, closed_at = ?3, waiting_since = ?4, replies = ?5, reopens = ?6, logged_minutes = ?7, automatic = ?8, muted = ?9, queued = ?10, rank = ?11, queue_at = ?12 WHERE id = ?1";
    TICKET_BIRTH = "SELECT first_status, first_reason, first_closed_at FROM ticket WHERE id = ?1";
    TICKET_KEPT = "SELECT updated_at, closed_at, waiting_since, replies, reopens, logged_minutes, automatic, muted, queued, rank, queue_at FROM ticket WHERE id = ?1";
    TICKET_IDS = "SELECT id FROM ticket WHERE id > ?1 ORDER BY id LIMIT ?2";
    TICKETS_OF_OPERATION = "SELECT id FROM ticket WHERE operation_id = ?1 ORDER BY id";
    TICKETS_MERGED_INTO = "SELECT id FROM ticket WHERE merged_into = ?1 ORDER BY id";
    TICKET_LAST_TOUCHED = "SELECT e.ticket_id FROM event AS e JOIN operation AS o ON o.id = e.operation_id WHERE o.agent_id = ?1 AND o.undone_by IS NULL AND o.kind = 'do' AND e.ticket_id IS NOT NULL ORDER BY o.id DESC, e.seq DESC LIMIT 1";
    TICKETS_WITH_SUBJECTS = "SELECT id, subject FROM ticket WHERE queued = 1 ORDER BY rank, queue_at, id LIMIT ?1";
    TICKETS_NUMBERED = "SELECT id, subject FROM ticket WHERE id >= ?1 AND id <= ?2 ORDER BY id DESC LIMIT ?3";
    TICKETS_CLOSED_LATELY = "SELECT id, subject FROM ticket WHERE closed_at IS NOT NULL AND status = 'closed' ORDER BY closed_at DESC, id DESC LIMIT ?1";
    TAGS_OF = "SELECT tag FROM ticket_tag WHERE ticket_id = ?1 ORDER BY tag";
    TAG_ADD = "INSERT INTO ticket_tag (tag, ticket_id) VALUES (?1, ?2) ON CONFLICT (tag, ticket_id) DO NOTHING";
    TAG_DROP = "DELETE FROM ticket_tag WHERE tag = ?1 AND ticket_id = ?2";
    TAGS_DROP = "DELETE FROM ticket_tag WHERE ticket_id = ?1";
    TAGS = "SELECT g.tag, count(*), CAST(sum(t.queued) AS BIGINT), max(t.updated_at) FROM ticket_tag AS g JOIN ticket AS t ON t.id = g.ticket_id GROUP BY g.tag ORDER BY g.tag";
    TAG_USED = "SELECT tag FROM ticket_tag WHERE tag = ?1 LIMIT 1";
    TAG_NEXT = "SELECT min(tag) FROM ticket_tag WHERE tag > ?1";
    TAG_TICKETS = "SELECT ticket_id FROM ticket_tag WHERE tag = ?1 ORDER BY ticket_id";
    LINK_ADD = "INSERT INTO ticket_link (a, b) VALUES (?1, ?2) ON CONFLICT (a, b) DO NOTHING";
    LINK_DROP = "DELETE FROM ticket_link WHERE a = ?1 AND b = ?2";
    LINKS_OF = "SELECT b FROM ticket_link WHERE a = ?1 UNION SELECT a FROM ticket_link WHERE b = ?1 ORDER BY 1";
    ORIGIN_ADD = "INSERT INTO origin (kind, source, number, operation_id, thing_id, record) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (kind, source, number, operation_id) DO UPDATE SET record = excluded.record";
    EXTERNALS_OF = "SELECT DISTINCT source, number FROM origin WHERE kind = 'ticket' AND thing_id = ?1 AND substr(number, 1, 4) <> 'row-' ORDER BY source, number";
    EXTERNAL_ANY = "SELECT DISTINCT thing_id FROM origin WHERE kind = 'ticket' AND number = ?1 ORDER BY thing_id LIMIT 2";
    ORIGIN_GET = "SELECT thing_id, record FROM origin WHERE kind = ?1 AND source = ?2 AND number = ?3 ORDER BY operation_id DESC LIMIT 1";
    ORIGIN_PEOPLE = "SELECT x.record FROM origin AS x WHERE x.source = ?1 AND x.kind IN ('client', 'contact', 'agent') AND x.record IS NOT NULL AND x.operation_id = (SELECT max(y.operation_id) FROM origin AS y WHERE y.kind = x.kind AND y.source = x.source AND y.number = x.number AND y.record IS NOT NULL) ORDER BY CASE x.kind WHEN 'client' THEN 0 ELSE 1 END, x.kind, x.number";
    ORIGIN_OTHER = "SELECT count(*) FROM origin WHERE kind = ?1 AND source = ?2 AND thing_id = ?3 AND number <> ?4";
    RATING_ADD = "INSERT INTO rating (id, operation_id, ticket_id, contact_id, scale, score, comment, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    RATINGS_OF = "SELECT scale, score, comment, at, contact_id FROM rating WHERE ticket_id = ?1 ORDER BY at, id";
    CONTACT_IDS = "SELECT id FROM contact WHERE id > ?1 ORDER BY id LIMIT ?2";
    ENTRIES_WITHOUT_TICKET = "SELECT id, ticket_id, client_id, agent_id, day, minutes, billable, text, void FROM entry WHERE ticket_id IS NULL AND id > ?1 ORDER BY id LIMIT ?2";
    EXTERNAL_GET = "SELECT thing_id FROM origin WHERE kind = 'ticket' AND source = ?1 AND number = ?2 ORDER BY operation_id DESC LIMIT 1";

    MESSAGE_ADD = "INSERT INTO message (id, ticket_id, operation_id, direction, agent_id, contact_id, author, email, at, counts, automatic, attachments, message_id, in_reply_to, content_key, addressed, trust) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";
    MESSAGE_TICKET = "UPDATE message SET ticket_id = ?2, joined_at = ?3 WHERE id = ?1";
    MESSAGE_CONTACT = "UPDATE message SET contact_id = ?2 WHERE id = ?1";
    MESSAGES_DROP_TICKET = "UPDATE message SET ticket_id = NULL WHERE ticket_id = ?1";
    MESSAGE_KNOWN = "SELECT id FROM message WHERE content_key = ?1";
    MESSAGES_OF = "SELECT m.id, m.ticket_id, m.direction, m.agent_id, m.contact_id, m.author, m.email, m.at, b.text, m.message_id, m.in_reply_to, m.automatic, m.attachments, m.addressed, m.trust FROM message AS m JOIN body AS b ON b.message_id = m.id WHERE m.ticket_id = ?1 ORDER BY m.at, m.id";
    MESSAGE_GET = "SELECT m.id, m.ticket_id, m.direction, m.agent_id, m.contact_id, m.author, m.email, m.at, b.text, m.message_id, m.in_reply_to, m.automatic, m.attachments, m.addressed, m.trust FROM message AS m JOIN body AS b ON b.message_id = m.id WHERE m.id = ?1";
    MESSAGE_JOINED = "SELECT ticket_id, joined_at FROM message WHERE id = ?1";
    MESSAGE_DEEDS = "SELECT at, joined_at, direction, counts, agent_id, automatic FROM message WHERE ticket_id = ?1 ORDER BY at, id";
    LAST_WORD = "SELECT m.at, m.direction, o.kind FROM message AS m JOIN operation AS o ON o.id = m.operation_id WHERE m.ticket_id = ?1 AND m.counts = 1 AND m.direction <> 'note' ORDER BY m.at DESC, m.id DESC LIMIT 1";
    LAST_WORDS = "SELECT at, message_id FROM message WHERE ticket_id = ?1 AND counts = 1 AND direction <> 'note' ORDER BY at DESC, id DESC";
    FIRST_TEXT = "SELECT b.text FROM message AS m JOIN body AS b ON b.message_id = m.id WHERE m.ticket_id = ?1 ORDER BY m.at, m.id LIMIT 1";
    MESSAGE_IDS = "SELECT id FROM message WHERE ticket_id = ?1 ORDER BY at, id";
    MESSAGES_AFTER = "SELECT id, operation_id FROM message WHERE ticket_id = ?1 AND operation_id > ?2 ORDER BY id";
    MESSAGE_PAGE = "SELECT m.id, m.author, m.email, b.text, t.subject FROM message AS m JOIN body AS b ON b.message_id = m.id LEFT JOIN ticket AS t ON t.id = m.ticket_id WHERE m.id > ?1 ORDER BY m.id LIMIT ?2";
    BODY_ADD = "INSERT INTO body (message_id, text) VALUES (?1, ?2)";
    BODY_GET = "SELECT text FROM body WHERE message_id = ?1";
    RAW_ADD = "INSERT INTO raw (message_id, bytes, sha256, cuts, data) VALUES (?1, ?2, ?3, ?4, ?5)";
    RAW_GET = "SELECT bytes, sha256, cuts, data FROM raw WHERE message_id = ?1";
    BLOB_ADD = "INSERT INTO blob (sha256, bytes, data) VALUES (?1, ?2, ?3) ON CONFLICT (sha256) DO NOTHING";
    BLOB_GET = "SELECT data FROM blob WHERE sha256 = ?1";
    ATTACHMENT_ADD = "INSERT INTO attachment (message_id, n, name, media_type, bytes, sha256) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    ATTACHMENTS_OF = "SELECT n, name, media_type, bytes, sha256 FROM attachment WHERE message_id = ?1 ORDER BY n";
    THREAD_ADD = "INSERT INTO thread (key, ticket_id) VALUES (?1, ?2) ON CONFLICT (key) DO NOTHING";
    THREAD_GET = "SELECT ticket_id FROM thread WHERE key = ?1";
    THREAD_ANY = "SELECT ticket_id FROM thread LIMIT 1";

    ENTRY_ADD = "INSERT INTO entry (id, ticket_id, client_id, agent_id, day, minutes, billable, text, void) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (id) DO NOTHING";
    ENTRY_SET = "UPDATE entry SET ticket_id = ?2, client_id = ?3, agent_id = ?4, day = ?5, minutes = ?6, billable = ?7, text = ?8, void = ?9 WHERE id = ?1";
    ENTRY_DROP = "DELETE FROM entry WHERE id = ?1";
    ENTRY_GET = "SELECT id, ticket_id, client_id, agent_id, day, minutes, billable, text, void FROM entry WHERE id = ?1";
    ENTRIES_OF_TICKET = "SELECT id, ticket_id, client_id, agent_id, day, minutes, billable, text, void FROM entry WHERE ticket_id = ?1 ORDER BY day, id";
    ENTRIES_LATELY = "SELECT id, day, minutes, text FROM entry WHERE void = 0 ORDER BY id DESC LIMIT ?1";
    ENTRY_MINUTES = "SELECT CAST(sum(minutes) AS BIGINT) FROM entry WHERE ticket_id = ?1 AND void = 0";
    ENTRY_DAY_MINUTES = "SELECT CAST(sum(minutes) AS BIGINT) FROM entry WHERE agent_id = ?1 AND day = ?2 AND void = 0";
    TIMER_PUT = "INSERT INTO timer (agent_id, ticket_id, since) VALUES (?1, ?2, ?3) ON CONFLICT (agent_id) DO UPDATE SET ticket_id = excluded.ticket_id, since = excluded.since";
    TIMER_DROP = "DELETE FROM timer WHERE agent_id = ?1";
    TIMER_GET = "SELECT agent_id, ticket_id, since FROM timer WHERE agent_id = ?1";
    TIMERS = "SELECT r.agent_id, r.ticket_id, r.since, a.name, t.subject FROM timer AS r JOIN agent AS a ON a.id = r.agent_id LEFT JOIN ticket AS t ON t.id = r.ticket_id ORDER BY r.since, a.key";

    SETTINGS = "SELECT key, value FROM setting ORDER BY key";
    SETTING_PUT = "INSERT INTO setting (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    SETTING_DROP = "DELETE FROM setting WHERE key = ?1";
    MUTES = "SELECT pattern FROM mute ORDER BY pattern";
    MUTE_ADD = "INSERT INTO mute (pattern) VALUES (?1) ON CONFLICT (pattern) DO NOTHING";
    MUTE_DROP = "DELETE FROM mute WHERE pattern = ?1";
    MUTE_HITS = "SELECT count(*) FROM mute WHERE pattern = ?1 OR pattern = ?2";
    MUTED_ADDRESSES = "SELECT p.key, t.id FROM contact_point AS p JOIN ticket AS t ON t.requester_id = p.contact_id WHERE p.kind = 'email' AND t.muted = 1 ORDER BY p.key, t.id";
    MUTED_COUNT = "SELECT count(*) FROM ticket WHERE muted = 1";
    POINTS_LIKE_MUTE = "SELECT p.key, t.id FROM contact_point AS p JOIN ticket AS t ON t.requester_id = p.contact_id WHERE p.kind = 'email'";
    POINT_TICKETS = "SELECT t.id FROM contact_point AS p JOIN ticket AS t ON t.requester_id = p.contact_id WHERE p.kind = 'email' AND p.key = ?1";
    BOOKMARK_GET = "SELECT change_no FROM bookmark WHERE agent_id = ?1 AND name = ?2";
    BOOKMARK_PUT = "INSERT INTO bookmark (agent_id, name, change_no) VALUES (?1, ?2, ?3) ON CONFLICT (agent_id, name) DO UPDATE SET change_no = excluded.change_no";

    SOURCE_ADD = "INSERT INTO source (id, place, mailbox, folder, epoch) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (place) DO NOTHING";
    SOURCE_GET = "SELECT id, place, mailbox, folder, epoch, stamp, fetched_at, trouble, holder, held_until FROM source WHERE place = ?1";
    SOURCES = "SELECT id, place, mailbox, folder, epoch, stamp, fetched_at, trouble, holder, held_until FROM source ORDER BY id";
    SOURCE_HOLD = "UPDATE source SET holder = ?2, held_until = ?3 WHERE id = ?1 AND (holder IS NULL OR holder = ?2 OR holder = ?4 OR held_until <= ?5)";
    SOURCE_FREE = "UPDATE source SET holder = NULL, held_until = NULL WHERE id = ?1 AND holder = ?2";
    SOURCE_EPOCH = "UPDATE source SET epoch = ?2, stamp = CASE WHEN epoch = ?2 THEN stamp END, mailbox = ?3, folder = ?4 WHERE id = ?1";
    SOURCE_FETCHED = "UPDATE source SET fetched_at = ?2, stamp = ?3, trouble = NULL WHERE id = ?1";
    SOURCE_TROUBLE = "UPDATE source SET trouble = ?2 WHERE id = ?1";
    SEEN_ADD = "INSERT INTO seen (source_id, epoch, mark, at, outcome, message_id, parked_id, moved) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0) ON CONFLICT (source_id, epoch, mark) DO NOTHING RETURNING source_id";
    SEEN_GET = "SELECT outcome, message_id, parked_id, moved FROM seen WHERE source_id = ?1 AND epoch = ?2 AND mark = ?3";
    SEEN_MARKS = "SELECT mark, outcome, moved FROM seen WHERE source_id = ?1 AND epoch = ?2 AND mark > ?3 ORDER BY mark";
    SEEN_ACCOUNTED = "SELECT s.mark, s.outcome FROM seen AS s LEFT JOIN message AS m ON m.id = s.message_id LEFT JOIN parked AS p ON p.id = s.parked_id WHERE s.source_id = ?1 AND s.epoch = ?2 AND (s.outcome = 'skipped' OR (s.outcome = 'parked' AND p.id IS NOT NULL) OR m.ticket_id IS NOT NULL) ORDER BY s.mark";
    SEEN_MOVED = "UPDATE seen SET moved = 1 WHERE source_id = ?1 AND epoch = ?2 AND mark = ?3";
    SEEN_PARKED = "UPDATE seen SET outcome = ?2, message_id = ?3 WHERE parked_id = ?1";
    PARKED_ADD = "INSERT INTO parked (id, source_id, at, reason, author, email, subject, bytes, data, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'parked')";
    PARKED_SET = "UPDATE parked SET state = ?2 WHERE id = ?1";
    PARKED_GET = "SELECT p.id, s.mailbox, p.at, p.reason, p.author, p.email, p.subject, p.bytes, p.state FROM parked AS p JOIN source AS s ON s.id = p.source_id WHERE p.id = ?1";
    PARKED_WAITING = "SELECT p.id, s.mailbox, p.at, p.reason, p.author, p.email, p.subject, p.bytes, p.state FROM parked AS p JOIN source AS s ON s.id = p.source_id WHERE p.state = 'parked' ORDER BY p.id";
    PARKED_COUNT = "SELECT count(*) FROM parked WHERE state = 'parked'";
    PARKED_RAW = "SELECT bytes, data FROM parked WHERE id = ?1 AND data IS NOT NULL";
    NEW_FROM = "SELECT t.subject FROM ticket AS t JOIN contact_point AS p ON p.contact_id = t.requester_id WHERE p.kind = 'email' AND p.key = ?1 AND t.opened_at > ?2 AND t.opened_at <= ?3 AND t.channel = 'email' AND t.opened_by IS NULL";
    MESSAGES_NAMED = "SELECT m.id, m.ticket_id, m.direction, m.agent_id, m.contact_id, m.author, m.email, m.at, b.text, m.message_id, m.in_reply_to, m.automatic, m.attachments, m.addressed, m.trust FROM message AS m JOIN body AS b ON b.message_id = m.id WHERE m.ticket_id = ?1 AND m.message_id = ?2 ORDER BY m.id";
    MESSAGES_NAMING = "SELECT id, direction, author, email, addressed, trust, at, message_id, automatic FROM message WHERE ticket_id = ?1 AND direction <> 'note' ORDER BY at, id";
    MESSAGE_SENT = "SELECT addressed FROM message WHERE id = ?1 AND direction = 'out'";
    POSTING_SEEN = "UPDATE outbox SET state = 'sent', changed_at = ?2, said = 'a copy of it was found in the mailbox' WHERE id = ?1 AND state = 'unknown'";
    CLOSED_AT = "SELECT closed_at FROM ticket WHERE id = ?1";
    POSTING_ADD = "INSERT INTO outbox (id, message_id, ticket_id, state, automatic, sender, recipients, made_at, changed_at, next_at, attempts, copied) VALUES (?1, ?2, ?3, 'waiting', ?4, ?5, ?6, ?7, ?7, ?7, 0, 0)";
    POSTING_GET = postings!("WHERE x.id = ?1");
    POSTING_OF_MESSAGE = postings!("WHERE x.message_id = ?1");
    POSTINGS_UNSENT = postings!("WHERE x.state IN ('waiting', 'sending', 'unknown', 'held') ORDER BY x.id");
    POSTINGS_OF_TICKET = postings!("WHERE x.ticket_id = ?1 ORDER BY x.id");
    POSTINGS_SHOWN = postings!("WHERE m.ticket_id = ?1 ORDER BY x.id");
    POSTINGS_LATELY = postings!("ORDER BY x.id DESC LIMIT ?1");
    POSTINGS_BOUNCED = postings!("WHERE x.bounced_at IS NOT NULL AND t.queued = 1 AND NOT EXISTS (SELECT 1 FROM outbox AS y WHERE y.ticket_id = x.ticket_id AND y.automatic = 0 AND y.state <> 'discarded' AND y.made_at > x.bounced_at) ORDER BY x.bounced_at DESC, x.id");
    POSTING_CLAIM = "UPDATE outbox SET state = 'sending', holder = ?2, changed_at = ?3, attempts = attempts + 1 WHERE id = ?1 AND state IN ('waiting', 'held', 'unknown')";
    POSTING_SETTLE = "UPDATE outbox SET state = ?2, changed_at = ?3, next_at = ?4, said = ?5, refused = ?6, holder = NULL WHERE id = ?1 AND state = 'sending' AND holder = ?7";
    POSTING_HOLDERS = "SELECT id, holder, changed_at FROM outbox WHERE state = 'sending' ORDER BY id";
    POSTING_LOST = "UPDATE outbox SET state = 'unknown', changed_at = ?2, said = ?4, holder = NULL WHERE id = ?1 AND state = 'sending' AND holder = ?3";
    POSTING_DISCARD = "UPDATE outbox SET state = 'discarded', changed_at = ?2 WHERE id = ?1 AND state IN ('waiting', 'held', 'unknown', 'discarded')";
    POSTING_BACK = "UPDATE outbox SET state = ?3, changed_at = ?2 WHERE id = ?1 AND state = 'discarded'";
    POSTING_ANSWERS = "UPDATE message SET counts = ?2 WHERE id = (SELECT message_id FROM outbox WHERE id = ?1 AND automatic = 0)";
    POSTING_COPIED = "UPDATE outbox SET copied = 1 WHERE id = ?1";
    POSTING_BOUNCED = "UPDATE outbox SET bounced = ?2, bounced_at = ?3 WHERE message_id = ?1";
    POSTINGS_AUTOMATIC = "SELECT ticket_id, recipients, made_at FROM outbox WHERE automatic = 1 AND made_at > ?1 ORDER BY id";
    POSTING_COUNTS = "SELECT state, count(*) FROM outbox WHERE state IN ('waiting', 'sending', 'unknown', 'held') GROUP BY state";
    POSTING_OLDEST = "SELECT min(made_at) FROM outbox WHERE state IN ('waiting', 'sending', 'unknown', 'held') AND state = 'waiting'";
    THIRD_PARTIES = "SELECT t.id, m.author, m.email, m.at FROM message AS m JOIN ticket AS t ON t.id = m.ticket_id WHERE m.trust = 'third-party' AND t.status = 'closed' AND t.reason IS DISTINCT FROM 'spam' AND m.at >= t.closed_at ORDER BY m.at DESC, m.id DESC LIMIT 20";
    MAILROOM = "SELECT (SELECT count(*) FROM source), (SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending', 'unknown', 'held')), (SELECT count(*) FROM outbox WHERE bounced_at IS NOT NULL), (SELECT count(*) FROM parked WHERE state = 'parked'), (SELECT count(*) FROM draft), (SELECT count(*) FROM message WHERE trust = 'third-party')";
    DRAFT_PUT = "INSERT INTO draft (ticket_id, id, agent_id, at, value) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (ticket_id) DO UPDATE SET id = excluded.id, agent_id = excluded.agent_id, at = excluded.at, value = excluded.value";
    DRAFT_DROP = "DELETE FROM draft WHERE ticket_id = ?1";
    DRAFT_GET = "SELECT value FROM draft WHERE ticket_id = ?1";
    DRAFTS = "SELECT d.ticket_id, d.agent_id, d.at, t.subject FROM draft AS d JOIN ticket AS t ON t.id = d.ticket_id ORDER BY d.at, d.ticket_id";
    DRAFT_FILE_ADD = "INSERT INTO draft_file (draft_id, n, name, media_type, bytes, sha256) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    DRAFT_FILES = "SELECT f.name, f.media_type, b.data FROM draft_file AS f JOIN blob AS b ON b.sha256 = f.sha256 WHERE f.draft_id = ?1 ORDER BY f.n";
    ANSWER_PUT = "INSERT INTO answer (id, name, key, lang, text) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (id) DO UPDATE SET name = excluded.name, key = excluded.key, lang = excluded.lang, text = excluded.text";
    ANSWER_DROP = "DELETE FROM answer WHERE id = ?1";
    ANSWER_BY_KEY = "SELECT id, name, lang, text FROM answer WHERE key = ?1";
    ANSWERS = "SELECT id, name, lang, text FROM answer ORDER BY key";
    ATTACHMENT_GET = "SELECT a.name, a.media_type, b.data FROM attachment AS a JOIN blob AS b ON b.sha256 = a.sha256 WHERE a.message_id = ?1 AND a.n = ?2";

    COUNT_TICKETS = "SELECT count(*) FROM ticket";
    COUNT_MESSAGES = "SELECT count(*) FROM message";
    COUNT_OPERATIONS = "SELECT count(*) FROM operation";
    STALE_TICKETS = "SELECT count(*) FROM ticket AS t JOIN desk AS d ON d.id = 1 WHERE t.id >= d.next_no";
    STALE_ENTRIES = "SELECT count(*) FROM entry AS t JOIN desk AS d ON d.id = 1 WHERE t.id >= d.next_entry";
    STALE_IDS = "SELECT count(*) FROM message AS t JOIN desk AS d ON d.id = 1 WHERE t.id >= d.next_id";
    STALE_OPERATIONS = "SELECT count(*) FROM operation AS t JOIN desk AS d ON d.id = 1 WHERE t.id > d.change_no";
    BLOB_OF = "SELECT message_id, n FROM attachment WHERE sha256 = ?1 ORDER BY message_id, n LIMIT 1";
    COUNT_QUEUE = "SELECT (SELECT count(*) FROM ticket WHERE queued = 1 AND rank < 4), (SELECT count(*) FROM ticket WHERE queued = 1 AND rank >= 4), (SELECT count(*) FROM ticket WHERE assignee_id IS NULL AND queued = 1 AND rank < 4), (SELECT count(*) FROM ticket WHERE assignee_id = ?1 AND queued = 1 AND rank < 4), (SELECT count(*) FROM ticket WHERE snoozed_until > ?2 AND queued = 1 AND rank < 4), (SELECT count(*) FROM ticket WHERE automatic = 1 AND status <> 'closed' AND merged_into IS NULL), (SELECT count(*) FROM ticket WHERE due_at < ?2 AND queued = 1), (SELECT count(*) FROM ticket WHERE until <= ?2 AND queued = 1 AND rank >= 4)";

    IMPORT_EVENT_LATER = "SELECT max(e.operation_id) FROM event AS e JOIN operation AS o ON o.id = e.operation_id WHERE e.operation_id > ?1 AND o.undone_by IS NULL AND (e.ticket_id IN (SELECT id FROM ticket WHERE operation_id = ?1) OR (e.noun = 'ticket' AND e.noun_id IN (SELECT id FROM ticket WHERE operation_id = ?1)))";
    IMPORT_MESSAGE_LATER = "SELECT max(m.operation_id) FROM message AS m WHERE m.operation_id > ?1 AND m.ticket_id IN (SELECT id FROM ticket WHERE operation_id = ?1)";
    IMPORT_MESSAGES = "SELECT id, ticket_id FROM message WHERE operation_id = ?1 ORDER BY id";
    IMPORT_DROP_ATTACHMENTS = "DELETE FROM attachment WHERE message_id IN (SELECT id FROM message WHERE operation_id = ?1)";
    IMPORT_DROP_BLOBS = "DELETE FROM blob WHERE NOT EXISTS (SELECT 1 FROM attachment AS a WHERE a.sha256 = blob.sha256) AND NOT EXISTS (SELECT 1 FROM draft_file AS f WHERE f.sha256 = blob.sha256)";
    IMPORT_DROP_RAW = "DELETE FROM raw WHERE message_id IN (SELECT id FROM message WHERE operation_id = ?1)";
    IMPORT_DROP_BODIES = "DELETE FROM body WHERE message_id IN (SELECT id FROM message WHERE operation_id = ?1)";
    IMPORT_LOOK_AGAIN = "UPDATE source SET stamp = NULL, fetched_at = NULL WHERE id IN (SELECT s.source_id FROM seen AS s JOIN message AS m ON m.id = s.message_id WHERE m.operation_id = ?1)";
    IMPORT_DROP_SEEN = "DELETE FROM seen WHERE message_id IN (SELECT id FROM message WHERE operation_id = ?1)";
    IMPORT_DROP_MESSAGES = "DELETE FROM message WHERE operation_id = ?1";
    IMPORT_DROP_THREADS = "DELETE FROM thread WHERE ticket_id IN (SELECT id FROM ticket WHERE operation_id = ?1)";
    IMPORT_DROP_ORIGINS = "DELETE FROM origin WHERE operation_id = ?1";
    IMPORT_DROP_RATINGS = "DELETE FROM rating WHERE operation_id = ?1";
    IMPORT_DROP_TAGS = "DELETE FROM ticket_tag WHERE ticket_id IN (SELECT id FROM ticket WHERE operation_id = ?1)";
    IMPORT_DROP_TICKETS = "DELETE FROM ticket WHERE operation_id = ?1";
    IMPORT_DROP_POINTS = "DELETE FROM contact_point WHERE contact_id IN (SELECT c.id FROM contact AS c WHERE c.operation_id = ?1 AND NOT EXISTS (SELECT 1 FROM ticket AS t WHERE t.requester_id = c.id) AND NOT EXISTS (SELECT 1 FROM message AS m WHERE m.contact_id = c.id) AND NOT EXISTS (SELECT 1 FROM event AS v JOIN operation AS o ON o.id = v.operation_id WHERE v.noun = 'contact' AND v.noun_id = c.id AND v.operation_id > ?1 AND o.undone_by IS NULL))";
    IMPORT_DROP_CONTACTS = "DELETE FROM contact WHERE operation_id = ?1 AND NOT EXISTS (SELECT 1 FROM ticket AS t WHERE t.requester_id = contact.id) AND NOT EXISTS (SELECT 1 FROM message AS m WHERE m.contact_id = contact.id) AND NOT EXISTS (SELECT 1 FROM event AS v JOIN operation AS o ON o.id = v.operation_id WHERE v.noun = 'contact' AND v.noun_id = contact.id AND v.operation_id > ?1 AND o.undone_by IS NULL)";
    IMPORT_DROP_DOMAINS = "DELETE FROM client_domain WHERE client_id IN (SELECT c.id FROM client AS c WHERE c.operation_id = ?1 AND NOT EXISTS (SELECT 1 FROM ticket AS t WHERE t.client_id = c.id) AND NOT EXISTS (SELECT 1 FROM contact AS p WHERE p.client_id = c.id) AND NOT EXISTS (SELECT 1 FROM entry AS e WHERE e.client_id = c.id) AND NOT EXISTS (SELECT 1 FROM event AS v JOIN operation AS o ON o.id = v.operation_id WHERE v.noun = 'client' AND v.noun_id = c.id AND v.operation_id > ?1 AND o.undone_by IS NULL))";
    IMPORT_DROP_CLIENTS = "DELETE FROM client WHERE operation_id = ?1 AND NOT EXISTS (SELECT 1 FROM ticket AS t WHERE t.client_id = client.id) AND NOT EXISTS (SELECT 1 FROM contact AS p WHERE p.client_id = client.id) AND NOT EXISTS (SELECT 1 FROM entry AS e WHERE e.client_id = client.id) AND NOT EXISTS (SELECT 1 FROM event AS v JOIN operation AS o ON o.id = v.operation_id WHERE v.noun = 'client' AND v.noun_id = client.id AND v.operation_id > ?1 AND o.undone_by IS NULL)";

    FIGURE_ACTIVE = "SELECT id FROM ticket WHERE opened_at >= ?1 AND opened_at < ?2 UNION SELECT id FROM ticket WHERE closed_at >= ?1 AND opened_at < ?2 UNION SELECT ticket_id FROM message WHERE at >= ?1 AND at < ?2 AND direction = 'out' AND ticket_id IS NOT NULL UNION SELECT ticket_id FROM event WHERE noun = 'message' AND field = 'ticket' AND at >= ?1 AND at < ?2 AND ticket_id IS NOT NULL UNION SELECT e.noun_id FROM event AS e JOIN ticket AS o ON o.id = e.noun_id WHERE e.noun = 'ticket' AND e.field IN ('status', 'assignee') AND e.at >= ?1 AND o.opened_at < ?2 ORDER BY 1";
    FIGURE_TAGS = "SELECT g.ticket_id, g.tag FROM ticket_tag AS g ORDER BY g.tag, g.ticket_id";
    FIGURE_CLIENTS = "SELECT id, handle, plan FROM client ORDER BY id";
    FIGURE_AGENTS = "SELECT id, name FROM agent ORDER BY id";
    FIGURE_LEFT_OUT = "SELECT id, merged_into, reason, muted, automatic FROM ticket WHERE opened_at >= ?1 AND opened_at < ?2 AND (merged_into IS NOT NULL OR reason = 'spam' OR muted = 1 OR automatic = 1) ORDER BY id";
    FIGURE_WAITING = "SELECT t.id, t.subject, k.handle, t.status, t.until, t.waiting_since, t.snoozed_until FROM ticket AS t LEFT JOIN client AS k ON k.id = t.client_id WHERE t.queued = 1 AND (t.waiting_since IS NOT NULL OR t.until <= ?1) AND (t.snoozed_until IS NULL OR t.snoozed_until <= ?1)";
    NEWS_OPERATIONS = "SELECT id, at, agent_id, command, kind, target, undone_by FROM operation WHERE id > ?1 AND at >= ?2 AND at < ?3 AND undone_by IS NULL AND kind IN ('do', 'import', 'fetch') ORDER BY id";
    NEWS_DEEDS = "SELECT operation_id, noun_id, field, before, after, at FROM event WHERE operation_id >= ?1 AND noun = 'ticket' AND field IN ('', 'status', 'assignee', 'merged_into') ORDER BY operation_id, seq";
    NEWS_MAIL = "SELECT operation_id, id, ticket_id, at, counts FROM message WHERE operation_id >= ?1 AND direction = 'in' AND ticket_id IS NOT NULL ORDER BY operation_id, at, id";
    NEWS_TICKETS = "SELECT operation_id, id FROM ticket WHERE operation_id >= ?1 ORDER BY operation_id, id";
    NEWS_BROKEN = "SELECT id, due_at FROM ticket WHERE due_at > ?1 AND due_at <= ?2 AND merged_into IS NULL AND muted = 0 AND automatic = 0 AND (closed_at IS NULL OR closed_at > due_at) ORDER BY due_at, id";
}
