// Package systemdns has a computer ask one DNS server, and puts back what it asked
// before. What was there is on disk before anything is changed, so that it can be
// put back after a crash; what somebody else changed since is left as it is.
//
// The record lies where only the administrator writes, because whoever undoes a
// change is one, and does what the record says.
package systemdns
