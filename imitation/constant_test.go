package imitation_test

import (
	"slices"
	"strings"
	"testing"

	"sekisho/imitation"
)

func scriptSigns(contentType, body string) imitation.Result {
	r := response(contentType)
	r.Dest = "script"
	s := imitation.Watch(r)
	_, _ = s.Write([]byte(body)) // never fails
	return s.Close()
}

// TestConstants: the brand's word that a script keeps under a name is read where the
// name stands.
func TestConstants(t *testing.T) {
	t.Parallel()
	const js, json = "text/javascript", "application/json"
	for _, test := range []struct {
		name, contentType, body, want string
	}{
		{"template", js, "const b=\"Amazon\",m={w:`${b}の新しいお客様ですか？`}", "new-customer"},
		{"template of a path", js, "var c={name:'Amazon'};x=`${c.name}の新しいお客様ですか？`", "new-customer"},
		{"template in two pieces", js, "let a='Ama',z='zon';x=`${a}${z}の新しいお客様ですか？`", "new-customer"},
		{"concat, compiled", js, `const b="Amazon";x="".concat(b,"の新しいお客様ですか？")`, "new-customer"},
		{"concat of the name", js, `const b="Amazon";x=b.concat("の新しいお客様ですか？")`, "new-customer"},
		{"sum", js, `const b = "Amazon"; x = b + "の新しいお客様ですか？"`, "new-customer"},
		{"sum of a sum", js, "const b='Ama' + 'zon';x=`${b}の新しいお客様ですか？`", "new-customer"},
		{"sum, name in the middle", js, `const b="Amazon";x="Create your "+b+" account";y="Email or mobile phone number"`, "create-account"},
		{"sum, name at the end", js, `const b="Amazon";x="New to "+b+"?"`, "new-customer"},
		{"children of an element", js, `const b="Amazon";h("h5",0,b,"の新しいお客様ですか？")`, "new-customer"},
		{"data", json, `{"cfg":{"b":"Amazon"},"m":{"w":"{{b}}の新しいお客様ですか？"}}`, "new-customer"},
		{"data, one brace", json, `{"b": "Amazon", "w": "{ b }の新しいお客様ですか？"}`, "new-customer"},
		{"another name", js, "const b=\"Amazon\",c=\"Tanuki\";x=`${c}の新しいお客様ですか？`", ""},
		{"name given anew", js, "let b='Amazon';b2='x';x=`${b2}の新しいお客様ですか？`", ""},
		{"another shop", json, `{"b":"みかん商店","w":"{{b}}の新しいお客様ですか？","shops":["Amazon"]}`, ""},
		{"no end", js, "const b=\"Amazon\";x=`${b", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := scriptSigns(test.contentType, test.body)
			if got := slices.Contains(r.Signs, "new-customer") || slices.Contains(r.Signs, "create-account"); got != (test.want != "") || got && !slices.Contains(r.Signs, test.want) {
				t.Errorf("signs %q; want %q", r.Signs, test.want)
			}
		})
	}
}

// TestManyConstants: a script may have any number, and the last count.
func TestManyConstants(t *testing.T) {
	t.Parallel()
	body := strings.Repeat("a='amazon';", 5000) + "q='Amazon';x=`${q}の新しいお客様ですか？`" + strings.Repeat("{", 5000)
	if r := scriptSigns("text/javascript", body); !slices.Contains(r.Signs, "new-customer") {
		t.Errorf("signs %q", r.Signs)
	}
}
