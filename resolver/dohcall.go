package resolver

import (
	"encoding/base64"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync"

	"sekisho/resolver/datagram"
)

// A dohCall is what is needed while a request of DNS over HTTPS is answered, and is used
// again for another after that.
type dohCall struct {
	query []byte // room
	// reply is room for a short one: HTTP/2 may still read a long one from where it is
	// after the request has ended, when its client has reset that.
	reply []byte
	// later promises that what cannot be had at once comes by late.
	later promise
	late  <-chan []byte
}

var dohCalls = sync.Pool{New: func() any {
	call := &dohCall{query: make([]byte, firstRead), reply: make([]byte, 0, firstRead)}
	call.later = func(awaiting) sender {
		told := make(chan []byte, 1) // of this request, which may be over by then
		call.late = told
		return func(reply []byte) { told <- reply }
	}
	return call
}}

// read returns the query of r, or the status of what is wrong with it.
func (call *dohCall) read(r *http.Request) (query []byte, code int) {
	if r.URL.Path != dohPath {
		return nil, http.StatusNotFound
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		// Nearly always that is all there is, and needs no decoding as a URL.
		if text, ok := strings.CutPrefix(r.URL.RawQuery, "dns="); ok {
			if query, code := call.decode(text); code == 0 {
				return query, 0
			}
		}
		return call.decode(r.URL.Query().Get("dns"))
	case http.MethodPost:
		if !isDoHType(r.Header.Get("Content-Type")) {
			return nil, http.StatusUnsupportedMediaType
		}
		return call.receive(r.Body)
	}
	return nil, http.StatusMethodNotAllowed
}

// decode returns the query that text is (RFC 8484, section 6).
func (call *dohCall) decode(text string) (query []byte, code int) {
	if len(text) > base64.RawURLEncoding.EncodedLen(datagram.MaxQuery) {
		return nil, http.StatusRequestURITooLong
	}
	query, err := base64.RawURLEncoding.AppendDecode(call.query[:0], []byte(text))
	if err != nil || len(query) == 0 {
		return nil, http.StatusBadRequest
	}
	call.query = query
	return query, 0
}

// receive returns the query that body is.
func (call *dohCall) receive(body io.Reader) (query []byte, code int) {
	call.query = call.query[:cap(call.query)]
	for n := 0; ; {
		if n == len(call.query) {
			call.query = append(call.query, make([]byte, len(call.query))...)
		}
		more, err := body.Read(call.query[n:])
		n += more
		switch {
		case n > datagram.MaxQuery:
			return nil, http.StatusRequestEntityTooLarge
		case err == io.EOF:
			return call.query[:n], 0
		case err != nil:
			return nil, http.StatusBadRequest
		}
	}
}

// isDoHType reports whether a Content-Type says that a body is a query.
func isDoHType(text string) bool {
	if text == dohType {
		return true
	}
	kind, _, err := mime.ParseMediaType(text)
	return err == nil && kind == dohType
}
