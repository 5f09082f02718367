package imitation_test

import (
	"slices"
	"testing"

	"sekisho/imitation"
)

// TestPartOfTerms: the terms are as much a part of a page as the line of copyright is.
func TestPartOfTerms(t *testing.T) {
	t.Parallel()
	r := scan(response("text/html"), []byte(`<!doctype html><meta charset=utf-8><div><p>続行することで、Amazonの利用規約およびプライバシー規約に同意するものとみなされます。</p></div>`), piece)
	if !slices.Contains(r.Signs, "part-legal") {
		t.Errorf("got %q; want part-legal", r.Signs)
	}
}

// TestAsksByMaking: a field for a name makes the text of a document count if something
// of Amazon's making is there, and not because of a look that others have too.
func TestAsksByMaking(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, form string
		want       bool
	}{
		{"a field of Amazon's", `<input type=hidden name=openid.return_to>`, true},
		{"a font", `<link href="/fonts/AmazonEmber.css">`, false},
		{"a field that others have", `<input type=hidden name=metadata1>`, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := page(t, `<title>会員</title><form>`+test.form+`<label>Amazonのパスワード</label><input type=email name=email></form>`)
			if got := slices.Contains(r.Signs, "amazon-password"); got != test.want {
				t.Errorf("its words count: %v; want %v; %q", got, test.want, r.Signs)
			}
		})
	}
}

// TestSuspectLine: the name alone, at a form for a password, is suspect; less is not.
func TestSuspectLine(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		signs []string
		want  imitation.Grade
	}{
		{[]string{"password-field", "brand"}, imitation.Suspect}, // 30
		{[]string{"password-field", "title-brand", "stay-signed-in"}, imitation.Traces},
		{[]string{"brand"}, imitation.Traces},
	} {
		if got, score := imitation.Grades(test.signs); got != test.want {
			t.Errorf("%q: got %v, %d; want %v", test.signs, got, score, test.want)
		}
	}
}

// TestStored: words that any sign-in has may be kept for the next page.
func TestStored(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]bool{"Amazonの新しいお客様ですか？": true, "ログインしたままにする": false, "Amazonの更新": false} {
		r := scan(response("text/javascript"), []byte(`localStorage.setItem("w","`+words+`")`), piece)
		if got := slices.Contains(r.Signs, "stored-words"); got != want {
			t.Errorf("%s: %v; want %v; %q", words, got, want, r.Signs)
		}
	}
}
