package trigram

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	_ "modernc.org/sqlite" // registers the driver "sqlite"

	"sekisho/journal/schema"
)

const (
	hostKind   = 4 // of words, as package schema has it
	clientKind = 2
)

// office are hosts, the newest last, with much in common.
var office = func() []string {
	hosts := []string{
		"amazon.co.jp", "www.amazon.co.jp", "amazon.co.jp.example", "aamazon.example", "xn--cckwcxetd.example", "a.xn--cckwcxetd.example",
		"xn--none.example", "ab.cd", "b.ab", "a\"b.example", "under_score.example",
		"ana-nan.example", // which has all pieces of anana
	}
	for i := range 40 {
		hosts = append(hosts, fmt.Sprintf("shop%d.amazon-sale.example", i))
	}
	return hosts
}()

// words returns a journal's tables with hosts, numbered from 1 on, and a client that is
// called like one.
func words(t testing.TB, hosts []string) *sql.Conn {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "journal.db"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := schema.Migrate(t.Context(), c, 0); err != nil {
		t.Fatal(err)
	}
	for i, host := range slices.Concat(hosts, []string{"amazon.client.example"}) {
		kind := hostKind
		if i == len(hosts) {
			kind = clientKind
		}
		if _, err := c.ExecContext(t.Context(), "INSERT INTO words (id, kind, text) VALUES (?, ?, ?)", i+1, kind, host); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// those returns the numbers of the hosts that fit.
func those(hosts []string, fits func(host string) bool) (ids []int64) {
	for i, host := range hosts {
		if fits(host) {
			ids = append(ids, int64(i+1))
		}
	}
	return ids
}

func TestFind(t *testing.T) {
	t.Parallel()
	c := words(t, office)
	for _, text := range []string{
		"amazon", "amazon.co.jp", "ama", "am", "ab", ".ab", "a\"b", "\"", "shop1", "shop39.amazon-sale.example", "none", "anana", "xn--", "_s", "*", "or",
		"amazon OR shop", "NEAR(ama zon)", "hosts:amazon", strings.Repeat("amazon", 40),
	} {
		got, ok, err := Find(t.Context(), c, text, 1000)
		if err != nil || ok != (len(text) > 1) {
			t.Errorf("Find(%q) = %v, %v", text, ok, err)
		}
		var want []int64
		if ok {
			want = those(office, func(host string) bool { return strings.Contains(host, text) })
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("Find(%q) (-want +got):\n%s", text, cmp.Diff(want, got))
		}
	}
	if got, _, err := Find(t.Context(), c, "amazon", 3); err != nil || len(got) != 3 {
		t.Errorf("Find = %v, %v; want three", got, err)
	}
}

// TestFindAfterDeletion: a word that retention deleted is not found.
func TestFindAfterDeletion(t *testing.T) {
	t.Parallel()
	c := words(t, office)
	if _, err := c.ExecContext(t.Context(), "DELETE FROM words WHERE id = 1"); err != nil {
		t.Fatal(err)
	}
	if got, _, err := Find(t.Context(), c, "amazon.co.jp", 1000); err != nil || slices.Contains(got, 1) || len(got) != 2 {
		t.Errorf("Find = %v, %v; want the other two", got, err)
	}
}

func TestBelow(t *testing.T) {
	t.Parallel()
	c := words(t, office)
	for _, host := range []string{"amazon.co.jp", "amazon-sale.example", "example", "ab", "b", "jp", "a\"b.example", "nobody.example"} {
		got, err := Below(t.Context(), c, host, 1000)
		if err != nil {
			t.Errorf("Below(%q): %v", host, err)
		}
		want := those(office, func(h string) bool { return strings.HasSuffix(h, "."+host) })
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("Below(%q) (-want +got):\n%s", host, cmp.Diff(want, got))
		}
	}
}

// FuzzFind: whatever somebody types is a text to FTS5, and none of its language.
func FuzzFind(f *testing.F) {
	for _, s := range []string{"ama", "a\"b", "\" OR \"", "x* ", "^abc", "{a b}:c", "-abc", "\x00ab"} {
		f.Add(s)
	}
	c := words(f, office)
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "")
		if Lettered(text) || len(text) < 2 {
			t.Skip("not looked for by pieces")
		}
		got, ok, err := Find(t.Context(), c, text, 1000)
		if err != nil || !ok {
			t.Fatalf("Find(%q) = %v, %v", text, ok, err)
		}
		want := those(office, func(host string) bool { return strings.Contains(host, text) })
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("Find(%q) (-want +got):\n%s", text, cmp.Diff(want, got))
		}
	})
}
