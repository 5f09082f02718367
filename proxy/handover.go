package proxy

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"sekisho/proxy/framing"
	"sekisho/proxy/netconn"
)

// handover is an exchange that a relay began and cannot finish: the request
// went out, and what came back is not plain; or it failed. The inner server
// reads the same request again, as the first on its connection, and the round
// trip of that one is answered from here, so that no origin sees a request
// twice. No other request may have the answer.
type handover struct {
	up  *upstream // nil when err is set
	err error

	met, claimed atomic.Bool
}

type handoverKey struct{}

// meet ties h to the first request that the inner server reads, r, and returns
// r with it. The caller calls drop when r is over.
func (h *handover) meet(r *http.Request) (*http.Request, bool) {
	if h == nil || h.met.Swap(true) {
		return r, false
	}
	return r.WithContext(context.WithValue(r.Context(), handoverKey{}, h)), true
}

// claimHandover returns what answers r, once.
func claimHandover(r *http.Request) *handover {
	h, _ := r.Context().Value(handoverKey{}).(*handover)
	if h == nil || h.claimed.Swap(true) {
		return nil
	}
	return h
}

// drop closes what nobody claimed.
func (h *handover) drop() {
	if h != nil && !h.claimed.Swap(true) && h.up != nil {
		_ = h.up.Close()
	}
}

// errSwitched is an origin's change of protocol that nobody asked for.
var errSwitched = errors.New("malformed HTTP response: a switch of protocols that was not asked for")

// roundTrip reads the answer to r from the connection it was sent on.
func (h *handover) roundTrip(r *http.Request) (*http.Response, error) {
	if h.err != nil {
		return nil, h.err
	}
	_ = h.up.SetReadDeadline(time.Time{}) // the relay's, for a first look
	stop := context.AfterFunc(r.Context(), func() { _ = h.up.Close() })
	// Headers are bounded like those of the transport.
	limited := &netconn.Limited{Conn: h.up, Left: maxResponseHeader}
	answers := framing.NewAnswers(io.MultiReader(bytes.NewReader(h.up.early), limited))
	for {
		resp, err := answers.Next(r)
		if err != nil {
			_ = h.up.Close()
			return nil, err
		}
		switch {
		case resp.ProtoMajor != 1 || resp.StatusCode < 100:
			_ = h.up.Close()
			return nil, errStatus
		case resp.StatusCode == http.StatusSwitchingProtocols:
			_ = h.up.Close()
			return nil, errSwitched
		case resp.StatusCode >= 200:
			limited.Unlimited()
			resp.Body = &handoverBody{ReadCloser: resp.Body, up: h.up, stop: stop}
			return resp, nil
		}
	}
}

// handoverBody closes the connection with the body.
type handoverBody struct {
	io.ReadCloser
	up   *upstream
	stop func() bool // ends the wait for the request's end
}

// Close implements [io.Closer].
func (b *handoverBody) Close() error {
	b.stop()
	// The connection first: the body's own Close would read to its end.
	err := b.up.Close()
	_ = b.ReadCloser.Close()
	return err
}
