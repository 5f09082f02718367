package framing

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"net/textproto"
	"strings"
	"testing"

	"sekisho/proxy/h1"
)

// FuzzHeads: of the requests that net/http reads, the first is found that has a length
// and a coding, or a coding in HTTP/1.0, and no other, however they are cut.
func FuzzHeads(f *testing.F) {
	const both = "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"
	for _, s := range []string{
		"POST / HTTP/1.1\r\nHost: a\r\n" + both + "\r\n0\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n chunked\r\n\r\n2b\r\nx\r\nContent-Length: 5\r\nTransfer-Encoding: c\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: a\r\ncontent-length:\t52\n\n\n\n" + both + "\r\n\r\n\r\n\r\nPOST / HTTP/1.1\r\nHost: a\r\n" + both + "\r\n0\r\n\r\n",
		"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", "POST / HTTP/1.0\nContent-Length: 3\n\nabcGET / HTTP/1.1\r\nHost: a\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 5\r\n\r\nPOST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\nX: a\r\n Content-Length: 5\r\n\r\nxPUT / HTTP/1.1\r\nHost: a\r\nTRANSFER-ENCODING: Chunked\r\nCONTENT-LENGTH: 5\r\n\r\n",
	} {
		f.Add([]byte(s), 3)
	}
	f.Fuzz(func(t *testing.T, data []byte, step int) {
		if bytes.ContainsRune(data, '#') {
			return // see TestTargets
		}
		var whole, pieces Requests
		cut := bytes.Clone(data)
		whole.Look(data)
		step = 1 + max(step, 0)%64
		for rest := cut; len(rest) > 0; rest = rest[min(step, len(rest)):] {
			pieces.Look(rest[:min(step, len(rest))])
		}
		at := whole.wrongAt.Load()
		if got := pieces.wrongAt.Load(); got != at || whole.heads.wrong != pieces.heads.wrong {
			t.Fatalf("%q: %d at %d; by %d %d at %d", data, whole.heads.wrong, at, step, pieces.heads.wrong, got)
		}
		if !bytes.Equal(cut, data) {
			t.Fatalf("%q; by %d %q", data, step, cut)
		}
		why, n, first := firstWrong(data)
		if first && (at != n || whole.heads.wrong != why) || !first && at != 0 && at <= n {
			t.Errorf("%q: %d at %d; want %d at %d (%t)", data, whole.heads.wrong, at, why, n, first)
		}
	})
}

// TestTargets: what net/http would refuse is hidden in the paths of requests, and nowhere
// else; not in what may follow a change of protocol. A fragment, which would be taken for
// something hidden, is found all the same.
func TestTargets(t *testing.T) {
	t.Parallel()
	const next, fields = "GET /%?%#%23 HTTP/1.1\r\nHost: a\r\n", "Cookie: /%\r\nContent-Length: 3\r\n\r\n/%#"
	for first, want := range map[string]struct {
		first, next string
		why         Wrong
	}{
		"GET /100%/%41?%# HTTP/1.1\r\n" + fields:         {"GET /100#/#41?%# HTTP/1.1\r\n" + fields, strings.Replace(next, "%", "#", 1), Sound},
		"PUT http://a%/100% HTTP/1.1\r\n" + fields:       {"PUT http://a%/100# HTTP/1.1\r\n" + fields, strings.Replace(next, "%", "#", 1), Sound},
		"CONNECT a%:443 HTTP/1.1\r\n\r\n":                {"CONNECT a%:443 HTTP/1.1\r\n\r\n", next, Sound},
		"GET /% HTTP/1.1\r\nUPGRADE : x\r\n\r\n":         {"GET /# HTTP/1.1\r\nUPGRADE : x\r\n\r\n", strings.Replace(next, "%", "#", 1), Sound},
		"GET /% HTTP/1.1\r\nUpgrade: x\r\n" + fields:     {"GET /# HTTP/1.1\r\nUpgrade: x\r\n" + fields, next, Sound},
		"GET /% HTTP/1.1\r\nupgrade:\r\n x\r\n\r\n":      {"GET /# HTTP/1.1\r\nupgrade:\r\n x\r\n\r\n", next, Sound},
		"GET /a#b HTTP/1.1\r\n" + fields:                 {"GET /a#b HTTP/1.1\r\n" + fields, next, withFragment},
		"CONNECT a:443 HTTP/1.1\r\n\r\nGET /# H\r\n\r\n": {"CONNECT a:443 HTTP/1.1\r\n\r\nGET /# H\r\n\r\n", next, withFragment},
	} {
		for step := 1; step < len(first+next); step++ {
			var r Requests
			got := []byte(first + next)
			for rest := got; len(rest) > 0; rest = rest[min(step, len(rest)):] {
				r.Look(rest[:min(step, len(rest))])
			}
			if string(got) != want.first+want.next || r.Why(2) != want.why {
				t.Fatalf("by %d: %q became %q, %d; want %q, %d", step, first+next, got, r.Why(2), want.first+want.next, want.why)
			}
		}
	}
}

