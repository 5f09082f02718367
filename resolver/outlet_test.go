package resolver

import (
	"fmt"
	"net"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/miekg/dns"
)

// pastSlowOnes asks for as many slow names on one connection as may wait at a time, and
// then for what costs nothing: that is answered before any of them, and so is, with a
// failure, a slow one too many.
func pastSlowOnes(t *testing.T) {
	for name, open := range map[string]func(*testing.T, Options) (*Server, net.Conn){
		"TCP": func(t *testing.T, o Options) (*Server, net.Conn) {
			s := start(t, o)
			return s, dial(t, "tcp", s)
		},
		"TLS": func(t *testing.T, o Options) (*Server, net.Conn) {
			s, config := startSecured(t, o)
			return s, dialDoT(t, s, config)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer, release := gate(t)
			j, _ := openJournal(t)
			s, conn := open(t, Options{Upstreams: []string{newOrigin(t, answer).url}, Policy: policy([]string{"blocked.example"}, nil), Journal: j})
			release = sync.OnceFunc(release)
			t.Cleanup(release)                              // or the upstream never ends
			ask(t, s, newQuery("fast.example.", dns.TypeA)) // which is in the cache from then on
			names := make([]string, 0, maxMisses+3)
			for i := range maxMisses {
				names = append(names, fmt.Sprintf("slow%d.example.", i))
			}
			names = append(names, "fast.example.", "blocked.example.", "slow.example.")
			for id, name := range names {
				wire, err := newQuery(name, dns.TypeA, edns, func(q *dns.Msg) { q.Id = uint16(id) }).Pack()
				if err != nil {
					t.Fatal(err)
				}
				if _, err := conn.Write(framed(wire)); err != nil {
					t.Fatal(err)
				}
			}
			replies := make(map[string]*dns.Msg)
			read := func() {
				r := new(dns.Msg)
				if err := r.Unpack(readFrame(t, conn)); err != nil {
					t.Fatal(err)
				}
				replies[names[r.Id]] = r
			}
			for range 3 {
				read()
			}
			if r := replies["fast.example."]; r == nil || len(r.Answer) != 1 {
				t.Errorf("cached name: %v; want its answer before those of the slow ones", r)
			}
			if r := replies["blocked.example."]; r == nil || r.Rcode != dns.RcodeNameError {
				t.Errorf("blocked name: %v; want NXDOMAIN before the answers of the slow ones", r)
			}
			r := replies["slow.example."]
			if r == nil || r.Rcode != dns.RcodeServerFailure {
				t.Fatalf("a slow name too many: %v; want SERVFAIL", r)
			}
			if e, ok := remarkOf(r); !ok || e.ExtraText != busy.text {
				t.Errorf("a slow name too many: %v; want the reason %q", e, busy.text)
			}
			release()
			for len(replies) < len(names) {
				read()
			}
		})
	}
}

// TestOutlet fills the room for each kind of reply, and has a client that takes none.
func TestOutlet(t *testing.T) {
	t.Parallel()
	var o outlet
	var senders []sender
	for kind := forEvent; kind < awaitings; kind++ {
		for range roomFor[kind] {
			send := o.later(kind)
			if send == nil {
				t.Fatalf("no room of kind %d; want it for %d", kind, roomFor[kind])
			}
			senders = append(senders, send)
		}
		if o.later(kind) != nil {
			t.Errorf("room of kind %d for one more; want none", kind)
		}
	}
	for range roomFor[forNothing] { // which those do not take
		o.now([]byte("now"))
	}
	waits := make(chan struct{})
	go func() {
		defer close(waits)
		o.now([]byte("last"))
	}()
	for range roomFor[forNothing] {
		u, _ := o.next()
		if string(u.reply) != "now" {
			t.Fatalf("reply %q; want one of those that are there", u.reply)
		}
		o.written(u)
	}
	<-waits
	for _, send := range senders {
		send([]byte("later"))
	}
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		o.close()
	}()
	for range len(senders) + 1 {
		u, more := o.next()
		if !more {
			t.Fatal("the end before all is written")
		}
		o.written(u)
	}
	<-closed
	if _, more := o.next(); more || o.busy() {
		t.Error("something under way after the end")
	}
}

// TestUnreadBytes has a client that takes no replies: it is read from no more when there
// is half of what it may leave, and cut off beyond that.
func TestUnreadBytes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cuts := 0
		o := outlet{cut: func() { cuts++ }}
		reply := make([]byte, maxUnread/16)
		var senders []sender
		for range 17 {
			senders = append(senders, o.later(forUpstreams))
		}
		for _, send := range senders[:9] {
			send(reply)
		}
		read := false
		go func() {
			o.now(nil)
			read = true
		}()
		synctest.Wait()
		if read {
			t.Errorf("read on with more than half of %d bytes unread", maxUnread)
		}
		take := func() {
			u, _ := o.next()
			o.written(u)
		}
		take()
		synctest.Wait()
		if !read {
			t.Error("not read on with half unread")
		}
		for _, send := range senders[9:] {
			if cuts > 0 {
				t.Fatalf("cut off with %d bytes unread; want up to %d", o.unread, maxUnread)
			}
			send(reply)
		}
		if o.unread != maxUnread || cuts > 0 {
			t.Fatalf("%d bytes unread, cut off %d times; want %d and none", o.unread, cuts, maxUnread)
		}
		o.later(forUpstreams)([]byte("x"))
		if cuts != 1 {
			t.Errorf("cut off %d times; want once", cuts)
		}
		for o.busy() {
			take()
		}
		if o.unread != 0 {
			t.Errorf("%d bytes unread at the end; want none", o.unread)
		}
	})
}
