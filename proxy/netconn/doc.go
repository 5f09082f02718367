// Package netconn has the connections that others are made of: one whose first bytes
// were read already ([Replay]), one of which only so much may be read ([Limited]), and
// a listener that a program gives its own connections to ([Handoff]). It knows whose they
// are ([Client]), and nothing of what is said on them.
package netconn
