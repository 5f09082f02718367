package schema

// certificate is the migration to schema 4: what was seen of a site's certificate,
// as one column, which most events do not have.
const certificate = `
	ALTER TABLE events ADD COLUMN certificate TEXT; -- issuer, begin and end, one a line`
