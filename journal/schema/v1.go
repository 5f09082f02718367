package schema

// events is schema 1: the events, and the words and hours that belong to them.
const events = `
	-- words holds every string that repeats, once per kind (see words.go of package journal).
	-- AUTOINCREMENT, here and below, so that a number is never used twice.
	CREATE TABLE words (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		kind INTEGER NOT NULL,
		text TEXT NOT NULL,
		UNIQUE (kind, text)
	) STRICT;
	CREATE TABLE events (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		time INTEGER NOT NULL, -- milliseconds since 1970, UTC
		door INTEGER, client INTEGER, device INTEGER, host INTEGER, -- words
		action INTEGER, severity INTEGER, ground INTEGER, technique INTEGER, target INTEGER, account INTEGER,
		score REAL, detail TEXT,
		signs TEXT, fields TEXT, -- one a line
		sent INTEGER, incident TEXT
	) STRICT;
	CREATE INDEX events_host ON events (host) WHERE host IS NOT NULL;
	CREATE INDEX events_client ON events (client) WHERE client IS NOT NULL;
	CREATE INDEX events_incident ON events (incident) WHERE incident IS NOT NULL;
	-- hours gives the ids stamped with an hour of time, to turn a time range
	-- into an id range: the clock may jump, ids do not. Roll-ups join it here.
	CREATE TABLE hours (
		hour INTEGER PRIMARY KEY, -- since 1970
		first INTEGER NOT NULL,
		last INTEGER NOT NULL
	) STRICT;`
