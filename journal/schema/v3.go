package schema

// people is the migration to schema 3: what people say of the office, and a quick
// way to a part of a host's name.
//
// hosts has the three-letter pieces of each host of words, kept in step by triggers,
// so that whoever adds or deletes a word need not know of it. It holds no text and no
// places of the pieces, which a search checks against words anyhow: some 60 bytes a
// host. See https://sqlite.org/fts5.html, sections 4.3.5, 4.4.2 and 4.7.
const people = `
	CREATE TABLE names (
		client TEXT PRIMARY KEY,
		name TEXT NOT NULL, kind TEXT NOT NULL, -- "" is none, of either
		author TEXT, changed INTEGER NOT NULL
	) STRICT, WITHOUT ROWID;
	CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
	CREATE VIRTUAL TABLE hosts USING fts5(text, content='', contentless_delete=1, detail=none,
		tokenize='trigram case_sensitive 1');
	INSERT INTO hosts (rowid, text) SELECT id, text FROM words WHERE kind = 4;
	CREATE TRIGGER hosts_add AFTER INSERT ON words WHEN new.kind = 4 BEGIN
		INSERT INTO hosts (rowid, text) VALUES (new.id, new.text);
	END;
	CREATE TRIGGER hosts_drop AFTER DELETE ON words WHEN old.kind = 4 BEGIN
		DELETE FROM hosts WHERE rowid = old.id;
	END;`
