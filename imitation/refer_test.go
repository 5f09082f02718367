package imitation

import (
	"html"
	"testing"
)

// TestResolved holds it to what package html makes of the same text.
func TestResolved(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "a", "&", "a & b", "&nbsp;a&nbsp;&amp;nbsp;", "&amp;amp;", "&ampa", "&amp", "&copy 2026", "&notin;&notit;", "&#x41;&#65&#1234567;", "&&amp;&lt;&gt;&quot;&#39;", "&unknown;&", "&Aacute;é&raquo;&middot;",
	} {
		if got, want := string(resolved(nil, []byte(text))), html.UnescapeString(text); got != want {
			t.Errorf("%q: got %q; want %q", text, got, want)
		}
	}
}
