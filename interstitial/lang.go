package interstitial

import (
	"strconv"
	"strings"
)

// Lang is a language that pages are written in, as in the HTML lang attribute.
// Render takes any other value as [Japanese].
type Lang string

// The languages that every page exists in.
const (
	Japanese Lang = "ja"
	English  Lang = "en"
)

// Limits on the part of an Accept-Language field that is read. Browsers send
// fewer than ten entries; what is beyond is ignored.
const (
	maxAcceptLanguage = 1024
	maxAcceptEntries  = 32
)

// ParseLang reads the value of a lang query parameter, as the language links of
// a page send it. It reports false for whatever is not exactly "ja" or "en".
func ParseLang(s string) (Lang, bool) {
	switch l := Lang(s); l {
	case Japanese, English:
		return l, true
	}
	return Japanese, false
}

// Negotiate returns the language for a visitor. setting is the configuration's
// language: "ja" and "en" decide, anything else asks acceptLanguage, the value
// of the Accept-Language header (RFC 9110, section 12.5.4), which may be
// malformed. The higher weight wins and, between equals, the earlier. Whoever
// states no language gets Japanese; whoever asks only for others gets English.
func Negotiate(setting, acceptLanguage string) Lang {
	if l, ok := ParseLang(setting); ok {
		return l
	}
	if len(acceptLanguage) > maxAcceptLanguage {
		acceptLanguage = acceptLanguage[:maxAcceptLanguage]
	}
	best, bestWeight, stated := English, 0, false
	for i, entry := range strings.SplitN(acceptLanguage, ",", maxAcceptEntries+1) {
		if i == maxAcceptEntries {
			break
		}
		tag, weight, ok := acceptEntry(entry)
		if !ok {
			continue
		}
		stated = true
		if l, known := langOfTag(tag); known && weight > bestWeight {
			best, bestWeight = l, weight
		}
	}
	if !stated {
		return Japanese
	}
	return best
}

// acceptEntry splits one entry of Accept-Language into its range, in lower
// case, and its weight in thousandths.
func acceptEntry(entry string) (tag string, weight int, ok bool) {
	tag, params, _ := strings.Cut(entry, ";")
	tag = strings.ToLower(strings.TrimSpace(tag))
	if tag == "" || strings.Trim(tag, "abcdefghijklmnopqrstuvwxyz0123456789-*") != "" {
		return "", 0, false
	}
	name, value, found := strings.Cut(params, "=")
	if !found {
		return tag, 1000, strings.TrimSpace(params) == ""
	}
	if !strings.EqualFold(strings.TrimSpace(name), "q") {
		return "", 0, false
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || !(q >= 0 && q <= 1) {
		return "", 0, false
	}
	return tag, int(q*1000 + 0.5), true
}

// langOfTag maps a language range to one of ours. "*" is the house language.
func langOfTag(tag string) (Lang, bool) {
	primary, _, _ := strings.Cut(tag, "-")
	if primary == "*" {
		return Japanese, true
	}
	return ParseLang(primary)
}
