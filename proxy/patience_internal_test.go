package proxy

import (
	"net/http"
	"strings"
	"testing"

	"sekisho/hostname"
	"sekisho/imitation"
)

// TestPatience: what has nothing to do with Amazon or credentials goes on soon when
// it stops coming; everything else is held.
func TestPatience(t *testing.T) {
	t.Parallel()
	host, err := hostname.Parse("shop.example")
	if err != nil {
		t.Fatal(err)
	}
	long := "<p>" + strings.Repeat("lamps and teapots ", 100)
	for name, tt := range map[string]struct {
		body, coding string
		frame, wary  bool
		want         string
	}{
		"nothing yet":               {"", "", false, false, "long"},
		"a short start":             {"<!doctype html><title>lamps</title><p>lamps", "", false, false, "short"},
		"a long one":                {long, "", false, false, "short"},
		"coded":                     {"", "br", false, false, "long"},
		"in a frame":                {long, "", true, false, "middle"},
		"a suspicious site":         {long, "", false, true, "long"},
		"a field for a password":    {long + "<input type=password>", "", false, false, "long"},
		"one soon":                  {"<input type=password>", "", false, false, "long"},
		"a field for an address":    {long + "<input type=email name=mail>", "", false, false, "long"},
		"the brand's word":          {long + "<h1>Amazon</h1>", "", false, false, "long"},
		"Amazon Pay":                {long + "<p>We take Amazon Pay</p>", "", false, false, "short"},
		"words of the form":         {"<p>Amazonの新しいお客様ですか?</p>", "", false, false, "long"},
		"words in a script":         {long + "<script>var a='Amazonの新しいお客様ですか?'</script>", "", false, false, "long"},
		"in a template":             {long + "<script type=text/template><input type=password></script>", "", false, false, "long"},
		"a title that is not ended": {"<title>Ama", "", false, false, "long"},
		"a class of Amazon's":       {long + "<div id=auth-fpp-link-bottom>", "", false, false, "long"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := http.Header{"Content-Type": {"text/html; charset=utf-8"}}
			if tt.coding != "" {
				h.Set("Content-Encoding", tt.coding)
			}
			scan := imitation.Watch(imitation.Response{Host: host, Target: "/", Status: 200, Header: h, Dest: "document"})
			defer scan.Close()
			r := &reading{scan: scan, opens: !tt.frame, shown: true, wary: tt.wary, got: len(tt.body)}
			_, _ = scan.Write([]byte(tt.body))
			stall, wait := r.patience()
			got := "middle"
			switch {
			case stall == quietStall && wait == quietWait:
				got = "short"
			case stall == documentStall && wait == documentWait:
				got = "long"
			}
			if got != tt.want {
				t.Errorf("patience is %s (%v, %v); want %s", got, stall, wait, tt.want)
			}
		})
	}
}
