package proxy_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"
)

// TestDrippingPage: a page that a site writes bit by bit begins long before it is
// whole.
func TestDrippingPage(t *testing.T) {
	t.Parallel()
	const most = 1000
	eachAlone(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		for i := range most {
			if _, err := fmt.Fprintf(w, "<p>row %d", i); err != nil || http.NewResponseController(w).Flush() != nil {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
	}), func(t *testing.T, _ *lab, d door) {
		resp := begin(t, d.client, http.MethodGet, d.base+"/", navigation, nil)
		defer func() { _ = resp.Body.Close() }()
		early := make([]byte, 1<<20)
		n, err := resp.Body.Read(early)
		rows := bytes.Count(early[:n], []byte("<p>"))
		if err != nil || rows == 0 || rows > most/10 {
			t.Errorf("the first read has %d rows of %d, %v; want few", rows, most, err)
		}
	})
}

// TestStepwisePage: each piece of a page of a known length arrives before the site
// sends the next.
func TestStepwisePage(t *testing.T) {
	t.Parallel()
	arrived := make(chan bool)
	const pieces = 6
	piece := []byte("<p>a row of the report, as it comes</p>\n")
	for _, alone := range []bool{false, true} { // with a length, and in chunks
		eachAlone(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			if !alone {
				w.Header().Set("Content-Length", fmt.Sprint(pieces*len(piece)))
			}
			for i := range pieces {
				_, _ = w.Write(piece)
				_ = http.NewResponseController(w).Flush()
				if i == pieces-1 {
					return // whoever has it all may leave without a word
				}
				select {
				case <-arrived:
				case <-r.Context().Done():
					return
				}
			}
		}), func(t *testing.T, _ *lab, d door) {
			resp := begin(t, d.client, http.MethodGet, d.base+"/", navigation, nil)
			defer func() { _ = resp.Body.Close() }()
			stuck := time.AfterFunc(20*time.Second, func() { _ = resp.Body.Close() })
			defer stuck.Stop()
			br := bufio.NewReader(resp.Body)
			for i := range pieces {
				line, err := br.ReadBytes('\n')
				if err != nil || !bytes.Equal(line, piece) {
					t.Fatalf("piece %d = %q, %v", i, line, err)
				}
				if i < pieces-1 {
					arrived <- true
				}
			}
			if rest, err := io.ReadAll(br); err != nil || len(rest) > 0 {
				t.Errorf("behind it: %q, %v", rest, err)
			}
		})
	}
}

// TestBrokenOff: what arrived of an answer before its site broke it off reaches the
// client, which learns that it is not whole.
func TestBrokenOff(t *testing.T) {
	t.Parallel()
	const sent, said = 700_000, 1_400_000
	for _, kind := range []string{"application/octet-stream", "text/html", "text/javascript"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			l := start(t)
			o := l.RawTLS([]string{shop}, func(c net.Conn) {
				_, _ = http.ReadRequest(bufio.NewReader(c))
				_, _ = fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n", kind, said)
				_, _ = c.Write(bytes.Repeat([]byte("lamps.\n"), sent/7))
			})
			for name, client := range map[string]*http.Client{"h2": l.client(), "h1": l.client1()} {
				req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, https(shop, o, "/"), nil)
				if err != nil {
					t.Fatal(err)
				}
				for k, v := range navigation {
					req.Header.Set(k, v)
				}
				resp, err := client.Do(req)
				if err != nil {
					t.Fatal(err)
				}
				// The client is slow: what it has not read is on the way.
				wait(t, "the origin to be done", func() bool { return name == "h2" || o.Open() == 0 })
				n, err := io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
				if n != sent || err == nil {
					t.Errorf("%s: %d bytes, %v; want %d and an error", name, n, err, sent)
				}
			}
		})
	}
}
