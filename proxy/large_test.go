package proxy_test

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"sekisho/internal/labnet"
)

// large is what goes up and down in tests of memory.
const large = 64 << 20

// peakHeap runs f and returns by how much the live heap grew at most while it
// ran, as seen after each of f's calls of look.
func peakHeap(f func(look func())) uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	base, peak := m.HeapAlloc, uint64(0)
	f(func() {
		runtime.GC()
		runtime.ReadMemStats(&m)
		if m.HeapAlloc > base {
			peak = max(peak, m.HeapAlloc-base)
		}
	})
	return peak
}

// looker calls look each time another eighth of large has passed.
type looker struct {
	io.Reader
	n, next int64
	look    func()
}

func (l *looker) Read(p []byte) (int, error) {
	n, err := l.Reader.Read(p)
	if l.n += int64(n); l.n >= l.next {
		l.next += large / 8
		l.look()
	}
	return n, err
}

// TestHP41Large is HP-41: bodies of any size in constant memory, both ways. It is
// not parallel, because it looks at the heap.
func TestHP41Large(t *testing.T) {
	l := start(t)
	const bound = 16 << 20
	l.each(t, labnet.Handler(), func(t *testing.T, d door) {
		t.Run("HP-41 download", func(t *testing.T) {
			resp, err := d.client.Get(d.base + fmt.Sprintf("/download?bytes=%d", large))
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = resp.Body.Close() }()
			sum := sha256.New()
			peak := peakHeap(func(look func()) {
				_, err = io.Copy(sum, &looker{Reader: resp.Body, look: look})
			})
			if got := hex.EncodeToString(sum.Sum(nil)); err != nil || got != labnet.PatternSum(large) {
				t.Errorf("sum = %s, %v; want the pattern's", got, err)
			}
			if peak > bound {
				t.Errorf("the heap grew by %d MiB", peak>>20)
			}
		})
		t.Run("HP-41 upload", func(t *testing.T) {
			var a answer
			peak := peakHeap(func(look func()) {
				a = do(t, d.client, "POST", d.base+"/upload", nil, &looker{Reader: labnet.NewPattern(large), look: look})
			})
			if e := a.echo(t); e.Size != large || e.Sum != labnet.PatternSum(large) {
				t.Errorf("the origin saw %d bytes, sum %s", e.Size, e.Sum)
			}
			if peak > bound {
				t.Errorf("the heap grew by %d MiB", peak>>20)
			}
		})
	})
}

// TestHP41Range is the rest of HP-41: ranges and conditions are the origin's business.
func TestHP41Range(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.each(t, labnet.Handler(), func(t *testing.T, d door) {
		u := d.base + "/download?bytes=200000"
		full := get(t, d.client, u, nil)
		for _, tt := range []struct {
			header       map[string]string
			status       int
			contentRange string
			from, to     int
		}{
			{map[string]string{"Range": "bytes=100000-149999"}, 206, "bytes 100000-149999/200000", 100000, 150000},
			{map[string]string{"Range": "bytes=-5"}, 206, "bytes 199995-199999/200000", 199995, 200000},
			{map[string]string{"Range": "bytes=0-9", "If-Range": full.Header.Get("ETag")}, 206, "bytes 0-9/200000", 0, 10},
			{map[string]string{"Range": "bytes=0-9", "If-Range": `"other"`}, 200, "", 0, 200000},
			{map[string]string{"Range": "bytes=900000-"}, 416, "bytes */200000", -1, -1},
			{map[string]string{"If-None-Match": full.Header.Get("ETag")}, 304, "", 0, 0},
		} {
			a := get(t, d.client, u, tt.header)
			if a.StatusCode != tt.status || a.Header.Get("Content-Range") != tt.contentRange {
				t.Errorf("%v = %d %q; want %d %q", tt.header, a.StatusCode, a.Header.Get("Content-Range"), tt.status, tt.contentRange)
			} else if tt.from >= 0 && a.body != full.body[tt.from:tt.to] {
				t.Errorf("%v: other bytes", tt.header)
			}
		}
	})
}

// TestHP26EarlyRefusal is HP-26: 413 while the client still uploads.
func TestHP26EarlyRefusal(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.each(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "too large", http.StatusRequestEntityTooLarge)
	}), func(t *testing.T, d door) {
		t.Run("HP-26", func(t *testing.T) {
			a := do(t, d.client, http.MethodPost, d.base+"/", nil, labnet.NewPattern(8<<20))
			if a.StatusCode != http.StatusRequestEntityTooLarge || !strings.HasPrefix(a.body, "too large") {
				t.Errorf("answer = %d %q; want 413", a.StatusCode, a.body)
			}
		})
	})
}

// TestCutDownload holds that a body which the origin cut short is not passed
// off as whole.
func TestCutDownload(t *testing.T) {
	t.Parallel()
	l := start(t)
	for _, head := range []string{"Content-Length: 1000\r\n", "Transfer-Encoding: chunked\r\n"} {
		o := l.RawTLS([]string{shop}, func(c net.Conn) {
			if _, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
				_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\n"+head+"\r\n5\r\nhello\r\n")
			}
		})
		for _, c := range []*http.Client{l.client(), l.client1()} {
			resp, err := c.Get(https(shop, o, "/"))
			if err != nil {
				t.Fatal(err)
			}
			if b, err := io.ReadAll(resp.Body); err == nil {
				t.Errorf("%s: read %q without an error; want one", strings.TrimSpace(head), b)
			}
			_ = resp.Body.Close()
		}
	}
}
