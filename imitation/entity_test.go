package imitation_test

import (
	"fmt"
	"strings"
	"testing"

	"sekisho/imitation"
)

// TestEntities: what a document of XML declares is read where it stands, and what it
// does not declare is not.
func TestEntities(t *testing.T) {
	t.Parallel()
	const rest = `<p>Eメールまたは携帯電話番号</p><input name="e"/><input type="password" name="p"/><p>%s新しいお客様ですか?</p></html>`
	for name, tt := range map[string]struct {
		dtd, brand string
		want       imitation.Grade
	}{
		"in text":                {`[<!ENTITY b "Amazonの">]`, "&b;", imitation.Copy},
		"behind an identifier":   {`PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" 'x.dtd' [<!ENTITY b 'Amazonの'>]`, "&b;", imitation.Copy},
		"in another":             {`[<!ENTITY a "Ama"><!ENTITY b "&a;zonの">]`, "&b;", imitation.Copy},
		"by number":              {`[<!ENTITY b "&#65;ma&#x7a;onの">]`, "&b;", imitation.Copy},
		"the first counts":       {`[<!ENTITY b "Amazonの"><!ENTITY b "当店の">]`, "&b;", imitation.Copy},
		"by a parameter":         {`[<!ENTITY % q "<!ENTITY b 'Amazonの'>"> %q;]`, "&b;", imitation.Copy},
		"a quote in a comment":   {`[<!-- it's --><!ENTITY b "Amazonの">]`, "&b;", imitation.Copy},
		"a quote in a direction": {`[<?x it's ?><!ENTITY b "Amazonの">]`, "&b;", imitation.Copy},
		"a bracket in a value":   {`[<!ENTITY a "]>"><!ENTITY b "Amazonの">]`, "&b;", imitation.Copy},
		"in a comment":           {`[<!-- <!ENTITY b "Amazonの"> -->]`, "&b;", imitation.None},
		"not used":               {`[<!ENTITY b "Amazonの">]`, "", imitation.None},
		"the second":             {`[<!ENTITY b "当店の"><!ENTITY b "Amazonの">]`, "&b;", imitation.None},
		"elsewhere":              {`[<!ENTITY b SYSTEM "Amazonの">]`, "&b;", imitation.None},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page := `<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html ` + tt.dtd + `><html xmlns="http://www.w3.org/1999/xhtml">` + fmt.Sprintf(rest, tt.brand)
			if got := scanned(t, "application/xhtml+xml", page); (got.Grade == imitation.Copy) != (tt.want == imitation.Copy) {
				t.Errorf("got %v, %q; want %v", got.Grade, got.Signs, tt.want)
			}
		})
	}
}

// TestEntitiesInValues: they stand for parts of attributes too.
func TestEntitiesInValues(t *testing.T) {
	t.Parallel()
	page := `<!DOCTYPE html [<!ENTITY w "word"><!ENTITY p "pass&w;">]><html xmlns="http://www.w3.org/1999/xhtml"><title>Amazonサインイン</title>` +
		`<p>Eメールまたは携帯電話番号</p><input name="a"/><input type="&p;" name="b"/></html>`
	if got := scanned(t, "application/xhtml+xml", page); !got.Form.Password {
		t.Errorf("got %+v; want a password field", got.Form)
	}
}

// TestEntityBomb: entities in entities put out no more than the bound, and what is
// behind them is read.
func TestEntityBomb(t *testing.T) {
	t.Parallel()
	dtd := `<!ENTITY a0 "` + strings.Repeat("x", 4<<10) + `">`
	for i := 1; i < 20; i++ {
		dtd += fmt.Sprintf(`<!ENTITY a%d "%s">`, i, strings.Repeat(fmt.Sprintf("&a%d;", i-1), 20))
	}
	page := `<!DOCTYPE html [` + dtd + `<!ENTITY loop "&loop;&loop;">]><html><p title="&a19;&loop;">&a19;&loop;&a6;&a3;</p>` + signIn
	if got := scanned(t, "application/xhtml+xml", page); got.Grade != imitation.Copy {
		t.Errorf("got %v, %q; want a copy", got.Grade, got.Signs)
	}
}

func scanned(t *testing.T, contentType, page string) imitation.Result {
	t.Helper()
	s := imitation.Watch(response(contentType))
	_, _ = s.Write([]byte(page))
	return s.Close()
}
