package guard

import "testing"

// TestWeightAndDigest: more of anything weighs more, nothing weighs nothing, and as much
// of something else is another finding.
func TestWeightAndDigest(t *testing.T) {
	t.Parallel()
	secrets := func(values ...string) (list []Secret) {
		for _, v := range values {
			list = append(list, newSecret([]byte(v), InBody))
		}
		return list
	}
	seen := map[uint64]string{}
	last := -1
	for _, step := range []struct {
		name string
		of   Finding
	}{
		{"nothing", Finding{}},
		{"an ID", Finding{IDs: secrets("me")}},
		{"a password too", Finding{IDs: secrets("me"), Passwords: secrets("half")}},
		{"a code too", Finding{IDs: secrets("me"), Passwords: secrets("half"), Codes: secrets("1")}},
		{"a sign-in", Finding{Act: SignIn, IDs: secrets("me"), Passwords: secrets("half")}},
		{"more than is listed", Finding{Act: SignIn, IDs: secrets("me"), Passwords: secrets("half"), More: true}},
		{"Amazon's", Finding{Act: SignIn, IDs: secrets("me"), Passwords: secrets("half"), Amazon: true}},
	} {
		w := step.of.Weight()
		if w <= last || (w == 0) != (step.name == "nothing") {
			t.Errorf("%s weighs %d; before it there was %d", step.name, w, last)
		}
		last = w
		d := step.of.Digest()
		if other, ok := seen[d]; ok || d != step.of.Digest() {
			t.Errorf("the digest of %s is also that of %q, or another each time", step.name, other)
		}
		seen[d] = step.name
	}
	half, whole := Finding{Passwords: secrets("half")}, Finding{Passwords: secrets("whole")}
	torn := Finding{Passwords: secrets("ha", "lf")}
	if half.Weight() != whole.Weight() || half.Digest() == whole.Digest() || half.Digest() == torn.Digest() {
		t.Error("a password and its half are one finding, or weigh differently")
	}
	if clear, opaque := (Finding{}), (Finding{Undecoded: true}); clear.Digest() == opaque.Digest() {
		t.Error("what could not be read is the same finding as nothing")
	}
}
