package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"sync"
	"time"

	"sekisho/config"
	"sekisho/daemon"
	"sekisho/journal"
	"sekisho/journal/sink"
)

// examineSinks looks at every place that events are sent to: how the running
// sekisho gets on with it, and whether it can be reached from here. Nothing is sent.
func examineSinks(ctx context.Context, p *patient) []finding {
	if p.dir == "" || p.loaded == nil {
		return nil
	}
	newest := p.newestEvent(ctx)
	found := make([]finding, len(p.config.Sinks))
	var all sync.WaitGroup // together, since each may take its time
	for i, s := range p.config.Sinks {
		all.Go(func() { found[i] = p.examineSink(ctx, s, newest) })
	}
	all.Wait()
	return found
}

// newestEvent is the id of the last event, 0 when there is none or it cannot be read.
func (p *patient) newestEvent(ctx context.Context) int64 {
	r, err := journal.OpenReader(p.dir.Journal())
	if err != nil {
		return 0 // examineJournal says it
	}
	defer func() { _ = r.Close() }() // nothing was written
	id, _ := r.Newest(ctx)
	return id
}

func (p *patient) examineSink(ctx context.Context, s config.Sink, newest int64) finding {
	const check = "sink"
	who := fmt.Sprintf("%s (%s)", s.Name, s.To)
	state, err := sink.Read(p.dir.Sinks(), s.Name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && p.running != nil:
		return finding{
			check, warn, p.say("%s: the running sekisho does not know it", "%s: 動作中の sekisho はこの送り先を知りません", who),
			p.restart(),
		}
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return finding{check, warn, fmt.Sprintf("%s: %v", who, err), ""}
	}
	behind := max(0, newest-state.ID)
	if err != nil { // never served
		behind = 0
	}
	if p.running != nil && state.Failing != "" {
		return finding{check, fail, p.say("%s: has failed since %s, events waiting in the journal: %d: %s", "%s: %s から送れていません。%d 件が記録に残って待っています: %s",
			who, state.Since.Local().Format(time.DateTime), behind, state.Failing), p.mendSink(s)}
	}
	if err := sink.Try(ctx, s, p.loaded.Roots); err != nil {
		return finding{check, fail, p.say("%s: cannot be reached from here: %v", "%s: ここから届きません: %v", who, err), p.mendSink(s)}
	}
	how := p.say("takes connections", "接続できます")
	switch s.To.Scheme() {
	case "file":
		how = p.say("may be written", "書き込めます")
	case "udp":
		how = p.say("UDP, which does not tell whether anything arrives", "UDP のため、届いたかどうかは分かりません")
	}
	if behind > 0 {
		how += p.say(", events to go: %d", "、未送信 %d 件", behind)
	}
	return finding{check, ok, who + ": " + how, ""}
}

// mendSink says what to look at when a sink cannot be reached.
func (p *patient) mendSink(s config.Sink) string {
	switch s.To.Scheme() {
	case "file":
		return p.say("give the user that sekisho runs as the right to write it, and see that the disk has room",
			"sekisho を動かしているユーザーに書き込みを許可し、ディスクの空きを確かめてください")
	case "tls", "https":
		return p.say("see that the receiver runs and that its certificate is valid for %s; an authority of your own goes into upstream.ca_files",
			"受信側が動作していて、証明書が %s に対して有効か確かめてください。自社の認証局は upstream.ca_files に加えます", s.To.URL().Hostname())
	}
	return p.say("see that the receiver runs and that no firewall is in the way of %s", "受信側が動作していて、%s への通信をファイアウォールが止めていないか確かめてください", s.To.Address())
}

// examineMetrics looks whether the figures can be fetched.
func examineMetrics(ctx context.Context, p *patient) []finding {
	const check = "metrics"
	if p.loaded == nil || p.config.Metrics.Listen == "" {
		return nil
	}
	restart := p.restart()
	switch {
	case p.running == nil:
		return p.examineBinding(check, "metrics.listen", p.config.Metrics.Listen)
	case p.running.Metrics == "":
		return []finding{{check, warn, p.say("the running sekisho has none", "動作中の sekisho では開いていません"), restart}}
	}
	url := "http://" + reachable(p.running.Metrics) + "/metrics"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return []finding{{check, fail, err.Error(), ""}}
	}
	res, err := direct().Do(req)
	if err != nil {
		return []finding{{check, fail, p.say("no answer: %v", "応答がありません: %v", err), restart}}
	}
	_ = res.Body.Close() // the head says enough
	if res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/plain") {
		return []finding{{check, fail, p.say("%s answers %s, which is not sekisho", "%s は %s と答えました。sekisho ではありません", url, res.Status), restart}}
	}
	return []finding{{check, ok, url, ""}}
}

// examineBinding looks whether a listener of a sekisho that does not run could be
// bound. Says nothing when it could.
func (p *patient) examineBinding(check, path, addr string) []finding {
	err := daemon.TryListen(path, p.config, addr)
	var bind *daemon.BindError
	switch {
	case err == nil:
		return []finding{{check, ok, p.say("%s can be listened at", "%s で待ち受けできます", addr), ""}}
	case errors.As(err, &bind):
		return []finding{{check, fail, p.say("%s: cannot listen at %s: %v", "%s: %s で待ち受けできません: %v", path, addr, bind.Cause()), bind.Remedy}}
	}
	return []finding{{check, fail, err.Error(), ""}}
}

// direct fetches without a proxy and follows nothing.
func direct() *http.Client {
	return &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
