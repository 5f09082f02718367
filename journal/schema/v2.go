package schema

// console is the migration to schema 2: what the console asks for.
//
// An event's door, action, severity, ground, technique and account become one
// number, its class. What is counted is counted by class: per hour in hours,
// per client in seen.
//
// An incident has the number of its first event, which alone has its name. Only
// when there is more to say than that event does, because of other events or
// because of what people said, does it get a row in incidents.
//
// A commit writes whole pages, so that its cost is the number of tables and
// indexes it touches. Hence, besides: a device is found by its clients, and the
// last id is written when events are deleted, instead of by AUTOINCREMENT.
const console = `
	CREATE TABLE classes (
		id INTEGER PRIMARY KEY,
		door INTEGER NOT NULL, action INTEGER NOT NULL, severity INTEGER NOT NULL,
		ground INTEGER NOT NULL, technique INTEGER NOT NULL,
		account INTEGER NOT NULL, -- words; 0 is none, so that UNIQUE holds
		rank INTEGER NOT NULL, -- of the severity: 3 red, 2 amber, 1 info, 0 none
		UNIQUE (door, action, severity, ground, technique, account)
	) STRICT;
	INSERT INTO classes (door, action, severity, ground, technique, account, rank)
		SELECT d.*, coalesce((SELECT CASE text WHEN 'red' THEN 3 WHEN 'amber' THEN 2 WHEN 'info' THEN 1 ELSE 0 END
			FROM words WHERE words.id = d.severity), 0)
		FROM (SELECT DISTINCT coalesce(door, 0), coalesce(action, 0), coalesce(severity, 0) AS severity,
			coalesce(ground, 0), coalesce(technique, 0), coalesce(account, 0) FROM events) d;

	CREATE TABLE heads (name TEXT PRIMARY KEY, id INTEGER NOT NULL) STRICT, WITHOUT ROWID;
	INSERT INTO heads SELECT incident, min(id) FROM events WHERE incident IS NOT NULL GROUP BY incident;
	CREATE TABLE events2 (
		id INTEGER PRIMARY KEY,
		time INTEGER NOT NULL, -- milliseconds since 1970, UTC
		class INTEGER NOT NULL,
		client INTEGER, device INTEGER, host INTEGER, target INTEGER, -- words
		score REAL, detail TEXT,
		signs TEXT, fields TEXT, -- one a line
		sent INTEGER,
		incident INTEGER, -- the first event of its incident
		name TEXT -- of the incident, when this is the first
	) STRICT;
	INSERT INTO events2
		SELECT e.id, e.time, c.id, e.client, e.device, e.host, e.target,
			e.score, e.detail, e.signs, e.fields, e.sent, h.id, iif(h.id = e.id, h.name, NULL)
		FROM events e CROSS JOIN classes c ON c.door = coalesce(e.door, 0) AND c.action = coalesce(e.action, 0)
			AND c.severity = coalesce(e.severity, 0) AND c.ground = coalesce(e.ground, 0)
			AND c.technique = coalesce(e.technique, 0) AND c.account = coalesce(e.account, 0)
			LEFT JOIN heads h ON h.name = e.incident
		ORDER BY e.id;
	DROP TABLE heads;
	-- An id is never used twice, also when the newest events are gone.
	CREATE TABLE ids (last INTEGER NOT NULL) STRICT;
	INSERT INTO ids SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'events'), 0);
	DROP TABLE events;
	ALTER TABLE events2 RENAME TO events;
	CREATE INDEX events_class ON events (class);
	CREATE INDEX events_host ON events (host) WHERE host IS NOT NULL;
	CREATE INDEX events_client ON events (client, class) WHERE client IS NOT NULL;
	CREATE UNIQUE INDEX events_name ON events (name) WHERE name IS NOT NULL;
	CREATE INDEX events_incident ON events (incident) WHERE incident <> id;

	CREATE TABLE incidents (
		id INTEGER PRIMARY KEY,
		last INTEGER NOT NULL, -- time
		events INTEGER NOT NULL,
		rank INTEGER NOT NULL, worst INTEGER NOT NULL, -- the first of the severest events
		raised INTEGER, -- rank, when it is above that of the first event
		sent INTEGER, -- the most that an event says
		state INTEGER NOT NULL DEFAULT 0, -- see states
		note TEXT, author TEXT, decided INTEGER, until INTEGER,
		appeal TEXT, appealed INTEGER
	) STRICT;
	INSERT INTO incidents (id, last, events, rank, worst, sent)
		SELECT id, last, n, w / 9007199254740992, (w / 9007199254740992 + 1) * 9007199254740992 - w, sent
		FROM (SELECT e.incident AS id, max(e.time) AS last, count(*) AS n,
				max((c.rank + 1) * 9007199254740992 - e.id) AS w, max(e.sent) AS sent
			FROM events e JOIN classes c ON c.id = e.class
			WHERE e.incident IN (SELECT incident FROM events WHERE incident <> id) GROUP BY e.incident);
	UPDATE incidents SET raised = rank
		WHERE rank > (SELECT c.rank FROM events e JOIN classes c ON c.id = e.class WHERE e.id = incidents.id);
	CREATE INDEX incidents_raised ON incidents (raised) WHERE raised IS NOT NULL;
	CREATE INDEX incidents_state ON incidents (state) WHERE state <> 0;
	CREATE INDEX incidents_appeal ON incidents (id) WHERE appeal IS NOT NULL;

	-- An hour has the number of its events of each class, as in "3:120 7:1": a
	-- quarter of a year is two thousand rows then, not half a million.
	ALTER TABLE hours ADD COLUMN counts TEXT NOT NULL DEFAULT '';
	UPDATE hours SET counts = c.counts FROM (SELECT hour, group_concat(class || ':' || n, ' ') AS counts FROM
		(SELECT (time - ((time % 3600000) + 3600000) % 3600000) / 3600000 AS hour, class, count(*) AS n
			FROM events GROUP BY hour, class) GROUP BY hour) c WHERE c.hour = hours.hour;

	CREATE TABLE seen (
		client INTEGER NOT NULL, class INTEGER NOT NULL,
		events INTEGER NOT NULL,
		newest INTEGER NOT NULL, time INTEGER NOT NULL, -- the newest event
		PRIMARY KEY (client, class)
	) STRICT, WITHOUT ROWID;
	INSERT INTO seen SELECT client, class, count(*), max(id), time FROM events WHERE client IS NOT NULL GROUP BY client, class;
	CREATE TABLE devices (
		client INTEGER NOT NULL, device INTEGER NOT NULL,
		PRIMARY KEY (client, device)
	) STRICT, WITHOUT ROWID;
	CREATE INDEX devices_device ON devices (device);
	INSERT INTO devices SELECT DISTINCT client, device FROM events WHERE client IS NOT NULL AND device IS NOT NULL;

	CREATE TABLE exceptions (
		host TEXT PRIMARY KEY,
		kind TEXT NOT NULL,
		reason TEXT, author TEXT, incident TEXT,
		added INTEGER NOT NULL, until INTEGER
	) STRICT, WITHOUT ROWID;
	CREATE TABLE audit (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		time INTEGER NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL, detail TEXT
	) STRICT;`
