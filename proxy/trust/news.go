package trust

import (
	"net/netip"
	"time"

	"sekisho/hostname"
)

// tellEvery is how often the owner is told of one client or site.
const tellEvery = 24 * time.Hour

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

// told is what the owner was told of: a client, or a site.
type told struct {
	news   News
	client netip.Addr
	host   hostname.Name
}

// worries is what the owner is told of a client with a program that refuses us.
var worries = [...]News{NewsStranger, NewsProgram}

// Foreign is for a client of which a connection is passed on unread, since it is not
// HTTP. Its news is [NewsForeign].
func (l *Ledger) Foreign(client netip.Addr) News {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.tell(told{news: NewsForeign, client: client}, l.now())
}

// Call is for a client whose WebRTC to host is closed. Its news is [NewsCall].
func (l *Ledger) Call(client netip.Addr, host hostname.Name) News {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.tell(told{news: NewsCall, client: client, host: host}, l.now())
}

// Ends is for an authority that ends soon. Its news is [NewsEnds].
func (l *Ledger) Ends() News {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.tell(told{news: NewsEnds}, l.now())
}

// tell returns what k is about unless that was told lately.
func (l *Ledger) tell(k told, now time.Time) News {
	if at, ok := l.told.Get(k); ok && now.Sub(at) < tellEvery {
		return NewsNone
	}
	l.told.Put(k, now)
	return k.news
}

// Doubted reports whether the owner was told within a day of a program on client that
// does not trust us, and of none since that does now.
func (l *Ledger) Doubted(client netip.Addr) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, worry := range worries {
		if at, ok := l.told.Get(told{news: worry, client: client}); ok && l.now().Sub(at) < tellEvery {
			return true
		}
	}
	return false
}
