package guard_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"sekisho/guard"
)

// TestCR16Decoys sends passwords by the dozen with a protected ID: either the
// true one, which comes last, is among the candidates, or More says that it may
// not be.
func TestCR16Decoys(t *testing.T) {
	t.Parallel()
	decoys := func(n int, each, between string) string {
		var all []string
		for i := range n {
			all = append(all, fmt.Sprintf(each, i))
		}
		return strings.Join(append(all, ""), between)
	}
	for n := range 100 {
		x := guard.Hints{Known: known, Thorough: n%2 == 0}
		for shape, q := range map[string]request{
			"form":              {headers: form, body: "email=" + typedID + "&" + decoys(n, "password%d=decoyvalue%[1]d", "&") + "password=" + percentAll(typedPass)},
			"JSON":              {headers: "application/json", body: `{"email":"` + typedID + `",` + decoys(n, `"pass_%d":"decoyvalue%[1]d"`, ",") + `"password":"` + typedPass + `"}`},
			"new passwords":     {headers: form, body: "email=" + typedID + "&" + decoys(n, "new_password%d=decoyvalue%[1]d", "&") + "new_password=" + percentAll(typedPass)},
			"a name of no word": {headers: form, body: "email=" + typedID + "&" + decoys(n, "password%d=decoyvalue%[1]d", "&") + "k=" + percentAll(typedPass)},
		} {
			s := guard.NewStream(q.head(t), x)
			_, _ = s.Write([]byte(q.body))
			_ = s.Close()
			for how, f := range map[string]guard.Finding{"held": q.inspect(t, x), "in passing": s.Finding()} {
				if !slices.Contains(texts(f.Passwords), typedPass) && !f.More {
					t.Errorf("%s, %d decoys, %s: the password is neither carried nor said to be left out", shape, n, how)
				}
				if n < 4 && f.More {
					t.Errorf("%s, %d decoys, %s: said to leave out one of %d", shape, n, how, n+1)
				}
			}
		}
	}
}

// TestMoreIsNotForForms keeps More from what people send: long forms, and a
// change of password with all that a framework adds.
func TestMoreIsNotForForms(t *testing.T) {
	t.Parallel()
	var fields strings.Builder
	for i := range 60 {
		fmt.Fprintf(&fields, "&field_%d=some+words+%d", i, i)
	}
	for name, body := range map[string]string{
		"survey":  "email=" + typedID + fields.String(),
		"sign-in": "email=" + typedID + "&password=Old-one-77" + fields.String(),
		"change":  "email=" + typedID + "&current_password=Old-one-77&new_password=New-one-78&confirm_password=New-one-79" + fields.String(),
	} {
		if f := (request{headers: form, body: body}).inspect(t, guard.Hints{Known: known}); f.More || len(f.Passwords) == 0 {
			t.Errorf("%s: More = %v with %d passwords; want false, and some", name, f.More, len(f.Passwords))
		}
	}
}

