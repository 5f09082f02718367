package proxy

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"strings"
)

// disown takes out of what an origin answers the fields that only sekisho's own answers
// carry, wherever they may stand.
func disown(resp *http.Response) {
	disownFields(resp.Header)
	disownFields(resp.Trailer)
	if resp.StatusCode != http.StatusSwitchingProtocols { // whose body is a connection
		resp.Body = &disownedBody{resp.Body, resp}
	}
}

func disownFields(h map[string][]string) {
	for name := range h {
		if strings.HasPrefix(name, "Sekisho-") {
			delete(h, name)
		}
	}
}

// disownedBody takes them out of the trailers, which are there once it was read.
type disownedBody struct {
	io.ReadCloser
	resp *http.Response
}

// Read implements [io.Reader].
func (b *disownedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		disownFields(b.resp.Trailer)
	}
	return n, err
}

// disownHints is r, whose interim answers lose them before anybody else hears of one.
func disownHints(r *http.Request) *http.Request {
	return r.WithContext(httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{
		Got1xxResponse: func(_ int, h textproto.MIMEHeader) error {
			disownFields(h)
			return nil
		},
	}))
}
