package proxy

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"sync/atomic"
	"time"
)

// handover is an exchange that a relay began and cannot finish: the request
// went out, and what came back is not plain; or it failed. The inner server
// reads the same request again, and the first round trip of its visit is
// answered from here, so that no origin sees a request twice.
type handover struct {
	up  *upstream
	err error
	old atomic.Bool
}

// claim returns h for the first round trip that asks.
func (h *handover) claim() *handover {
	if h == nil || h.old.Swap(true) {
		return nil
	}
	return h
}

// errSwitched is an origin's change of protocol that nobody asked for.
var errSwitched = errors.New("malformed HTTP response: a switch of protocols that was not asked for")

// roundTrip reads the answer to r from the connection it was sent on.
func (h *handover) roundTrip(r *http.Request) (*http.Response, error) {
	if h.err != nil {
		return nil, h.err
	}
	_ = h.up.SetReadDeadline(time.Time{}) // the relay's, for a first look
	// Headers are bounded like those of the transport.
	limited := &limitedConn{Conn: h.up, left: maxResponseHeader}
	br := bufio.NewReaderSize(io.MultiReader(bytes.NewReader(h.up.early), limited), 16<<10)
	for {
		resp, err := http.ReadResponse(br, r)
		if err != nil {
			_ = h.up.Close()
			return nil, err
		}
		switch {
		case resp.StatusCode == http.StatusSwitchingProtocols:
			_ = h.up.Close()
			return nil, errSwitched
		case resp.StatusCode >= 200:
			limited.unlimited()
			resp.Body = &handoverBody{ReadCloser: resp.Body, up: h.up}
			return resp, nil
		}
	}
}

// handoverBody closes the connection with the body.
type handoverBody struct {
	io.ReadCloser
	up *upstream
}

// Close implements [io.Closer].
func (b *handoverBody) Close() error {
	// The connection first: the body's own Close would read to its end.
	err := b.up.Close()
	_ = b.ReadCloser.Close()
	return err
}
