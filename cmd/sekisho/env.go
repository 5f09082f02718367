package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"sekisho/certs"
	"sekisho/config"
	"sekisho/daemon"
	"sekisho/journal"
)

// Exit codes.
const (
	codeFailed = 1
	// codeInterrupted is what shells report of a command that SIGINT ended.
	codeInterrupted = 130
	codeMisused     = 2
	codeBlocked     = 3 // of check alone
)

// env is what a command works with: its streams and the global flags.
type env struct {
	in        io.Reader
	out, errw io.Writer
	words     words

	configPath, dataPath string
	started              bool   // the command line was right and work has begun
	called               string // the command, as it is called
}

// failure is an error with an exit code and a hint on what to do next. Without an
// err nothing is printed: everything was said already.
type failure struct {
	code int
	err  error
	hint string
}

func (f *failure) Error() string {
	if f.err == nil {
		return fmt.Sprintf("exit code %d", f.code)
	}
	return f.err.Error()
}

func (f *failure) Unwrap() error { return f.err }

// misuse says that the command line or the configuration is wrong.
func misuse(err error, hint string, args ...any) error {
	return &failure{code: codeMisused, err: err, hint: fmt.Sprintf(hint, args...)}
}

// failed says that what was asked for could not be done.
func failed(err error, hint string, args ...any) error {
	return &failure{code: codeFailed, err: err, hint: fmt.Sprintf(hint, args...)}
}

// report prints what went wrong, if anything, and returns the exit code.
func (e *env) report(err error) int {
	if err == nil {
		return 0
	}
	f := &failure{}
	if !errors.As(err, &f) {
		f = &failure{code: codeFailed, err: err}
		if !e.started {
			f.code, f.hint = codeMisused, "see: "+e.called+" --help"
		} else if len(config.Problems(err)) > 0 {
			f.code = codeMisused
		}
	}
	if f.hint == "" {
		f.hint = e.hintFor(f.err)
	}
	if problems := config.Problems(f.err); len(problems) > 0 {
		e.sayProblems(problems)
	} else if f.err != nil {
		e.say("sekisho: %s", e.told(f.err.Error()))
	}
	if f.hint != "" {
		e.say("%s: %s", e.words.hint, e.told(f.hint))
	}
	return f.code
}

// sayProblems lists the problems of a configuration, each led by its YAML path.
func (e *env) sayProblems(problems []*config.FieldError) {
	name := e.configPath
	if name == "" {
		name = "the built-in configuration"
	}
	count := "1 problem"
	if len(problems) > 1 {
		count = fmt.Sprintf("%d problems", len(problems))
	}
	e.say("sekisho: %s in %s", count, name)
	for _, p := range problems {
		e.say("%v", p)
	}
}

// hintFor knows what to do about errors of other packages that do not say it
// themselves.
func (e *env) hintFor(err error) string {
	var inUse *daemon.InUseError
	var file *certs.FileError
	switch {
	case err == nil, errors.As(err, &file):
		return ""
	case len(config.Problems(err)) > 0:
		return e.words.hintConfig
	case errors.As(err, &inUse):
		return e.words.hintInUse
	case errors.Is(err, journal.ErrNoJournal), errors.Is(err, certs.ErrNoAuthority):
		return fmt.Sprintf(e.words.hintRunFirst, e.command("run"))
	}
	return ""
}

// say prints one line of talk.
func (e *env) say(format string, args ...any) {
	_, _ = fmt.Fprintln(e.errw, e.told(fmt.Sprintf(format, args...)))
}

// load reads the configuration that the global flags name, without looking into
// what it means.
func (e *env) load() (config.Config, error) {
	c := config.Default()
	if e.configPath != "" {
		var err error
		if c, err = config.Load(e.configPath); err != nil {
			return c, misuse(err, "")
		}
	}
	if e.dataPath != "" {
		abs, err := filepath.Abs(e.dataPath)
		if err != nil {
			return c, misuse(fmt.Errorf("--data %q: %w", e.dataPath, err), "")
		}
		c.SetDataDir(abs)
	}
	return c, nil
}

// dir returns the data folder that the global flags and the configuration name.
func (e *env) dir() (daemon.Dir, error) {
	c, err := e.load()
	if err != nil {
		return "", err
	}
	return daemon.DataDir(c)
}

// command returns a command line of sekisho with the same global flags, fit to be
// pasted.
func (e *env) command(args string) string {
	return "sekisho " + args + e.flags(func(path string) (string, error) { return path, nil })
}

// flags returns the global flags as they were given, each with a space before it and its
// path as in says: pages are read in another folder.
func (e *env) flags(in func(string) (string, error)) (line string) {
	for _, f := range [][2]string{{"--config", e.configPath}, {"--data", e.dataPath}} {
		if f[1] == "" {
			continue
		}
		path, err := in(f[1])
		if err != nil { // without a working folder there is nothing better
			path = f[1]
		}
		line += " " + f[0] + " " + shellWord(path)
	}
	return line
}

// shellWord quotes s for a shell when it needs to be.
func shellWord(s string) string {
	plain := func(c rune) bool {
		return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune(`/\.:_-+=@,`, c)
	}
	if s != "" && strings.IndexFunc(s, func(c rune) bool { return !plain(c) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
