package proxy

import (
	"context"
	"net/http"
	"strings"
	"unicode"

	"go.uber.org/zap"

	"sekisho/accounts"
	"sekisho/interstitial"
	"sekisho/journal"
)

// maxReason bounds what a visitor may say, in characters.
const maxReason = 500

// serveAppeal takes a visitor's reason to think that a warning is wrong. It goes
// to the owner with the events of the incident, once, and changes nothing by
// itself.
func (s *Server) serveAppeal(w http.ResponseWriter, r *http.Request) {
	inc, ok := s.decided(w, r)
	if !ok || inc.target.drill() || !s.incidents.appeal(inc.id) {
		s.refuseDecision(w, r)
		return
	}
	e := inc.why.event(&visit{client: inc.client, target: inc.target}, nil, inc.id)
	e.Door, e.Action, e.Severity = journal.DoorPage, journal.ActionWarn, journal.SeverityInfo
	e.Technique, e.Detail = journal.TechniqueAppeal, s.reason(r.Context(), r.PostFormValue("reason"))
	if _, err := s.journal.Record(r.Context(), e); err != nil {
		s.log.Error("appeal not durable", zap.String("host", e.Host), zap.Error(err))
	} else if err := s.journal.Appeal(r.Context(), inc.id, e.Detail); err != nil { // for whoever reviews
		s.log.Error("appeal not with its incident", zap.String("host", e.Host), zap.Error(err))
	}
	s.write(w, r, interstitial.AppealSent{
		Lang: s.pageLanguage(r), Host: inc.target.name, Incident: inc.id, SellerCentral: s.settings.Load().SellerCentral,
	}, http.StatusOK)
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
