package journal

// console is the migration to schema 2: what the console asks for. An event's
// door, action, severity, ground and technique become one number, its class; an
// incident gets a row of its own, and events the number of that row.
//
// The hours of schema 1 stay as they are. Everything happens in one
// transaction, about ten microseconds an event.
const console = `
	CREATE TABLE classes (
		id INTEGER PRIMARY KEY,
		door INTEGER NOT NULL, action INTEGER NOT NULL, severity INTEGER NOT NULL,
		ground INTEGER NOT NULL, technique INTEGER NOT NULL, -- words; 0 is none, so that UNIQUE holds
		rank INTEGER NOT NULL, -- of the severity: 3 red, 2 amber, 1 info, 0 none
		UNIQUE (door, action, severity, ground, technique)
	) STRICT;
	INSERT INTO classes (door, action, severity, ground, technique, rank)
		SELECT d.*, coalesce((SELECT CASE text WHEN 'red' THEN 3 WHEN 'amber' THEN 2 WHEN 'info' THEN 1 ELSE 0 END
			FROM words WHERE words.id = d.severity), 0)
		FROM (SELECT DISTINCT coalesce(door, 0), coalesce(action, 0), coalesce(severity, 0) AS severity,
			coalesce(ground, 0), coalesce(technique, 0) FROM events) d;

	CREATE TABLE incidents (
		id INTEGER PRIMARY KEY, -- of its first event
		name TEXT NOT NULL UNIQUE, -- as events show it
		first INTEGER NOT NULL, last INTEGER NOT NULL, -- times
		events INTEGER NOT NULL, -- those that are left
		rank INTEGER NOT NULL, worst INTEGER NOT NULL, -- the first of the severest events
		sent INTEGER, -- the most that an event says
		state INTEGER NOT NULL DEFAULT 0 -- see states
	) STRICT;
	INSERT INTO incidents (id, name, first, last, events, rank, worst, sent)
		SELECT id, name, first, last, n, w / 9007199254740992,
			(w / 9007199254740992 + 1) * 9007199254740992 - w, sent
		FROM (SELECT min(e.id) AS id, e.incident AS name, min(e.time) AS first, max(e.time) AS last, count(*) AS n,
				max((c.rank + 1) * 9007199254740992 - e.id) AS w, max(e.sent) AS sent
			FROM events e JOIN classes c ON c.door = coalesce(e.door, 0) AND c.action = coalesce(e.action, 0)
				AND c.severity = coalesce(e.severity, 0) AND c.ground = coalesce(e.ground, 0)
				AND c.technique = coalesce(e.technique, 0)
			WHERE e.incident IS NOT NULL GROUP BY e.incident)
		ORDER BY id;
	CREATE INDEX incidents_state ON incidents (state, rank);

	CREATE TABLE events2 (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		time INTEGER NOT NULL, -- milliseconds since 1970, UTC
		class INTEGER NOT NULL,
		client INTEGER, device INTEGER, host INTEGER, target INTEGER, account INTEGER, -- words
		score REAL, detail TEXT,
		signs TEXT, fields TEXT, -- one a line
		sent INTEGER,
		incident INTEGER
	) STRICT;
	INSERT INTO events2
		SELECT e.id, e.time, c.id, e.client, e.device, e.host, e.target, e.account,
			e.score, e.detail, e.signs, e.fields, e.sent, (SELECT i.id FROM incidents i WHERE i.name = e.incident)
		FROM events e CROSS JOIN classes c ON c.door = coalesce(e.door, 0) AND c.action = coalesce(e.action, 0)
			AND c.severity = coalesce(e.severity, 0) AND c.ground = coalesce(e.ground, 0)
			AND c.technique = coalesce(e.technique, 0)
		ORDER BY e.id;
	-- An id is never used twice, also when the newest events are gone.
	DELETE FROM sqlite_sequence WHERE name = 'events2';
	INSERT INTO sqlite_sequence (name, seq) SELECT 'events2', seq FROM sqlite_sequence WHERE name = 'events';
	DROP TABLE events;
	ALTER TABLE events2 RENAME TO events;
	CREATE INDEX events_class ON events (class);
	CREATE INDEX events_host ON events (host) WHERE host IS NOT NULL;
	CREATE INDEX events_client ON events (client, class) WHERE client IS NOT NULL;
	CREATE INDEX events_device ON events (device, class) WHERE device IS NOT NULL;
	CREATE INDEX events_account ON events (account) WHERE account IS NOT NULL;
	CREATE INDEX events_incident ON events (incident) WHERE incident IS NOT NULL;

	-- counts is the roll-up by hour, seen the one by client.
	CREATE TABLE counts (
		hour INTEGER NOT NULL, class INTEGER NOT NULL,
		events INTEGER NOT NULL,
		PRIMARY KEY (hour, class)
	) STRICT, WITHOUT ROWID;
	INSERT INTO counts SELECT (time - ((time % 3600000) + 3600000) % 3600000) / 3600000 AS hour, class, count(*)
		FROM events GROUP BY hour, class;
	CREATE TABLE seen (
		client INTEGER NOT NULL, class INTEGER NOT NULL,
		events INTEGER NOT NULL,
		newest INTEGER NOT NULL, time INTEGER NOT NULL, -- the newest event
		PRIMARY KEY (client, class)
	) STRICT, WITHOUT ROWID;
	INSERT INTO seen SELECT client, class, count(*), max(id), time FROM events WHERE client IS NOT NULL GROUP BY client, class;
	CREATE INDEX seen_time ON seen (time);

	-- What people said. reviews has a row for an incident that somebody spoke of.
	CREATE TABLE reviews (
		id INTEGER PRIMARY KEY, -- of the incident
		note TEXT, by TEXT, decided INTEGER, until INTEGER,
		appeal TEXT, appealed INTEGER
	) STRICT;
	CREATE INDEX reviews_appeal ON reviews (id) WHERE appeal IS NOT NULL;
	CREATE TABLE exceptions (
		host TEXT PRIMARY KEY,
		kind TEXT NOT NULL,
		reason TEXT, by TEXT, incident TEXT,
		added INTEGER NOT NULL, until INTEGER
	) STRICT, WITHOUT ROWID;
	CREATE TABLE audit (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		time INTEGER NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL, detail TEXT
	) STRICT;`
