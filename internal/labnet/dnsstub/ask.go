package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/miekg/dns"
)

const (
	askConns   = 8
	askStreams = 12 // of each connection, at once
)

// askDoH asks the names in file of the DNS over HTTPS server at url for span,
// and prints what dnsperf prints of that. dnsperf itself is of no use here: it
// lets answers lie when two records of TLS come at once (2.10).
func askDoH(url, file string, span time.Duration) error {
	targets, err := dohTargets(url, file)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), span)
	defer cancel()
	var (
		asking     sync.WaitGroup
		next, done atomic.Int64
		lost       atomic.Int64
	)
	for range askConns {
		tr := &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}} // on loopback, and only the time matters
		defer tr.CloseIdleConnections()
		if err := askOnce(ctx, tr, targets[0]); err != nil { // so that the rest share its connection
			return err
		}
		for range askStreams {
			asking.Go(func() {
				for ctx.Err() == nil {
					target := targets[next.Add(1)%int64(len(targets))]
					switch err := askOnce(ctx, tr, target); {
					case err == nil:
						done.Add(1)
					case ctx.Err() == nil:
						lost.Add(1)
					}
				}
			})
		}
	}
	asking.Wait()
	fmt.Printf("  Queries completed: %d\n  Queries lost: %d\n  Queries per second: %f\n", done.Load(), lost.Load(), float64(done.Load())/span.Seconds())
	return nil
}

func askOnce(ctx context.Context, tr *http.Transport, target string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Accept", "application/dns-message")
	resp, err := tr.RoundTrip(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", resp.StatusCode)
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

// dohTargets makes a URL of each line of file, a name and a type.
func dohTargets(url, file string) ([]string, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var targets []string
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		name, _, _ := strings.Cut(lines.Text(), " ")
		q := new(dns.Msg).SetQuestion(dns.Fqdn(name), dns.TypeA)
		q.Id = 0
		wire, err := q.Pack()
		if err != nil {
			return nil, err
		}
		targets = append(targets, url+"?dns="+base64.RawURLEncoding.EncodeToString(wire))
	}
	if len(targets) == 0 {
		return nil, fmt.Errorf("no names in %s", file)
	}
	return targets, lines.Err()
}
