package imitation

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// A title of an honest page has the name of whoever made it, or says more of what it is
// about. One that has the names of Amazon's and the common words of a sign-in, and not a
// letter besides, is a claim to be Amazon's own.

// bareTitle says whose names a title has that is so: Amazon's, or those of what it has
// for sellers; central where the latter is that of a site to sign in to. foreign is one with
// letters that are neither Latin nor Japanese or Chinese, and topic one that has words which
// are on help pages, settings and mails, too.
type bareTitle struct{ amazon, seller, central, foreign, topic bool }

// amazonNames and sellerNames are those names, bareWords what else may stand there.
var (
	amazonNames = plainWords("amazon アマゾン 亚马逊 亞馬遜 amazon.co.jp amazon.com amazon.de amazon.fr amazon.es amazon.it")
	sellerNames = plainWords("セラーセントラル ベンダーセントラル seller_central sellercentral vendor_central 出品サービス 出品者 出品用")
	bareWords   = plainWords("アカウント ログイン サインイン ページ 画面 2段階認証 二段階認証 2要素認証 ワンタイムパスワード 設定 再設定 有効化 必須 必要 " +
		"確認 再確認 認証 更新 本人 情報 口座 銀行 支払い 停止 一時 制限 解除 復旧 健全性 セキュリティ 重要 お知らせ 通知 お願い 手続き 完了 の を と に へ が お ご です してください ください " +
		"sign in sign-in log_in log-in login signin account two-step 2-step two-factor 2-factor verification verify authentication security " +
		"set_up setup enable required confirm confirmation update identity notice important suspended suspension your to and is " +
		"anmelden anmeldung einloggen konto verkäuferkonto zwei-schritt-verifizierung zwei-faktor-authentifizierung erforderlich einrichten bestätigen sicherheit " +
		"connexion s'identifier compte vendeur vérification en deux étapes requise obligatoire activer la sécurité " +
		"accedi venditore verifica due passaggi richiesta attiva sicurezza iniciar sesión cuenta de vendedor verificación dos pasos obligatoria requerida seguridad " +
		"登录 登入 账户 账号 验证 两步 卖家 平台 安全 设置 " +
		"ご 様 ようこそ 公式 日本 はこちら 保護 お支払い方法 支払い方法 welcome japan jp payment billing card method zahlungsart aktualisieren mode_de_paiement método_de_pago " +
		"masuk log_masuk đăng_nhập přihlášení prihlásenie bejelentkezés autentificare kirjaudu logg_inn log_ind prijava giriş_yap inloggen logga_in zaloguj_się logowanie entrar acessar")
	topicWords  = plainWords("設定 停止 解除 願い 確認 情報 通知 お知らせ 復旧 手続 健全性 set_up setup update confirm account notice")
	withoutThem = func() *strings.Replacer {
		all := slices.Concat(amazonNames, sellerNames, bareWords)
		slices.SortFunc(all, func(a, b string) int { return cmp.Compare(len(b), len(a)) }) // the longest goes first
		var pairs []string
		for _, w := range all {
			pairs = append(pairs, w, " ")
		}
		return strings.NewReplacer(pairs...)
	}()
)

// plainWords returns the words of a list in plain form, a blank for each "_" in them.
func plainWords(list string) []string {
	words := strings.Fields(list)
	for i, w := range words {
		words[i] = plainText(strings.ReplaceAll(w, "_", " "))
	}
	return words
}

// bareOf reads a title in plain form.
func bareOf(title string) (t bareTitle) {
	if title == "" {
		return t
	}
	rest := withoutThem.Replace(title)
	if strings.ContainsFunc(rest, func(r rune) bool { return unicode.IsDigit(r) || readable(r) }) {
		return t
	}
	has := func(names []string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return strings.Contains(title, n) })
	}
	return bareTitle{has(amazonNames), has(sellerNames), has(sellerNames[:maxCentral]), strings.ContainsFunc(rest, unicode.IsLetter), has(topicWords)}
}

// readable reports whether a letter is of a script in which a name would be known for one:
// the common words of a sign-in are written down for those.
func readable(r rune) bool {
	return unicode.In(r, unicode.Latin, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

// maxCentral is how many of sellerNames are those of a site to sign in to. The others are
// what agencies call their services, too.
const maxCentral = 5

// loginPage is how much a page has to read that is a log-in and nothing else, in bytes of
// folded text. A board of a forum has more, and so has a blog.
const loginPage = 600

// owned reports whether a page under such a title is a sign-in and nobody else's: one that
// is a log-in and nothing else, or a small one that demands two-step verification, or says
// that an account was suspended, right at its form. Amazon itself must be named, by the
// title, the logo or the line of copyright: other marketplaces have a Seller Central, too.
// text is what counts of its own.
func (f *findings) owned(found, text *set, s *said) bool {
	t := &f.bare
	if !found.has(passwordField) || !found.any(nameField, openField) || s.other || t.foreign || !t.amazon && !(t.central && (s.logo || s.holds)) {
		return false
	}
	return s.alone && t.central && !t.topic || s.small && text.any(twoStepLure, sellerLure, accountLure)
}

// owns adds the signs of such a page.
func (f *findings) owns(found *set) {
	found.add(titleOwned)
	found.add(brandWord)
	if f.bare.seller {
		found.add(titleSeller)
	} else {
		found.add(titleAbout)
	}
}

var titleOwned, twoStepLure, sellerLure, brandWord = known("title-owned"), known("two-step-lure"), known("seller-lure"), known("brand")
