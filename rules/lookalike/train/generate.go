package main

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"sekisho/hostname"
)

// There is next to no public phishing for Seller Central to learn from: two
// names in seven years of JPCERT/CC's list. The names below are made up. They
// follow what was registered against the shop, with the strings of Seller
// Central in its place: the brand in its own letters or with one change, words
// of sign-in and of payment around it, the country, hyphens or none, a cheap
// suffix or a tenant's label on a shared one, or the whole genuine host as
// labels of an unrelated domain. What is measured on them says that the rules
// do what they were made to do, and nothing about what attackers do.

// seed fixes what [generate] makes.
const seed = 20250817

// sellerStrings are what Seller Central and its kin are called.
var sellerStrings = []string{
	"sellercentral", "seller-central", "sellercentral-japan", "amazonsellercentral", "amazon-sellercentral",
	"amazonseller", "amazon-seller", "amzseller", "amz-seller", "amznseller", "seller-amazon", "selleramazon", "sc-amazon",
	"amazon-sc", "vendorcentral", "vendor-central", "sellercentralamazon", "sellercentral-amazon", "amazon-fba", "sellercentraljp",
	"セラーセントラル", "アマゾンセラー", "セラーセントラル-アマゾン",
}

// Words that go with them, and what they stand on.
var (
	sellerWords = []string{
		"login", "signin", "sign-in", "verify", "verification", "2sv", "2step", "two-step", "otp", "mfa", "auth", "account", "account-update",
		"payment", "payments", "deposit", "bank", "billing", "kyc", "identity", "security", "support", "help", "notice", "alert", "update",
		"confirm", "suspend", "suspension", "appeal", "performance", "invoice", "tax", "jct", "register", "mypage", "service", "center",
	}
	sellerPlaces   = []string{"jp", "japan", "co-jp", "cojp", "us", "uk", "eu", "asia", "tokyo"}
	sellerSuffixes = []string{
		"top", "cn", "shop", "xyz", "icu", "cyou", "com", "net", "info", "cfd", "sbs", "club", "online", "site", "live", "vip", "store", "jp", "org", "buzz",
		"workers.dev", "pages.dev", "web.app", "vercel.app", "netlify.app", "duckdns.org", "com.cn", "asia", "link", "click", "bond", "life",
	}
)

// generate returns n made-up names that imitate Seller Central: those to
// learn from, and those to test with, which share no spelling with them.
func generate(n int) (train, test []*example) {
	g := &generator{rand.New(rand.NewPCG(seed, seed))}
	seen := map[string]bool{}
	for range 20 * n {
		if len(train)+len(test) >= n {
			break
		}
		spelling := g.spelling()
		host := g.host(spelling)
		name, err := hostname.Parse(host)
		if err != nil || name.Registrable() == "" || seen[name.String()] {
			continue
		}
		seen[name.String()] = true
		e := &example{
			name: name, positive: true, generated: true, bucket: "a_seller", group: "seller " + spelling, weight: 0.3, year: "made up",
		}
		if foldOf(spelling, "generated", 4) == 0 {
			test = append(test, e)
		} else {
			train = append(train, e)
		}
	}
	return train, test
}

type generator struct{ *rand.Rand }

func (g *generator) pick(from []string) string { return from[g.IntN(len(from))] }

// spelling writes one of the strings, most often with a change.
func (g *generator) spelling() string {
	s := g.pick(sellerStrings)
	if g.IntN(4) == 0 {
		return s
	}
	r := []rune(s)
	i := 1 + g.IntN(len(r)-1)
	switch g.IntN(7) {
	case 0: // two letters exchanged
		r[i-1], r[i] = r[i], r[i-1]
	case 1: // one left out
		r = append(r[:i], r[i+1:]...)
	case 2: // one doubled
		r = append(r[:i], append([]rune{r[i]}, r[i:]...)...)
	case 3: // any other letter
		r[i] = rune('a' + g.IntN(26))
	default:
		return g.visual(r)
	}
	return string(r)
}

// visuals are the characters that pass for a letter.
var visuals = map[rune]string{
	'a': "4àáаɑ", 'c': "çс", 'd': "ԁ", 'e': "3éеë", 'i': "1lí", 'l': "1iI", 'm': "ｍ", 'n': "ñп", 'o': "0óоο", 'r': "г", 's': "5ѕ$", 't': "7τ",
	'v': "ν", 'z': "2ż", 'ー': "一—", 'ル': "儿", 'ト': "卜", 'ラ': "ヲ", 'セ': "せ", 'ン': "ソ",
}

// visual replaces one letter by a character of its shape.
func (g *generator) visual(r []rune) string {
	at := g.Perm(len(r))
	for _, i := range at {
		if v := []rune(visuals[r[i]]); len(v) > 0 {
			r[i] = v[g.IntN(len(v))]
			return string(r)
		}
	}
	return string(r)
}

// host puts a spelling into a name.
func (g *generator) host(spelling string) string {
	joint := "-"
	if g.IntN(3) == 0 {
		joint = ""
	}
	parts := []string{spelling}
	for range g.IntN(3) {
		parts = append(parts, g.pick(sellerWords))
	}
	if g.IntN(3) == 0 {
		parts = append(parts, g.pick(sellerPlaces))
	}
	if g.IntN(6) == 0 {
		parts = append(parts, fmt.Sprint(g.IntN(1000)))
	}
	if g.IntN(3) == 0 {
		g.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	}
	own := strings.Join(parts, joint) + "." + g.pick(sellerSuffixes)
	switch g.IntN(5) {
	case 0:
		return "www." + own
	case 1: // on somebody else's domain
		return strings.Join(parts, joint) + "." + g.random() + "." + g.pick(sellerSuffixes)
	case 2: // the whole host
		return spelling + "." + g.pick([]string{"amazon.co.jp", "amazon.com", "amazon.co.ip", "amazon-co-jp", "amazon.jp", "co.jp", "jp"}) +
			"." + g.random() + "." + g.pick(sellerSuffixes)
	}
	return own
}

// random returns a label that means nothing.
func (g *generator) random() string {
	b := make([]byte, 5+g.IntN(6))
	for i := range b {
		b[i] = "abcdefghijklmnopqrstuvwxyz0123456789"[g.IntN(36)]
	}
	return string(b)
}
