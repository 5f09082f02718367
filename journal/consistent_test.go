package journal

import (
	"database/sql"
	"strings"
	"testing"
)

// inconsistencies are queries that give nothing when what is kept about events
// agrees with them.
var inconsistencies = map[string]string{
	"counts": `WITH RECURSIVE
		x AS (SELECT (time - ((time % 3600000) + 3600000) % 3600000) / 3600000 AS hour, class, count(*) AS n FROM events GROUP BY 1, 2),
		parts (hour, part, rest) AS (
			SELECT hour, '', counts || ' ' FROM hours
			UNION ALL SELECT hour, substr(rest, 1, instr(rest, ' ') - 1), substr(rest, instr(rest, ' ') + 1) FROM parts WHERE rest <> ''),
		y AS (SELECT hour, CAST(part AS INTEGER) AS class, CAST(substr(part, instr(part, ':') + 1) AS INTEGER) AS n FROM parts WHERE part <> '')
		SELECT * FROM (SELECT * FROM x EXCEPT SELECT * FROM y) UNION ALL SELECT * FROM (SELECT * FROM y EXCEPT SELECT * FROM x)`,
	"seen": `WITH x AS (SELECT client, class, count(*) AS events, max(id) AS newest, time FROM events WHERE client IS NOT NULL GROUP BY 1, 2)
		SELECT * FROM (SELECT * FROM x EXCEPT SELECT * FROM seen) UNION ALL SELECT * FROM (SELECT * FROM seen EXCEPT SELECT * FROM x)`,
	"hours":   "SELECT id, h.first, h.last FROM events LEFT JOIN hours h ON h.hour = (time - ((time % 3600000) + 3600000) % 3600000) / 3600000 WHERE h.hour IS NULL OR id NOT BETWEEN h.first AND h.last",
	"devices": "SELECT client, device FROM events WHERE client IS NOT NULL AND device IS NOT NULL EXCEPT SELECT client, device FROM devices",
	"names":   "SELECT id, incident, name FROM events WHERE (name IS NOT NULL) <> (incident IS id)",
	"incidents": `WITH x AS (SELECT e.incident AS id, max(time) AS last, count(*) AS events, max(c.rank) AS rank, max(sent) AS sent
			FROM events e JOIN classes c ON c.id = e.class WHERE incident IN (SELECT id FROM events) GROUP BY incident)
		SELECT x.*, i.* FROM x LEFT JOIN incidents i ON i.id = x.id
			WHERE x.events > 1 AND i.id IS NULL OR i.id IS NOT NULL AND (x.last, x.events, x.rank) <> (i.last, i.events, i.rank) OR i.id IS NOT NULL AND x.sent IS NOT i.sent`,
	"worst": `SELECT i.id, i.worst FROM incidents i WHERE i.worst IS NOT
		(SELECT min(e.id) FROM events e JOIN classes c ON c.id = e.class WHERE e.incident = i.id AND c.rank = i.rank)`,
	"unknown": `SELECT i.id FROM incidents i WHERE i.unknown IS NOT EXISTS
		(SELECT 1 FROM events e JOIN classes c ON c.id = e.class WHERE e.incident = i.id AND ` + sending + `)`,
	"raised": `SELECT i.id, i.raised FROM incidents i JOIN events e ON e.id = i.id JOIN classes c ON c.id = e.class
		WHERE i.raised IS NOT iif(i.rank > c.rank, i.rank, NULL)`,
	"incidents without events": "SELECT id FROM incidents EXCEPT SELECT id FROM events",
	"words nobody needs":       "SELECT id FROM words WHERE kind = 4 AND id NOT IN (SELECT host FROM events WHERE host IS NOT NULL) OR kind = 2 AND id NOT IN (SELECT client FROM events WHERE client IS NOT NULL)",
	"words missing":            "SELECT id FROM events WHERE host NOT IN (SELECT id FROM words) OR client NOT IN (SELECT id FROM words)",
	"hosts": `SELECT * FROM (SELECT id FROM words WHERE kind = 4 EXCEPT SELECT rowid FROM hosts)
		UNION ALL SELECT * FROM (SELECT rowid FROM hosts EXCEPT SELECT id FROM words WHERE kind = 4)`,
	"devices nobody has": "SELECT client FROM devices EXCEPT SELECT id FROM words",
}

// consistent fails the test when the journal at path contradicts itself.
func consistent(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", dsn(path, "ro"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for name, query := range inconsistencies {
		rows, err := db.QueryContext(t.Context(), query)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var bad []string
		columns, _ := rows.Columns()
		for n := 0; rows.Next() && n < 3; n++ {
			cells := make([]sql.NullString, len(columns))
			into := make([]any, len(columns))
			for i := range cells {
				into[i] = &cells[i]
			}
			if err := rows.Scan(into...); err != nil {
				t.Fatal(err)
			}
			var line []string
			for _, c := range cells {
				line = append(line, c.String)
			}
			bad = append(bad, strings.Join(line, ","))
		}
		_ = rows.Close()
		if len(bad) > 0 {
			t.Errorf("%s disagree with the events: %v", name, bad)
		}
	}
}
