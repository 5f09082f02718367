package proxy

import (
	"errors"
	"net/http"

	"sekisho/accounts"
	"sekisho/dossier"
	"sekisho/guard"
	"sekisho/interstitial"
	"sekisho/journal"
	"sekisho/proxy/budget"
	"sekisho/proxy/ruling"
	"sekisho/proxy/upload"
	"sekisho/rules"
)

// examine judges a request before anything of it is sent to its site, and
// reports whether it goes on, and what it may tell at the most by what was found in it. body
// is nil when there is none.
func (s *Server) examine(w http.ResponseWriter, r *http.Request, v *visit, body *upload.Body) (goes bool, compared tells) {
	if s.unread(v) {
		return true, tellsAny
	}
	s.named(v)
	head := guardHead(r, v)
	compared = tellsAny
	if body != nil || !guard.Bare(head) || s.wary(v, func() dossier.Sender { return pageOf(r, v) }) {
		if goes, compared = s.submit(w, r, v, head, body); !goes {
			return false, compared
		}
	}
	return s.admit(w, r, v), compared
}

// named tells the dossier of a name that was warned of. It counts from the first
// request on: who went on past the warning need not open a page before something
// asks for a password.
func (s *Server) named(v *visit) {
	if verdict := s.settings.Load().Policy.Decide(v.target.name); verdict.Action >= rules.Warn {
		s.book(v).Named(v.target.name, verdict)
	}
}

// wary reports whether even a request that carries nothing at sight is looked
// into: what a page may have put into its cookies, or into the name of a picture on
// another site. It calls from, and allocates, only for clients that gave an ID lately.
func (s *Server) wary(v *visit, from func() dossier.Sender) bool {
	x := s.book(v).Hints(v.target.name, v.client)
	if !x.Suspicious && (!x.Follows || x.Sparing) && s.book(v).Lately(v.client) {
		x = s.book(v).HintsFrom(from(), v.target.name, v.client)
	}
	return x.Suspicious || x.Follows && !x.Sparing || x.AfterCopy
}

// guardHead is what package guard sees of a request's head.
func guardHead(r *http.Request, v *visit) guard.Head {
	return guard.Head{Host: v.target.name, Method: r.Method, Target: guardTarget(r), Header: r.Header}
}

func guardTarget(r *http.Request) string {
	if target, ok := targetAsSent(r.RequestURI); ok {
		return target
	}
	return r.URL.RequestURI()
}

// suspects reports whether v's site may be an imitation, by what is known whoever asks,
// and is to be kept from what cannot be read.
func (s *Server) suspects(v *visit) bool {
	return !s.settings.Load().Observe && s.hints(dossier.Sender{}, v).Suspicious
}

// hints is what is known of v's site that helps to read what is sent there, and
// of the page that sends it.
func (s *Server) hints(sender dossier.Sender, v *visit) guard.Hints {
	x := s.book(v).HintsFrom(sender, v.target.name, v.client)
	if !s.accounts.Empty() {
		x.Known = func(id []byte) bool { _, ok := s.accounts.Knows(id); return ok }
	}
	return x
}

// submit reads the body, as far as it is held, and judges what the request
// carries.
func (s *Server) submit(w http.ResponseWriter, r *http.Request, v *visit, head guard.Head, body *upload.Body) (goes bool, compared tells) {
	x := s.hints(pageOf(r, v), v)
	whole := true
	var early []byte
	judge := partsJudge{s, v, r}
	if body != nil {
		// The word that a client waits for is ours, drawn by the first read.
		defer r.Header.Del("Expect")
	}
	if body != nil && !body.Call(judge, head, x) {
		var err error
		whole, err = body.Hold(guard.MaxBody)
		switch early = body.Early(); {
		case errors.Is(err, budget.ErrNoRoom) && x.Suspicious:
			s.unchecked(w, r, v, err)
			return false, tellsAny
		case errors.Is(err, budget.ErrNoRoom): // judged as it passes
		case err != nil:
			s.fail(w, r, v.target, notWhole(err))
			return false, tellsAny
		}
	}
	f := guard.Inspect(head, early, whole, x)
	s.counts.inspected.Inc()
	var seen uint64
	if !whole {
		seen = f.Digest()
	}
	why, held, compared, err := s.weigh(r, v, &f, false)
	switch {
	case err != nil:
		s.unchecked(w, r, v, err)
		return false, tellsAny
	case held && !s.settings.Load().Observe:
		s.hold(w, r, v, why)
		return false, tellsAny
	case held:
		s.recordPassed(r.Context(), v, why, true)
	case !whole && r.ContentLength < 0 && len(early) < guard.MaxBody && !body.Ended():
		if err := body.Batch(judge, head, seen); err != nil {
			s.neverBegan(w, r, v, body, err)
			return false, tellsAny
		}
	case !whole:
		body.Follow(judge, head, x)
	}
	if held || !whole {
		compared = tellsAny
	}
	return true, compared
}

