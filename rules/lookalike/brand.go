package lookalike

// brand is a string that imitators use to be taken for Amazon.
type brand struct {
	text string
	// seller tells the strings of Seller Central and its kin.
	seller bool
	// short tells a string that says little alone.
	short bool
}

// retail is the index of the shop's own string in brands, short that of the
// first of the short ones.
const (
	retail = 2
	short  = 3
)

// brands is searched in this order, longest first.
var brands = [...]brand{
	{text: "sellercentral", seller: true},
	{text: "vendorcentral", seller: true},
	retail: {text: "amazon"},
	short:  {text: "amzn", short: true},
	{text: "amz", short: true},
}

// The names that imitators want to be taken for.
const (
	targetSeller = "sellercentral.amazon.co.jp"
	targetJapan  = "amazon.co.jp"
	targetWorld  = "amazon.com"
)
