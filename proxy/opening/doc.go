// Package opening tells by the first line that a client says, and by nothing else, what
// it speaks: HTTP or TLS, which can be judged, or another protocol, which passes unread.
// In doubt it is the former. WebRTC's is told from the others, since pages speak by it. It knows no policy: that something may be an imitation, so
// that no text passes, is said to it.
package opening