// neverBegan answers a request of which nothing was sent, since err ended what there was
// to judge of its body.
func (s *Server) neverBegan(w http.ResponseWriter, r *http.Request, v *visit, body *upload.Body, err error) {
	var held *heldError
	switch {
	case errors.As(err, &held):
		s.answerHeld(w, r, held)
	case body.Stopped() != nil || errors.Is(err, budget.ErrNoRoom):
		s.unchecked(w, r, v, err)
	default:
		s.fail(w, r, v.target, notWhole(err))
	}
}

// notWhole is a body that the client did not send to its end.
func notWhole(err error) *failure {
	return &failure{code: interstitial.CodeBadRequest, detail: "the request's body did not arrive whole", err: err}
}

// unchecked answers a request that could not be compared in time.
func (s *Server) unchecked(w http.ResponseWriter, r *http.Request, v *visit, err error) {
	w.Header().Set("Retry-After", "10")
	s.fail(w, r, v.target, notCompared(err))
}

func notCompared(err error) *failure {
	return &failure{code: interstitial.CodeUnchecked, detail: "too much is being checked at once; nothing was sent", err: err}
}

// weigh asks the stores and the dossier about what was found, and wipes it. It
// reports whether the request is held back. An error means that it could not
// be compared with the protected sign-ins: nothing may be let through then,
// or a page would only have to keep sekisho busy. begun says that r is on its way already.
// What passes may tell no more than compared.
func (s *Server) weigh(r *http.Request, v *visit, f *guard.Finding, begun bool) (why ruling.Ruling, held bool, compared tells, err error) {
	defer f.Wipe()
	if f.Act == guard.Nothing && !f.Amazon && !f.Undecoded && !f.Bomb && len(f.IDs)+len(f.Passwords) == 0 {
		return ruling.Ruling{}, false, tellsAny, nil
	}
	from := pageOf(r, v)
	s.dossier.Ration(from, v.target.name, v.client, f)
	s.counts.ids.Add(len(f.IDs))
	s.counts.passwords.Add(len(f.Passwords))
	m, err := s.check(r.Context(), v, f, s.book(v).Concerns(from, v.target.name, v.client))
	if err != nil {
		return ruling.Ruling{}, false, tellsAny, err
	}
	if m.Password && (f.Act == guard.Nothing || f.Act == guard.Identify) {
		f.Act = guard.SignIn // whatever the fields are called, it is one
	}
	j := s.book(v).SubmitFrom(from, v.target.name, v.client, *f, m)
	if (j.Do != dossier.Pass || m.Password) && f.SpelledIn(v.target.name) {
		s.spelled.add(v.target.name) // before anything is written of it
	}
	if j.Do != dossier.Pass {
		why = ruling.BySubmit(j)
		s.gaveBefore(r, v, m, &why)
		if !s.mayGoOn(v, why.Kind()) && !(namesNothing(f, m) && s.mayGoOn(v, ruling.KindRed)) {
			// Where nothing is held back it has gone, and the site is used from here.
			if j.Detail == dossier.NewHere && f.Named+f.Typed > 0 && s.settings.Load().Observe {
				s.book(v).Passed(v.target.name)
			}
			return why, true, tellsAny, nil
		}
		s.book(v).Entered(v.target.name, v.client)
		if m.Password {
			s.letGo(r, v, why, begun)
		}
	} else if m.Password {
		s.letGo(r, v, reused(j, f, m), begun)
	}
	// A letter to a site that mentions Amazon, taken for a sign-in, says nothing of it.
	if f.Act == guard.SignIn && f.Named+f.Typed > 0 {
		s.book(v).Passed(v.target.name)
	}
	s.remember(r, v, m)
	return ruling.Ruling{}, false, comparedIn(r, f, m), nil
}

// namesNothing reports whether a request carries no more than values that nobody knows.
// Whoever insisted on seeing a page has said that what it loads may pass.
func namesNothing(f *guard.Finding, m accounts.Match) bool {
	return f.Act == guard.Nothing && !f.Amazon && !f.Undecoded && !f.More && !f.Hidden && !m.ID && !m.Password
}

// reused is the ruling on a protected account's password that passes because somebody
// said that it is that site's too.
func reused(j dossier.Judgement, f *guard.Finding, m accounts.Match) ruling.Ruling {
	why := ruling.BySubmit(j)
	why.Severity, why.Technique, why.Detail = journal.SeverityAmber, dossier.ProtectedPassword, dossier.UsedElsewhere
	why.Fields, why.Account = f.Fields, m.Label
	return why
}
