// Package framing finds the messages of HTTP/1 whose end two readers may see at two
// places, so that one of them takes what another person chose for a message of its own.
//
// Where a body ends is told by a length or by a transfer coding. With both, and with a
// coding in HTTP/1.0, readers differ (RFC 9112, sections 6.1 and 6.3), and net/http drops
// the field before anybody could see it. So the bytes are looked at on their way to it:
// [Requests] on a client's connection, and answers on an origin's ([Dialled]). What the
// two ends of net/http would read differently is refused for that as well ([Unfit]).
// Nothing is changed but the spelling of a path (package escapes); the answer is the
// caller's business.
package framing
