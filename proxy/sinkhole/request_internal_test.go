package sinkhole

import (
	"net/http"
	"testing"

	"sekisho/hostname"
)

// TestVisitClear: what is asked for in the clear is a site if, and only if, every word
// about it says so.
func TestVisitClear(t *testing.T) {
	t.Parallel()
	const site = "blocked.example"
	for name, tt := range map[string]struct {
		method, host string
		beside       []string // Host beside :authority
		want         string
	}{
		"a request":            {http.MethodGet, site, nil, site},
		"a tunnel":             {http.MethodConnect, site, nil, ""},
		"the same twice":       {http.MethodGet, site, []string{site}, site},
		"another name beside":  {http.MethodGet, site, []string{"other.example"}, ""},
		"another port beside":  {http.MethodGet, site, []string{site + ":81"}, ""},
		"no name beside":       {http.MethodGet, site, []string{"no name"}, ""},
		"two, of which one is": {http.MethodGet, site, []string{site, "other.example"}, ""},
	} {
		r := &http.Request{Method: tt.method, Host: tt.host, Header: http.Header{"Host": tt.beside}}
		want := hostname.Name{}
		if tt.want != "" {
			n, err := hostname.Parse(tt.want)
			if err != nil {
				t.Fatal(err)
			}
			want = n
		}
		if got := new(conn).visit(r); got.Site != want || got.Scheme != "http" {
			t.Errorf("%s: %s %q; want %q", name, got.Scheme, got.Site, want)
		}
	}
}

// TestEnterEnded: a handshake that would begin when all have been ended does not.
func TestEnterEnded(t *testing.T) {
	t.Parallel()
	k := &Sinkhole{pending: map[*conn]struct{}{}}
	if c := new(conn); !k.enter(c) || len(k.pending) != 1 {
		t.Error("no handshake may begin")
	}
	k.ended = true
	if k.enter(new(conn)) || len(k.pending) != 1 {
		t.Error("one begins behind the end of all, which nobody ends")
	}
}
