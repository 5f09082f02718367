package journal

import (
	"fmt"
	"testing"

	"sekisho/hostname"
)

// TestTextInLetters: a name is found by the letters that it shows, in any width and case,
// of events that are listed, exported and come one by one.
func TestTextInLetters(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{})
	for i, name := range []string{"アマゾン-amazon.example", "プライム.アマゾン.example", "bücher.example", "amazon.example", "xn--none.example"} {
		if n, err := hostname.Parse(name); err == nil {
			name = n.String()
		}
		record(t, j, Event{Host: name, Severity: SeverityRed, Client: fmt.Sprintf("192.0.2.%d", i)})
	}
	r := reader(t, path)
	for text, want := range map[string]int{
		"アマゾン": 2, "ｱﾏｿﾞﾝ": 2, "アマゾン-AMAZON": 1, "プライム。アマ": 1, "マ": 2, "ＡＭＡＺＯＮ": 2, "amazon": 2, "BÜCHER": 1, "ü": 1,
		"xn--": 4, "楽天": 0, "アマゾン%": 0, "\u202eアマゾン": 0,
	} {
		f := Filter{Text: text, Limit: 10}
		page, err := r.Search(t.Context(), f, "")
		if err != nil || len(page.Events) != want {
			t.Errorf("%q: %d events, %v; want %d", text, len(page.Events), err, want)
		}
		if all := collect(t, r.Events(t.Context(), f)); len(all) != want {
			t.Errorf("%q: %d are exported; want %d", text, len(all), want)
		}
		live := 0
		for _, e := range collect(t, r.Events(t.Context(), Filter{})) {
			if f.Matches(e) {
				live++
			}
		}
		if live != want {
			t.Errorf("%q: %d match one by one; want %d", text, live, want)
		}
		f.Client = "192.0.2.1"
		if page, err = r.Search(t.Context(), f, ""); err != nil || len(page.Events) > 1 {
			t.Errorf("%q of a client: %d events, %v", text, len(page.Events), err)
		}
	}
}
