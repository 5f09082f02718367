package accounts

import (
	"fmt"
	"slices"
	"testing"
)

// TestFormerLabels: what an account was called before is kept, for its events have that,
// the latest first, and read again from the file.
func TestFormerLabels(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() + "/accounts"
	s := opened(t, dir)
	for _, step := range []struct {
		label  string
		former []string
	}{
		{"", nil},
		{"shop", []string{sellerID}},
		{"", []string{sellerID}},
		{"main shop", []string{"shop", sellerID}},
		{"shop", []string{"main shop", sellerID}},
	} {
		add(t, s, sellerID, step.label, secret)
		for _, store := range []*Store{s, opened(t, dir)} {
			if list := store.List(); len(list) != 1 || !slices.Equal(list[0].Former, step.former) {
				t.Errorf("after %q: %+v; want %q", step.label, list, step.former)
			}
		}
	}
	for i := range maxFormer + 2 {
		add(t, s, sellerID, fmt.Sprint("shop number ", i), secret)
	}
	if list := opened(t, dir).List(); len(list) != 1 || len(list[0].Former) != maxFormer || list[0].Former[0] != fmt.Sprint("shop number ", maxFormer) {
		t.Errorf("many: %+v", list)
	}
}
