package console

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// authenticator is a security key as Web Authentication has it (level 3, section 6), for
// passkeys of localhost.
type authenticator struct {
	key     *ecdsa.PrivateKey
	id      []byte
	counter uint32
}

func newAuthenticator(t *testing.T) *authenticator {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &authenticator{key: key, id: []byte("sixteen octets ..")[:16]}
}

// data is what an authenticator signs of itself (section 6.1).
func (a *authenticator) data(flags byte, attested ...byte) []byte {
	site := sha256.Sum256([]byte("localhost"))
	d := append(site[:], flags)
	return append(binary.BigEndian.AppendUint32(d, a.counter), attested...)
}

// clientData is what a browser says of a ceremony (section 5.8.1).
func clientData(ceremony, challenge string) []byte {
	return []byte(`{"type":"webauthn.` + ceremony + `","challenge":"` + challenge + `","origin":"http://localhost","crossOrigin":false}`)
}

func (a *authenticator) answer(response map[string][]byte) string {
	texts := map[string]string{}
	for name, octets := range response {
		texts[name] = base64.RawURLEncoding.EncodeToString(octets)
	}
	id := base64.RawURLEncoding.EncodeToString(a.id)
	text, _ := json.Marshal(map[string]any{"id": id, "rawId": id, "type": "public-key", "response": texts})
	return string(text)
}

const userHere = 0x05 // present and verified

// create makes the passkey, with an attestation of no kind.
func (a *authenticator) create(t *testing.T, challenge string) string {
	t.Helper()
	point, err := a.key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		t.Fatal(err)
	}
	key := append([]byte("\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20"), point[1:33]...) // RFC 9053, section 7.1: EC2, ES256
	key = append(append(key, "\x22\x58\x20"...), point[33:]...)
	attested := append(make([]byte, 16), 0, byte(len(a.id)))
	data := a.data(userHere|0x40, append(append(attested, a.id...), key...)...)
	object := append([]byte("\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58"), byte(len(data)))
	return a.answer(map[string][]byte{"clientDataJSON": clientData("create", challenge), "attestationObject": append(object, data...)})
}

// get shows the passkey.
func (a *authenticator) get(t *testing.T, challenge string) string {
	t.Helper()
	said, data := clientData("get", challenge), a.data(userHere)
	of := sha256.Sum256(said)
	sum := sha256.Sum256(append(data[:len(data):len(data)], of[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, a.key, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return a.answer(map[string][]byte{"clientDataJSON": said, "authenticatorData": data, "signature": signature})
}

// atLocalhost posts something as a page of the console at localhost would.
func atLocalhost(t *testing.T, s *Server, path, cookie, contentType, body string) answer {
	t.Helper()
	return ask(t, s, "POST", path, func(r *http.Request) {
		r.Host = "localhost"
		r.Body, r.ContentLength = readCloser(body), int64(len(body))
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Header.Set("Content-Type", contentType)
		r.Header.Set("Cookie", cookie)
	})
}

// ceremonyOptions is what a browser is told for a ceremony.
type ceremonyOptions struct {
	PublicKey struct {
		Challenge   string `json:"challenge"`
		Attestation string `json:"attestation"`
	} `json:"publicKey"`
}

func optionsOf(t *testing.T, got answer) (o ceremonyOptions) {
	t.Helper()
	if err := json.NewDecoder(strings.NewReader(got.body)).Decode(&o); err != nil || o.PublicKey.Challenge == "" {
		t.Fatalf("options: %d %s", got.status, got.body)
	}
	return o
}