// firstWrong reads requests with net/http up to the first that has to be refused, and
// returns its number, or else how many there are.
func firstWrong(data []byte) (why Wrong, n int32, found bool) {
	rest := bytes.NewReader(data)
	br := bufio.NewReaderSize(rest, 4<<10)
	at := func() int { return len(data) - rest.Len() - br.Buffered() }
	for {
		gap, _ := br.Peek(4)
		_, _ = br.Discard(len(gap) - len(bytes.TrimLeft(gap, "\r\n")))
		begin := at()
		r, err := http.ReadRequest(br)
		if err != nil {
			return 0, n, false
		}
		n++
		_, fields, _ := bytes.Cut(data[begin:at()], []byte("\n"))
		h, err := textproto.NewReader(bufio.NewReader(bytes.NewReader(fields))).ReadMIMEHeader()
		if err != nil || r.ContentLength > 1<<60 {
			return 0, n - 1, false
		}
		switch coded, sized := h["Transfer-Encoding"] != nil, h["Content-Length"] != nil; {
		case coded && r.Proto == "HTTP/1.0":
			return codedOld, n, true
		case coded && sized:
			return codedAndSized, n, true
		case coded:
			if strictly := new(h1.Chunks); !broken(strictly, data[at():]) {
				break
			}
			return 0, n, false
		}
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return 0, n, false
		}
	}
}

func broken(c *h1.Chunks, p []byte) bool {
	_, ok := c.Feed(p)
	return !ok
}

func TestHeadsTail(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]bool{
		"GET / HTTP/1.0": true, "GET / HTTP/1.0\r": true, "GET / HTTP/1.1\r": false, "GET /" + strings.Repeat("x", 9000) + " HTTP/1.0\r": true, "HTTP/1.0": false,
	} {
		for _, step := range []int{1, 3, len(line)} {
			var h heads
			for rest := line; rest != ""; rest = rest[min(step, len(rest)):] {
				h.feed([]byte(rest[:min(step, len(rest))]))
			}
			if got := h.line.old(); got != want {
				t.Errorf("%.20q by %d = %t", line, step, got)
			}
		}
	}
}

// TestHP01Unclear is HP-01: behind a request whose end is not clear nothing is sound, though
// net/http took what follows for another.
func TestHP01Unclear(t *testing.T) {
	t.Parallel()
	const line, next = "POST / HTTP/1.1\r\nHost: a\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
	for name, fields := range map[string]string{
		"a broken chunk": "Transfer-Encoding: chunked\r\n\r\nzz\r\n", "two lengths": "Content-Length: 1\r\nContent-Length: 2\r\n\r\nx",
		"a length of none": "Content-Length: x\r\n\r\n", "another coding": "Transfer-Encoding: x\r\n\r\n",
	} {
		var r Requests
		r.Look([]byte(line + fields + next))
		if got := r.Why(2); got != behindUnclear {
			t.Errorf("%s: what follows is %v; want it refused", name, got)
		}
	}
}
