package proxy_test

import (
	"bufio"
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sekisho/internal/labnet"
	"sekisho/interstitial"
)

// openssl is a running "openssl s_server", which serves with what crypto/tls no
// longer does.
type openssl struct {
	port  string
	stdin io.Writer

	mu  sync.Mutex
	out bytes.Buffer
}

// said returns how often the server has printed s.
func (o *openssl) said(s string) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return strings.Count(o.out.String(), s)
}

// openssl starts an s_server for host with a leaf for key, which is DER of a
// private key in PKCS #8, until the test ends.
func (l *lab) openssl(t *testing.T, host string, key crypto.PublicKey, keyPEM []byte, args ...string) *openssl {
	t.Helper()
	program, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("no openssl here to serve with what crypto/tls does not")
	}
	dir := t.TempDir()
	leaf := l.CA().IssueKey(t, []string{host}, public{key}, nil)
	cert, keyFile := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: leaf.Certificate[0]})
	for name, data := range map[string][]byte{cert: block, keyFile: keyPEM} {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), program, append([]string{"s_server", "-accept", "127.0.0.1:0", "-cert", cert, "-key", keyFile}, args...)...)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	o := &openssl{}
	if o.stdin, err = cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	listening, done := make(chan string, 1), make(chan struct{})
	go func() {
		defer close(done)
		for r := bufio.NewReader(stdout); ; {
			line, err := r.ReadString('\n')
			o.mu.Lock()
			o.out.WriteString(line)
			o.mu.Unlock()
			if port, ok := strings.CutPrefix(line, "ACCEPT 127.0.0.1:"); ok {
				listening <- strings.TrimSpace(port)
			}
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-done
		_ = cmd.Wait()
	})
	select {
	case o.port = <-listening:
	case <-done:
		t.Fatalf("openssl s_server %q ended: %s", args, o.out.String())
	}
	l.Answer(host, labnet.Reply{})
	return o
}

// public is a key of which only the public part is at hand.
type public struct{ key crypto.PublicKey }

func (p public) Public() crypto.PublicKey { return p.key }

func (public) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	return nil, fmt.Errorf("no private key")
}

// opensslKey makes a key with openssl, which has sizes that Go refuses.
func opensslKey(t *testing.T, args ...string) (crypto.PublicKey, []byte) {
	t.Helper()
	program, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("no openssl here to make a key that Go does not")
	}
	private, err := exec.CommandContext(t.Context(), program, append([]string{"genpkey"}, args...)...).Output()
	if err != nil {
		t.Fatalf("openssl genpkey %q: %v", args, err)
	}
	cmd := exec.CommandContext(t.Context(), program, "pkey", "-pubout", "-outform", "DER")
	cmd.Stdin = bytes.NewReader(private)
	der, err := cmd.Output()
	if err != nil {
		t.Fatalf("openssl pkey: %v", err)
	}
	key, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		t.Fatal(err)
	}
	return key, private
}

// TestCasesOpenSSL: servers that crypto/tls cannot play.
func TestCasesOpenSSL(t *testing.T) {
	t.Parallel()
	l := start(t)
	p256 := []string{"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"}
	rsa2048 := []string{"-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"}
	for i, tt := range []struct {
		id   string
		key  []string
		args []string
		code interstitial.Code
	}{
		{"CV-40 RSA-512", []string{"-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:512"}, []string{"-www", "-tls1_2", "-cipher", "ALL@SECLEVEL=0"}, interstitial.CodeTLSWeak},
		{"CV-43 P-224", []string{"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-224"}, []string{"-www", "-tls1_2", "-cipher", "ALL@SECLEVEL=0"}, interstitial.CodeTLSHandshake},
		{"TP-04 NULL and anonymous only", rsa2048, []string{"-www", "-tls1_2", "-cipher", "aNULL:eNULL@SECLEVEL=0"}, interstitial.CodeTLSHandshake},
		{"TP-06 DHE only", rsa2048, []string{"-www", "-tls1_2", "-cipher", "DHE@SECLEVEL=0"}, interstitial.CodeTLSHandshake},
		{"TP-08 SHA-1 signatures only", p256, []string{"-www", "-tls1_2", "-cipher", "ALL@SECLEVEL=0", "-sigalgs", "ECDSA+SHA1"}, interstitial.CodeTLSHandshake},
		{"TP-10 P-384 after HelloRetryRequest", p256, []string{"-www", "-tls1_3", "-groups", "P-384"}, ""},
		{"TP-17 records padded to 16 KiB", p256, []string{"-www", "-tls1_3", "-record_padding", "16384"}, ""},
		{"TP-17 fragments of 512 bytes", p256, []string{"-www", "-max_send_frag", "512", "-split_send_frag", "512"}, ""},
	} {
		t.Run(tt.id, func(t *testing.T) {
			host := fmt.Sprintf("o%d.labnet.example", i)
			key, private := opensslKey(t, tt.key...)
			o := l.openssl(t, host, key, private, tt.args...)
			a := get(t, l.client(), "https://"+host+":"+o.port+"/", navigation)
			if tt.code != "" {
				wantFailure(t, a, http.StatusBadGateway, tt.code)
			} else if a.StatusCode != http.StatusOK || !strings.Contains(a.body, "s_server") {
				t.Errorf("answer = %d %q %.200q; want the server's", a.StatusCode, a.Header.Get("Sekisho-Error"), a.body)
			}
		})
	}
	t.Run("TP-13 renegotiation", func(t *testing.T) {
		host := "again.labnet.example"
		key, private := opensslKey(t, p256...)
		o := l.openssl(t, host, key, private, "-tls1_2")
		answered := make(chan struct{})
		var asking sync.WaitGroup
		asking.Go(func() { // a HelloRequest for each attempt: a request that may be sent again may be
			for asked := 0; ; time.Sleep(2 * time.Millisecond) {
				select {
				case <-answered:
					return
				default:
				}
				if o.said("GET /") > asked {
					asked++
					_, _ = io.WriteString(o.stdin, "R\n")
				}
			}
		})
		a := get(t, l.client1(), "https://"+host+":"+o.port+"/", navigation)
		close(answered)
		asking.Wait()
		if a.StatusCode != http.StatusBadGateway {
			t.Errorf("answer = %d; want 502", a.StatusCode)
		}
	})
}
