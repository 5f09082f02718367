package imitation

import "testing"

// TestFirstStep: what is left of a page without its field for a password, and whether it
// was more than Amazon's name.
func TestFirstStep(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name            string
		signs           []string
		first, mentions bool
	}{
		{"nothing", nil, false, false},
		{"a log-in and the word", []string{"brand", "name-field", "password-field"}, false, true},
		{"the same, built by a script", []string{"brand", "name-field", "script-password"}, false, true},
		{"a log-in, the word and words that any sign-in has", []string{"brand", "name-field", "password-field", "next-step"}, false, true},
		{"a mail of Amazon's, shown beside a log-in", []string{"title-brand", "part-words", "part-legal", "brand", "seller-central", "script-password"}, false, true},
		{"the same on the page itself", []string{"quoted-words", "copyright", "brand", "password-field"}, false, true},
		{"the title of Seller Central", []string{"title-seller", "brand", "script-password"}, false, false},
		{"a log-in and wording of Amazon's", []string{"brand", "name-field", "password-field", "email-or-phone"}, false, false},
		{"a title and wording beside a name", []string{"title-about", "email-or-phone", "brand", "name-field"}, true, false},
		{"the same beside a password too", []string{"title-about", "email-or-phone", "brand", "name-field", "password-field"}, true, false},
		{"the same beside a password alone", []string{"title-about", "email-or-phone", "brand", "password-field"}, false, false},
	} {
		if got := FirstStep(tt.signs); got != tt.first {
			t.Errorf("%s: a first step: %t", tt.name, got)
		}
		if got := MentionsOnly(tt.signs); got != tt.mentions {
			t.Errorf("%s: the name alone: %t", tt.name, got)
		}
	}
}
