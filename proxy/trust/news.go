package trust

// News is what is worth telling the owner. [Ledger] gives each at most once a day:
// [NewsPinned] and those about client certificates of one site, [NewsCall] of one client
// and site, [NewsEnds] at all, the others of one client.
type News uint8

// The news.
const (
	NewsNone     News = iota
	NewsStranger      // a program on the client does not trust the CA
	NewsProgram       // one does not, where others do
	NewsTrusting      // one that did not does now
	NewsPinned        // a program refuses us for one site alone
	NewsEnds          // the authority ends soon, or did
	NewsForeign       // a program on the client speaks no HTTP inside TLS
	NewsCall          // WebRTC to a site that nobody vouches for was closed
	// A site asks for a client certificate, and is passed on for it; goes on without
	// one, and is not; or insists on one, and its client gave none.
	NewsCertificate
	NewsCertificateUnused
	NewsCertificateMissing
)
