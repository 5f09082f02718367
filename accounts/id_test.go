package accounts

import (
	"strings"
	"testing"
)

func TestCanonical(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ in, want string }{
		{"seller@shop.example", "seller@shop.example"},
		{" SELLER@Shop.Example\t", "seller@shop.example"},
		{"ｓｅｌｌｅｒ＠ｓｈｏｐ．ｅｘａｍｐｌｅ", "seller@shop.example"},
		{"\u200bseller@shop.example\ufeff", "seller@shop.example"},
		{"straße@shop.example", "strasse@shop.example"},
		{"山田@例え.example", "山田@例え.example"},
		{"09012345678", "09012345678"},
		{"090-1234-5678", "09012345678"},
		{"０９０ー１２３４ー５６７８", "09012345678"},
		{"+81 90 1234 5678", "09012345678"},
		{"+81 (0)90-1234-5678", "09012345678"},
		{"819012345678", "09012345678"},
		{"8109012345678", "09012345678"},
		{"9012345678", "09012345678"},
		{"03-1234-5678", "0312345678"},
		{"+81312345678", "0312345678"},
		{"+1 (206) 555-0100", "12065550100"},
		{"2065550100", "2065550100"},
		{"", ""},
		{"@", ""},
		{"a@", ""},
		{"@b", ""},
		{"a b@c.example", ""},
		{"a\x00@c.example", ""},
		{"12345", ""},
		{"1234567890123456", ""},
		{"090-1234-567x", ""},
		{"seller", ""},
		{"\xff@b.example", ""},
		{strings.Repeat("a", 250) + "@b.example", ""},
	} {
		got, ok := canonical(tt.in)
		if !ok {
			got = ""
		}
		if got != tt.want {
			t.Errorf("canonical(%q) = %q, %v; want %q", tt.in, got, ok, tt.want)
		}
	}
}

// The canonical form of a canonical form is itself, and of bounded length.
func FuzzCanonical(f *testing.F) {
	for _, s := range []string{"Seller@Shop.example", "+81 (0)90-1234-5678", "ｓ＠ｂ", "8109012345678", "ǅ@x", "\u0345@ᾳ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		form, ok := canonical(s)
		if !ok {
			return
		}
		if again, ok := canonical(form); !ok || again != form || len(form) > maxID {
			t.Errorf("canonical(%q) = %q, whose own is %q, %v", s, form, again, ok)
		}
	})
}
