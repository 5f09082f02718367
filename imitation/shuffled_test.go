package imitation

import (
	"fmt"
	"strings"
	"testing"
)

// obfuscated is a script with a list of strings and calls by number.
func obfuscated(words []string, calls int) string {
	var b strings.Builder
	b.WriteString("var _0x1=['" + strings.Join(words, "','") + "'];z=''")
	for i := range calls {
		fmt.Fprintf(&b, "+f(0x%x)", i)
	}
	return b.String()
}

// TestShuffledBounds: neither long strings that are called for often nor many scripts
// cost more than the bounds say.
func TestShuffledBounds(t *testing.T) {
	t.Parallel()
	long := append([]string{strings.Repeat("a b", 15<<10)}, strings.Fields("b c d e f g")...)
	for _, test := range []struct {
		name, script string
		scripts      int
	}{
		{"a long string", obfuscated(long, 2000), 3},
		{"many strings", obfuscated(strings.Split(strings.Repeat("ab ", 4000), " "), 1), 3},
		{"many of both", obfuscated(strings.Split(strings.Repeat("ab ", 2000), " "), 2000), 3},
		{"many scripts", obfuscated(strings.Fields("h i j k l m n"), 200), 2000},
		{"no end", obfuscated(strings.Fields("h i j k l m n"), 200) + "+'", 3},
		{"numbers that are strings", "_0x1;" + strings.Repeat("f('0x1a');", 20000), 2},
		{"quotes behind all that is kept", "_0x1='" + strings.Repeat(`"`, maxShuffled) + "';" + strings.Repeat(`a="";`, 100), 2},
		{"many calls behind strings", strings.Repeat("_0x=['a','b','c','d','e','f'];f(0x1,0x", 2000), 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := watch(t, "text/html", "")
			for range test.scripts {
				_, _ = s.Write([]byte("<script>" + test.script + "</script>")) // never fails
			}
			s.Close()
			k := &s.page.script.shuffled
			if left := s.found.turned; left < -maxTurn-maxItems {
				t.Errorf("%d bytes more than %d were put together", -left, maxTurned)
			}
			if cap(k.data) > 2*maxShuffled || cap(k.items) > 2*maxItems || len(k.wrappers) > maxWrappers || cap(k.gap) > 2*scriptBlock {
				t.Errorf("holds %d bytes, %d items, %d of script", cap(k.data), cap(k.items), cap(k.gap))
			}
		})
	}
}

// TestShuffledTurn: of all the turns that a list may have, the one is read that puts
// words of Amazon's together.
func TestShuffledTurn(t *testing.T) {
	t.Parallel()
	words := []string{"zon?", "New to Ama", "obile phone number", "Email or m", "unit", "<input type=pass", "word>"}
	for turn := range words {
		list := append(append([]string{}, words[turn:]...), words[:turn]...)
		s := watch(t, "text/javascript", "")
		_, _ = s.Write([]byte("_0x1=['" + strings.Join(list, "','") + "'];x=f(0x64)+f(0x63)+'<p>';y='<label>'+f(0x66)+f(0x65);z=f(0x68)+f(0x69)")) // never fails
		if got := s.Close(); got.Grade != Copy {
			t.Errorf("turned by %d: %v, %q", turn, got.Grade, got.Signs)
		}
	}
}
