package schema

// observed is the migration to schema 10: what was only recorded in mode observe, and
// passed. Of earlier events that is known of what was judged by name, which nothing else
// lets reach a site. Of the rest it is not: an upload can be stopped half-way. Building
// the index reads all events once.
const observed = `
	ALTER TABLE events ADD COLUMN observed INTEGER; -- 1, or NULL
	UPDATE events SET observed = 1 WHERE sent = 1 AND class IN (SELECT id FROM classes
		WHERE door IN (SELECT id FROM words WHERE kind = 1 AND text IN ('proxy', 'dns'))
		AND action IN (SELECT id FROM words WHERE kind = 5 AND text IN ('warn', 'block')));
	CREATE INDEX events_observed ON events (id) WHERE observed = 1;`
