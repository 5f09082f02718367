package rules

import (
	_ "embed"
	"fmt"
	"strings"

	"sekisho/hostname"
)

//go:embed never.tsv
var neverText string

// neverBuiltIn is never.tsv: by name, why it is never decrypted. It is not
// changed after start.
var neverBuiltIn = readNever(neverText)

// readNever panics on a line it does not understand: the text is part of the
// program, and a test reads it.
func readNever(text string) map[string]string {
	m := map[string]string{}
	for f := range tsv(text) {
		if len(f) != 3 {
			panic(fmt.Sprintf("rules: never.tsv: %q has %d columns; want 3", f[0], len(f)))
		}
		m[f[0]] = "is never decrypted: it belongs to " + f[2] + " (" + f[1] + ")"
	}
	return m
}

// isProtected asks the built-in list.
func isProtected(n hostname.Name) (Verdict, bool) {
	if _, ip := n.Addr(); ip {
		return Verdict{}, false
	}
	for at := n.String(); at != ""; _, at, _ = strings.Cut(at, ".") {
		if detail, ok := neverBuiltIn[at]; ok {
			return Verdict{Ground: Never, Detail: detail}, true
		}
	}
	return Verdict{}, false
}
