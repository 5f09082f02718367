package imitation_test

import (
	"strings"
	"testing"

	"sekisho/imitation"
)

// TestDataInScripts: a script that is nothing but data says what data says; one that does
// anything else is a program, and what it says is the page's.
func TestDataInScripts(t *testing.T) {
	t.Parallel()
	const (
		words  = `"Amazonサインイン","b":"Eメールまたは携帯電話番号","c":"Amazonの新しいお客様ですか？","d":"アマゾンの利用規約"`
		record = `{"id":7,"title":` + words + `}`
		letter = `<h1>Amazonサインイン</h1><p>Eメールまたは携帯電話番号</p><p>Amazonの新しいお客様ですか？</p><p>アマゾンの利用規約</p>`
	)
	for name, tt := range map[string]struct {
		script string
		want   bool
	}{
		"JSONP":                  {`cb1(` + record + `)`, false},
		"JSONP with a guard":     {`/**/ typeof cb === 'function' && cb(` + record + `);`, false},
		"a variable":             {`window.__STATE__ = ` + record + `;`, false},
		"two variables":          {"var a={\"v\":[1]};\nvar b=" + record, false},
		"a list":                 {`var a=["Amazonサインイン","Eメールまたは携帯電話番号","Amazonの新しいお客様ですか？"]`, false},
		"a letter for a call":    {`this.set_message("` + letter + `");`, false},
		"a letter in data":       {`cb({"html":"` + letter + `"})`, false},
		"a dictionary":           {`window.T={"title":` + words + `}`, true},
		"a page for a call":      {`show("` + letter + `<input type=password>")`, true},
		"a page in data":         {`cb({"html":"` + letter + `<input type=password>"})`, true},
		"names without quotes":   {`cb({id:7,title:` + words + `})`, true},
		"a call of a call":       {`cb(f(` + record + `))`, true},
		"and a call":             {`a=` + record + `;go()`, true},
		"and a value of another": {`a=` + record + `;b=a`, true},
		"a part of it":           {`show(` + record + `.title)`, true},
		"a sum":                  {`a=1+` + record, true},
		"a long name":            {strings.Repeat("a", 200) + `=` + record, true},
		"many values":            {strings.Repeat("a={};", 20) + `b=` + record, true},
		"other words":            {`a={"id":7,"title":"Amazonサインイン"};b='Eメールまたは携帯電話番号 Amazonの新しいお客様ですか？ アマゾンの利用規約'`, true},
		"a list that is run":     {`var a=[` + list(xored(letter+`<input type=password>`, "\x07"), ",") + `];w(a)`, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inline := strings.ReplaceAll(shellPage, "<script", "<script>"+strings.ReplaceAll(tt.script, "</", `<\/`)+"</script><script")
			if g, signs := drawn(t, inline, "text/javascript"); name != "a page for a call" && name != "a page in data" && (g == imitation.Copy) != tt.want {
				t.Errorf("in the page: %v, %q; want a copy: %t", g, signs, tt.want)
			}
			if g, signs := drawn(t, shellPage, "text/javascript", tt.script); (g == imitation.Copy) != tt.want {
				t.Errorf("by itself: %v, %q; want a copy: %t", g, signs, tt.want)
			}
		})
	}
}
