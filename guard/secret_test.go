package guard_test

import (
	"bytes"
	"encoding/base64"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"testing"

	"sekisho/guard"
)

// canary is how a value may look where it must not be.
func canary(v string) []string {
	return []string{
		v, strings.ToUpper(v), hex.EncodeToString([]byte(v)), fmt.Sprintf("% x", v), fmt.Sprint([]byte(v)), url.QueryEscape(v),
		base64.StdEncoding.EncodeToString([]byte(v)), base64.RawURLEncoding.EncodeToString([]byte(v)), fmt.Sprintf("%#v", []byte(v)),
		strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%#v", []byte(v)), "[]byte{"), "}"),
	}
}

// TestCR23NoFormPrints prints a Finding in every way that a log may.
func TestCR23NoFormPrints(t *testing.T) {
	t.Parallel()
	q := request{headers: form, body: pairs + "&otp=" + typedCode + "&" + url.QueryEscape(typedPass) + "=x&" + "user%5B" + url.QueryEscape(typedPass) + "%5D=y"}
	f := q.inspect(t, guard.Hints{Known: known, Suspicious: true})
	if len(f.IDs) == 0 || len(f.Passwords) == 0 || len(f.Codes) == 0 {
		t.Fatalf("IDs %d, passwords %d, codes %d; want some of each", len(f.IDs), len(f.Passwords), len(f.Codes))
	}
	printed := map[string]string{}
	type holder struct {
		F *guard.Finding
		S guard.Secret
		M map[string]guard.Secret
		A any
	}
	things := []any{f, &f, f.Passwords, f.Passwords[0], &f.Passwords[0], holder{&f, f.IDs[0], map[string]guard.Secret{"x": f.Codes[0]}, f.IDs}, fmt.Errorf("wrapped: %v", f)}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%o", "%b", "%c", "%U", "%08.3f", "%t", "%T", "% x"} {
		for i, thing := range things {
			printed[fmt.Sprintf("%s of %d", verb, i)] = fmt.Sprintf(verb, thing)
		}
	}
	for i, thing := range things[:6] {
		b, err := json.Marshal(thing)
		if err != nil {
			t.Fatal(err)
		}
		printed[fmt.Sprintf("JSON of %d", i)] = string(b)
		for name, handler := range map[string]func(*bytes.Buffer) slog.Handler{
			"slog text": func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
			"slog JSON": func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
		} {
			var b bytes.Buffer
			slog.New(handler(&b)).Info("x", "thing", thing)
			printed[fmt.Sprintf("%s of %d", name, i)] = b.String()
		}
	}
	if b, err := xml.Marshal(f.Passwords[0]); err == nil {
		printed["XML"] = string(b)
	}
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(f.Passwords[0]); err == nil {
		printed["gob"] = b.String()
	}
	for how, out := range printed {
		for _, v := range []string{typedID, typedPass, typedCode} {
			for _, form := range canary(v) {
				if strings.Contains(out, form) {
					t.Errorf("%s prints %q: %s", how, form, out)
				}
			}
		}
	}
	if !strings.Contains(printed["%v of 3"], "[secret]") || !strings.Contains(printed["JSON of 3"], "[secret]") {
		t.Errorf("a Secret prints as %q and in JSON as %q; want [secret]", printed["%v of 3"], printed["JSON of 3"])
	}
}

// TestFieldsAreWords sends passwords in the place of names.
func TestFieldsAreWords(t *testing.T) {
	t.Parallel()
	pass := url.QueryEscape(typedPass)
	for name, q := range map[string]request{
		"form, name":        {headers: form, body: pairs + "&" + pass + "="},
		"form, stem":        {headers: form, body: "email=" + typedID + "&" + pass + "Password=abcdefgh"},
		"form, leaf":        {headers: form, body: "email=" + typedID + "&" + pass + "%5Bpassword%5D=abcdefgh"},
		"JSON key":          {headers: "application/json", body: `{"email":"` + typedID + `","` + typedPass + `":"password","` + typedPass + `_password":"abcdefgh"}`},
		"multipart":         {headers: multipart, body: multi(field(`form-data; name="`+typedPass+`"`, "", "x"), field(`form-data; name="`+typedPass+`.password"`, "", "abcdefgh"))},
		"query":             {target: "/?" + pass + "&password=abcdefgh"},
		"XML":               {headers: "text/xml", body: "<a><" + "Kaki8-Nashi.furo:password>abcdefgh</b></a>"},
		"names as values":   {headers: "application/json", body: `[{"name":"` + typedPass + ` password","value":"abcdefgh"}]`},
		"any name of value": {headers: form, body: "zz=" + typedID + "&yy=" + pass},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := q.inspect(t, guard.Hints{Known: known})
			if f.Act == guard.Nothing || len(f.Fields) == 0 {
				t.Fatalf("act %v, fields %q; want something found", f.Act, f.Fields)
			}
			bounds(t, f)
		})
	}
	t.Run("keys of the page", func(t *testing.T) {
		t.Parallel()
		for _, name := range []string{typedID, typedPass, typedCode, "x[" + typedPass + "]", base64Std(typedPass), "a\x1b[2J b", strings.Repeat("n", 200)} {
			x := guard.Hints{Purposes: map[string]string{name: "current-password", "k": "username"}, Known: known}
			f := request{headers: form, body: url.QueryEscape(name) + "=abcdefgh&k=a%40b.example"}.inspect(t, x)
			if f.Act != guard.SignIn || !slices.Contains(f.Fields, "current-password") || !slices.Contains(f.Fields, "username") || len(f.Fields) > 3 {
				t.Errorf("%q: act %v, fields %q; want sign-in with what the page says of both", name, f.Act, f.Fields)
			}
			for _, field := range f.Fields {
				if strings.Contains(field, name) {
					t.Errorf("%q is written down", name)
				}
			}
		}
	})
}

func TestWipe(t *testing.T) {
	t.Parallel()
	f := request{headers: form, body: pairs + "&otp=" + typedCode}.inspect(t, guard.Hints{})
	var held [][]byte
	for _, list := range [][]guard.Secret{f.IDs, f.Passwords, f.Codes} {
		for _, s := range list {
			held = append(held, s.Bytes())
		}
	}
	if len(held) != 3 {
		t.Fatalf("%d values; want 3", len(held))
	}
	f.Wipe()
	for _, b := range held {
		if len(bytes.Trim(b, "\x00")) > 0 {
			t.Errorf("%q is left after Wipe", b)
		}
	}
	if len(f.IDs)+len(f.Passwords)+len(f.Codes) > 0 {
		t.Error("Wipe left values in the finding")
	}
}
