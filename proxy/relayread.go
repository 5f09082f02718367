package proxy

import (
	"bufio"
	"bytes"
	"net/http"
	"net/textproto"

	"sekisho/imitation"
	"sekisho/proxy/escapes"
	"sekisho/proxy/h1"
)

// reader returns what reads the answer with this head, or nil, without an
// allocation, for what is of no interest. r.pending begins with the request.
func (r *relay) reader(head []byte, resp h1.Response, up *upstream) *reading {
	empty := resp.Framing == h1.NoBody || resp.Framing == h1.Length && resp.Length == 0
	// A page that the browser has is opened all the same, and so is what leads on to another.
	opened := (empty || resp.Status/100 == 3) && h1.EqualFold(h1.Field(r.pending, "sec-fetch-mode"), "navigate")
	if empty && !opened {
		return nil
	}
	// What is not read may tell by its address alone: kits bring Amazon's images.
	if !opened && idle(h1.Field(head, "content-type")) && !doubled(head) && !loaded(h1.Field(r.pending, "sec-fetch-dest")) && imitation.Request(r.visit.target.name, view(h1.Target(r.pending)), nil) == nil {
		return nil
	}
	req, err := escapes.ReadRequest(r.pending)
	if err != nil {
		return nil // cannot be: it is plain
	}
	header, err := headerOf(head)
	if err != nil {
		return nil // nor this
	}
	state := up.ConnectionState()
	return r.server.readAnswer(r.visit, answerHead{request: req, status: resp.Status, header: header, tls: &state})
}

// headerOf parses the fields of a plain head.
func headerOf(head []byte) (http.Header, error) {
	_, fields, _ := bytes.Cut(head, []byte("\n"))
	h, err := textproto.NewReader(bufio.NewReader(bytes.NewReader(fields))).ReadMIMEHeader()
	return http.Header(h), err
}

// idleTypes begin content types of which no part is a page or a script, and
// which browsers take for nothing else (MIME Sniffing, section 7). All that
// they list is passed on unread; package imitation has the last word on the
// others.
var idleTypes = []string{
	"image/avif", "image/bmp", "image/gif", "image/jpeg", "image/png", "image/webp", "image/x-icon", "image/vnd.microsoft.icon",
	"audio/", "video/", "font/", "text/plain", "text/event-stream", "application/octet-stream", "application/pdf", "application/wasm",
	"application/zip", "application/gzip", "application/font-woff", "application/vnd.apple.mpegurl", "application/grpc", "application/x-protobuf",
}

func idle(contentType []byte) bool {
	for _, t := range idleTypes {
		if h1.HasPrefixFold(contentType, t) {
			return true
		}
	}
	return false
}

// doubled reports whether a head has several content types, of which browsers
// may take another than the first.
func doubled(head []byte) bool {
	first := h1.Field(head, "content-type")
	if bytes.IndexByte(first, ',') >= 0 {
		return true
	}
	i := bytes.Index(head, first)
	return i >= 0 && h1.Field(head[i:], "content-type") != nil
}

// loaded reports whether a browser runs what it asks for, or gives it to a
// script, whatever its type.
func loaded(dest []byte) bool {
	switch string(dest) {
	case "empty", "track", "script", "worker", "sharedworker", "serviceworker", "audioworklet", "paintworklet":
		return true
	}
	return false
}
