package journal

// together is the migration to schema 6: how many visits a decision was about. Adding a
// column takes the same moment however long the table is.
const together = `
	ALTER TABLE incidents ADD COLUMN others INTEGER NOT NULL DEFAULT 0; -- incidents that were decided together with this one`
