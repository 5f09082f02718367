package schema

// waits is the migration to schema 5: what an incident waits for, and what of it was
// sent. See sending for which events left it unknown.
const waits = `
	ALTER TABLE incidents ADD COLUMN unknown INTEGER NOT NULL DEFAULT 0; -- whether of an event it is not known if its request was sent
	ALTER TABLE incidents ADD COLUMN again INTEGER NOT NULL DEFAULT 0; -- the state before the visitor asked again
	ALTER TABLE incidents ADD COLUMN earlier TEXT; -- the name of the incident whose decision this one falls under
	ALTER TABLE exceptions ADD COLUMN decision TEXT; -- what was decided on its incident
	UPDATE exceptions SET decision = (SELECT CASE i.state WHEN 1 THEN 'confirmed' WHEN 2 THEN 'false_alarm' WHEN 3 THEN 'allow' END
		FROM events e JOIN incidents i ON i.id = e.id WHERE e.name = exceptions.incident);
	UPDATE incidents SET unknown = 1 WHERE EXISTS (SELECT 1 FROM events e JOIN classes c ON c.id = e.class
			WHERE e.id = incidents.id AND ` + sending + `)
		OR EXISTS (SELECT 1 FROM events e JOIN classes c ON c.id = e.class
			WHERE e.incident = incidents.id AND e.incident <> e.id AND ` + sending + `);`

// sending is the condition on an event e of class c that there was a request and
// nothing says whether it reached the site, as it was when this migration was written.
const sending = `e.sent IS NULL AND c.door IN (SELECT id FROM words WHERE kind = 1 AND text IN ('proxy', 'page', 'guard'))
	AND c.technique NOT IN (SELECT id FROM words WHERE kind = 8 AND text = 'appeal')`
