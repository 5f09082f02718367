package tlsflight

import (
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"testing"
	"time"

	"sekisho/internal/labnet"
)

func record(kind byte, payload ...[]byte) []byte {
	p := bytes.Join(payload, nil)
	return append(binary.BigEndian.AppendUint16([]byte{kind, 3, 3}, uint16(len(p))), p...)
}

func message(kind byte, body ...byte) []byte {
	return append([]byte{kind, 0, byte(len(body) >> 8), byte(len(body))}, body...)
}

// TestCV54FirstFlight: what a client's first flight says of a certificate.
func TestCV54FirstFlight(t *testing.T) {
	t.Parallel()
	tls12, tls13, resumed := serverHello{}, serverHello{tls13: true}, serverHello{tls13: true, resumes: true}
	ccs := record(recordCCS, []byte{1})
	sealed := func(n int) []byte { return record(recordData, make([]byte, n)) }
	one := func(b []byte) []byte { // each byte of a handshake message in a record of its own
		var out []byte
		for i := range b {
			out = append(out, record(RecordHandshake, b[i:i+1])...)
		}
		return out
	}
	certificate := message(typeCertificate, 0, 0, 4, 0, 0, 1, 0x30)
	empty := message(typeCertificate, 0, 0, 0)
	for _, tt := range []struct {
		name  string
		hello serverHello
		in    []byte
		want  Gift
	}{
		{"nothing yet", tls13, nil, Unknown},
		{"1.2 certificate", tls12, record(RecordHandshake, certificate), Certificate},
		{"1.2 certificate, its head alone", tls12, record(RecordHandshake, certificate)[:12], Certificate},
		{"1.2 certificate in pieces", tls12, one(certificate), Certificate},
		{"1.2 empty", tls12, record(RecordHandshake, empty, message(16, 1)), None},
		{"1.2 empty in pieces", tls12, one(empty), None},
		{"1.2 not asked", tls12, record(RecordHandshake, message(16, 1, 2, 3)), None},
		{"1.2 begun", tls12, record(RecordHandshake, empty)[:9], Unknown},
		{"1.2 resumed", tls12, append(bytes.Clone(ccs), record(RecordHandshake, make([]byte, 40))...), Resumed},
		{"1.2 data at once", tls12, sealed(400), None},
		{"1.2 alert", tls12, record(recordAlert, []byte{2, 48}), Ended},
		{"1.3 Finished alone, SHA-256", tls13, append(bytes.Clone(ccs), sealed(4+32+1+16)...), None},
		{"1.3 Finished alone, SHA-384", tls13, sealed(4 + 48 + 1 + 16), None},
		{"1.3 empty", tls13, append(bytes.Clone(ccs), sealed(8+1+16)...), None},
		{"1.3 empty, then much", tls13, append(sealed(8+1+16), sealed(4000)...), None},
		{"1.3 empty and Finished in one", tls13, sealed(8 + 52 + 1 + 16), None},
		// What real clients without one were seen to send, and with the longest context.
		{"1.3 curl, Node, wget", tls13, append(bytes.Clone(ccs), append(sealed(25), sealed(53)...)...), None},
		{"1.3 Java", tls13, append(bytes.Clone(ccs), append(sealed(41), sealed(69)...)...), None},
		{"1.3 Chromium", tls13, append(bytes.Clone(ccs), append(sealed(61), sealed(87)...)...), None},
		{"1.3 Chromium, ALPS, SHA-384", tls13, sealed(10 + 8 + 52 + 1 + 16), None},
		{"1.3 OpenSSL echoing a context", tls13, append(bytes.Clone(ccs), append(sealed(280), sealed(53)...)...), None},
		{"1.3 Java echoing a context", tls13, append(bytes.Clone(ccs), append(sealed(296), sealed(69)...)...), None},
		{"1.3 a context and Finished in one", tls13, sealed(8 + 255 + 52 + 1 + 16), None},
		{"1.3 curl with a small certificate", tls13, append(bytes.Clone(ccs), append(sealed(390), sealed(95)...)...), Certificate},
		{"1.3 certificate", tls13, append(bytes.Clone(ccs), sealed(700)...), Certificate},
		{"1.3 certificate, its head alone", tls13, append(bytes.Clone(ccs), sealed(700)[:5]...), Certificate},
		{"1.3 resumed", resumed, append(bytes.Clone(ccs), sealed(53)...), Resumed},
		{"1.3 resumed, and much", resumed, sealed(700), Resumed},
		{"1.3 sealed alert", tls13, sealed(19), Ended},
		{"1.3 another hello", tls13, record(RecordHandshake, message(typeClientHello, 1)), None},
		{"1.3 strange change of cipher", tls13, record(recordCCS, []byte{1, 1}), None},
		{"no record", tls13, []byte("POST / HTTP/1.1\r\n"), None},
		{"empty record", tls13, record(recordData), None},
	} {
		if got := giftIn(tt.in, tt.hello); got != tt.want {
			t.Errorf("%s: %d; want %d", tt.name, got, tt.want)
		}
	}
}

