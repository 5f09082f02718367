package proxy

import (
	"context"
	"net/http"
	"strings"
	"time"
	"unicode"

	"go.uber.org/zap"

	"sekisho/accounts"
	"sekisho/interstitial"
	"sekisho/journal"
	"sekisho/proxy/ruling"
)

const (
	// maxReason bounds what a visitor may say, in characters.
	maxReason = 500
	// appealTimeout bounds how long a visitor waits for the disk to have it.
	appealTimeout = 10 * time.Second
)

// serveAppeal takes a visitor's reason on sekisho's own site.
func (s *Server) serveAppeal(w http.ResponseWriter, r *http.Request) {
	s.takeAppeal(w, r, func(p interstitial.Warning) interstitial.Warning { return p })
}

// takeAppeal takes a visitor's reason to think that a warning is wrong. It is kept
// with the incident for those who review it, once until somebody decided about it, and
// changes nothing by itself.
// When it could not be kept the warning is shown again, as again makes it, and the
// visitor may send it once more.
func (s *Server) takeAppeal(w http.ResponseWriter, r *http.Request, again func(interstitial.Warning) interstitial.Warning) {
	inc, ok := s.decided(w, r)
	if ok && inc.Appealed && s.answered(r.Context(), inc) {
		s.incidents.AppealAgain(inc.ID)
	}
	if !ok || inc.At.Drill || !s.incidents.Appeal(inc.ID) {
		s.refuseDecision(w, r)
		return
	}
	if err := s.keepAppeal(r, inc); err != nil {
		s.log.Error("appeal not durable", zap.String("host", inc.At.Host.String()), zap.Error(err))
		s.incidents.AppealAgain(inc.ID)
		inc.Appealed = false
		p := again(s.liveWarning(r, inc))
		if p.Appeal != nil {
			p.Appeal.Failed = true
		}
		s.showWarning(w, r, p, http.StatusServiceUnavailable)
		return
	}
	s.write(w, r, interstitial.AppealSent{
		Lang: s.pageLanguage(r), Host: inc.At.Host, Incident: inc.ID, SellerCentral: s.settings.Load().SellerCentral,
	}, http.StatusOK)
}

// answered reports whether somebody decided since a visitor objected: who is refused may
// say more.
func (s *Server) answered(ctx context.Context, inc ruling.Incident) bool {
	waits, err := s.journal.AppealWaits(ctx, inc.ID)
	if err != nil {
		s.log.Warn("incident not read", zap.Error(err))
	}
	return err == nil && !waits
}

// keepAppeal writes a visitor's reason down with its incident, whether or not they
// wait for that, and tells those who follow the events.
func (s *Server) keepAppeal(r *http.Request, inc ruling.Incident) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), appealTimeout)
	defer cancel()
	reason := s.reason(ctx, r.PostFormValue("reason"))
	if err := s.journal.Appeal(ctx, inc.ID, reason); err != nil {
		return err
	}
	e := inc.Why.Event(inc.At, nil, inc.ID)
	e.Door, e.Action, e.Severity = journal.DoorPage, "", journal.SeverityInfo // sekisho did nothing then
	e.Technique, e.Detail = journal.TechniqueAppeal, reason
	if _, err := s.journal.Record(ctx, e); err != nil { // what counts is kept
		s.log.Error("event of an appeal not durable", zap.String("host", e.Host), zap.Error(err))
	}
	return nil
}

// reason makes one bounded line of what was typed. A protected password in it,
// which a person may well think is what is asked for, is taken out.
func (s *Server) reason(ctx context.Context, typed string) string {
	typed = strings.ToValidUTF8(typed, "\uFFFD")
	words := strings.FieldsFunc(typed, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) })
	for i, word := range words {
		if s.protects(ctx, word) {
			words[i] = "[secret]"
		}
	}
	line := []rune(strings.Join(words, " "))
	if len(line) > maxReason {
		line = append(line[:maxReason-1], '…')
	}
	return string(line)
}

// protects reports whether word is a protected ID, or may be a protected
// password. Ordinary words, which no rule for passwords allows, are not
// compared; when the comparison cannot be made, what looks like one counts.
func (s *Server) protects(ctx context.Context, word string) bool {
	if s.accounts.Empty() {
		return false
	}
	if _, ok := s.accounts.Knows([]byte(word)); ok {
		return true
	}
	if len(word) < 6 || !strings.ContainsFunc(word, unicode.IsDigit) && !strings.ContainsFunc(word, unicode.IsPunct) {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	m, err := s.accounts.Check(ctx, accounts.Asker{Familiar: true}, nil, [][]byte{[]byte(word)})
	return err != nil || m != (accounts.Match{})
}
