package imitation

import (
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
	return bareTitle{has(amazonNames), has(centralNames) || has(sellerNames), has(centralNames), strings.ContainsFunc(rest, unicode.IsLetter), has(topicWords)}
}

// readable reports whether a letter is of a script in which a name would be known for one:
// the common words of a sign-in are written down for those.
func readable(r rune) bool {
	return unicode.In(r, unicode.Latin, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

// loginPage is how much a page has to read that is a log-in and nothing else, in bytes of
// folded text. A board of a forum has more, and so has a blog.
const loginPage = 600

// owned reports whether a page under such a title is a sign-in and nobody else's: one that
// is a log-in and nothing else, or a small one that has Amazon's own label for the name or its terms,
// demands two-step verification, or says that an account was suspended, right at its form. Amazon itself must be named, by the
// title, the logo or the line of copyright: other marketplaces have a Seller Central, too.
// text is what counts of its own.
func (f *findings) owned(found, text *set, s *said) bool {
	t := &f.bare
	if !found.has(passwordField) || !found.any(nameField, openField) || s.other || t.foreign || !t.amazon && !(t.central && (s.logo || s.holds)) {
		return false
	}
	return s.alone && t.central && !t.topic || s.small && (text.any(twoStepLure, sellerLure, accountLure) || t.amazon && text.any(emailOrPhone, termsLine))
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
