package main

import (
	"context"
	"errors"
	"net"
	"os"
	"runtime"
	"time"

	"sekisho/certs"
	"sekisho/certs/truststore"
	"sekisho/config"
	"sekisho/daemon"
	"sekisho/journal"
)

// examineConfig checks the configuration as config check does.
func examineConfig(_ context.Context, p *patient) []finding {
	const check = "configuration"
	cfg, err := p.e.load()
	if err == nil {
		p.loaded, err = daemon.Load(cfg)
	}
	if err != nil {
		detail := err.Error()
		if problems := config.Problems(err); len(problems) > 0 {
			detail = problems[0].Error()
			if more := len(problems) - 1; more > 0 {
				detail += p.say(", and %d more", "、ほか %d 件", more)
			}
		}
		return []finding{{check, fail, detail, p.e.command("config check")}}
	}
	p.config = cfg
	detail := p.say("built-in defaults", "組み込みの既定値")
	if p.e.configPath != "" {
		detail = p.e.configPath
	}
	if n := len(p.loaded.Notes); n > 0 {
		return []finding{{check, warn, p.say("%s: entries left out: %d", "%s: 使えない項目が %d 件あり、除きました", detail, n), p.e.command("config check")}}
	}
	return []finding{{check, ok, detail, ""}}
}

// examineFolder checks that the data folder is there and private.
func examineFolder(_ context.Context, p *patient) []finding {
	const check = "data folder"
	if p.loaded == nil {
		return nil
	}
	dir, err := daemon.DataDir(p.config)
	if err != nil {
		return []finding{{check, fail, err.Error(), p.say("name a folder with --data", "--data でフォルダーを指定してください")}}
	}
	p.dir = dir
	info, err := os.Stat(string(dir))
	switch {
	case errors.Is(err, os.ErrNotExist):
		return []finding{{check, warn, p.say("%s is not made yet", "%s はまだ作られていません", dir), p.e.command("run")}}
	case err != nil:
		return []finding{{check, fail, err.Error(), p.say("name a folder that you may read with --data", "読み取れるフォルダーを --data で指定してください")}}
	case !info.IsDir():
		return []finding{{check, fail, p.say("%s is not a folder", "%s はフォルダーではありません", dir), p.say("name another with --data", "--data で別のフォルダーを指定してください")}}
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0:
		return []finding{{check, warn, p.say("%s can be entered by others (%v)", "%s にほかのユーザーが入れます (%v)", dir, info.Mode().Perm()), "chmod 700 " + shellWord(string(dir))}}
	}
	return []finding{{check, ok, string(dir), ""}}
}

// examineRunning checks that sekisho runs and that its listeners accept.
func examineRunning(ctx context.Context, p *patient) []finding {
	const check = "running"
	if p.dir == "" {
		return nil
	}
	start := p.e.command("run")
	r, err := daemon.ReadRunning(p.dir)
	switch {
	case errors.Is(err, daemon.ErrNotRunning):
		return []finding{{check, fail, p.say("no", "動作していません"), start}}
	case err != nil:
		return []finding{{check, fail, err.Error(), start}}
	case !r.Alive():
		return []finding{{check, fail, p.say("no: process %d ended without cleaning up", "動作していません: プロセス %d は後始末をせずに終わりました", r.PID), start}}
	}
	p.running = &r
	found := []finding{{check, ok, p.say("process %d", "プロセス %d", r.PID), ""}}
	for _, part := range []struct{ name, addr string }{{"proxy", r.Proxy}, {"console", r.Console}, {"DNS", r.DNS}} {
		found = append(found, examineListener(ctx, p, part.name, part.addr))
	}
	return found
}

func examineListener(ctx context.Context, p *patient, name, addr string) finding {
	if addr == "" {
		return finding{name, warn, p.say("switched off", "オフ"), ""}
	}
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", reachable(addr))
	if err != nil {
		return finding{name, fail, p.say("%s accepts no connection: %v", "%s に接続できません: %v", addr, err), p.restart()}
	}
	_ = conn.Close()
	return finding{name, ok, addr, ""}
}

// reachable turns the address of a listener on every interface into one that can
// be connected to from here. Go listens for IPv4 on [::] as well.
func reachable(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return addr
	}
	if host == "0.0.0.0" || host == "::" {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return addr
}

// renewBefore is how long before its end the authority is worth a warning.
const renewBefore = 30 * 24 * time.Hour

