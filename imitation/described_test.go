package imitation_test

import (
	"maps"
	"strings"
	"testing"

	"sekisho/imitation"
)

// TestManyBlocks: who sends many cannot have them compared with each other for long.
func TestManyBlocks(t *testing.T) {
	t.Parallel()
	list := `[{"l":"Eメールまたは携帯電話番号"},` + strings.Repeat(`{"y":"password","n":"a"},`, 300) + `{"y":"password"` + strings.Repeat(`,"n":"password"`, 300) + `}],`
	r := response("application/json")
	r.Dest = "empty"
	got := scan(r, []byte(`{"a":[`+strings.Repeat(list, 200)+`1]}`), 1000)
	if len(got.Purposes) > 64 || got.Grade > imitation.Suspect {
		t.Errorf("got %v, %q, %d purposes", got.Grade, got.Signs, len(got.Purposes))
	}
}

// TestDescribedForms: data that describes a form says what its fields are for, and is the
// page's own where it has the terms too.
func TestDescribedForms(t *testing.T) {
	t.Parallel()
	const (
		user  = `{"t":"i","l":"Eメールまたは携帯電話番号","n":"f1","y":"text"}`
		pass  = `{"t":"i","l":"パスワード","n":"f2","y":"password"}`
		terms = `{"t":"p","v":"続行することで、Amazonの利用規約およびプライバシー規約に同意するものとみなされます。"}`
	)
	f2 := map[string]string{"f2": "current-password"}
	for name, tt := range map[string]struct {
		data     string
		grade    imitation.Grade
		purposes map[string]string
	}{
		"a page in blocks":         {`{"ok":1,"page":{"id":3,"title":"Amazonサインイン","blocks":[{"t":"h","v":"ログイン"},` + user + `,` + pass + `,{"t":"b","v":"次に進む"},` + terms + `]}}`, imitation.Copy, f2},
		"a list of blocks":         {`[{"t":"h","title":"Amazonサインイン"},` + user + `,` + pass + `,` + terms + `]`, imitation.Copy, f2},
		"in parts":                 {`{"title":"Amazonサインイン","fields":[{"is":"Input","props":{"label":"Eメールまたは携帯電話番号","name":"f1","type":"text"}},{"is":"Input","props":{"label":"パスワード","name":"f2","type":"password"}}],"foot":"Amazonの利用規約およびプライバシー規約"}`, imitation.Copy, f2},
		"by a type of its own":     {`{"title":"Amazonサインイン","fields":[{"t":"i","l":"Eメールまたは携帯電話番号","n":"f1","y":"text"},{"t":"i","l":"パスワード","n":"f2","y":"pw"}],"foot":"Amazonの利用規約およびプライバシー規約"}`, imitation.Copy, f2},
		"by the name of the field": {`{"title":"Amazonサインイン","properties":{"f1":{"title":"Eメールまたは携帯電話番号","type":"string"},"f2":{"title":"パスワード","format":"password","type":"string"}},"foot":"Amazonの利用規約およびプライバシー規約"}`, imitation.Copy, f2},
		"without terms":            {`{"title":"Amazonサインイン","blocks":[` + user + `,` + pass + `]}`, imitation.Suspect, f2},
		"a new password":           {`{"title":"Amazonアカウントを作成","blocks":[` + user + `,` + pass + `,{"t":"i","l":"もう一度","n":"f3","y":"password"}]}`, imitation.Suspect, map[string]string{"f2": "new-password", "f3": "new-password"}},
		"no label of Amazon's":     {`{"title":"連携","blocks":[{"l":"出品者ID","n":"f1","y":"text"},` + pass + `]}`, imitation.None, f2},
		"one block":                {`{"title":"Amazonサインイン","blocks":[{"l":"Eメールまたは携帯電話番号","n":"f2","y":"password"}]}`, imitation.Suspect, nil},
		"no password":              {`{"title":"Amazonサインイン","blocks":[` + user + `,{"t":"i","l":"部署","n":"f2","y":"text"},` + terms + `]}`, imitation.Suspect, nil},
		"messages":                 {`{"messages":[{"from":"tanaka","text":"Eメールまたは携帯電話番号"},{"from":"li","text":"password"},{"from":"li","text":"Amazonの利用規約およびプライバシー規約"}]}`, imitation.Suspect, map[string]string{}},
		"entries of a vault":       {`{"items":[{"id":"a1","title":"Amazonサインイン","fields":[{"label":"Eメールまたは携帯電話番号","id":"u","type":"text"},{"label":"パスワード","id":"p","type":"password"}],"at":1764000000},{"id":"a2","title":"楽天","fields":[]}]}`, imitation.Suspect, map[string]string{"p": "current-password"}},
		"steps of a program":       {`{"name":"売上を取る","steps":[{"do":"open","to":"https://sellercentral.amazon.co.jp/"},{"do":"type","label":"Eメールまたは携帯電話番号","into":"ap_email","kind":"text"},{"do":"type","label":"パスワード","into":"ap_password","kind":"password"}]}`, imitation.Suspect, map[string]string{"ap_password": "current-password"}},
		"a document's tree":        {`{"tree":{"tag":"body","children":[{"tag":"label","children":["Eメールまたは携帯電話番号"]},{"tag":"input","attrs":{"type":"password","name":"p"}},{"tag":"p","children":["Amazonの利用規約およびプライバシー規約"]}]}}`, imitation.Suspect, map[string]string{}},
		"a dictionary of a tool":   {`{"connect":{"title":"Amazonにログイン","kind":"password"},"rakuten":{"title":"楽天ログイン","kind":"key"}}`, imitation.Suspect, nil},
	} {
		for _, n := range []int{1, 7, 1000} {
			r := response("application/json")
			r.Dest = "empty"
			got := scan(r, []byte(tt.data), n)
			if got.Grade != tt.grade && (tt.grade != imitation.Suspect || got.Grade > tt.grade) || tt.purposes != nil && !maps.Equal(got.Purposes, tt.purposes) {
				t.Errorf("%s, in pieces of %d: got %v, %d, %q, %q; want %v, %q", name, n, got.Grade, got.Score, got.Signs, got.Purposes, tt.grade, tt.purposes)
			}
		}
	}
}

