package staff

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
)

// codeAt is what a device shows that many steps from now.
func codeAt(t *testing.T, text string, steps int) string {
	t.Helper()
	code, err := totp.GenerateCodeCustom(text, time.Now().Add(time.Duration(steps)*step), totp.ValidateOpts{Period: 30, Digits: otp.DigitsSix})
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// TestTimedSkew: a device's clock may be off by one step, either way.
func TestTimedSkew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // with a clock that stands
		secret := bytes.Repeat([]byte{7}, secretSize)
		for off, want := range map[int]bool{-2: false, -1: true, 0: true, 1: true, 2: false} {
			if got := (&timed{Secret: secret}).take(codeAt(t, SecretText(secret), off)); got != want {
				t.Errorf("%d steps off: %v; want %v", off, got, want)
			}
		}
	})
}

// TestTimedVectors are those of RFC 6238, appendix B, cut to six digits.
func TestTimedVectors(t *testing.T) {
	t.Parallel()
	secret := []byte("12345678901234567890")
	for at, code := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 2000000000: "279037", 20000000000: "353130"} {
		if got, err := totp.GenerateCode(base32Text.EncodeToString(secret), time.Unix(at, 0)); err != nil || got != code {
			t.Errorf("at %d: %s, %v; want %s", at, got, err, code)
		}
	}
}

func TestTOTP(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() + "/console"
	s := opened(t, dir)
	before := added(t, s, "mika", Owner, secret)
	key := NewSecret()
	text := SecretText(key)
	if _, _, err := s.SetTOTP("mika", key, codeAt(t, text, 5)); !errors.Is(err, ErrCode) {
		t.Errorf("a code of another time: %v", err)
	}
	if s.Factors("mika").Any() {
		t.Fatal("it counts already")
	}
	now := codeAt(t, text, 0)
	u, codes, err := s.SetTOTP("mika", key, now[:3]+" "+now[3:])
	if err != nil || len(codes) != recoveryCodes || u.Epoch == before.Epoch {
		t.Fatalf("SetTOTP: %+v, %d codes, %v", u, len(codes), err)
	}
	if f := s.Factors("ＭＩＫＡ"); !f.TOTP || f.Recovery != recoveryCodes || !f.Any() {
		t.Errorf("Factors = %+v", f)
	}
	other := opened(t, dir) // as another process has it
	for _, tc := range []struct {
		name, code string
		want       error
	}{
		{"used", now, ErrCode},
		{"of before the used one", codeAt(t, text, -1), ErrCode},
		{"the next", codeAt(t, text, 1), nil},
		{"the next again", codeAt(t, text, 1), ErrCode},
		{"far ahead", codeAt(t, text, 4), ErrCode},
		{"empty", "", ErrCode},
		{"long", strings.Repeat("1", 1000), ErrCode},
		{"recovery", codes[0], nil},
		{"recovery again", codes[0], ErrCode},
		{"recovery in capitals without hyphens", strings.ToUpper(strings.ReplaceAll(codes[1], "-", "")), nil},
	} {
		if err := other.CheckCode("mika", tc.code); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v; want %v", tc.name, err, tc.want)
		}
	}
	if err := s.CheckCode("nobody", now); !errors.Is(err, ErrUnknown) {
		t.Errorf("nobody: %v", err)
	}
	if got := opened(t, dir).Factors("mika").Recovery; got != recoveryCodes-2 {
		t.Errorf("%d recovery codes left", got)
	}
	added(t, s, "mika", Viewer, secret+"2")
	if !s.Factors("mika").TOTP {
		t.Error("a new password took the second factor away")
	}
	if _, err := s.RemoveTOTP("mika"); err != nil {
		t.Error(err)
	}
	if f := s.Factors("mika"); f.Any() || f.Recovery != 0 {
		t.Errorf("after removal: %+v", f)
	}
	if _, err := s.RemoveTOTP("mika"); !errors.Is(err, ErrUnknown) {
		t.Errorf("removed twice: %v", err)
	}
	if _, err := s.NewRecovery("mika"); !errors.Is(err, ErrUnknown) {
		t.Errorf("recovery codes for nothing: %v", err)
	}
}

// TestTypedCode: a code is the same on every keyboard.
func TestTypedCode(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"１２３　４５6-":            "123456",
		" 123 456 ":           "123456",
		"abcd-efgh-ijkl-mn23": "ABCDEFGHIJKLMN23",
		"ａｂｃｄ－ｅｆｇｈ－ｉｊｋｌ－ｍｎ２３":    "ABCDEFGHIJKLMN23",
		"ＡＢＣＤーＥＦＧＨ−ＩＪＫＬ‐ＭＮ２３":    "ABCDEFGHIJKLMN23",
		strings.Repeat("1", 121): "",
	} {
		if got := plain(typed); got != want {
			t.Errorf("plain(%q) = %q; want %q", typed, got, want)
		}
	}
}

func key(id string) Passkey {
	return Passkey{ID: []byte(id), Site: "localhost", Name: "鍵 " + id, Credential: json.RawMessage(`{"n":1}`)}
}

