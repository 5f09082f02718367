package schema

// together is the migration to schema 6: how many visits a decision was about,
// and when somebody last said once more that a host may pass. Adding columns takes the same moment however long the table is.
const together = `
	ALTER TABLE incidents ADD COLUMN others INTEGER NOT NULL DEFAULT 0; -- incidents that were decided together with this one
	ALTER TABLE exceptions ADD COLUMN renewed INTEGER; -- when somebody let the host pass for less long`
