package guard_test

import (
	"os"
	"strings"
	"testing"

	"sekisho/guard"
)

// ordinary is one request of testdata/ordinary.txt.
type ordinary struct {
	name, act string
	request   request
}

func readOrdinary(t testing.TB) (all []ordinary) {
	t.Helper()
	file, err := os.ReadFile("testdata/ordinary.txt")
	if err != nil {
		t.Fatal(err)
	}
	for i, entry := range strings.Split("\n"+string(file), "\n== ") {
		if i == 0 {
			continue // what the file says of itself
		}
		title, rest, _ := strings.Cut(entry, "\n")
		head, body, _ := strings.Cut(rest, "\n\n")
		name, act, ok := strings.Cut(title, " | ")
		start, headers, _ := strings.Cut(strings.TrimSpace(head), "\n")
		method, target, fine := strings.Cut(start, " ")
		if !ok || !fine {
			t.Fatalf("entry %d, %q, is not in the format of the file", i, title)
		}
		all = append(all, ordinary{name, act, request{method: method, target: target, headers: headers, body: strings.TrimSuffix(body, "\n")}})
	}
	return all
}

// TestCR24Ordinary holds the false alarms at none. It is run with an account
// known as well: then values of any name are gathered, and still no request may
// look like more than it is.
func TestCR24Ordinary(t *testing.T) {
	t.Parallel()
	all := readOrdinary(t)
	if len(all) < 80 {
		t.Errorf("%d ordinary requests; want at least 80", len(all))
	}
	for _, o := range all {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			for what, hints := range map[string]guard.Hints{"no account": {}, "an account": {Known: known}} {
				f := o.request.inspect(t, hints)
				if f.Act.String() != o.act || f.Amazon || f.Undecoded {
					t.Errorf("with %s: act %v, amazon %v, undecoded %v; want %s, false, false (signs %q, fields %q, IDs %q, passwords %q)",
						what, f.Act, f.Amazon, f.Undecoded, o.act, f.Signs, f.Fields, texts(f.IDs), texts(f.Passwords))
				}
				if f.Act == guard.Nothing && len(f.IDs)+len(f.Passwords)+len(f.Codes) > 0 {
					t.Errorf("with %s: values in a finding of nothing: %q %q %q", what, texts(f.IDs), texts(f.Passwords), texts(f.Codes))
				}
			}
		})
	}
}
