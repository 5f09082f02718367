package upstream

import (
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// A portServer answers, but for names that begin with "silent", and knows from
// which ports it was asked.
type portServer struct {
	conn *net.UDPConn

	mu   sync.Mutex
	last netip.AddrPort
}

func newPortServer(t *testing.T) *portServer {
	t.Helper()
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	s, done := &portServer{conn: conn}, make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 4096)
		for {
			n, from, err := conn.ReadFromUDPAddrPort(buf)
			if err != nil {
				return
			}
			s.mu.Lock()
			s.last = from
			s.mu.Unlock()
			if !strings.HasPrefix(string(buf[headerLen+1:n]), "silent") {
				_, _ = conn.WriteToUDPAddrPort(reply(buf[:n], "192.0.2.1"), from)
			}
		}
	}()
	t.Cleanup(func() { _ = conn.Close(); <-done })
	return s
}

// asked is where the last question came from.
func (s *portServer) asked() netip.AddrPort {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

// begin asks for name by a prompt, and returns it with what is closed once it
// has its answer.
func begin(t *testing.T, p Prompter, name string) (*Prompt, <-chan struct{}) {
	t.Helper()
	wire, err := new(dns.Msg).SetQuestion(name, dns.TypeA).SetEdns0(promptSize, false).Pack()
	if err != nil {
		t.Fatal(err)
	}
	answered := make(chan struct{})
	prompt, err := p.Prompt(Question{Wire: wire, Told: func([]byte, error) bool { close(answered); return true }})
	if err != nil {
		t.Fatal(err)
	}
	return prompt, answered
}

// port asks for a name by a prompt and returns the port that it was asked from.
func (s *portServer) port(t *testing.T, p Prompter) netip.AddrPort {
	t.Helper()
	prompt, answered := begin(t, p, "shop.example.")
	<-answered
	prompt.Close()
	return s.asked()
}

// pollerOf is the poller of e's sockets while these are few.
func pollerOf(e Exchanger) *poller { return &e.(*ednsFallback).Exchanger.(*udp).pollers.each[0] }

// TestPromptPorts has questions follow one another while one is under way.
func TestPromptPorts(t *testing.T) {
	t.Parallel()
	s := newPortServer(t)
	e := open(t, "udp://"+s.conn.LocalAddr().String(), Options{})
	p := PrompterOf(e)
	holder, _ := begin(t, p, "silent.example.")
	defer holder.Close()
	const prompts = 5 * socketUses
	ports, begun := map[netip.AddrPort]int{}, time.Now()
	for range prompts {
		ports[s.port(t, p)]++
	}
	for port, n := range ports {
		if n > socketUses {
			t.Errorf("%d prompts from %s; want %d at most", n, port, socketUses)
		}
	}
	if len(ports) == prompts && time.Since(begun) < prompts*socketTime {
		t.Error("no port was used again")
	}
	before := s.port(t, p)
	time.Sleep(socketTime + time.Millisecond)
	if after := s.port(t, p); after == before {
		t.Errorf("%s was used again after %s", after, socketTime)
	}
}

// TestPromptClosedPort gives questions up, whose answers may still come.
func TestPromptClosedPort(t *testing.T) {
	t.Parallel()
	s := newPortServer(t)
	e := open(t, "udp://"+s.conn.LocalAddr().String(), Options{})
	holder, _ := begin(t, PrompterOf(e), "silent.example.")
	defer holder.Close()
	givenUp, _ := begin(t, PrompterOf(e), "silent.example.")
	givenUp.Close()
	l := pollerOf(e)
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.spare) > 0 || len(l.sockets) != 1 {
		t.Errorf("%d spare sockets of %d; want none of one", len(l.spare), len(l.sockets))
	}
}

// TestPromptPortKnown has somebody send to a port that nothing was asked from.
func TestPromptPortKnown(t *testing.T) {
	t.Parallel()
	s := newPortServer(t)
	e := open(t, "udp://"+s.conn.LocalAddr().String(), Options{})
	holder, _ := begin(t, PrompterOf(e), "silent.example.")
	l := pollerOf(e)
	spare := func() int {
		l.mu.Lock()
		defer l.mu.Unlock()
		return len(l.spare)
	}
	port := s.port(t, PrompterOf(e))
	for spare() != 1 { // the machine was too slow
		port = s.port(t, PrompterOf(e))
	}
	if _, err := s.conn.WriteToUDPAddrPort([]byte("a guess"), port); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(10 * time.Second); spare() > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the port is still to be used")
		}
	}
	// Without prompts there are no sockets either.
	_ = s.port(t, PrompterOf(e))
	holder.Close()
	for end := time.Now().Add(10 * time.Second); spare() > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("there are spare sockets although nothing is asked")
		}
	}
}

// TestPromptCrowd has more prompts under way than one poller is to hear.
func TestPromptCrowd(t *testing.T) {
	t.Parallel()
	s := newPortServer(t)
	e := open(t, "udp://"+s.conn.LocalAddr().String(), Options{})
	ls := &e.(*ednsFallback).Exchanger.(*udp).pollers
	var prompts []*Prompt
	for i := range 3 * crowd {
		if i == crowd && ls.each[1].asking.Load() != 0 {
			t.Errorf("the second poller has %d prompts before the first has %d", ls.each[1].asking.Load(), crowd)
		}
		p, _ := begin(t, PrompterOf(e), "silent.example.")
		prompts = append(prompts, p)
	}
	if a, b := ls.each[0].asking.Load(), ls.each[1].asking.Load(); a+b != 3*crowd || a-b > 1 || b-a > 1 {
		t.Errorf("%d and %d prompts; want as many each", a, b)
	}
	for _, p := range prompts {
		p.Close()
	}
	for i := range ls.each {
		ls.each[i].mu.Lock()
		if n := len(ls.each[i].sockets); n != 0 || ls.each[i].asking.Load() != 0 {
			t.Errorf("%d sockets and %d prompts left", n, ls.each[i].asking.Load())
		}
		ls.each[i].mu.Unlock()
	}
}