// TestHidden sends values of no telling name with a protected ID, or after it: either the password,
// which comes last, is among the candidates, or Hidden says that it may not be.
func TestHidden(t *testing.T) {
	t.Parallel()
	each := map[string]func(i int) string{
		"with marks":       func(i int) string { return fmt.Sprintf("Kuri%c-Momo!%c9", 'a'+i%26, 'a'+i/26) },
		"letters, digits":  func(i int) string { return fmt.Sprintf("Tanu%cki%c2026", 'a'+i%26, 'a'+i/26) },
		"like each other":  func(i int) string { return fmt.Sprintf("Kaki8-Nashi!fur%c%c", 'a'+i%26, 'a'+i/26) },
		"short and serial": func(i int) string { return fmt.Sprintf("Valu%dXx", i) },
		"articles":         func(i int) string { return fmt.Sprintf("LM-%04d-Bk", i) },
		"words":            func(i int) string { return fmt.Sprintf("word%c%clike", 'a'+i%26, 'a'+i/26) },
	}
	const most = 32
	for of, decoy := range each {
		for _, n := range []int{0, 10, 31, 34, 60, 300, 600} {
			var b strings.Builder
			for i := range n {
				fmt.Fprintf(&b, "&k%d=%s", i, url.QueryEscape(decoy(i)))
			}
			for _, first := range []string{"a=" + typedID, ""} {
				x := guard.Hints{Known: known, Thorough: true, Follows: first == ""}
				f := (request{headers: form, body: first + b.String() + "&z=" + url.QueryEscape(typedPass)}).inspect(t, x)
				if got := slices.Contains(texts(f.Passwords), typedPass); !got && !f.Hidden {
					t.Errorf("%s, %d, %q: the password is neither carried nor said to be left out", of, n, first)
				}
				if f.Hidden && (n < most/2 || of == "articles" || of == "words" || of == "short and serial") {
					t.Errorf("%s, %d, %q: said to be left out", of, n, first)
				}
			}
		}
	}
	some := "a=" + typedID + strings.Repeat("&k=Kuri-Momo!9", 60)
	if f := (request{headers: form, body: some}).inspect(t, guard.Hints{Known: known, Thorough: true}); f.Hidden {
		t.Error("one value sixty times is said to be many")
	}
}

// TestHiddenIsNotForData keeps Hidden from what programs send with an ID by the hundred.
func TestHiddenIsNotForData(t *testing.T) {
	t.Parallel()
	rows := map[string]func(i int) string{
		"orders": func(i int) string {
			return fmt.Sprintf(`{"sku":"AB-%04dx9","title":"Mug Blue %d!","size":"Blue%dXL","at":"2026-11-26T01:%02d:00Z"}`, i, i, i, i%60)
		},
		"events": func(i int) string {
			return fmt.Sprintf(`{"event":"Viewed Item","path":"/Items/A-%d","id":"aB3x%07dkQ","ref":"https://shop.example/?a=%d"}`, i, i*7919, i)
		},
		"customers": func(i int) string {
			return fmt.Sprintf(`{"name":"Hanako%c Tanaka","mail":"u%d@example.net","tel":"090-1234-%04d","zip":"150-%04d"}`, 'a'+i%26, i, i, i)
		},
		"tokens": func(i int) string { return fmt.Sprintf(`{"t":"k%dJ9x%dm1Zq7"}`, i, i*31) },
		"ranges of cells": func(i int) string {
			return fmt.Sprintf(`{"range":"Orders!A%d:C%d","majorDimension":"ROWS","values":[["x",%d]]}`, i+2, i+2, i)
		},
		"cells":        func(i int) string { return fmt.Sprintf(`{"range":"Sheet1!$B$%d","v":%d}`, i+2, i) },
		"native frame": func(i int) string { return fmt.Sprintf(`{"f":"ntdll.dll!RtlUserThread%cStart+0x%x"}`, 'A'+i%26, i+16) },
		"classes": func(i int) string {
			file := []string{"Button", "ProductCard", "Header", "SideNav", "CartItem", "Modal"}[i%6]
			return fmt.Sprintf(`{"attributes":{"class":"%s_root__%cX%d%c%c"}}`, file, 'a'+i%26, i%10, 'a'+i*7%26, 'K'+i%13)
		},
		"clicks": func(i int) string {
			return fmt.Sprintf(`{"message":"div#Root > button.Btn%d","data":{"url":"/api/x%dYz"}}`, i, i)
		},
	}
	for name, row := range rows {
		var all []string
		for i := range 300 {
			all = append(all, row(i))
		}
		f := (request{headers: "application/json", body: `{"user":{"email":"` + typedID + `"},"rows":[` + strings.Join(all, ",") + `]}`}).inspect(t, guard.Hints{Known: known, Thorough: true})
		if f.Hidden {
			t.Errorf("%s: said to hide a password", name)
		}
	}
}

