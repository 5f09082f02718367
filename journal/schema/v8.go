package schema

// layers is the migration to schema 8: a host may have a block and, over it, what lets
// it pass for a while. People made these one by one, so that copying them takes a moment.
const layers = `
	CREATE TABLE exceptions2 (
		host TEXT NOT NULL,
		kind TEXT NOT NULL,
		reason TEXT, author TEXT, incident TEXT,
		added INTEGER NOT NULL, until INTEGER,
		decision TEXT, -- what was decided on its incident
		renewed INTEGER, -- when somebody let the host pass for less long
		PRIMARY KEY (host, kind)
	) STRICT, WITHOUT ROWID;
	INSERT INTO exceptions2 SELECT host, kind, reason, author, incident, added, until, decision, renewed FROM exceptions;
	DROP TABLE exceptions;
	ALTER TABLE exceptions2 RENAME TO exceptions;`
