package certs_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"sekisho/certs"
)

// canaries are the spellings in which a private key could show up.
func canaries(t *testing.T, dir string) []string {
	t.Helper()
	key := issuingKey(t, dir)
	raw, err := key.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	n := new(big.Int).SetBytes(raw)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	out := []string{
		string(raw[:16]), hex.EncodeToString(raw)[:32], strings.ToUpper(hex.EncodeToString(raw))[:32],
		n.String()[:30], base64.StdEncoding.EncodeToString(raw)[:24],
		strings.Trim(fmt.Sprint(raw[:12]), "[]"), fmt.Sprintf("%#v", raw[:8])[8:40],
	}
	for off := range 3 { // base64 of the PKCS #8 form depends on the offset
		out = append(out, base64.StdEncoding.EncodeToString(der[36+off:])[:24])
	}
	return out
}

func wantNoKey(t *testing.T, what, got string, canaries []string) {
	t.Helper()
	for _, c := range canaries {
		if strings.Contains(got, c) {
			t.Errorf("CA-05: %s shows the private key", what)
		}
	}
}

func TestCA05NothingPrintsTheKey(t *testing.T) {
	t.Parallel()
	a, dir := fresh(t)
	secret := canaries(t, dir)
	data, err := os.ReadFile(filepath.Join(dir, file))
	if err != nil {
		t.Fatal(err)
	}
	if joined := strings.ReplaceAll(string(data), "\n", ""); !strings.Contains(joined, secret[7]) &&
		!strings.Contains(joined, secret[8]) && !strings.Contains(joined, secret[9]) {
		t.Fatal("the canaries would not be found in the file itself")
	}
	cert := leaf(t, a, "shop.example")
	read, err := certs.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []any{a, cert, *cert, cert.PrivateKey, read, []any{a, *cert}, struct{ A *certs.Authority }{a}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%X", "%q", "%d"} {
			wantNoKey(t, fmt.Sprintf("%s of %T", verb, v), fmt.Sprintf(verb, v), secret)
		}
		if j, err := json.Marshal(v); err == nil {
			wantNoKey(t, fmt.Sprintf("JSON of %T", v), string(j), secret)
		}
	}
	var log bytes.Buffer
	core := zapcore.NewCore(zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()), zapcore.AddSync(&log), zap.DebugLevel)
	zap.New(core).Info("x", zap.Any("ca", a), zap.Stringer("s", a), zap.Reflect("r", a), zap.Any("leaf", cert))
	wantNoKey(t, "zap", log.String(), secret)
}

// TestCL01LeafKeyIsNotEncoded sees that a leaf put into a log shows no leaf key
// either. The leaf's own key is only reachable as a signer.
func TestCL01LeafKeyIsNotEncoded(t *testing.T) {
	t.Parallel()
	a, _ := fresh(t)
	j, err := json.Marshal(leaf(t, a, "shop.example").PrivateKey)
	if err != nil || string(j) != "{}" {
		t.Errorf("JSON of a leaf's private key = %s, %v; want {}", j, err)
	}
	if got := fmt.Sprintf("%+v", []tls.Certificate{*leaf(t, a, "shop.example")}); strings.Contains(got, "D:") {
		t.Errorf("%%+v of a leaf follows the key: %s", got)
	}
}

// TestCA05ErrorsDoNotQuoteTheKey damages every byte of the key's part in turn.
func TestCA05ErrorsDoNotQuoteTheKey(t *testing.T) {
	t.Parallel()
	_, dir := fresh(t)
	secret := canaries(t, dir)
	path := filepath.Join(dir, file)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	body := bytes.Index(data, []byte("-----BEGIN PRIVATE KEY-----\n"))
	for i := body; i < len(data); i++ {
		bad := bytes.Clone(data)
		bad[i] ^= 4
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := certs.Open(dir, certs.Options{Excluded: excluded}); err != nil {
			wantNoKey(t, fmt.Sprintf("error at byte %d: %v", i, err), err.Error(), secret)
			wantNoKey(t, "%#v of the error", fmt.Sprintf("%#v", err), secret)
		}
	}
}