func TestPasskeys(t *testing.T) {
	t.Parallel()
	s := opened(t, t.TempDir()+"/console")
	added(t, s, "mika", Owner, secret)
	handle := NewHandle()
	u, codes, err := s.AddPasskey("mika", handle, key("a"))
	if err != nil || len(codes) != recoveryCodes {
		t.Fatalf("AddPasskey: %+v, %d codes, %v", u, len(codes), err)
	}
	if _, codes, err := s.AddPasskey("mika", handle, key("b")); err != nil || codes != nil {
		t.Errorf("a second: %v, %v", codes, err)
	}
	for n, want := range map[int]error{maxCredential: nil, maxCredential + 1: ErrUnknown} {
		text := []byte(`"` + strings.Repeat("x", n-2) + `"`)
		if err := s.UsePasskey("mika", key("a").ID, text); !errors.Is(err, want) {
			t.Errorf("used, to be checked by %d bytes: %v; want %v", n, err, want)
		}
	}
	bad := map[string]Passkey{
		"the same": key("a"), "no id": key(""), "a long id": key(strings.Repeat("x", maxPasskeyID+1)),
	}
	for name, change := range map[string]func(*Passkey){
		"no name":        func(k *Passkey) { k.Name = "" },
		"a newline":      func(k *Passkey) { k.Name = "a\nb" },
		"turned around":  func(k *Passkey) { k.Name = "\u202eabc" },
		"no site":        func(k *Passkey) { k.Site = "" },
		"no JSON":        func(k *Passkey) { k.Credential = []byte("{") },
		"much":           func(k *Passkey) { k.Credential = []byte(`"` + strings.Repeat("x", maxCredential) + `"`) },
		"another handle": func(*Passkey) {},
	} {
		k := key("z")
		change(&k)
		bad[name] = k
	}
	for name, k := range bad {
		h := handle
		if name == "another handle" {
			h = NewHandle()
		}
		if _, _, err := s.AddPasskey("mika", h, k); !errors.Is(err, ErrInput) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := s.UsePasskey("mika", []byte("b"), json.RawMessage(`{"n":2}`)); err != nil {
		t.Error(err)
	}
	if err := s.UsePasskey("mika", []byte("c"), json.RawMessage(`{}`)); !errors.Is(err, ErrUnknown) {
		t.Errorf("one that is not there: %v", err)
	}
	if _, err := s.RemovePasskey("mika", []byte("a")); err != nil {
		t.Error(err)
	}
	f := s.Factors("mika")
	if len(f.Passkeys) != 1 || string(f.Passkeys[0].ID) != "b" || !bytes.Equal(f.Handle, handle) || f.Recovery != recoveryCodes {
		t.Fatalf("Factors = %+v", f)
	}
	var kept struct{ N int }
	if err := json.Unmarshal(f.Passkeys[0].Credential, &kept); err != nil || kept.N != 2 {
		t.Errorf("the credential is %s, %v", f.Passkeys[0].Credential, err)
	}
	for _, id := range []string{"c", "d", "e"} {
		if _, _, err := s.AddPasskey("mika", handle, key(id)); err != nil {
			t.Error(err)
		}
	}
	if _, _, err := s.AddPasskey("mika", handle, key("f")); !errors.Is(err, ErrInput) {
		t.Errorf("one more than there may be: %v", err)
	}
	if err := s.ResetFactors("mika"); err != nil || s.Factors("mika").Any() {
		t.Errorf("ResetFactors: %v, %+v", err, s.Factors("mika"))
	}
	if err := s.ResetFactors("nobody"); !errors.Is(err, ErrUnknown) {
		t.Errorf("nobody: %v", err)
	}
}

// TestParseRefusesFactors has somebody write a file with factors that were not
// made here.
func TestParseRefusesFactors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() + "/console"
	s := opened(t, dir)
	added(t, s, "mika", Owner, secret)
	totpKey := NewSecret()
	text := SecretText(totpKey)
	if _, _, err := s.SetTOTP("mika", totpKey, codeAt(t, text, 0)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.AddPasskey("mika", NewHandle(), key("a")); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, fileName))
	if err != nil {
		t.Fatal(err)
	}
	good, crowd := string(data), string(data)
	for _, id := range []string{"b", "c", "d", "e"} {
		k, err := json.Marshal(key(id))
		if err != nil {
			t.Fatal(err)
		}
		crowd = strings.Replace(crowd, `"passkeys": [`, `"passkeys": [`+string(k)+",", 1)
		if _, err := parse([]byte(crowd)); id != "e" && err != nil {
			t.Errorf("with the passkey %s: %v", id, err)
		}
	}
	for name, bad := range map[string]string{
		"five passkeys":    crowd,
		"a short secret":   replaced(good, `"secret": "[^"]*"`, `"secret": "AAAA"`),
		"a short handle":   replaced(good, `"handle": "[^"]*"`, `"handle": "AAAA"`),
		"a step before 0":  strings.Replace(good, `"last": `, `"last": -`, 1),
		"a name of a line": strings.Replace(good, "鍵 a", `a\nb`, 1),
		"a short hash":     strings.Replace(good, `"recovery": [`, `"recovery": ["AAAA",`, 1),
	} {
		if bad == good {
			t.Errorf("%s: the file was not changed", name)
		}
		if _, err := parse([]byte(bad)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func replaced(s, pattern, with string) string {
	return regexp.MustCompile(pattern).ReplaceAllString(s, with)
}

func FuzzCode(f *testing.F) {
	secret := NewSecret()
	for _, s := range []string{"123456", "１２３４５６", "abcd-efgh-ijkl-mnop", "ａｂｃｄ－ｅｆｇｈ", "", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, code string) {
		const grown = 11 // times, the most that NFKC makes of an octet
		if len(plain(code)) > 120*grown || plain(code) != strings.ToUpper(plain(code)) || strings.Contains(plain(code), "-") {
			t.Errorf("plain(%q) = %q", code, plain(code))
		}
		one := timed{Secret: secret}
		if first := one.take(code); first && one.take(code) {
			t.Errorf("%q was taken twice", code)
		}
	})
}
