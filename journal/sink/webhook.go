package sink

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"go.uber.org/zap"

	"sekisho/config"
	"sekisho/journal"
	"sekisho/metrics"
)

const (
	// postTime bounds one message from dialling to the end of the answer, as
	// Standard Webhooks recommends (15 to 30 s).
	postTime = 20 * time.Second
	// maxBody is where a message ends although more events wait: most servers
	// take a megabyte.
	maxBody = 512 << 10
	// maxAnswer is what is read of an answer, so that its connection can be used
	// again. Nothing of it is looked at.
	maxAnswer = 64 << 10
	// An event that is refused by itself so often is left out, unless maxLeftOut
	// in a row were: then it is not the events that the receiver dislikes.
	maxTries, maxLeftOut = 3, 16
)

// webhook posts events as JSON, signed as Standard Webhooks has it
// (https://www.standardwebhooks.com). An answer of 2xx means that they arrived. It
// follows no redirect: the signature is for this receiver alone.
type webhook struct {
	url    string
	agent  string
	keys   [][]byte
	stream string // as the cursor has it
	client *http.Client
	log    *zap.Logger

	most    int // events of the next message
	tries   int // how often the first event was refused by itself
	leftOut int // events in a row that were
	refused *metrics.Counter
}

func newWebhook(c config.Sink, stream string, o *Options) (receiver, error) {
	keys, err := readKeys(c.SecretFile)
	if err != nil {
		return nil, fmt.Errorf("secret_file: %w", err)
	}
	transport := &http.Transport{
		TLSClientConfig:     &tls.Config{RootCAs: o.Roots, MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2:   true,
		TLSHandshakeTimeout: dialTime,
		MaxIdleConns:        1, MaxConnsPerHost: 2, IdleConnTimeout: time.Minute,
		MaxResponseHeaderBytes: maxAnswer,
	}
	return &webhook{
		url: string(c.To), agent: "sekisho/" + word(o.Version, maxMsgID), keys: keys, stream: stream, most: batchSize,
		log: o.Log.Named("sink").With(zap.String("sink", c.Name)),
		client: &http.Client{
			Transport: transport, Timeout: postTime,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		refused: o.Metrics.Counter("sekisho_sink_refused_events_total", "Events that a webhook refused by themselves and that were left out.", "sink", c.Name),
	}, nil
}

func (w *webhook) send(ctx context.Context, events []journal.Event) (int, error) {
	body, n := w.body(events)
	err := w.post(ctx, w.id(events[:n]), body)
	switch {
	case err == nil:
		w.most, w.tries, w.leftOut = min(2*w.most, batchSize), 0, 0
		return n, nil
	case !poisoned(err):
		return 0, err
	case n > 1: // one of them it is, perhaps
		w.most = n / 2
		return 0, nil
	}
	if w.tries++; w.tries < maxTries || w.leftOut == maxLeftOut {
		return 0, err
	}
	w.tries = 0
	w.leftOut++
	w.refused.Inc()
	w.log.Warn("event left out, the webhook refuses it", zap.Int64("id", events[0].ID), zap.Error(err))
	return 1, nil
}

// body is the message with as many events as it may have, at least one.
func (w *webhook) body(events []journal.Event) (body []byte, n int) {
	var b bytes.Buffer
	fmt.Fprintf(&b, `{"type":"sekisho.events","timestamp":%q,"data":{"events":[`, time.Now().UTC().Format(time.RFC3339))
	var line []byte
	for n < min(len(events), w.most) {
		line = bytes.TrimSuffix(appendJSON(line[:0], &events[n]), []byte("\n"))
		if n > 0 {
			if b.Len()+len(line) > maxBody {
				break
			}
			b.WriteByte(',')
		}
		b.Write(line)
		n++
	}
	b.WriteString("]}}\n")
	return b.Bytes(), n
}

// id is the same whenever the same events are sent, and no other message's.
func (w *webhook) id(events []journal.Event) string {
	return fmt.Sprintf("msg_%s_%d_%d", w.stream, events[0].ID, events[len(events)-1].ID)
}

// statusError is an answer other than 2xx.
type statusError int

func (s statusError) Error() string {
	text := http.StatusText(int(s))
	if s >= 300 && s < 400 {
		text = strings.TrimSpace(text + ", which is not followed")
	}
	return fmt.Sprintf("the receiver answered %d %s", int(s), text)
}

// poisoned reports an answer that is about what a message holds. What else is 4xx
// is about the receiver (a wrong address, a wrong key) and passes once it is mended.
func poisoned(err error) bool {
	var s statusError
	if !errors.As(err, &s) {
		return false
	}
	switch int(s) {
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity:
		return true
	}
	return false
}

func (w *webhook) post(ctx context.Context, id string, body []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url, bytes.NewReader(body))
	if err != nil {
		return errors.New("the address cannot be used") // err holds it
	}
	stamp := strconv.FormatInt(time.Now().Unix(), 10)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", w.agent)
	r.Header["webhook-id"] = []string{id} // as the specification spells them
	r.Header["webhook-timestamp"] = []string{stamp}
	r.Header["webhook-signature"] = []string{sign(w.keys, id, stamp, body)}
	answer, err := w.client.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, maxAnswer)) // the status has said it
	if answer.StatusCode/100 == 2 {
		return nil
	}
	return asked(statusError(answer.StatusCode), answer.Header.Get("Retry-After"))
}

// asked adds what a receiver says about when to come again, in seconds or as a
// date (RFC 9110, section 10.2.3).
func asked(err error, after string) error {
	if n, bad := strconv.ParseUint(after, 10, 31); bad == nil {
		return askedWait{err, time.Duration(n) * time.Second}
	}
	if at, bad := http.ParseTime(after); bad == nil {
		return askedWait{err, time.Until(at)}
	}
	return err
}

func (w *webhook) close() error {
	w.client.CloseIdleConnections()
	return nil
}
