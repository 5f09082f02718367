package accounts

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

const (
	sellerID = "seller@shop.example"
	phoneID  = "090-1234-5678"
	secret   = "kumo-to-kaze 37%"
	other    = "another pass phrase"
)

// cheap is for tests that are not about the cost.
var cheap = Options{KeyInFile: true, Cost: Cost{Time: 1, Memory: minMemory}}

func opened(t testing.TB, dir string) *Store {
	t.Helper()
	s, err := Open(dir, cheap)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func add(t testing.TB, s *Store, id, label, password string) {
	t.Helper()
	if err := s.Add(id, label, []byte(password)); err != nil {
		t.Fatalf("Add(%q, %q): %v", id, label, err)
	}
}

// stocked is a store with two accounts.
func stocked(t testing.TB) *Store {
	t.Helper()
	s := opened(t, t.TempDir()+"/accounts")
	add(t, s, sellerID, "shop", secret)
	add(t, s, phoneID, "", other)
	return s
}

func octets(all ...string) (out [][]byte) {
	for _, s := range all {
		out = append(out, []byte(s))
	}
	return out
}

func check(t testing.TB, s *Store, ids, passwords [][]byte) Match {
	t.Helper()
	m, err := s.Check(context.Background(), Asker{}, ids, passwords)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestCheck(t *testing.T) {
	t.Parallel()
	s := stocked(t)
	junk := octets("junk-01", "junk-02", "junk-03", "junk-04", "junk-05", "junk-06", "junk-07", "junk-08")
	for _, tt := range []struct {
		name           string
		ids, passwords [][]byte
		want           Match
	}{
		{"nothing", nil, nil, Match{}},
		{"both", octets(sellerID), octets(secret), Match{Label: "shop", ID: true, Password: true}},
		{"password alone", nil, octets(secret), Match{Label: "shop", Password: true}},
		{"password of the second", octets("x@y.example"), octets(other), Match{Label: phoneID, Password: true}},
		{"of two accounts", octets(sellerID), octets(other), Match{Label: "shop", ID: true, Password: true}},
		{"code appended", octets(sellerID), octets(secret + "123456"), Match{Label: "shop", ID: true, Password: true}},
		{"blank and code appended", octets(sellerID), octets(secret + " 123456"), Match{Label: "shop", ID: true, Password: true}},
		{"code before", octets(sellerID), octets("123456" + secret), Match{Label: "shop", ID: true, Password: true}},
		{"code and blank before", octets(sellerID), octets("123456 " + secret), Match{Label: "shop", ID: true, Password: true}},
		{"blank at the end", nil, octets(secret + " "), Match{Label: "shop", Password: true}},
		{"blank at the start", nil, octets(" " + secret), Match{Label: "shop", Password: true}},
		{"line ends and tabs", nil, octets("\t" + secret + "\r\n"), Match{Label: "shop", Password: true}},
		{"zero", nil, octets(secret + "\x00"), Match{Label: "shop", Password: true}},
		{"wide and invisible blanks", nil, octets("\u200b\u3000" + secret + "\u00a0\ufeff"), Match{Label: "shop", Password: true}},
		{"code, then a line end", nil, octets(secret + "123456\n"), Match{Label: "shop", Password: true}},
		{"blanks within a password count", nil, octets("kumo-to-kaze  37%"), Match{}},
		{"around the last of eight", nil, append(junk[:7:7], []byte("123456 "+secret+"\n")), Match{Label: "shop", Password: true}},
		{"five digits appended", nil, octets(secret + "12345"), Match{}},
		{"another case", nil, octets("Kumo-to-kaze 37%"), Match{}},
		{"ID alone", octets("who@else.example", " SELLER@shop.example "), nil, Match{Label: "shop", ID: true}},
		{"number", octets("+819012345678"), nil, Match{Label: phoneID, ID: true}},
		{"ID and too short", octets(sellerID), octets("abc"), Match{Label: "shop", ID: true}},
		{"last of eight", nil, append(junk[:7:7], []byte(secret)), Match{Label: "shop", Password: true}},
		{"too long", nil, [][]byte{bytes.Repeat([]byte("a"), 4<<10)}, Match{}},
		{"repeated", nil, append(octets("junk-01", "junk-01", "junk-01", "abc", ""), []byte(secret)), Match{Label: "shop", Password: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := check(t, s, tt.ids, tt.passwords)
			if tt.want.ID && !tt.want.Password && len(tt.passwords) > 0 {
				if got.Other == 0 {
					t.Error("a wrong password has no tag")
				}
				got.Other = 0
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("match (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOtherTellsGuessesApart(t *testing.T) {
	t.Parallel()
	s := stocked(t)
	a := check(t, s, octets(sellerID), octets("guess number one"))
	b := check(t, s, octets(sellerID), octets("guess number two"))
	again := check(t, s, octets(sellerID), octets("guess number one"))
	if a.Other == b.Other || a.Other != again.Other || a.Other == 0 {
		t.Errorf("tags %d, %d, %d; want two alike and one not", a.Other, b.Other, again.Other)
	}
	if m := check(t, s, octets("no@body.example"), octets("guess number one")); m.Other != 0 {
		t.Errorf("a password without a protected ID has tag %d", m.Other)
	}
	if elsewhere := check(t, stocked(t), octets(sellerID), octets("guess number one")); elsewhere.Other == a.Other {
		t.Error("tags are the same in another process")
	}
}

func TestKnows(t *testing.T) {
	t.Parallel()
	s := stocked(t)
	for in, want := range map[string]string{
		sellerID: "shop", " Seller@Shop.Example\r\n": "shop", "ｓｅｌｌｅｒ＠ｓｈｏｐ．ｅｘａｍｐｌｅ": "shop",
		"+81 90 1234 5678": phoneID, "９０１２３４５６７８": phoneID,
		"seller@shop.example.com": "", "": "", "@": "", "\xff\xfe": "", "search words": "",
	} {
		if got, ok := s.Knows([]byte(in)); got != want || ok != (want != "") {
			t.Errorf("Knows(%q) = %q, %v; want %q", in, got, ok, want)
		}
	}
}

func TestRotation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir() + "/accounts"
		s := opened(t, dir)
		add(t, s, sellerID, "shop", secret)
		first := s.List()
		add(t, s, sellerID, "", secret)
		if diff := cmp.Diff(first, s.List()); diff != "" {
			t.Errorf("the same password again changes something (-before +after):\n%s", diff)
		}
		time.Sleep(time.Hour)
		add(t, s, "SELLER@shop.example", "", other)
		list := s.List()
		if len(list) != 1 || list[0].Label != "shop" || list[0].OldUntil.Sub(list[0].Added) != Grace {
			t.Errorf("after rotation: %+v", list)
		}
		for _, p := range []string{secret, other} {
			if m := check(t, s, nil, octets(p)); !m.Password {
				t.Errorf("%d bytes are not matched within the grace", len(p))
			}
		}
		time.Sleep(Grace)
		if m := check(t, s, nil, octets(secret)); m.Password {
			t.Error("the old password is matched after the grace")
		}
		if m := check(t, s, nil, octets(other)); !m.Password {
			t.Error("the new password is not matched after the grace")
		}
		if u := s.List()[0].OldUntil; !u.IsZero() {
			t.Errorf("the old password is listed until %v", u)
		}
		add(t, s, "somebody@else.example", "", "password two")
		if n := len(s.current().byID[sellerID].Old); n != 0 {
			t.Errorf("%d passwords are kept in the file after the grace, when it is next written", n)
		}
		if err := s.Remove("somebody@else.example"); err != nil {
			t.Fatal(err)
		}
		for _, p := range []string{"password three", "password four", "password five"} {
			add(t, s, sellerID, "", p)
		}
		if n := len(s.current().accounts[0].Old); n != maxOld {
			t.Errorf("%d old passwords are kept; want %d", n, maxOld)
		}
	})
}

func TestAddRefuses(t *testing.T) {
	t.Parallel()
	s := stocked(t)
	for name, in := range map[string][3]string{
		"empty ID":             {"", "", secret},
		"a word for an ID":     {"seller", "", secret},
		"a line in an ID":      {"a@b.example\nc", "", secret},
		"no password":          {"a@b.example", "", ""},
		"short":                {"a@b.example", "", "12345"},
		"short in characters":  {"a@b.example", "", "日本語"},
		"long":                 {"a@b.example", "", string(bytes.Repeat([]byte("x"), maxPassword+1))},
		"two lines":            {"a@b.example", "", "abcdef\nghi"},
		"label taken":          {"a@b.example", "ＳＨＯＰ", secret},
		"label is another's":   {"a@b.example", "+81 90 1234 5678", secret},
		"label with an escape": {"a@b.example", "a\x1b[31m", secret},
		"label with override":  {"a@b.example", "a\u202eb", secret},
		"blank label":          {"a@b.example", "  ", secret},
		"long label":           {"a@b.example", string(bytes.Repeat([]byte("x"), maxLabel+1)), secret},
	} {
		err := s.Add(in[0], in[1], []byte(in[2]))
		if !errors.Is(err, ErrInput) {
			t.Errorf("%s: %v; want ErrInput", name, err)
		}
	}
	for i := range maxAccounts - 2 {
		add(t, s, string(rune('a'+i))+"@b.example", "", secret)
	}
	if err := s.Add("one@more.example", "", []byte(secret)); !errors.Is(err, ErrInput) {
		t.Errorf("account %d: %v", maxAccounts+1, err)
	}
}

func TestRemove(t *testing.T) {
	t.Parallel()
	s := stocked(t)
	if err := s.Remove("nobody"); !errors.Is(err, ErrUnknown) {
		t.Errorf("Remove of nobody: %v", err)
	}
	for _, who := range []string{"Shop", "+81 90-1234-5678"} {
		if err := s.Remove(who); err != nil {
			t.Errorf("Remove(%q): %v", who, err)
		}
	}
	if !s.Empty() || check(t, s, octets(sellerID), octets(secret)) != (Match{}) {
		t.Error("something is left")
	}
	if err := opened(t, t.TempDir()+"/none").Remove("x"); !errors.Is(err, ErrUnknown) {
		t.Errorf("Remove from nothing: %v", err)
	}
}
