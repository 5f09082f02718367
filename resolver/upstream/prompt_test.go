package upstream

import (
	"errors"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// promptly asks for the addresses of name by a prompt, and for its HTTPS
// records with the same one, and returns what the first came to.
func promptly(t *testing.T, e Exchanger, name string) (*dns.Msg, error) {
	t.Helper()
	p := PrompterOf(e)
	if p == nil {
		t.Skip("skipped: this system has no prompts")
	}
	type told struct {
		reply *dns.Msg
		err   error
	}
	results := [2]chan told{make(chan told, 1), make(chan told, 1)}
	var questions []Question
	for i, qtype := range []uint16{dns.TypeA, dns.TypeHTTPS} {
		q := new(dns.Msg).SetQuestion(name, qtype)
		q.SetEdns0(promptSize, false)
		wire, err := q.Pack()
		if err != nil {
			t.Fatal(err)
		}
		var once sync.Once
		questions = append(questions, Question{Wire: wire, Told: func(reply []byte, err error) bool {
			var m *dns.Msg
			if err == nil {
				if m, err = Parse(reply); err != nil { // as any caller does
					return false
				}
			}
			once.Do(func() { results[i] <- told{m, err} })
			return true
		}})
	}
	prompt, err := p.Prompt(questions...)
	if err != nil {
		return nil, err
	}
	defer prompt.Close()
	t.Cleanup(func() { _ = e.Close() })
	select {
	case r := <-results[0]:
		return r.reply, r.err
	case <-time.After(10 * time.Second):
		t.Fatal("nothing was told")
		return nil, nil
	}
}

// promptA fails unless a prompt for name gives addr.
func promptA(t *testing.T, e Exchanger, name, addr string) {
	t.Helper()
	r, err := promptly(t, e, name)
	if err != nil || len(r.Answer) != 1 || !strings.HasSuffix(r.Answer[0].String(), addr) {
		t.Errorf("prompt for %s: %v, %v; want %s", name, r, err, addr)
	}
}

// TestCasesPrompt has replies that a datagram is not enough for.
func TestCasesPrompt(t *testing.T) {
	t.Parallel()
	for name, edit := range map[string]func(*dns.Msg){
		"C49 truncated":     func(m *dns.Msg) { m.Truncated = true },
		"C46 case":          func(m *dns.Msg) { m.Question[0].Name = strings.ToUpper(m.Question[0].Name) },
		"C50 too big":       func(m *dns.Msg) { m.Answer = append(m.Answer, bigTXT(m.Question[0].Name, 1300)) },
		"C51 EDNS rejected": func(m *dns.Msg) { m.Rcode = dns.RcodeFormatError },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			addr, _ := udpServer(t, func(q []byte, send func([]byte)) { send(reply(q, "192.0.2.1", edit)) })
			e := open(t, "udp://"+addr, Options{MixCase: true})
			if r, err := promptly(t, e, "abcdefghijklmnopqrstuvwxyzabcd.example."); !errors.Is(err, ErrOtherwise) {
				t.Errorf("%v, %v; want %v", r, err, ErrOtherwise)
			}
		})
	}
}

// TestPromptGuessed has somebody guess until that is no chance any more.
func TestPromptGuessed(t *testing.T) {
	t.Parallel()
	addr, _ := udpServer(t, func(q []byte, send func([]byte)) {
		for i := range suspicion {
			r := reply(q, "192.0.2.66")
			r[0] ^= byte(i) | 0x80
			send(r)
		}
	})
	if r, err := promptly(t, open(t, "udp://"+addr, Options{}), "shop.example."); !errors.Is(err, ErrOtherwise) {
		t.Errorf("%v, %v; want %v", r, err, ErrOtherwise)
	}
}

// TestPromptRefused has nobody listen.
func TestPromptRefused(t *testing.T) {
	t.Parallel()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
	if r, err := promptly(t, open(t, "udp://"+conn.LocalAddr().String(), Options{}), "shop.example."); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("%v, %v; want %v", r, err, syscall.ECONNREFUSED)
	}
}

// TestPromptAgain closes the exchanger between prompts, and has many at once.
func TestPromptAgain(t *testing.T) {
	t.Parallel()
	addr, _ := udpServer(t, right)
	e := open(t, "udp://"+addr, Options{MixCase: true})
	for range 3 {
		promptA(t, e, "shop.example.", "192.0.2.1")
		_ = e.Close()
	}
	var asking sync.WaitGroup
	for range 50 {
		asking.Go(func() { promptA(t, e, "shop.example.", "192.0.2.1") })
	}
	asking.Wait()
}

func bigTXT(name string, size int) dns.RR {
	rr := &dns.TXT{Hdr: dns.RR_Header{Name: name, Rrtype: dns.TypeTXT, Class: dns.ClassINET, Ttl: 60}}
	for ; size > 0; size -= 200 {
		rr.Txt = append(rr.Txt, strings.Repeat("x", min(size, 200)))
	}
	return rr
}
