package console

import (
	"bytes"
	"context"
	_ "embed" // ticks.js
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"go.uber.org/zap"

	"sekisho/interstitial"
	"sekisho/journal"
	"sekisho/presence"
)

const (
	ticksPath = "/set-up/ticks"
	// tickEvery is how often the ticks are looked at, when there is something new.
	tickEvery = time.Second
)

//go:embed ticks.js
var tickScript []byte

var tickScriptVersion = sync.OnceValue(func() string { return version(tickScript) })

// TickScript is where the script that moves the ticks is.
func (guideView) TickScript() string { return "/ticks.js?v=" + tickScriptVersion() }

// serveTickScript answers with the script of the set-up.
func (s *Server) serveTickScript(w http.ResponseWriter, r *http.Request, _ person) {
	serveKept(w, r, "text/javascript; charset=utf-8", tickScriptVersion(), tickScript)
}

// steps are those of the set-up that can be seen to be done.
var steps = []string{"ca", "proxy", "dns", "accounts", "drill"}

// done is what is known of the steps for one device.
type done struct {
	words
	Accounts int             // protected
	steps    map[string]bool // of steps, those that were seen
}

// tick says whether a step is known to be done.
type tick struct {
	words
	Step string
	Done bool
}

// Of returns what a step shows.
func (d done) Of(step string) tick { return tick{d.words, step, d.steps[step]} }

// All returns what every step shows.
func (d done) All() (all []tick) {
	for _, step := range steps {
		all = append(all, d.Of(step))
	}
	return all
}

// done reads what the accounts, the proxy, the resolver and the journal tell of a
// device, its exercise included.
func (s *Server) done(ctx context.Context, w words, client string) (done, error) {
	d := done{w, len(s.options.Accounts()), map[string]bool{}}
	d.steps["accounts"] = d.Accounts > 0
	j, err := s.reader.get()
	if err != nil {
		return d, err
	}
	row, err := s.client(ctx, j, client)
	if err != nil {
		return d, err
	}
	d.steps["proxy"], d.steps["ca"], d.steps["dns"] = row.Proxy.State == "yes", row.CA.State == "yes", row.DNS.State == "yes"
	d.steps["drill"], err = drilled(ctx, j, client, time.Now().Add(-seenFor))
	return d, err
}

// drilled reports whether every exercise was stopped on a device since then.
func drilled(ctx context.Context, j *journal.Reader, client string, since time.Time) (bool, error) {
	if j == nil {
		return false, nil
	}
	for _, host := range []string{interstitial.DrillLookalike, interstitial.DrillCopy, interstitial.DrillPassword} {
		p, err := j.Search(ctx, journal.Filter{Client: client, Host: host, Since: since, Limit: maxRows}, "")
		if err != nil {
			return false, err
		}
		if !slices.ContainsFunc(p.Events, func(e journal.Event) bool {
			return e.Exercise() && (e.Action == journal.ActionBlock || e.Action == journal.ActionHold)
		}) {
			return false, nil
		}
	}
	return true, nil
}

// ticking is a set-up page that is told of its steps.
type ticking struct {
	stream
	client string
	last   string // what it was told
	seen   presence.Client
}

// serveTicks sends what the steps of the device that asks show, and again whenever
// that changes. It is a live tail to its session and to the bounds of those.
func (s *Server) serveTicks(w http.ResponseWriter, r *http.Request, who person) {
	if newQuery(listQuery(r), time.Now()).err() != nil {
		s.refuse(w, r, http.StatusBadRequest, "The parameters cannot be read.")
		return
	}
	leave, err := s.hub.join(s.sessionOf(r))
	if err != nil {
		w.Header().Set("Retry-After", "30")
		s.refuse(w, r, http.StatusTooManyRequests, "There are too many live tails.")
		return
	}
	defer leave()
	x := &ticking{
		stream: stream{server: s, w: w, rc: http.NewResponseController(w), page: page{words: words{Lang: s.language(r)}}},
		client: clientOf(r).String(),
	}
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	w.Header().Set("X-Accel-Buffering", "no")
	if err := x.run(r, who); err != nil {
		s.log.Debug("the ticks of a set-up ended", zap.Error(err))
	}
}

// run sends until the browser or the session is gone, or the console stops.
func (x *ticking) run(r *http.Request, who person) error {
	if err := x.rc.SetReadDeadline(time.Time{}); err != nil { // that of the request would end it
		return err
	}
	if err := x.send("retry: 2000\n: begun\n\n"); err != nil {
		return err
	}
	look := time.NewTicker(tickEvery)
	defer look.Stop()
	protected, said := -1, time.Now()
	for {
		now := x.server.hub.now()
		switch n := len(x.server.options.Accounts()); {
		case now.closed:
			return nil // the browser comes back by itself, to the next console
		case !x.server.holds(r, who):
			return x.send("event: end\ndata: session\n\n")
		case now.to != x.at || n != protected || x.server.presenceOf(x.client) != x.seen:
			x.at, protected, x.seen = now.to, n, x.server.presenceOf(x.client)
			if err := x.tell(r.Context()); err != nil {
				return err
			}
		case time.Since(said) > keepAlive:
			said = time.Now()
			if err := x.send(": quiet\n\n"); err != nil {
				return err
			}
		}
		select {
		case <-look.C:
		case <-r.Context().Done():
			return nil
		}
	}
}

// tell sends what the steps show, unless that was said last.
func (x *ticking) tell(ctx context.Context) error {
	d, err := x.server.done(ctx, x.page.words, x.client)
	if err != nil {
		return err
	}
	t, err := templates()
	if err != nil {
		return err
	}
	var html strings.Builder
	if err := t.ExecuteTemplate(&html, "ticks", d); err != nil || html.String() == x.last {
		return err
	}
	x.last = html.String()
	var b bytes.Buffer
	frame(&b, max(x.at, 0), "ticks", x.last)
	return x.send(b.String())
}
