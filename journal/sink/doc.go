// Package sink sends the events of the journal to other places as well: a file of
// JSON lines, a syslog server, a collector of CEF, a webhook.
//
// A sink follows the journal by id from a cursor of its own, which is a small
// file, and takes at most batchSize events at a time:
//
//	journal ─► what follows the cursor ─► filter ─► format ─► receiver ─► cursor
//
// So nothing waits for a sink. One that is slow, full or gone holds up itself
// alone; what it has not got stays in the journal, where it goes on once it works
// again, also after a restart. An event counts as delivered when the receiver said
// so, or, where the protocol has no answer, when the system took it; it can arrive
// twice after a crash, and carries its id so that this can be told. What retention
// has deleted before a sink got to it is reported in its stream, by an event of
// door "system" with the technique [TechniqueGap], and in the log.
//
// Adding a kind of sink is one file and one line in the table kinds.
package sink
