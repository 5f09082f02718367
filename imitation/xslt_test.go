package imitation

import (
	"strings"
	"testing"
)

// A variable that is added to again and again stays short: it is put in as often.
func TestXSLTVariablesBounded(t *testing.T) {
	t.Parallel()
	x := &xslt{}
	add := `'` + strings.Repeat("x", maxVariable-1) + `'$b`
	for range 100 {
		x.name = "b"
		x.keep(x.literal([]byte(add)))
	}
	if got := len(x.literal([]byte("$b"))); got != maxVariable {
		t.Errorf("a variable has %d bytes; want %d", got, maxVariable)
	}
}