// serverSays is the first flight of a server with config to a client.
func serverSays(t testing.TB, server, client *tls.Config) []byte {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	near, err := net.Dial("tcp", l.Addr().String()) // both may write at a time, where a pipe has no room
	if err != nil {
		t.Fatal(err)
	}
	far, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	_ = near.SetDeadline(time.Now().Add(10 * time.Second))
	_ = far.SetDeadline(time.Now().Add(10 * time.Second))
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = tls.Server(far, server).Handshake()
		_ = far.Close()
	}()
	out := &teeConn{Conn: near}
	_ = tls.Client(out, client).Handshake()
	_ = near.Close()
	<-done
	return out.got.Bytes()
}

type teeConn struct {
	net.Conn
	got bytes.Buffer
}

// Read implements [net.Conn].
func (c *teeConn) Read(p []byte) (int, error) { return io.TeeReader(c.Conn, &c.got).Read(p) }

// TestCV54ServerHello: which kind of handshake a server's first words begin.
func TestCV54ServerHello(t *testing.T) {
	t.Parallel()
	pair := labnet.New(t).CA().Issue(t, []string{"shop.labnet.example"}, nil)
	server := &tls.Config{Certificates: []tls.Certificate{pair}}
	for _, tt := range []struct {
		name           string
		server, client func(*tls.Config)
		want           serverHello
	}{
		{"1.3", func(*tls.Config) {}, func(*tls.Config) {}, serverHello{tls13: true}},
		{"1.2", func(*tls.Config) {}, func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 }, serverHello{}},
		{
			"retry", func(c *tls.Config) { c.CurvePreferences = []tls.CurveID{tls.CurveP384} },
			func(c *tls.Config) { c.CurvePreferences = []tls.CurveID{tls.X25519, tls.CurveP384} },
			serverHello{tls13: true, retry: true},
		},
	} {
		s, c := server.Clone(), &tls.Config{InsecureSkipVerify: true}
		tt.server(s)
		tt.client(c)
		said := serverSays(t, s, c)
		m, end, ok := messageIn(said)
		h, good := parseServerHello(m)
		if !ok || !good || h != tt.want || end == 0 {
			t.Errorf("%s: %+v, %v, %v; want %+v", tt.name, h, ok, good, tt.want)
		}
		for i := range end { // a part of it is not enough, and no error
			if m, _, ok := messageIn(said[:i]); m != nil || !ok {
				t.Fatalf("%s: %d of %d bytes: %x, %v", tt.name, i, end, m, ok)
			}
		}
	}
}

// FuzzFirstFlight: whatever comes, nothing that no certificate fits in is taken for
// one, and more bytes do not change what is known.
func FuzzFirstFlight(f *testing.F) {
	f.Add(record(RecordHandshake, message(typeCertificate, 0, 0, 4, 0, 0, 1, 0x30)), false)
	f.Add(append(record(recordCCS, []byte{1}), record(recordData, make([]byte, 500))...), true)
	f.Add(sentFirst(&tls.Config{ServerName: "shop.labnet.example"}), true)
	f.Fuzz(func(t *testing.T, data []byte, tls13 bool) {
		h := serverHello{tls13: tls13}
		whole := giftIn(data, h)
		known := Unknown
		for i := range data {
			if g := giftIn(data[:i], h); known == Unknown {
				known = g
			} else if g != known {
				t.Fatalf("%d after %d bytes was %d", g, i, known)
			}
		}
		if known != Unknown && whole != known {
			t.Fatalf("%d of all was %d", whole, known)
		}
		if m, end, ok := messageIn(data); m != nil && (!ok || end > len(data) || len(m) < 4) {
			t.Fatalf("message %x up to %d", m, end)
		}
		_, _ = parseServerHello(data)
	})
}