// TestLearntNames: data that describes a form of anybody's says what its fields for
// passwords are called, and is no sign of anything.
func TestLearntNames(t *testing.T) {
	t.Parallel()
	f2 := map[string]string{"f2": "current-password"}
	for name, tt := range map[string]struct {
		data     string
		purposes map[string]string
	}{
		"by the type":             {`{"page":{"title":"ログイン","fields":[{"label":"メールアドレス","name":"f1","type":"text"},{"label":"パスワード","name":"f2","type":"password"}]}}`, f2},
		"by the label":            {`{"fields":[{"label":"メールアドレス","name":"f1"},{"label":"パスワード","name":"f2"}]}`, f2},
		"by an escaped label":     {`[{"label":"\u30e1\u30fc\u30eb","model":"f1"},{"label":"\u30D1\u30B9\u30EF\u30FC\u30C9","model":"f2"}]`, f2},
		"by a Polish label":       {`{"rows":[{"title":"Login","key":"f1"},{"title":"Hasło","key":"f2"}]}`, f2},
		"in parts":                {`{"fields":[{"is":"Input","props":{"label":"ID","name":"f1"}},{"is":"Input","props":{"type":"password","name":"f2"}}]}`, f2},
		"by the key of the field": {`{"properties":{"f1":{"title":"メール","type":"string"},"f2":{"title":"暗証","format":"password"}}}`, f2},
		"with an id too":          {`[{"id":"a1","name":"f1","type":"email"},{"id":"a2","name":"f2","type":"password"}]`, map[string]string{"f2": "current-password", "a2": "current-password"}},
		"to register":             {`[{"name":"f1","type":"email"},{"name":"f2","type":"password"},{"name":"f3","type":"password"}]`, map[string]string{"f2": "new-password", "f3": "new-password"}},
		"ways to sign in":         {`[{"id":"mail","type":"password"},{"id":"user","type":"oauth"}]`, nil},
		"a log":                   {`[{"at":"10:00","type":"password","by":"tanaka"},{"at":"10:05","type":"mail","by":"li"}]`, nil},
		"a record":                {`{"id":"x9","type":"password","label":"パスワード"}`, nil},
		"one name":                {`[{"label":"パスワード","name":"f2"},{"label":"次に進む"}]`, nil},
		"texts to translate":      {`{"login":{"password":"パスワード","mail":"メール"},"reset":{"password":"パスワード"}}`, nil},
		"messages":                {`[{"name":"tanaka","text":"パスワードを忘れました"},{"name":"li","text":"はい"}]`, nil},
		"a page of state":         {`<script id="__NEXT_DATA__" type="application/json">{"props":{"fields":[{"label":"メール","name":"f1"},{"label":"パスワード","name":"f2"}]}}</script>`, f2},
	} {
		for _, n := range []int{1, 7, 1000} {
			r := response("application/json")
			if r.Dest = "empty"; tt.data[0] == '<' {
				r = response("text/html; charset=utf-8")
			}
			got := scan(r, []byte(tt.data), n)
			if got.Form.Password || got.Grade > imitation.None || !maps.Equal(got.Purposes, tt.purposes) {
				t.Errorf("%s, in pieces of %d: got %v, %q, %q; want %q", name, n, got.Grade, got.Signs, got.Purposes, tt.purposes)
			}
		}
	}
}
