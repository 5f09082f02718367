// Command sekisho keeps an Amazon seller's sign-in out of other people's hands:
// a local proxy and resolver for browsers, and the commands around it. Results go
// to stdout and talk to stderr; the exit code is 0 for done, 1 for failed, 2 for
// misused, and 3 from check when something is blocked.
//
// Each command is a file of its own plus a line in commands. Commands ask the
// other packages and print; they decide nothing.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// commands is every command, in the order in which help shows them.
var commands = []func(*env) *cobra.Command{
	runCommand,
	checkCommand,
	eventsCommand,
	accountCommand,
	userCommand,
	tokenCommand,
	caCommand,
	configCommand,
	doctorCommand,
	versionCommand,
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	go func() {
		<-ctx.Done()
		stop() // a second signal ends the process at once
	}()
	os.Exit(execute(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// execute runs one command line and returns the exit code.
func execute(ctx context.Context, args []string, in io.Reader, out, errw io.Writer) int {
	e := &env{in: in, out: out, errw: errw, words: wordsFor(os.Getenv)}
	root := rootCommand(e)
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errw)
	called, err := root.ExecuteContextC(ctx)
	e.called = called.CommandPath()
	return e.report(err)
}

const rootHelp = `sekisho keeps an Amazon seller's sign-in out of other people's hands.

It is a proxy and a resolver on your own computer or in your office. Sites that
imitate Amazon's Seller Central are stopped with a page that says why; genuine
Amazon is passed on untouched; everything else works as before.

Start with:

  sekisho run        run it; it says what to do next
  sekisho doctor     see what is set up, and what is not`

// usage is cobra's template with one line for how to call a command instead of two.
const usage = `Usage:
  {{if .HasAvailableSubCommands}}{{.CommandPath}} COMMAND{{else}}{{.UseLine}}{{end}}
{{- if .HasExample}}

Examples:
{{.Example}}
{{- end}}
{{- if .HasAvailableSubCommands}}

Commands:
{{- range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}
{{- end}}
{{- if .HasAvailableLocalFlags}}

Flags:
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}
{{- end}}
{{- if .HasAvailableInheritedFlags}}

Flags of every command:
{{.InheritedFlags.FlagUsages | trimTrailingWhitespaces}}
{{- end}}
{{- if .HasAvailableSubCommands}}

"{{.CommandPath}} COMMAND --help" says more about a command.
{{- end}}
`

// endAtOnce lets the first signal end commands that have nothing to finish and
// may be waiting for their input.
func endAtOnce(c *cobra.Command, _ []string) {
	if c.Name() == "check" {
		context.AfterFunc(c.Context(), func() { os.Exit(codeInterrupted) })
	}
}

func rootCommand(e *env) *cobra.Command {
	root := &cobra.Command{
		Use:               "sekisho",
		Short:             "Keeps an Amazon seller's sign-in out of other people's hands",
		Long:              rootHelp,
		SilenceErrors:     true,
		SilenceUsage:      true,
		Args:              noCommand,
		RunE:              needCommand,
		PersistentPreRun:  endAtOnce,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
	}
	root.PersistentFlags().StringVar(&e.configPath, "config", "", "read the configuration from `FILE` instead of using the defaults")
	root.PersistentFlags().StringVar(&e.dataPath, "data", "", "keep keys, journal and state in `DIR`, whatever data_dir says")
	root.SetUsageTemplate(usage)
	for _, command := range commands {
		root.AddCommand(started(e, command(e)))
	}
	if e.words.code == japanese.code {
		root.SetUsageTemplate(helpHeadings.Replace(usage))
		helpInJapanese(root)
	}
	return root
}

// started makes a command and those below it note that their work has begun:
// what goes wrong before is the command line's fault.
func started(e *env, c *cobra.Command) *cobra.Command {
	if work := c.RunE; work != nil {
		c.RunE = func(c *cobra.Command, args []string) error {
			e.started = true
			return work(c, args)
		}
	}
	for _, below := range c.Commands() {
		started(e, below)
	}
	return c
}

// group returns a command that only holds others.
func group(use, short string, below ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{Use: use, Short: short, Args: noCommand, RunE: needCommand}
	c.AddCommand(below...)
	return c
}

// noCommand refuses an argument where the name of a command belongs.
func noCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return misuse(fmt.Errorf("unknown command %q", c.CommandPath()+" "+args[0]), "see: %s --help", c.CommandPath())
}

// needCommand is what a command does that only holds others.
func needCommand(c *cobra.Command, _ []string) error {
	c.SetOut(c.ErrOrStderr())
	_ = c.Help() // to stderr, which has nobody to tell when it fails
	return &failure{code: codeMisused}
}
