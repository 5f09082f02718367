package dossier

import (
	"net/netip"
	"slices"
	"time"

	"sekisho/imitation"
	"sekisho/rules"
)

// target is what a page or a request aims at when the name does not tell.
const target = "amazon.co.jp"

// scoreLine turns the weights of imitation into the journal's score, of which
// 0.5 is the line.
const scoreLine = 100

// judgement looks up what follows from e and adds what is said with it. The
// caller holds a lock. Nothing is added to, and nothing allocated for, what
// passes.
func (d *sheet) judgement(a act, e evidence, client netip.Addr, now time.Time) Judgement {
	r := decide(a, e)
	if r.do == Pass {
		return Judgement{}
	}
	j := Judgement{
		Do: r.do, Severity: r.severity, Technique: r.technique, Detail: r.detail,
		Score:          d.scoreNow(e),
		FirstSeen:      d.first,
		FromMail:       within(mailFor, d.mail, now),
		EnteredEarlier: d.entered(client),
	}
	if r.poses(e) {
		j.Target = target
	}
	if d.imitatesByName() && d.name.Target != "" {
		j.Target = d.name.Target
	}
	if !d.cert.IsZero() {
		j.CertAge = max(now.Sub(d.cert), time.Second)
	}
	for _, s := range d.signs {
		if e.has(pardoned) {
			break
		}
		j.Signs = append(j.Signs, s.sign)
	}
	return j
}

// poses reports whether the site imitates Amazon by what is known. A protected sign-in
// that somebody types at an ordinary shop makes none of it an imitation.
func (r *row) poses(e evidence) bool {
	switch r.technique {
	case signInCopy, signInRelay, amazonFields:
		return true
	case unfamiliarSignIn:
		return false
	}
	return !e.has(pardoned) && e&(siteTraces|nameWarned|givenAway|passedThrough) != 0
}

// scoreNow returns the higher of the scores of the name and of the signs.
func (d *sheet) scoreNow(e evidence) float64 {
	score := 0.0
	if e.has(nameWarned) && d.name.Action >= rules.Warn {
		score = d.name.Score
	}
	if d.grade > imitation.None && !e.has(pardoned) {
		score = max(score, scoreOf(d.score))
	}
	return score
}

// scoreOf returns a sum of weights as the journal shows it.
func scoreOf(weights int) float64 { return min(1, float64(weights)/(2*scoreLine)) }

// merge returns a with what of b it lacks, within the bound.
func merge(a, b []string) []string {
	for _, sign := range b {
		if len(a) >= 2*maxSigns {
			break
		}
		if !slices.Contains(a, sign) {
			a = append(a, sign)
		}
	}
	return a
}
