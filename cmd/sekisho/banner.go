package main

import (
	"context"
	"crypto/x509"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/width"

	"sekisho/certs/truststore"
	"sekisho/daemon"
)

// banner says where everything listens and what is left to do.
func (e *env) banner(ctx context.Context, d *daemon.Daemon, r daemon.Running) {
	w := e.words
	var b strings.Builder
	fmt.Fprintf(&b, "\n"+w.running+"\n", version())
	if d.Observing() {
		b.WriteString(w.observing + "\n")
	}
	if aside := d.MovedAside(); aside != "" {
		fmt.Fprintf(&b, w.journalAside+"\n", aside)
	}
	b.WriteByte('\n')
	ca, made := d.CA()
	trusted := trustedBy(ctx, ca.Root())
	trust := w.caUntrusted
	switch {
	case len(trusted) > 0:
		trust = fmt.Sprintf(w.caTrusted, strings.Join(trusted, ", "))
	case made:
		trust = w.caNew + "; " + trust
	}
	lines := [][2]string{
		{w.proxy, orOff(r.Proxy, w.off)},
		{w.console, orOff(r.Console, w.off)},
		{w.dns, orOff(r.DNS, w.off)},
	}
	if r.Sinkhole != "" {
		lines = append(lines, [2]string{w.page, r.Sinkhole + ", " + r.SinkholeTLS})
	}
	for _, l := range append(lines, [2]string{w.data, d.Dir()}, [2]string{w.ca, trust}) {
		fmt.Fprintf(&b, "  %s%s\n", pad(l[0], 12), l[1])
	}
	fmt.Fprintf(&b, "\n%s\n", w.next)
	for i, step := range e.steps(r, len(trusted) > 0, d.Protects(), d.FirstOwnerLink()) {
		fmt.Fprintf(&b, "  %d. %s\n", i+1, step)
	}
	fmt.Fprintf(&b, "\n%s\n", w.stop)
	e.say("%s", b.String())
}

// steps returns what a person has to do, in order.
func (e *env) steps(r daemon.Running, trusted, protects bool, ownerLink string) []string {
	w := e.words
	var all []string
	if !trusted {
		all = append(all, fmt.Sprintf(w.stepTrust, e.command("ca trust")))
	}
	if r.Proxy != "" {
		step := fmt.Sprintf(w.stepProxy, reachable(r.Proxy))
		if r.Console != "" {
			step += "\n     " + fmt.Sprintf(w.stepPAC, "http://"+reachable(r.Console)+"/proxy.pac")
		}
		all = append(all, step, w.stepOpen)
	}
	if !protects {
		all = append(all, fmt.Sprintf(w.stepAccount, e.command("account add")))
	}
	if ownerLink != "" {
		all = append(all, fmt.Sprintf(w.stepOwner, ownerLink))
	}
	return append(all, fmt.Sprintf(w.stepEvents, e.command("events --follow")))
}

func orOff(addr, off string) string {
	if addr == "" {
		return off
	}
	return addr
}

// pad fills s with spaces up to n columns of a terminal, in which characters of
// East Asian scripts are two wide.
func pad(s string, n int) string {
	columns := 0
	for i := 0; i < len(s); {
		p, size := width.LookupString(s[i:])
		if size == 0 {
			_, size = utf8.DecodeRuneInString(s[i:])
		}
		columns++
		if k := p.Kind(); k == width.EastAsianWide || k == width.EastAsianFullwidth {
			columns++
		}
		i += size
	}
	return s + strings.Repeat(" ", max(1, n-columns))
}

// trustedBy names the stores that trust root. A store that cannot be asked, or
// whose answer comes after ctx ended, does not count.
func trustedBy(ctx context.Context, root *x509.Certificate) []string {
	var names []string
	for _, s := range truststore.Stores() {
		if ctx.Err() != nil {
			return names
		}
		if has, err := s.Has(root); err == nil && has {
			names = append(names, s.Name())
		}
	}
	return names
}
