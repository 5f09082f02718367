package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"sekisho/daemon"
	"sekisho/hostname"
	"sekisho/rules"
)

const checkHelp = `Print the verdict on each NAME or URL or, when none is given, on each line of
stdin, in the order of input. Only the host counts: scheme, path and port are
skipped. The lists of the configuration apply as they do for "sekisho run"; what
people decided in the console does not, and where there is any, stderr says so.

The exit code is 3 when any is blocked and 0 otherwise. What cannot be read as a
host is "invalid", says why, and does not change the exit code. A name whose
"xn--" nobody can decode is judged as the resolver judges it, in a URL too; the
proxy refuses it.

With --json, each line is an object with the fields input, host, action (allow,
warn, block or invalid), ground and, where they apply, technique, target, score
and detail.`

func checkCommand(e *env) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:     "check [NAME or URL …]",
		Short:   "Print the verdict on names or URLs, or on each line of stdin",
		Long:    checkHelp,
		Example: "  sekisho check amazon.co.jp https://amazon-signin.example/ap\n  sekisho check --json < names.txt",
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := e.load()
			if err != nil {
				return err
			}
			loaded, err := daemon.Load(cfg)
			if err != nil {
				return err
			}
			for _, note := range loaded.Notes {
				e.say("left out: %s", note)
			}
			err = newChecker(e, loaded.Policy, asJSON).run(args)
			e.sayUndecided(c.Context())
			return err
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a line")
	return c
}

// maxInput is the longest line that is looked at; beyond it nothing is a URL that
// a browser would take.
const maxInput = 64 << 10

// shownInput is how much of an over-long line is printed, in bytes.
const shownInput = 200

// result is a line of output. The order of fields is that of the contract.
type result struct {
	Input     string  `json:"input"`
	Host      string  `json:"host,omitempty"`
	Action    string  `json:"action"`
	Ground    string  `json:"ground,omitempty"`
	Technique string  `json:"technique,omitempty"`
	Target    string  `json:"target,omitempty"`
	Score     float64 `json:"score,omitempty"`
	Detail    string  `json:"detail,omitempty"`
}

// checker judges inputs and prints the results in order.
type checker struct {
	e       *env
	policy  *rules.Policy
	out     *bufio.Writer
	json    *json.Encoder // nil for text
	blocked bool
}

func newChecker(e *env, p *rules.Policy, asJSON bool) *checker {
	k := &checker{e: e, policy: p, out: bufio.NewWriterSize(e.out, 64<<10)}
	if asJSON {
		k.json = json.NewEncoder(k.out)
		k.json.SetEscapeHTML(false)
	}
	return k
}

func (k *checker) run(args []string) error {
	var err error
	if len(args) == 0 {
		err = k.lines(k.e.in)
	}
	for _, input := range args {
		if err == nil {
			err = k.print(k.judge(input))
		}
	}
	if err := errors.Join(err, k.out.Flush()); err != nil {
		return err
	}
	if k.blocked {
		return &failure{code: codeBlocked}
	}
	return nil
}

// lines judges each line of r in constant memory. Output is flushed whenever no
// further line is at hand, so that a pipe or a person sees each answer at once.
func (k *checker) lines(r io.Reader) error {
	if f, ok := r.(*os.File); ok && interactive(f) {
		k.e.say("Reading names from the terminal, one a line.")
	}
	in := bufio.NewReaderSize(r, maxInput)
	for {
		line, err := in.ReadSlice('\n')
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			shown := strings.ToValidUTF8(string(line[:shownInput]), "\ufffd") + "…"
			if err = k.print(result{Input: shown, Action: "invalid", Detail: "longer than 64 KiB"}); err != nil {
				return err
			}
			for err = bufio.ErrBufferFull; errors.Is(err, bufio.ErrBufferFull); {
				_, err = in.ReadSlice('\n')
			}
		case len(line) > 0:
			if perr := k.print(k.judge(strings.TrimRight(string(line), "\r\n"))); perr != nil {
				return perr
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read stdin: %w", err)
		}
		if in.Buffered() == 0 {
			if err := k.out.Flush(); err != nil {
				return err
			}
		}
	}
}

// interactive reports whether f looks like a terminal: a device of characters
// other than the one that is always empty.
func interactive(f *os.File) bool {
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}

// judge returns the result for one input.
func (k *checker) judge(input string) result {
	n, err := hostname.ParseAsked(input)
	if err != nil {
		detail := err.Error()
		var bad *hostname.Error
		if errors.As(err, &bad) {
			detail = bad.Reason
		}
		return result{Input: input, Action: "invalid", Detail: detail}
	}
	v := k.policy.Decide(n)
	k.blocked = k.blocked || v.Action == rules.Block
	return result{
		Input: input, Host: n.String(), Action: v.Action.String(), Ground: string(v.Ground),
		Technique: v.Technique, Target: v.Target, Score: v.Score, Detail: v.Detail,
	}
}

func (k *checker) print(r result) error {
	if k.json != nil {
		return k.json.Encode(r)
	}
	if r.Action == "invalid" {
		_, err := fmt.Fprintf(k.out, "%-8s%-40s  %s\n", r.Action, printable(r.Input), r.Detail)
		return err
	}
	if r.Ground == string(rules.Default) && r.Detail == "" {
		r.Detail = "nothing in the name imitates Amazon"
	}
	_, err := fmt.Fprintf(k.out, "%-8s%-40s  %s\n", r.Action, r.Host, why(r.Ground, r.Technique, r.Target, r.Detail))
	return err
}

// why puts the reason of a verdict or an event on a line.
func why(ground, technique, target, detail string) string {
	s := ground
	if technique != "" {
		s += " " + technique
	}
	if target != "" {
		s += " → " + target
	}
	if detail != "" {
		s += " (" + detail + ")"
	}
	return strings.TrimSpace(s)
}

// printable makes an input fit for a terminal: short, and without control
// characters, which could move the cursor or worse.
func printable(s string) string {
	const most = 200
	if utf8.RuneCountInString(s) > most {
		s = string([]rune(s)[:most]) + "…"
	}
	q := fmt.Sprintf("%q", s)
	if q == `"`+s+`"` && s != "" {
		return s
	}
	return q
}
