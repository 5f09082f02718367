package imitation_test

import (
	"encoding/json"
	"testing"

	"sekisho/imitation"
)

// TestNameInPieces: the name that a bundle puts together is the start of a label.
func TestNameInPieces(t *testing.T) {
	t.Parallel()
	const bundle = "const B='Ama'+'zon';class L extends HTMLElement{connectedCallback(){document.title=B+'サインイン';" +
		"this.innerHTML=html`<label>Eメールまたは携帯電話番号</label><input name=a><label>パスワード</label><input type=password name=b><h5>${B}の新しいお客様ですか？</h5>`}}"
	if r := scan(response("text/javascript"), []byte(bundle), piece); r.Grade != imitation.Copy {
		t.Errorf("got %v, %d, %q", r.Grade, r.Score, r.Signs)
	}
}

// TestWordsInABundle: a tool for sellers has Amazon's words among its own in the bundle that
// draws its log-in: names of pages and of settings, and sentences about the sign-in. What a
// copy's bundle has is labels, and a title that it calls one.
func TestWordsInABundle(t *testing.T) {
	t.Parallel()
	const shell = `<!doctype html><html lang=ja><head><meta charset=utf-8><title>リプライサーX</title></head><body><div id=root></div><script src=/m.js></script></body></html>`
	for _, test := range []struct {
		name  string
		texts map[string]string
		copy  bool
	}{
		{"names of pages", map[string]string{"c": "Amazonにログイン", "t": "セラーセントラル", "s": "2段階認証"}, false},
		{"names of pages, in English", map[string]string{"c": "Connect Amazon Seller Central", "s1": "Sign in to Amazon Seller Central with the primary account", "s2": "Two-Step Verification", "h": "You will be redirected to Amazon to sign in. Enter your Email or mobile phone number and Password on Amazon.", "o": "Enter OTP"}, false},
		{"one title", map[string]string{"c": "Amazonセラーセントラルと連携", "t": "Amazonサインイン", "a": "アカウントを作成"}, false},
		{"a notice with a quotation", map[string]string{"w": "ログイン時に「Amazonの新しいお客様ですか？」と表示される場合は、別のEメールアドレスでログインしています。", "s": "セラーセントラル", "t": "Amazonアカウント"}, false},
		{"errors", map[string]string{"c": "Amazonにログイン", "e1": "Amazonへのログインに失敗しました", "e2": "Amazonのパスワードが変更された可能性があります", "e3": "2段階認証が有効になっていません", "s": "Amazonアカウントが停止されました", "p": "お支払い方法を更新してください"}, false},
		{"a sentence to do by", map[string]string{"t": "Amazonにログイン", "h": "Amazonのログイン画面で「Eメールまたは携帯電話番号」とパスワードを入力し、「次に進む」を押してください。", "t2": "2段階認証", "t3": "セラーセントラル"}, false},
		{"questions", map[string]string{"q1": "Amazonにサインインできません", "a1": "セラーセントラルの2段階認証でワンタイムパスワードが届かない場合は、Amazonサポートへお問い合わせください。", "q2": "Amazonアカウントを作成するには？", "q3": "Amazonの新しいお客様ですか？と表示されます"}, false},
		{"labels of many shops", map[string]string{"f": "亚马逊卖家平台", "a": "亚马逊登录", "u": "邮箱地址或手机号码", "p": "密码", "w": "两步验证", "s": "店铺管理"}, false},
		{"a dialog's title", map[string]string{"title": "Sign in to Amazon", "s2": "Two-Step Verification", "c": "Connect Amazon Seller Central"}, false},
		{"one title of several", map[string]string{"amazonTitle": "Amazon Sign-In", "a": "Sign in to Amazon", "s2": "Two-Step Verification", "c": "Connect Amazon Seller Central"}, false},
		{"a copy", map[string]string{"title": "Amazonサインイン", "e": "Eメールまたは携帯電話番号", "n": "Amazonの新しいお客様ですか？"}, true},
		{"a copy that calls nothing a title", map[string]string{"t": "Amazonサインイン", "e": "Eメールまたは携帯電話番号", "n": "Amazonの新しいお客様ですか？"}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			texts, err := json.Marshal(test.texts)
			if err != nil {
				t.Fatal(err)
			}
			bundle := "const L=" + string(texts) + `;document.getElementById("root").innerHTML='<form><input type=email name=email placeholder="'+L.email+'"><input type=password name=password></form>'`
			found := append(scan(response("text/html"), []byte(shell), piece).Signs, scan(response("text/javascript"), []byte(bundle), piece).Signs...)
			if g, score := imitation.Grades(found); (g == imitation.Copy) != test.copy {
				t.Errorf("got %v, %d, %q; want a copy: %t", g, score, found, test.copy)
			}
		})
	}
}
