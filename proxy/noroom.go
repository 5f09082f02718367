package proxy

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"sekisho/descriptors"
	"sekisho/interstitial"
	"sekisho/proxy/netconn"
)

// Clients that there is no room for are told so in the clear, before they have said
// anything: to read a request, and to render a page for it, costs what there is too
// little of.

const (
	// refusedFor is how long such a client may take to hear it. A connection that is
	// closed with unread bytes in it is reset, and the reset overtakes the answer.
	refusedFor = time.Second
	// maxRefused is how many may at a time. The others are closed at once, and may hear
	// nothing: nobody can take the reserve by coming again and again.
	maxRefused = descriptors.Reserve / 4
)

// noRoom is the answer. A browser has its own page for it.
var noRoom = fmt.Appendf(nil, "HTTP/1.1 %d %s\r\n%s: %s\r\nCache-Control: no-store\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
	interstitial.CodeLimit.Status(), http.StatusText(interstitial.CodeLimit.Status()), errorHeader, interstitial.CodeLimit)

// refusals has a place for each client that is refused at this moment.
type refusals chan struct{}

func newRefusals() refusals { return make(refusals, maxRefused) }

// answer tells the client of c that there is no room, and closes c. It does not wait.
func (r refusals) answer(c net.Conn) {
	_ = c.SetDeadline(time.Now().Add(refusedFor))
	_, err := c.Write(noRoom) // the socket is fresh, and has room for it
	if err == nil && netconn.CloseWrite(c) == nil {
		select {
		case r <- struct{}{}:
			go func() {
				_, _ = io.CopyN(io.Discard, c, maxHeaderBytes)
				_ = c.Close()
				<-r
			}()
			return
		default:
		}
	}
	_ = c.Close()
}

// end waits until nobody is refused any more, and has those who come later closed.
func (r refusals) end() {
	for range cap(r) {
		r <- struct{}{}
	}
}
