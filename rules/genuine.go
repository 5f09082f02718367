package rules

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"sekisho/hostname"
)

//go:embed genuine.tsv
var genuineText string

// owned is what genuine.tsv says of a name.
type owned struct {
	suffix, host fact
}

// fact is one line of genuine.tsv, without the name.
type fact struct {
	known       bool
	customers   bool // Amazon's name, other people's content: never genuine
	credentials bool
	detail      string // for verdicts, made once
}

// amazon is genuine.tsv by name. It is not changed after start.
var amazon = readGenuine(genuineText)

// customerKinds are the kinds of names that Amazon owns and others fill.
var customerKinds = map[string]bool{"aws-user-content": true, "aws-other": true}

// readGenuine panics on a line it does not understand: the text is part of
// the program, and a test reads it.
func readGenuine(text string) map[string]owned {
	m := map[string]owned{}
	for f := range tsv(text) {
		if len(f) != 4 {
			panic(fmt.Sprintf("rules: genuine.tsv: %q has %d columns; want 4", f[0], len(f)))
		}
		is := fact{
			known: true, customers: customerKinds[f[2]], credentials: f[3] == "yes",
			detail: "is Amazon's own, by name",
		}
		if f[1] == "suffix" {
			is.detail = "is Amazon's own, like everything below " + f[0]
		}
		o := m[f[0]]
		switch f[1] {
		case "suffix":
			o.suffix = is
		case "host":
			o.host = is
		default:
			panic(fmt.Sprintf("rules: genuine.tsv: %q matches %q", f[0], f[1]))
		}
		m[f[0]] = o
	}
	return m
}

// tsv yields the columns of the lines of text that are not comments.
func tsv(text string) func(yield func([]string) bool) {
	return func(yield func([]string) bool) {
		for line := range strings.Lines(text) {
			line = strings.TrimRight(line, "\r\n")
			if strings.TrimSpace(line) == "" || line[0] == '#' {
				continue
			}
			if !yield(strings.Split(line, "\t")) {
				return
			}
		}
	}
}

// aboveGenuine holds every name that some genuine name is below.
var aboveGenuine = func() map[string]bool {
	m := map[string]bool{}
	for name, o := range amazon {
		if o.suffix.customers || o.host.customers {
			continue
		}
		for _, at, ok := strings.Cut(name, "."); ok; _, at, ok = strings.Cut(at, ".") {
			m[at] = true
		}
	}
	return m
}()

// ownership returns what is known of n by the longest match, and the entry
// that matched. The name alone is asked for as a host first.
func ownership(n hostname.Name) (fact, string) {
	if _, ip := n.Addr(); ip {
		return fact{}, ""
	}
	s := n.String()
	if o := amazon[s]; o.host.known {
		return o.host, s
	}
	for at := s; at != ""; _, at, _ = strings.Cut(at, ".") {
		if o := amazon[at]; o.suffix.known {
			return o.suffix, at
		}
	}
	return fact{}, ""
}

// IsGenuine reports whether n is Amazon's own: run by Amazon, so that it is
// passed undecrypted and never blocked. Hosts that belong to Amazon but are
// filled by its customers, such as those below amazonaws.com, are not.
func IsGenuine(n hostname.Name) bool {
	f, _ := ownership(n)
	return f.known && !f.customers
}

// MayReceiveCredentials reports whether the sign-in of an Amazon account may
// be sent to n. Not every genuine name is such a place.
func MayReceiveCredentials(n hostname.Name) bool {
	f, _ := ownership(n)
	return f.known && !f.customers && f.credentials
}

// CredentialSuffixes returns, sorted, the fewest suffixes that cover every
// name for which [MayReceiveCredentials] is true. They cover some others too.
// They are spelled like [hostname.Name.String]; the slice is the caller's.
func CredentialSuffixes() []string {
	var all []string
	for name, o := range amazon {
		if o.suffix.credentials || o.host.credentials {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Clone(all), func(name string) bool {
		return slices.ContainsFunc(all, func(above string) bool { return strings.HasSuffix(name, "."+above) })
	})
}
