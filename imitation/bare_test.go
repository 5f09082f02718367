package imitation_test

import (
	"testing"

	"sekisho/imitation"
)

// login returns a page with a log-in: title, heading, what it says above the form, and
// below.
func login(title, h1, says, foot string) string {
	return `<!doctype html><html lang=ja><head><meta charset=utf-8><title>` + title + `</title></head><body><main class=card><h1>` + h1 + `</h1><p>` + says +
		`</p><form method=post action=/next><label>ログインID</label><input type=text name=id1><label>パスワード</label><input type=password name=pw1><button>次へ</button></form></main><footer>` + foot + `</footer></body></html>`
}

const dueToday = `出品者様各位。2025年3月31日より、すべての出品用アカウントに2段階認証の有効化が必須となりました。設定を完了されない場合、アカウントが一時停止されます。`

// TestBareTitle: a log-in under Amazon's names and no other, that gives two-step
// verification for a reason.
func TestBareTitle(t *testing.T) {
	t.Parallel()
	for name, page := range map[string]string{
		"who sells, by its name":     login("2段階認証の設定 | セラーセントラル", "2段階認証の設定が必要です", dueToday, "© Amazon Services International LLC"),
		"with the brand":             login("Amazon Seller Central - 2段階認証", "2段階認証を設定してください", "セキュリティ強化のため、出品用アカウントにログインして2段階認証を設定してください。", ""),
		"the brand alone":            login("Amazon 2段階認証の設定", "2段階認証", "続行するには、2段階認証を再設定してください。", ""),
		"a shop's account":           login("Amazon 出品者アカウント確認", "出品者アカウントの確認", "不審なログインが検出されました。24時間以内に2段階認証を再設定してください。", ""),
		"money that is held back":    login("Amazon出品サービス", "銀行口座情報の確認", "売上金の支払いが保留されています。銀行口座情報を確認するため、ログインしてください。", ""),
		"a log-in and nothing else":  login("Amazonセラーセントラル - ログイン", "ログイン", "", ""),
		"for vendors":                login("Amazon Vendor Central", "Vendor Central", "", ""),
		"full width, and a dash":     login("【重要】Ａｍａｚｏｎ　セラーセントラル ― 二段階認証", "お知らせ", "二段階認証の設定が必須です", ""),
		"German":                     login("Amazon Seller Central", "Zwei-Schritt-Verifizierung erforderlich", "Bestätigen Sie Ihr Verkäuferkonto, um eine Sperrung zu vermeiden.", ""),
		"French":                     login("Seller Central Amazon", "Vérification en deux étapes requise", "Confirmez votre compte vendeur pour éviter la suspension.", ""),
		"Spanish, without the brand": login("Seller Central - Verificación en dos pasos", "Verificación en dos pasos obligatoria", "Confirma tu cuenta de vendedor.", "© Amazon Services"),
		"Italian":                    login("Amazon Seller Central", "Verifica in due passaggi richiesta", "Conferma il tuo account venditore per evitare la sospensione.", ""),
		"English":                    login("Seller Central account verification", "Confirm your account", "Complete Two-Step Verification to avoid suspension of your listings.", "© 2026 Amazon.com Services LLC"),
	} {
		if r := scan(response("text/html"), []byte(page), 1000); r.Grade != imitation.Copy {
			t.Errorf("%s: got %v, %d, %q", name, r.Grade, r.Score, r.Signs)
		}
	}
}

// TestOtherSignIns: what else Amazon has a sign-in for, with its own label.
func TestOtherSignIns(t *testing.T) {
	t.Parallel()
	const form = `<form method=post action=/r><label>Email or mobile phone number</label><input name=a><label>Password</label><input type=password name=b><button>Sign in</button></form>`
	for _, tt := range []struct {
		title, h1 string
		want      imitation.Grade
	}{
		{"Amazon Vendor Central", "Vendor Central", imitation.Copy},
		{"Amazon Ads", "Sign in to Amazon Ads", imitation.Copy},
		{"Vendor Central", "Welcome, suppliers of Kaufhaus", imitation.Suspect},
		{"Pacer for Amazon Ads", "Sign in", imitation.Suspect},
		{"Amazon Ads Partner Tool | Bluefin", "Connect Amazon Ads", imitation.Suspect},
	} {
		page := `<!doctype html><title>` + tt.title + `</title><h1>` + tt.h1 + `</h1>` + form
		if r := scan(response("text/html"), []byte(page), 1000); r.Grade != tt.want && (tt.want == imitation.Copy || r.Grade > tt.want) {
			t.Errorf("%s: got %v, %d, %q; want %v", tt.title, r.Grade, r.Score, r.Signs, tt.want)
		}
	}
}

