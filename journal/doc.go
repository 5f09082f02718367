// Package journal keeps what sekisho decided, durably and in order, and reads
// it back.
//
// One process writes. [Open] takes a lock next to the file, moves a file that
// is no journal out of the way, and starts one goroutine that owns the only
// writing connection. [Journal.Record] queues an event and returns once the
// event would survive a power cut, so that whoever shows a block page may do
// so afterwards. Everything that waits in the queue shares one fsync (group
// commit): there is no timer, the batch is what arrived during the commit
// before. Retention runs between batches in short slices on the same
// goroutine, so that no event waits for more than one slice.
//
// Any number of processes read, through [OpenReader], also while another
// writes or after it crashed. A reader sees events in ascending id, a page at
// a time, and holds no transaction while its caller works on a page.
//
// # When the disk fails
//
// A disk that is full or broken, a foreign lock, or a file deleted underneath
// never stops sekisho. The event gets its id, goes into a backlog in memory of
// at most backlogSize events (each at most maxEventSize bytes) and is written,
// before newer ones, as soon as writing works again. Record reports it with an
// error meanwhile. What falls out of the backlog is counted by [Journal.Lost],
// leaves a gap in the ids, and is reported by an event of door "system". The
// last id handed out is kept in the lock file as well, whose one line is
// overwritten in place, so that ids go on ascending, and a loss shows, after a
// crash or with a new file.
//
// Damage is looked for at start, for a second, and met by what is written or
// deleted later; the file is then moved aside. What only reading meets is an error
// of what was to be read, [ErrDamaged]: the rest is of use, and goes on being read and
// written.
//
// # What is stored
//
// The names of hosts, clients and everything else that repeats are kept once,
// in a dictionary; a row has numbers for them. What an event is, by door,
// action, severity, ground, technique and account, is one number, its class.
// Each string is cut to a fixed length, and what could act on a terminal, a log
// or a table is escaped: see clean.go. Paths, queries, bodies and credentials
// are not this package's to filter: callers never put them into an [Event].
// Errors and log lines never contain an event's fields.
//
// Events with the same [Event.Incident] are an incident, which has a state, and
// what people said of it. [Journal.Decide], [Journal.Appeal],
// [Journal.PutException] and [Journal.Audit] store that, each in a transaction
// of its own on the writer's goroutine. Unlike events they are refused while
// the disk fails.
//
// # How it is found
//
// The transaction that stores events also counts them, by class and by hour of
// their time ([Reader.Hours], [Reader.Totals]) and by client
// ([Reader.Clients]); the one that retention deletes them in takes them out
// again. A list ([Reader.Search], [Reader.Incidents]) is read backwards from a
// cursor: a filter becomes a few ranges of one index, each in the order of ids,
// which are merged; a part of a host's name is looked for in an index of
// the three-letter pieces of all hosts.
// What no index decides is looked at row by row, for scanBudget rows; then the
// page ends and its cursor goes on from there. So no page takes longer because
// the journal is large. With five million events (162 bytes each, indexes
// included) of some half a million hosts, a page takes 1 to 15 ms on two cores,
// the counts of ninety days 40 ms, and a part of a name that few hosts have less than
// one: see BenchmarkConsole.
package journal
