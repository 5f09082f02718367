package schema

// released is the migration to schema 12: a quick way to whether a person went on in a
// visit, for a list that asks it of each of very many. Building it reads all events once.
const released = `
	CREATE INDEX events_released ON events (incident, class) WHERE sent = 1;`
