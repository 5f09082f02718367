package guard_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"sekisho/guard"
)

// TestCR07Blanks: what hides behind blanks that a coding makes small is found, or said to be
// unread.
func TestCR07Blanks(t *testing.T) {
	t.Parallel()
	named := func(pad string) string { return `{"0":"` + pad + `",` + jsonPair[1:] }
	silent := func(pad string) string { return `{"0":"` + pad + `","a":"` + typedID + `","b":"` + typedPass + `"}` }
	blanks := func(n int) string { return strings.Repeat(" ", n) }
	var lines strings.Builder // 5 MiB of text that shrinks to a twentieth
	for i := range 70_000 {
		fmt.Fprintf(&lines, "2026-11-26 10:00 the worker is well, and has had %x orders since ", uint32(i)*2654435761>>9)
	}
	for coding, pack := range map[string]func(string) string{"gzip": gzipped, "deflate": zlibbed, "br": brotlied, "zstd": zstded} {
		headers := "application/json\nContent-Encoding: " + coding
		for _, test := range []struct {
			name, plain string
			found, bomb bool
		}{
			{"named, below a MiB", named(blanks(900 << 10)), true, false},
			{"silent, below a MiB", silent(blanks(900 << 10)), true, false},
			{"named, long text", named(lines.String()), true, false},
			{"silent, long text", silent(lines.String()), true, false},
			{"named, 8 MiB", named(blanks(8 << 20)), false, true},
			{"base64 in a field", `{"d":"` + base64Std(pack(named(blanks(8<<20)))) + `"}`, false, coding != "br"},
			{"long text alone", `{"0":"` + lines.String() + `"}`, false, false},
		} {
			f := (request{headers: headers, body: pack(test.plain)}).inspect(t, guard.Hints{Known: known, Thorough: true})
			if found := slices.Contains(texts(f.IDs), typedID) && slices.Contains(texts(f.Passwords), typedPass); found != test.found || f.Bomb != test.bomb {
				t.Errorf("%s, %s: found %v, bomb %v; want %v, %v", coding, test.name, found, f.Bomb, test.found, test.bomb)
			}
			if f.Bomb && !f.Undecoded && !strings.Contains(test.name, "field") {
				t.Errorf("%s, %s: read in full, by what is said", coding, test.name)
			}
		}
	}
}

// TestCodedIsRead: on a suspicious site what came under a coding and was read is not taken
// for something encrypted, whose bytes look alike.
func TestCodedIsRead(t *testing.T) {
	t.Parallel()
	body := `{"theme":"dark","rows":[` + strings.Repeat(`{"sku":"HN-1037-WH","stock":4},`, 40) + `{}]}`
	for coding, pack := range map[string]func(string) string{"gzip": gzipped, "deflate": zlibbed, "br": brotlied, "zstd": zstded} {
		h := guard.Head{Method: "POST", Target: "/api/rows", Header: http.Header{"Content-Type": {"application/json"}, "Content-Encoding": {coding}}}
		if f := guard.Inspect(h, []byte(pack(body)), true, guard.Hints{Suspicious: true}); f.Undecoded {
			t.Errorf("%s is said to be unreadable", coding)
		}
	}
	noise := gzipped(body)[12:]
	h := guard.Head{Method: "POST", Target: "/p", Header: http.Header{"Content-Type": {"application/octet-stream"}}}
	if f := guard.Inspect(h, []byte(noise), true, guard.Hints{Suspicious: true}); !f.Undecoded {
		t.Error("noise is said to be read")
	}
}
