package interstitial

import (
	"strings"

	"sekisho/hostname"
)

// defaultSellerCentral is where the primary button leads when the caller names
// no https URL. It equals the default of the configuration.
const defaultSellerCentral = "https://sellercentral.amazon.co.jp/"

// councilReport is where the Council of Anti-Phishing Japan takes reports.
const councilReport = "https://www.antiphishing.jp/registration.html"

// links are the genuine pages that a warning may lead to, all of them https.
type links struct {
	SellerCentral string
	Seller        *site  // host of SellerCentral
	Account       string // the account page of the same marketplace
	Council       string
}

// newLinks derives the links from the configured Seller Central URL. The
// account page is that of the marketplace whose domain the URL is on, and
// Japan's when that is not one of Amazon's usual domains.
func newLinks(sellerCentral string) links {
	u, ok := secureURL(sellerCentral)
	if !ok {
		u, _ = secureURL(defaultSellerCentral)
	}
	l := links{SellerCentral: u.String(), Council: councilReport}
	marketplace := "amazon.co.jp"
	if n, err := hostname.Parse(u.Hostname()); err == nil {
		l.Seller = newSite(n)
		if r := n.Registrable(); strings.HasPrefix(r, "amazon.") {
			marketplace = r
		}
	}
	if marketplace == "amazon.com" && strings.HasPrefix(u.Hostname(), "sellercentral-japan.") {
		marketplace = "amazon.co.jp"
	}
	l.Account = "https://www." + marketplace + "/gp/css/homepage.html"
	return l
}
