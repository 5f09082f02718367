package proxy_test

import (
	"crypto"
	"crypto/ecdh"
	"crypto/rand"
	_ "crypto/sha1" // for a key exchange that nobody may accept
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"net"
)

// scripted is a TLS server that insists on things no sound server would choose.
// It sends its first flight, reads what comes, and is done: whoever goes on after
// that flight has accepted it.
type scripted struct {
	record, version, suite uint16
	compression            byte
	random                 []byte // the end of the server's random, as for a downgrade
	extensions             []byte
	cert                   *tls.Certificate
	sha1                   bool // signs the key exchange with SHA-1 instead of SHA-256
}

// TLS numbers that crypto/tls keeps to itself (RFC 8446, appendix B).
const (
	typeAlert, typeHandshake                            = 21, 22
	helloServer, helloCert, helloKeyExchange, helloDone = 2, 11, 12, 14
)

// errWentOn says that the client took the first flight for good.
var errWentOn = errors.New("the client went on")

// serve plays the script on c and returns the alert that ended it, or an error
// when the client went on.
func (s *scripted) serve(c net.Conn) (alert byte, err error) {
	clientRandom, err := readHello(c)
	if err != nil {
		return 0, err
	}
	random := make([]byte, 32)
	_, _ = rand.Read(random)
	copy(random[32-len(s.random):], s.random)
	body := binary.BigEndian.AppendUint16(nil, s.version)
	body = append(append(body, random...), 0) // no session id
	body = append(binary.BigEndian.AppendUint16(body, s.suite), s.compression)
	body = append(binary.BigEndian.AppendUint16(body, uint16(len(s.extensions))), s.extensions...)
	flight := message(helloServer, body)
	var list []byte
	for _, der := range s.cert.Certificate {
		list = append(list, vector24(der)...)
	}
	flight = append(flight, message(helloCert, vector24(list))...)
	flight = append(flight, message(helloKeyExchange, s.keyExchange(clientRandom, random))...)
	flight = append(flight, message(helloDone, nil)...)
	if err := s.write(c, flight); err != nil {
		return 0, err
	}
	var head [5]byte
	if _, err := io.ReadFull(c, head[:]); err != nil {
		return 0, err
	}
	rest := make([]byte, binary.BigEndian.Uint16(head[3:]))
	if _, err := io.ReadFull(c, rest); err != nil {
		return 0, err
	}
	if head[0] != typeAlert || len(rest) != 2 {
		return 0, errWentOn
	}
	return rest[1], nil
}

// write sends a handshake in records of 4 KiB.
func (s *scripted) write(c net.Conn, flight []byte) error {
	for len(flight) > 0 {
		n := min(len(flight), 4<<10)
		r := binary.BigEndian.AppendUint16([]byte{typeHandshake}, s.record)
		r = append(binary.BigEndian.AppendUint16(r, uint16(n)), flight[:n]...)
		if _, err := c.Write(r); err != nil {
			return err
		}
		flight = flight[n:]
	}
	return nil
}

// keyExchange is a signed ECDHE key share (RFC 8422, section 5.4).
func (s *scripted) keyExchange(clientRandom, random []byte) []byte {
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	point := key.PublicKey().Bytes()
	params := append([]byte{3, 0, 23, byte(len(point))}, point...) // named curve secp256r1
	hash, scheme := crypto.SHA256, []byte{4, 3}                    // ecdsa_secp256r1_sha256
	if s.sha1 {
		hash, scheme = crypto.SHA1, []byte{2, 3} // ecdsa_sha1
	}
	h := hash.New()
	for _, part := range [][]byte{clientRandom, random, params} {
		_, _ = h.Write(part)
	}
	sig, err := s.cert.PrivateKey.(crypto.Signer).Sign(rand.Reader, h.Sum(nil), hash)
	if err != nil {
		panic(err)
	}
	params = append(params, scheme...)
	params = binary.BigEndian.AppendUint16(params, uint16(len(sig)))
	return append(params, sig...)
}

func message(kind byte, body []byte) []byte { return append([]byte{kind}, vector24(body)...) }

func vector24(b []byte) []byte {
	return append([]byte{byte(len(b) >> 16), byte(len(b) >> 8), byte(len(b))}, b...)
}

// readHello reads a ClientHello and returns the client's random.
func readHello(c net.Conn) ([]byte, error) {
	hello, err := readHandshake(c)
	if err != nil {
		return nil, err
	}
	if len(hello) < 4+2+32 {
		return nil, io.ErrUnexpectedEOF
	}
	return hello[6:38], nil
}

// readHandshake reads the first handshake message of a connection.
func readHandshake(r io.Reader) ([]byte, error) {
	var out []byte
	for {
		var head [5]byte
		if _, err := io.ReadFull(r, head[:]); err != nil {
			return nil, err
		}
		if head[0] != typeHandshake {
			return nil, errors.New("no handshake record")
		}
		part := make([]byte, binary.BigEndian.Uint16(head[3:]))
		if _, err := io.ReadFull(r, part); err != nil {
			return nil, err
		}
		out = append(out, part...)
		if len(out) >= 4 && len(out) >= 4+(int(out[1])<<16|int(out[2])<<8|int(out[3])) {
			return out, nil
		}
	}
}
