package vocabulary

import (
	"bytes"
	"strings"
	"testing"
)

// FuzzLookup holds that any name is looked up within its bounds, and that what comes out
// is a word of the file, never bytes of the name.
func FuzzLookup(f *testing.F) {
	for _, name := range []string{"", "password", "user[password]", "ctl00$Main$txtPassword", "plainPassword[second]", "ｐａｓｓｗｏｒｄ", "showPassword", "[]", "İ\xff", "otp1"} {
		f.Add([]byte(name))
	}
	file := map[string]bool{"": true}
	for w := range strings.FieldsSeq(vocabularyText) {
		file[strings.TrimPrefix(w, "*")] = true
	}
	f.Fuzz(func(t *testing.T, name []byte) {
		before := bytes.Clone(name)
		w := Lookup(name)
		if !file[w.Spelling] || (w.Class == Other) != (w.Spelling == "") {
			t.Fatalf("%q is %+v", name, w)
		}
		normal := Normalise(nil, name)
		if len(normal) > len(name) || !bytes.Equal(Normalise(nil, normal), normal) {
			t.Errorf("%q is %q, and that %q", name, normal, Normalise(nil, normal))
		}
		if leaf := Leaf(name); !bytes.Contains(name, leaf) {
			t.Errorf("the leaf of %q is %q", name, leaf)
		}
		if spelling, ok := Amazon(name); ok && spelling != string(name) {
			t.Errorf("%q is Amazon's %q", name, spelling)
		}
		if len(name) > MaxName && !(Telling(name) && Data(name)) {
			t.Errorf("%d bytes of a name say nothing", len(name))
		}
		if !bytes.Equal(before, name) {
			t.Errorf("%q became %q", before, name)
		}
	})
}
