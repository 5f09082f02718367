package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"sekisho/journal"
)

// examineClients looks for what the proxy noted of clients in the last day: those
// with a program that does not trust the CA, applications that accept no certificate
// but their site's own, and programs that speak no HTTP. It says nothing when there
// is none.
func examineClients(ctx context.Context, p *patient) []finding {
	if p.dir == "" {
		return nil
	}
	r, err := journal.OpenReader(p.dir.Journal())
	if err != nil {
		return nil // examineJournal says it
	}
	defer func() { _ = r.Close() }() // nothing was written
	since := p.now.Add(-24 * time.Hour)
	last, programs := map[string]int64{}, map[string]int64{} // by client: the newest note of distrust
	err = notes(ctx, r, since, journal.TechniqueStranger, func(e journal.Event) { last[e.Client] = e.ID })
	err = errors.Join(err, notes(ctx, r, since, journal.TechniqueStrangeProgram, func(e journal.Event) { programs[e.Client] = e.ID }))
	err = errors.Join(err, notes(ctx, r, since, journal.TechniqueTrusting, func(e journal.Event) {
		for _, m := range []map[string]int64{last, programs} {
			if e.ID > m[e.Client] {
				delete(m, e.Client)
			}
		}
	}))
	pinned := map[string]bool{}
	err = errors.Join(err, notes(ctx, r, since, journal.TechniquePinned, func(e journal.Event) { pinned[e.Host] = true }))
	foreign := map[string]bool{}
	err = errors.Join(err, notes(ctx, r, since, journal.TechniqueForeign, func(e journal.Event) { foreign[e.Client] = true }))
	if err != nil {
		return nil // examineJournal says it
	}
	var found []finding
	if len(last) > 0 {
		mend := p.say("on this computer %s", "このパソコンでは %s", p.e.command("ca trust"))
		if p.running != nil && p.running.Console != "" {
			mend += p.say("; elsewhere install http://%s/ca.crt", "。ほかの端末には http://%s/ca.crt をインストールしてください", p.running.Console)
		}
		found = append(found, finding{"clients", warn, p.say("judged by name alone, because a program there does not trust the CA: %s", "認証局を信頼しないプログラムがあるため、名前だけで判断しています: %s", listed(last)), mend})
	}
	for client := range last {
		delete(programs, client) // which says more
	}
	if len(programs) > 0 {
		found = append(found, finding{
			"programs", ok, p.say("one program does not trust the CA, though others on its device do, and is judged by name alone: %s",
				"端末は認証局を信頼していますが、信頼しないプログラムが一部にあり、名前だけで判断しています: %s", listed(programs)), "",
		})
	}
	if len(pinned) > 0 {
		found = append(found, finding{
			"applications", warn, p.say("accept no certificate but their site's own: %s", "サイト自身の証明書しか受け付けません: %s", listed(pinned)),
			p.say("if they are to work, add the names to intercept.never", "使う場合は、その名前を intercept.never に加えてください"),
		})
	}
	if len(foreign) > 0 {
		found = append(found, finding{
			"protocols", ok, p.say("programs that speak something else than HTTP inside TLS, which is passed on unread and judged by name alone: %s",
				"TLS の中で HTTP 以外を話すプログラムがあります。中身は読まずに通し、名前だけで判断しています: %s", listed(foreign)), "",
		})
	}
	return found
}

// notes calls f for each event of one technique since then.
func notes(ctx context.Context, r *journal.Reader, since time.Time, technique string, f func(journal.Event)) error {
	for e, err := range r.Events(ctx, journal.Filter{Since: since, Technique: technique}) {
		if err != nil {
			return err
		}
		f(e)
	}
	return nil
}

// listed names the first few keys of m.
func listed[V any](m map[string]V) string {
	const most = 5
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	if more := len(keys) - most; more > 0 {
		return strings.Join(keys[:most], ", ") + fmt.Sprintf(" and %d more", more)
	}
	return strings.Join(keys, ", ")
}