// TestCrowdOfCells: a password that looks like a cell, among cells of its own make, is
// either carried or said to be left out.
func TestCrowdOfCells(t *testing.T) {
	t.Parallel()
	for _, pass := range []string{"Tanuki!JP77", "Kaki8!B2", "Sheet1!Aa1", "Orders!A2:c", "ntdll!Start+0x1f"} {
		for _, n := range []int{33, 60, 300} {
			var b strings.Builder
			stem := strings.TrimRight(pass, "0123456789")
			for i := range n {
				fmt.Fprintf(&b, "&k%d=%s", i, url.QueryEscape(fmt.Sprintf("%s%d", stem, 100+i)))
			}
			f := (request{headers: form, body: "a=" + typedID + b.String() + "&z=" + url.QueryEscape(pass)}).inspect(t, guard.Hints{Known: known, Thorough: true})
			if got := slices.Contains(texts(f.Passwords), pass); !got && !f.Hidden {
				t.Errorf("%s among %d: neither carried nor said to be left out", pass, n)
			}
		}
	}
}

// TestCrowdIsCheap: of rows of a table and of events with the user's address few values are
// compared, and a password that looks like one is among them wherever it stands.
func TestCrowdIsCheap(t *testing.T) {
	t.Parallel()
	rows := map[string]func(i int) string{
		"orders": func(i int) string {
			return fmt.Sprintf(`{"sku":"neko_%04d-%c","to":"Tanaka %c"}`, i, 'A'+i%26, 'a'+i%26)
		},
		"addresses": func(i int) string { return fmt.Sprintf(`{"mail":"u%d@example.net","n":"Kuri%c1"}`, i, 'a'+i%26) },
		"cells": func(i int) string {
			return fmt.Sprintf(`["AB%04d_v%d","=VLOOKUP(A%d,B:C,2,0)","Kuri%c"]`, i, i, i, 'a'+i%26)
		},
		"events": func(i int) string {
			return fmt.Sprintf(`{"at":"2026-11-26T10:00:%02dZ","path":"/orders/Zeta%c-%d","k":"Pro%c-2024"}`, i, 'a'+i%26, i, 'a'+i%26)
		},
	}
	for name, row := range rows {
		for _, secret := range []string{"", typedPass} {
			var all []string
			for i := range 40 {
				if all = append(all, row(i)); i == 30 && secret != "" {
					all = append(all, `"`+secret+`"`)
				}
			}
			f := (request{headers: "application/json", body: `{"user":"` + typedID + `","rows":[` + strings.Join(all, ",") + `]}`}).inspect(t, guard.Hints{Known: known, Thorough: true})
			if len(f.Passwords) > 6 {
				t.Errorf("%s: %q are compared; want few", name, texts(f.Passwords))
			}
			if secret != "" && !slices.Contains(texts(f.Passwords), secret) {
				t.Errorf("%s: the password is not compared", name)
			}
		}
	}
}

// TestWaited: texts and names of things beyond the nearest need not be waited for, and what
// looks like a password is, however many there are.
func TestWaited(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		value    string
		from, to int
	}{{"word%clike", 8, 12}, {"LM-%d-Bk", 8, 12}, {"Kuri%c-Momo!9", 28, 32}} {
		var b strings.Builder
		for i := range 28 {
			fmt.Fprintf(&b, "&k%d=%s", i, url.QueryEscape(strings.ReplaceAll(fmt.Sprintf(test.value, 'a'+i), "%", "")))
		}
		f := (request{headers: form, body: "a=" + typedID + b.String()}).inspect(t, guard.Hints{Known: known, Thorough: true})
		if f.Likely < test.from || f.Likely > test.to {
			t.Errorf("%s: %d of %d are waited for; want %d to %d", test.value, f.Likely, len(f.Passwords), test.from, test.to)
		}
	}
}
