package accounts

import (
	"strings"
	"testing"
)

// TestBlanksOfItsOwn protects a password that begins and ends in a blank: it is
// recognised as it is, with a code, and as a page sends it that takes blanks off.
func TestBlanksOfItsOwn(t *testing.T) {
	t.Parallel()
	const own = " blank at both ends "
	s := opened(t, t.TempDir()+"/accounts")
	add(t, s, sellerID, "shop", own)
	for sent, want := range map[string]bool{
		own: true, own + "123456": true, "123456" + own: true, strings.TrimSpace(own): true, strings.TrimSpace(own) + "123456": true, own[:10]: false,
	} {
		if got := check(t, s, nil, octets(sent)); got.Password != want {
			t.Errorf("%q matches = %v; want %v", sent, got.Password, want)
		}
	}
}

// TestVariantsBounded keeps within bounds what one request makes Check compare,
// whatever surrounds its passwords, and has what was sent itself go first.
func TestVariantsBounded(t *testing.T) {
	t.Parallel()
	var sent [][]byte
	for i := range maxPasswords + 4 {
		sent = append(sent, []byte(" 123456 "+strings.Repeat(string(rune('A'+i)), 8)+" 654321\n"))
	}
	out, whole, cut := variants(sent)
	if !cut || whole != maxPasswords || len(out) > 16*maxPasswords || len(out) <= maxPasswords {
		t.Fatalf("%d passwords to compare, %d as sent, cut %v; want %d as sent and more, true", len(out), whole, cut, maxPasswords)
	}
	for i := range maxPasswords {
		if string(out[i]) != string(sent[i]) {
			t.Errorf("password %d to be compared is %q; want %q, as sent", i, out[i], sent[i])
		}
	}
}
