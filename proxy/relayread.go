package proxy

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/textproto"
	"os"
	"time"

	"sekisho/imitation"
	"sekisho/proxy/h1"
)

// reader returns what reads the answer with this head, or nil, without an
// allocation, for what is of no interest. r.pending begins with the request.
func (r *relay) reader(head []byte, resp h1.Response, up *upstream) *reading {
	if resp.Framing == h1.NoBody || resp.Framing == h1.Length && resp.Length == 0 {
		return nil
	}
	// What is not read may tell by its address alone: kits bring Amazon's images.
	if idle(h1.Field(head, "content-type")) && !doubled(head) && !loaded(h1.Field(r.pending, "sec-fetch-dest")) && imitation.Request(r.visit.target.name, view(h1.Target(r.pending)), nil) == nil {
		return nil
	}
	req, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(r.pending)))
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

// passReading is passBody for an answer that is read. A document is kept back
// until it was judged; one that must not be shown is the error, with nothing
// begun, so that the inner server answers in its place. out has the head.
func (r *relay) passReading(b *buffer, up *upstream, resp h1.Response, out, more []byte, read *reading, answer *answered) (reusable bool, err error) {
	defer read.close()
	if !read.head() {
		return false, read.held
	}
	early := r.server.heldBytes.Hold(read.visit.client)
	defer early.Drop()
	to := outlet{w: r.client, head: len(out), length: resp.Framing == h1.Length}
	body, holds, since := h1.BodyOf(resp), read.holds(), time.Now()
	for first := true; ; first = false {
		was := body
		n, ok := body.TakeData(more, read.feed)
		ended := ok && body.Ended()
		if ended && !read.end() || read.held != nil {
			return false, to.replaceRest(read, answer, was)
		}
		if first {
			out = append(out, more[:n]...)
		} else {
			out = more[:n]
		}
		if !ok && !answer.begun {
			return false, errBadBody // nothing went out: there is still a page to show
		}
		if !ok {
			return false, io.ErrUnexpectedEOF
		}
		stall, wait := documentStall, documentWait
		if holds = holds && !ended && !read.done() && len(early.B) < maxDocument && early.Room(len(out)); holds {
			early.B = append(early.B, out...)
			out = nil
			stall, wait = read.patience()
			holds = time.Since(since) < wait
		}
		if !holds {
			if err := to.release(&early, out, answer, read, ended); err != nil {
				return false, err
			}
		}
		if ended {
			return n == len(more) && !resp.Close, nil
		}
		m, err := r.readReading(b, up, holds, stall)
		if holds && errors.Is(err, os.ErrDeadlineExceeded) {
			if err := to.release(&early, nil, answer, read, false); err != nil {
				return false, err
			}
			holds = false
			m, err = r.readReading(b, up, false, 0)
		}
		if m == 0 && errors.Is(err, io.EOF) && resp.Framing == h1.UntilClose {
			if !read.end() {
				return false, to.replaceRest(read, answer, body)
			}
			return false, to.release(&early, nil, answer, read, true)
		}
		if m == 0 && err != nil {
			if err := to.release(&early, nil, answer, read, false); err != nil {
				return false, err
			}
			return false, brokenOff(resp, up, err)
		}
		more = b.up[:m]
	}
}

// readReading reads from up, and not for longer than stall while a document is kept
// back.
func (r *relay) readReading(b *buffer, up *upstream, holds bool, stall time.Duration) (int, error) {
	if !holds {
		_ = up.SetReadDeadline(time.Time{})
		return r.readOrigin(up, b.up[:])
	}
	_ = up.SetReadDeadline(time.Now().Add(stall))
	return up.Read(b.up[:])
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
