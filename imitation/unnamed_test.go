package imitation_test

import (
	"testing"

	"sekisho/imitation"
)

// TestLastSteps: pages that ask for a card or a code and for nothing else, whose fields do
// not say what they are for.
func TestLastSteps(t *testing.T) {
	t.Parallel()
	const (
		card  = `<form method=post action=/o><label>カード番号</label><input name=cn><label>有効期限</label><input name=ex><label>セキュリティコード</label><input name=cv><button>更新する</button></form>`
		code  = `<form method=post action=/o><input name=n1 maxlength=6><label><input type=checkbox>このブラウザではコードの入力を求めない</label><button>ログイン</button></form>`
		sent  = `登録済みの電話番号に送信されたワンタイムパスワード(OTP)を入力してください。`
		line  = `<p>© 1996-2025, Amazon.com, Inc. or its affiliates</p>`
		named = `<p>Amazonアカウントのセキュリティのため、` + sent + `</p>`
	)
	for name, tt := range map[string]struct {
		title, body string
		copy        bool
	}{
		"a card":                   {"お支払い方法の更新", `<h1>Amazon お支払い方法の更新</h1>` + card + line, true},
		"a code":                   {"2段階認証", `<h1>2段階認証</h1>` + named + code, true},
		"a shop that has Pay":      {"お支払い", `<h1>お支払い方法</h1>` + card + `<p>Amazon Payもご利用になれます。</p><p>Amazon PayはAmazon.com, Inc.またはその関連会社の商標です。</p>`, false},
		"a shop, trademarks first": {"Checkout", `<h1>Checkout</h1><form><label>Card number</label><input name=cn><button>Pay</button></form><p>Amazon Pay, Amazon.com and their logos are trademarks of Amazon, Amazon.com, Inc. or its affiliates. © 2026 Shop</p>`, false},
		"a tool's, connected":      {"2段階認証", `<h1>リプライサーX</h1><p>` + sent + `</p>` + code + `<p>リプライサーXは、お客様のショップの売れ行きと在庫を見て、価格をいつでも最適に保つための道具です。はじめての方もご安心ください。Amazonと連携します。</p>`, false},
		"the line above the card":  {"お支払い", `<h1>お支払い方法</h1>` + line + card, false},
		"a tool's own code":        {"2段階認証", `<h1>リプライサーX</h1><p>` + sent + `</p>` + code + `<p>セラーセントラルの連携には別の確認があります。</p>`, false},
		"a how-to":                 {"2段階認証", `<form><input name=q2></form><h1>2段階認証の手順</h1><ol><li>` + named + `</li><li>「このブラウザではコードの入力を求めない」を選びます。</li></ol>`, false},
		"a tool that asks it all":  {"コードの入力", `<h1>リプライサーX</h1><p>Amazonに届いたコードを入力してください。</p><form><input name=n1><button>次へ</button></form>`, false},
	} {
		page := `<!doctype html><html lang=ja><head><meta charset=utf-8><title>` + tt.title + `</title></head><body>` + tt.body + `</body></html>`
		if r := scan(response("text/html"), []byte(page), 1000); (r.Grade == imitation.Copy) != tt.copy {
			t.Errorf("%s: got %v, %d, %q; want a copy: %t", name, r.Grade, r.Score, r.Signs, tt.copy)
		}
	}
}
