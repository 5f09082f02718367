package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"sekisho/daemon"
	"sekisho/internal/labnet"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"sekisho": main})
}

// labConfig is a configuration that touches nothing outside: free ports on
// loopback and the laboratory's resolver.
const labConfig = `listen: {proxy: "127.0.0.1:0", console: "127.0.0.1:0", dns: "127.0.0.1:0"}
resolver: {upstreams: ["%s"]}
`

func TestScripts(t *testing.T) {
	lab := labnet.New(t)
	for _, name := range []string{"example.com", "shop.example"} {
		lab.Answer(name, labnet.Reply{})
	}
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			home := filepath.Join(env.WorkDir, "home")
			for _, name := range []string{"HOME", "USERPROFILE", "LocalAppData"} {
				env.Setenv(name, home)
			}
			env.Setenv("XDG_DATA_HOME", filepath.Join(home, "data"))
			env.Setenv("XDG_CONFIG_HOME", filepath.Join(home, "config"))
			env.Setenv("LC_ALL", "C")
			if err := os.MkdirAll(home, 0o700); err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(env.WorkDir, "lab.yaml"), fmt.Appendf(nil, labConfig, lab.DNS()), 0o600)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"code":    cmdCode,
			"started": cmdStarted,
			"signal":  cmdSignal,
			"resolve": cmdResolve,
			"fetch":   cmdFetch,
			"api":     cmdAPI,
			"append":  cmdAppend,
			"mode":    cmdMode,
			"lines":   cmdLines,
			"seen":    cmdSeen,
			"taken":   cmdTaken,
		},
		Condition: func(cond string) (bool, error) {
			if cond == "certutil" {
				_, err := exec.LookPath("certutil")
				return err == nil, nil
			}
			return false, fmt.Errorf("unknown condition %q", cond)
		},
	})
}

// patience bounds waiting for something that another process does. It decides
// nothing but how long a broken test hangs.
const patience = 30 * time.Second

// until asks done again and again until it is true or patience is over.
func until(ts *testscript.TestScript, what string, done func() bool) {
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		if done() {
			return
		}
		if time.Now().After(end) {
			ts.Fatalf("waited in vain for %s", what)
		}
	}
}

// cmdCode runs a program and holds that it exits with a code: code N PROGRAM ARG…
func cmdCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N program arg…")
	}
	got := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit code %d; want %s", got, args[0])
	}
}

func running(ts *testscript.TestScript, dir string) daemon.Running {
	r, err := daemon.ReadRunning(daemon.Dir(ts.MkAbs(dir)))
	ts.Check(err)
	return r
}

// cmdStarted waits until a sekisho runs with a data folder: started DIR
func cmdStarted(ts *testscript.TestScript, _ bool, args []string) {
	until(ts, "run.json", func() bool {
		_, err := daemon.ReadRunning(daemon.Dir(ts.MkAbs(args[0])))
		return err == nil
	})
}

// cmdSignal sends a signal to the sekisho of a data folder: signal TERM|HUP DIR
func cmdSignal(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(sendSignal(running(ts, args[1]).PID, args[0]))
}

// cmdResolve waits until the resolver of a data folder answers a name with a
// response code: resolve DIR NAME CODE
func cmdResolve(ts *testscript.TestScript, _ bool, args []string) {
	server := running(ts, args[0]).DNS
	until(ts, args[1]+" to be "+args[2], func() bool {
		a, err := askDNS(context.Background(), server, args[1])
		ts.Check(err)
		return strings.TrimPrefix(a.rcode.String(), "RCode") == args[2]
	})
}

// cmdFetch gets a path from the console of a data folder and holds that its
// status is what is said: fetch DIR PATH STATUS. The body becomes stdout.
func cmdFetch(ts *testscript.TestScript, _ bool, args []string) {
	res, err := http.Get("http://" + running(ts, args[0]).Console + args[1])
	ts.Check(err)
	defer func() { _ = res.Body.Close() }()
	_, err = io.Copy(ts.Stdout(), res.Body)
	ts.Check(err)
	if strconv.Itoa(res.StatusCode) != args[2] {
		ts.Fatalf("status %s; want %s", res.Status, args[2])
	}
}

// cmdAPI asks for a path of the console's API with the token in a file, again and
// again until the status is what is said: api DIR PATH STATUS TOKENFILE. The body
// becomes stdout.
func cmdAPI(ts *testscript.TestScript, _ bool, args []string) {
	req, err := http.NewRequest(http.MethodGet, "http://"+running(ts, args[0]).Console+"/api/v1"+args[1], nil)
	ts.Check(err)
	req.Header.Set("Authorization", "Bearer "+strings.TrimSpace(ts.ReadFile(args[3])))
	var body []byte
	until(ts, args[1]+" to be "+args[2], func() bool {
		res, err := http.DefaultClient.Do(req)
		ts.Check(err)
		defer func() { _ = res.Body.Close() }()
		body, err = io.ReadAll(res.Body)
		ts.Check(err)
		return strconv.Itoa(res.StatusCode) == args[2]
	})
	_, err = ts.Stdout().Write(body)
	ts.Check(err)
}

// cmdAppend adds the content of files to another: append TO FROM…
func cmdAppend(ts *testscript.TestScript, _ bool, args []string) {
	text := ts.ReadFile(args[0])
	for _, from := range args[1:] {
		text += ts.ReadFile(from)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}

// cmdMode holds the permissions of a file: mode 0700 FILE
func cmdMode(ts *testscript.TestScript, _ bool, args []string) {
	info, err := os.Stat(ts.MkAbs(args[1]))
	ts.Check(err)
	if got := fmt.Sprintf("%#o", info.Mode().Perm()); got != args[0] {
		ts.Fatalf("%s has mode %s; want %s", args[1], got, args[0])
	}
}

// cmdLines holds the number of lines of a file or of stdout: lines N FILE
func cmdLines(ts *testscript.TestScript, _ bool, args []string) {
	if got := strings.Count(ts.ReadFile(args[1]), "\n"); strconv.Itoa(got) != args[0] {
		ts.Fatalf("%d lines; want %s", got, args[0])
	}
}

// cmdTaken writes a configuration that listens where another sekisho does with one
// of its parts: taken DIR proxy|console|dns FILE
func cmdTaken(ts *testscript.TestScript, _ bool, args []string) {
	r := running(ts, args[0])
	addr := map[string]string{"proxy": r.Proxy, "console": r.Console, "dns": r.DNS}
	text := "listen:\n"
	for _, part := range []string{"proxy", "console", "dns"} {
		at := "127.0.0.1:0"
		if part == args[1] {
			at = addr[part]
		}
		text += fmt.Sprintf("  %s: %q\n", part, at)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(text), 0o600))
}

// cmdSeen waits until a file that another process writes matches: seen FILE REGEXP
func cmdSeen(ts *testscript.TestScript, _ bool, args []string) {
	want := regexp.MustCompile(args[1])
	until(ts, args[1]+" in "+args[0], func() bool {
		text, err := os.ReadFile(ts.MkAbs(args[0]))
		return err == nil && want.Match(text) // there may be none yet
	})
}
