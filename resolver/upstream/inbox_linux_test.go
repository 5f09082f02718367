package upstream

import (
	"net"
	"net/netip"
	"slices"
	"testing"

	"github.com/miekg/dns"
)

// TestPromptTogether has both answers of a prompt wait at its socket, the one to the
// second question first, and some twice: each question is told its own, once.
func TestPromptTogether(t *testing.T) {
	t.Parallel()
	for _, twice := range []bool{false, true} {
		server, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = server.Close() })
		e := open(t, "udp://"+server.LocalAddr().String(), Options{})
		p := PrompterOf(e)
		told := make(chan string, 8)
		var questions []Question
		for _, name := range []string{"a.example.", "b.example."} {
			q := new(dns.Msg).SetQuestion(name, dns.TypeA)
			q.SetEdns0(promptSize, false)
			wire, err := q.Pack()
			if err != nil {
				t.Fatal(err)
			}
			questions = append(questions, Question{Wire: wire, Told: func(reply []byte, _ error) bool {
				m, err := Parse(reply)
				if err != nil {
					return false
				}
				told <- name + m.Question[0].Name + m.Answer[0].(*dns.A).A.String()
				return true
			}})
		}
		prompt, err := p.Prompt(questions...)
		if err != nil {
			t.Fatal(err)
		}
		prompt.mu.Lock() // nothing is read until all is there
		var replies [][]byte
		var from netip.AddrPort
		for range questions {
			buf := make([]byte, datagramSize)
			n, addr, err := server.ReadFromUDPAddrPort(buf)
			if err != nil {
				t.Fatal(err)
			}
			from, replies = addr, append(replies, reply(buf[:n], "192.0.2.1"))
		}
		for i := range replies {
			r := replies[len(replies)-1-i]
			for range map[bool]int{false: 1, true: 2}[twice] {
				_, _ = server.WriteToUDPAddrPort(r, from)
			}
		}
		prompt.mu.Unlock()
		got := []string{<-told, <-told}
		if want := []string{"b.example.b.example.192.0.2.1", "a.example.a.example.192.0.2.1"}; !slices.Equal(got, want) {
			t.Errorf("told %v; want %v", got, want)
		}
		prompt.Close()
		if n := len(told); n != 0 {
			t.Errorf("told %d times more", n)
		}
	}
}
