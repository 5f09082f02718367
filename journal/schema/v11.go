package schema

// undisguised is the migration to schema 11: a name with an A-label that encodes nothing
// was recorded with its first letter as an escape (\120n--a.example), as which nobody finds
// it elsewhere. No other name has that in it, and none with it is there twice. The pieces
// of a host come first: no trigger sees to them where a word changes.
const undisguised = `
	DELETE FROM hosts WHERE rowid IN (SELECT id FROM words WHERE kind = 4 AND instr(text, '\120n--'));
	INSERT INTO hosts (rowid, text) SELECT id, replace(text, '\120n--', 'xn--') FROM words WHERE kind = 4 AND instr(text, '\120n--');
	UPDATE words SET text = replace(text, '\120n--', 'xn--') WHERE kind = 4 AND instr(text, '\120n--');
	UPDATE OR REPLACE exceptions SET host = replace(host, '\120n--', 'xn--') WHERE instr(host, '\120n--');`