// examineCA checks the certificate authority's file and validity.
func examineCA(_ context.Context, p *patient) []finding {
	const check = "CA"
	if p.dir == "" {
		return nil
	}
	all, err := certs.Read(p.dir.CA())
	var file *certs.FileError
	switch {
	case errors.Is(err, certs.ErrNoAuthority):
		return []finding{{check, fail, p.say("not made yet", "まだ作られていません"), p.e.command("run")}}
	case errors.As(err, &file):
		return []finding{{check, fail, file.Path + ": " + file.Problem, file.Remedy}}
	case err != nil:
		return []finding{{check, fail, err.Error(), p.e.command("ca rotate")}}
	}
	until := all.Root.NotAfter.Local().Format(time.DateOnly)
	switch {
	case p.now.After(all.Root.NotAfter):
		return []finding{{check, fail, p.say("ended on %s", "%s に期限が切れました", until), p.e.command("ca rotate")}}
	case p.now.Add(renewBefore).After(all.Root.NotAfter):
		return []finding{{check, warn, p.say("ends on %s", "%s に期限が切れます", until), p.e.command("ca rotate")}}
	}
	return []finding{{check, ok, p.say("%s, until %s", "%s、期限 %s", certs.Fingerprint(all.Root), until), ""}}
}

// examineTrust asks each store of this computer. One that trusts the authority is
// enough; the others get a warning.
func examineTrust(_ context.Context, p *patient) []finding {
	const check = "trust"
	if p.dir == "" {
		return nil
	}
	all, err := certs.Read(p.dir.CA())
	if err != nil {
		return nil // examineCA said it
	}
	var found []finding
	trusted := 0
	for _, s := range truststore.Stores() {
		has, err := s.Has(all.Root)
		switch {
		case err != nil:
			found = append(found, finding{check, warn, err.Error(), ""})
		case has:
			trusted++
			found = append(found, finding{check, ok, s.Name(), ""})
		default:
			found = append(found, finding{check, warn, p.say("%s does not trust the CA", "%s は認証局を信頼していません", s.Name()), p.e.command("ca trust")})
		}
	}
	if trusted == 0 {
		found = append(found, finding{check, fail, p.say("no browser here trusts the CA: only names are judged, pages are not", "認証局を信頼しているブラウザーがありません。名前だけを調べ、ページは調べません"), p.e.command("ca trust")})
	}
	return found
}

// examineJournal reads the newest event.
func examineJournal(ctx context.Context, p *patient) []finding {
	const check = "journal"
	if p.dir == "" {
		return nil
	}
	r, err := journal.OpenReader(p.dir.Journal())
	if errors.Is(err, journal.ErrNoJournal) {
		return []finding{{check, warn, p.say("nothing recorded yet at %s", "%s にはまだ何も記録されていません", p.dir.Journal()), p.e.command("run")}}
	}
	if err != nil {
		return []finding{{check, fail, err.Error(), p.mendJournal()}}
	}
	defer func() { _ = r.Close() }() // nothing was written
	for ev, err := range r.Events(ctx, journal.Filter{Limit: 1}) {
		if err != nil {
			return []finding{{check, fail, err.Error(), p.mendJournal()}}
		}
		return []finding{{check, ok, p.say("last event %d on %s", "最後の記録は %d 番、%s", ev.ID, ev.Time.Local().Format(time.DateTime)), ""}}
	}
	return []finding{{check, ok, p.say("readable, no events", "読み取れます。記録はまだありません"), ""}}
}

// mendJournal says what becomes of a journal that cannot be read.
func (p *patient) mendJournal() string {
	return p.say("restart %s: it moves a damaged journal aside", "再起動してください (%s)。壊れた記録は別のファイルに移されます", p.e.command("run"))
}

// examineClock compares the clock with times that cannot lie in the future: those
// of the program's own file and of the authority. A clock that is wrong makes
// every certificate look bad.
func examineClock(_ context.Context, p *patient) []finding {
	const check = "clock"
	mend := p.say("set the date and time, and let the system keep them", "日付と時刻を合わせ、自動で合わせる設定にしてください")
	latest, what := time.Time{}, ""
	if exe, err := os.Executable(); err == nil {
		if info, err := os.Stat(exe); err == nil {
			latest, what = info.ModTime(), p.say("this program was built", "このプログラムが作られた日")
		}
	}
	if p.dir != "" {
		if all, err := certs.Read(p.dir.CA()); err == nil && all.Root.NotBefore.After(latest) {
			latest, what = all.Root.NotBefore, p.say("the CA became valid", "認証局が有効になった日")
		}
	}
	// A day of slack: file systems keep local time now and then.
	if p.now.Add(24 * time.Hour).Before(latest) {
		return []finding{{check, fail, p.say("%s is before %s (%s)", "%s は、%s (%s) より前です", p.now.Format(time.DateTime), what, latest.Local().Format(time.DateOnly)), mend}}
	}
	return []finding{{check, ok, p.now.Format("2006-01-02 15:04 -07:00"), ""}}
}
