package dossier

import (
	"cmp"
	"hash/maphash"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"sekisho/hostname"
	"sekisho/rules"
)

// Options are what a Book is opened with.
type Options struct {
	// Path is the file that survives a restart; its folder exists. Empty:
	// nothing is kept.
	Path string
	// KeepEvery is how often [Book.Keep] writes at most, lest a page that makes up
	// sites have the file written for each; who asks sooner waits. Zero is a second.
	KeepEvery time.Duration
	// Log is told of a file that could not be read or written; nil is silent.
	Log *zap.Logger
}

// Book holds the dossiers of all sites. Its methods may be called by many
// goroutines at once; each holds a lock for one shelf of sites, shortly, and
// none waits for the disk.
type Book struct {
	log      *zap.Logger
	shelves  [shelves]shelf
	seed     maphash.Seed
	clients  clients
	unseen   unseen
	settings atomic.Pointer[settings]
	pardons  atomic.Pointer[pardons]
	saver    *saver // nil: memory only

	closing sync.Once
	closed  error
}

// settings are what Configure swaps.
type settings struct {
	ask      evidence // 0, askProtected or askAlways
	familiar familiar
}

// Open returns a book with what the file at o.Path holds. A file that is
// missing is an empty one. Lines that cannot be taken are left out and the
// file is moved aside, with an error in the log: a damaged file must not keep
// the program from starting. The error is that the folder cannot be used.
// The book asks about unfamiliar sites until Configure says otherwise.
func Open(o Options) (*Book, error) {
	b := &Book{log: zap.NewNop(), seed: maphash.MakeSeed()}
	if o.Log != nil {
		b.log = o.Log.Named("dossier")
	}
	for i := range b.shelves {
		b.shelves[i].init()
	}
	b.Configure("unfamiliar", nil)
	b.Pardon(nil)
	if o.Path == "" {
		return b, nil
	}
	if err := b.load(o.Path); err != nil {
		return nil, err
	}
	b.saver = newSaver(func() error { return b.save(o.Path) }, cmp.Or(o.KeepEvery, keepEvery), b.log)
	return b, nil
}

// Configure sets which sign-ins are asked about (credentials.ask: unfamiliar,
// protected or always; anything else is unfamiliar) and the owner's familiar
// names (credentials.familiar), in place of those set before. Both change at
// once for every judgement that begins afterwards. A name that is no host, or
// under which strangers have pages, is left out and logged.
func (b *Book) Configure(ask string, familiarNames []string) {
	s := &settings{}
	switch ask {
	case "protected":
		s.ask = askProtected
	case "always":
		s.ask = askAlways
	}
	var refused []string
	s.familiar, refused = newFamiliar(familiarNames)
	for _, name := range refused {
		b.log.Warn("familiar name left out: no host, or one that strangers share", zap.String("host", name))
	}
	b.settings.Store(s)
}

// Close writes what is not written yet and ends the book's goroutine. The
// book still judges afterwards, and keeps nothing.
func (b *Book) Close() error {
	b.closing.Do(func() {
		if b.saver != nil {
			b.closed = b.saver.close()
		}
	})
	return b.closed
}

// Arrival is a request as it comes in, before it is answered.
type Arrival struct {
	Host   hostname.Name
	Client netip.Addr
	// The headers of these names; Referer is read for its host alone.
	Referer, SecFetchSite, SecFetchMode, SecFetchDest string
	Location                                          string    // where the answer leads: that header of a redirect
	CertNotBefore                                     time.Time // of the site's leaf; zero: not known
	Name                                              rules.Verdict
}

// navigates reports whether a is a navigation. Browsers of the last years say
// so; of others every request may be one.
func (a Arrival) navigates() bool {
	return a.SecFetchMode == "" || strings.EqualFold(a.SecFetchMode, "navigate")
}