// TestBareTitleHonest: tools, agencies and schools say who they are, or ask for no
// password, or talk about it at length, or not at the form.
func TestBareTitleHonest(t *testing.T) {
	t.Parallel()
	const setUp = "セキュリティ強化のため、2段階認証を設定してください。"
	long := ""
	for range 30 {
		long += "<p>まず、設定の画面を開きます。次に、電話番号かアプリのどちらを使うかを決めます。</p>"
	}
	for name, page := range map[string]string{
		"a tool's second factor":        login("2段階認証の設定 | リプライサーX", "2段階認証の設定が必要です", setUp+"Amazonセラーセントラルの連携に必要です。", "Amazonはその関連会社の商標です"),
		"a tool for Seller Central":     login("リプライサーX for Amazon Seller Central", "ログイン", setUp, ""),
		"a tool, name last":             login("Amazonセラーセントラル連携設定 - 助っ人くん", "連携", "セラーセントラルの2段階認証を有効にしてから連携してください。", ""),
		"a portal of an agency":         login("Amazonセラーセントラル運用代行 会員ページ", "会員ログイン", "セラーセントラルの2段階認証を更新した方はご連絡ください。", ""),
		"an agency's service":           login("Amazon出品サービス", "会員ログイン", "出品の代行を承ります。", ""),
		"an agency, English":            login("Seller Central Account Management | Bluefin", "Client login", "Two-Step Verification is required for all clients.", ""),
		"its own second factor":         login("Two-step verification", "Set up two-step verification", "Enable Two-Step Verification to protect your workspace. We connect to Amazon Seller Central.", ""),
		"a generic title":               login("ログイン", "セラーセントラル連携ツール", setUp, ""),
		"a generic title, 2":            login("2段階認証の設定", "2段階認証の設定", setUp+"Amazon出品者の皆様の口座を守ります。", ""),
		"a seminar":                     login("セラーセントラル 2段階認証 セミナー", "受講者ログイン", "2段階認証を設定してくださいと言われたら", ""),
		"a book's download":             login("Amazonセラーセントラル 2段階認証 設定 ガイドブック", "ダウンロード", "購入者の方はパスワードを入力してください。", ""),
		"a protected article":           login("保護中: Amazonセラーセントラルの2段階認証の設定", "保護中", "このコンテンツはパスワードで保護されています。閲覧するには以下にパスワードを入力してください。", ""),
		"a how-to with a log-in":        login("セラーセントラルの2段階認証の設定", "2段階認証の設定", "手順は次のとおりです。"+long+"2段階認証を設定してください。", ""),
		"a how-to below a log-in":       `<title>セラーセントラルの2段階認証の設定</title><header><form action=/login><input name=user><input type=password name=pass><button>ログイン</button></form></header><article><h1>2段階認証の設定</h1><ol><li>設定を開く</li><li>2段階認証を有効にする</li></ol></article>`,
		"a warning":                     `<title>Amazon セキュリティのお知らせ</title><h1>ご注意ください</h1><p>「2段階認証を設定してください」というメールにご注意ください。</p><form action=/s><input name=q></form>`,
		"a warning beside a log-in":     login("Amazon セキュリティのお知らせ", "ご注意", "「2段階認証を設定してください。アカウントが停止されます。」というメールが出回っています。", ""),
		"a mail asked about":            `<title>Amazon セラーセントラル</title><form action=/login><input name=user><input type=password name=pass></form><h2>このメールは本物ですか</h2><blockquote>アカウントが停止されました。2段階認証を再設定してください。</blockquote><p>` + long + `</p>`,
		"a firm of the name":            login("Amazon Filters - Login", "Customer login", "Two-Step Verification is required for all customers.", ""),
		"a river":                       login("Amazon - Login", "Instituto", "Welcome to the river.", ""),
		"Amazon Pay's back office":      login("Amazon Pay 管理画面 | ショップX", "ログイン", setUp, ""),
		"a marketplace list":            login("モール連携 楽天 Amazon Yahoo ログイン", "ログイン", "2段階認証が必須になりました。", ""),
		"a registration for a seminar":  `<title>Amazonセラーセントラルの2段階認証</title><h1>説明会</h1><p>2段階認証を設定してください。</p><form><input name=name><input type=email name=email><button>申し込む</button></form>`,
		"a second factor, by the brand": login("2段階認証 - セラースプライト", "2段階認証を設定してください", "Amazonセラー向け分析ツール", ""),
		"Amazon in a sentence":          login("Seller Central account verification", "Confirm your account", "Complete Two-Step Verification to avoid suspension of your Amazon listings.", ""),
		"another marketplace's":         login("Seller Central", "Seller Central", "Two-Step Verification is required for all sellers.", "Kaufhaus Marketplace"),
		"a bank":                        login("ログイン | みなと銀行", "ログイン", "Amazonを名乗るメールにご注意ください。2段階認証の設定をお願いします。", ""),
	} {
		if r := scan(response("text/html"), []byte(page), 1000); r.Grade > imitation.Suspect {
			t.Errorf("%s: got %v, %d, %q", name, r.Grade, r.Score, r.Signs)
		}
	}
}
