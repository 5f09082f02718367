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
// for sellers; central where the latter is that of a site to sign in to, and japanese where
// that is in Japanese: other marketplaces have a Seller Central, too.
type bareTitle struct{ amazon, seller, central, japanese bool }

// amazonNames and sellerNames are those names, bareWords what else may stand there.
var (
	amazonNames = plainWords("amazon アマゾン 亚马逊 亞馬遜 amazon.co.jp amazon.com amazon.de amazon.fr amazon.es amazon.it")
	sellerNames = plainWords("セラーセントラル ベンダーセントラル seller_central sellercentral vendor_central 出品サービス 出品者 出品用")
	bareWords   = plainWords("アカウント ログイン サインイン ページ 画面 2段階認証 二段階認証 2要素認証 ワンタイムパスワード 設定 再設定 有効化 必須 必要 " +
		"確認 再確認 認証 更新 本人 情報 口座 銀行 支払い 停止 一時 制限 解除 復旧 健全性 セキュリティ 重要 お知らせ 通知 お願い 手続き 完了 の を と に へ が お ご です ください " +
		"sign in sign-in log_in log-in login signin account two-step 2-step two-factor 2-factor verification verify authentication security " +
		"set_up setup enable required confirm confirmation update identity notice important suspended suspension your to and is " +
		"anmelden anmeldung einloggen konto verkäuferkonto zwei-schritt-verifizierung zwei-faktor-authentifizierung erforderlich einrichten bestätigen sicherheit " +
		"connexion s'identifier compte vendeur vérification en deux étapes requise obligatoire activer la sécurité " +
		"accedi venditore verifica due passaggi richiesta attiva sicurezza iniciar sesión cuenta de vendedor verificación dos pasos obligatoria requerida seguridad " +
		"登录 登入 账户 账号 验证 两步 卖家 平台 安全 设置")
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
	other := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	if strings.ContainsFunc(withoutThem.Replace(title), other) {
		return t
	}
	has := func(names []string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return strings.Contains(title, n) })
	}
	return bareTitle{has(amazonNames), has(sellerNames), has(sellerNames[:maxCentral]), has(sellerNames[:maxJapanese])}
}

// maxCentral is how many of sellerNames are those of a site to sign in to, the Japanese
// first. The others are what agencies call their services, too.
const maxJapanese, maxCentral = 2, 5

// loginPage is how much a page has to read that is a log-in and nothing else, in bytes of
// folded text. A board of a forum has more, and so has a blog.
const loginPage = 600

// owned reports whether a page under such a title asks for a password or a code: one that
// is a log-in and nothing else, or a small one that demands two-step verification, or
// says that an account was suspended, right at its form, and names Amazon somewhere. text
// is what counts of its own.
func (f *findings) owned(found, text *set, s *said) bool {
	t := &f.bare
	if !found.any(passwordField, codeField) || !t.amazon && !t.seller {
		return false
	}
	return s.alone && t.amazon && t.central ||
		s.small && (t.amazon || t.japanese || s.names) && text.any(twoStepLure, sellerLure, accountLure)
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
