package resolver

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"
)

// startUnbound runs unbound, forwarding to upstream, until the test ends, and
// returns its address.
func startUnbound(t *testing.T, upstream string) string {
	t.Helper()
	path, err := exec.LookPath("unbound")
	if err != nil {
		path = "/usr/sbin/unbound" // which is not on everybody's path
	}
	if _, err := os.Stat(path); err != nil {
		t.Skip("skipped: no unbound to compare with (Debian: apt-get install unbound)")
	}
	udp, tcp, err := listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := udp.LocalAddr().(*net.UDPAddr).AddrPort()
	_, _ = udp.Close(), tcp.Close()
	dir := t.TempDir()
	conf := filepath.Join(dir, "unbound.conf")
	forward := strings.Replace(upstream, ":", "@", 1)
	text := fmt.Sprintf(`server:
  interface: %s@%d
  directory: %q
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  do-ip6: no
  do-not-query-localhost: no
  module-config: "iterator"
  num-threads: 1
remote-control:
  control-enable: no
forward-zone:
  name: "."
  forward-addr: %s
`, addr.Addr(), addr.Port(), dir, forward)
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var output strings.Builder
	cmd := exec.Command(path, "-d", "-c", conf)
	cmd.Stdout, cmd.Stderr = &output, &output
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-ended
	})
	at := addr.String()
	for {
		select {
		case <-ended:
			t.Fatalf("unbound ended: %s", output.String())
		default:
		}
		c := dns.Client{Timeout: 200 * time.Millisecond}
		if _, _, err := c.Exchange(newQuery("localhost.", dns.TypeA), at); err == nil {
			return at
		}
	}
}

// A view is what is compared of a reply.
type view struct {
	Rcode          string
	Answer         []string // sorted
	SOA            string
	AD, CD, DO, OP bool // OP: there is an OPT
	Question       string
}

// viewOf asks server over UDP, and TCP if that is not enough.
func viewOf(t *testing.T, server string, q *dns.Msg) view {
	t.Helper()
	c := dns.Client{Timeout: 10 * time.Second, UDPSize: dns.MaxMsgSize}
	r, _, err := c.Exchange(q, server)
	if err == nil && r.Truncated {
		c.Net = "tcp"
		r, _, err = c.Exchange(q, server)
	}
	if err != nil {
		t.Fatalf("%s about %v: %v", server, q.Question, err)
	}
	v := view{Rcode: dns.RcodeToString[r.Rcode], AD: r.AuthenticatedData, CD: r.CheckingDisabled}
	if opt := r.IsEdns0(); opt != nil {
		v.OP, v.DO = true, opt.Do()
	}
	if len(r.Question) == 1 {
		v.Question = r.Question[0].String()
	}
	for _, rr := range r.Answer {
		h := rr.Header()
		h.Name = strings.ToLower(h.Name)
		v.Answer = append(v.Answer, strings.Join(strings.Fields(rr.String()), " "))
	}
	slices.Sort(v.Answer)
	for _, rr := range r.Ns {
		if rr.Header().Rrtype == dns.TypeSOA {
			v.SOA = strings.ToLower(rr.Header().Name) + " " + strconv.Itoa(int(rr.Header().Ttl))
		}
	}
	return v
}

// TestRespdiff asks sekisho and unbound, which have the same upstream, for a
// thousand shapes of answers. They agree, but for the differences listed, each
// of which has its reason.
func TestRespdiff(t *testing.T) {
	t.Parallel()
	const seed, shapes = 20260101, 1000
	all := makeShapes(t, seed, shapes)
	byEnd := make(map[string]*shape)
	for i, s := range all {
		byEnd[fmt.Sprintf("s%d.%s", i, shapeZone)] = s
	}
	o := newOrigin(t, func(q *dns.Msg) *dns.Msg {
		labels := dns.SplitDomainName(dns.CanonicalName(q.Question[0].Name))
		if len(labels) >= 3 {
			if s := byEnd[strings.Join(labels[len(labels)-3:], ".")+"."]; s != nil {
				return s.reply(q)
			}
		}
		return new(dns.Msg).SetRcode(q, dns.RcodeNameError)
	})
	theirs := startUnbound(t, strings.TrimPrefix(o.url, "udp://"))
	s := start(t, Options{Upstreams: []string{o.url}})
	explained := make(map[string]int)
	for _, sh := range all {
		q := newQuery(sh.name, sh.qtype, sh.query...)
		ours, other := viewOf(t, s.Addr().String(), q.Copy()), viewOf(t, theirs, q.Copy())
		if cmp.Equal(ours, other) {
			continue
		}
		if classes := explain(sh, ours, other); len(classes) > 0 {
			for _, class := range classes {
				explained[class]++
			}
			continue
		}
		t.Errorf("%s: %v (-unbound +sekisho):\n%s", sh.kind, q.Question[0], cmp.Diff(other, ours))
	}
	for _, d := range differences {
		t.Logf("%4d %s: %s", explained[d.name], d.name, d.why)
		if explained[d.name] == 0 && !d.rare {
			t.Errorf("no difference of the class %q: take it out", d.name)
		}
	}
}

// explain returns the classes that together are all there is between ours and
// theirs, or nothing.
func explain(s *shape, ours, theirs view) (classes []string) {
	for _, d := range differences {
		before := [2]view{ours.clone(), theirs.clone()}
		d.level(s, &ours, &theirs)
		if !cmp.Equal(before, [2]view{ours, theirs}) {
			classes = append(classes, d.name)
		}
		if cmp.Equal(ours, theirs) {
			return classes
		}
	}
	return nil
}

func (v view) clone() view {
	v.Answer = slices.Clone(v.Answer)
	return v
}
