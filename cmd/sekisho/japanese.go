package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// talk.ja.json has what commands say, each as its English format and the Japanese one,
// and help.ja.json the help of each command by how it is called. Both are part of the
// binary and held sound by the tests, so an error in them is a bug in this repository.
//
//go:embed talk.ja.json
var talkFile []byte

//go:embed help.ja.json
var helpFile []byte

// phrase is a line of talk.ja.json.
type phrase struct {
	english  *regexp.Regexp
	japanese string
}

// verbForms are what the verbs of a format can have become.
var verbForms = map[string]string{`%q`: `("(?:[^"\\]|\\.)*")`, `%d`: `(-?\d+)`, `%s`: `(.+)`, `%v`: `(.+)`, `%w`: `(.+)`}

var verbs = regexp.MustCompile(`%[qdsvw]`)

// phrases parses on first use.
var phrases = sync.OnceValue(func() (all []phrase) {
	var lines [][2]string
	if err := json.Unmarshal(talkFile, &lines); err != nil {
		panic("sekisho: talk.ja.json: " + err.Error())
	}
	for _, line := range lines {
		var b strings.Builder
		found := verbs.FindAllString(line[0], -1)
		for i, text := range verbs.Split(line[0], -1) {
			if b.WriteString(regexp.QuoteMeta(text)); i < len(found) {
				b.WriteString(verbForms[found[i]])
			}
		}
		all = append(all, phrase{regexp.MustCompile("^" + b.String() + "$"), line[1]})
	}
	return all
})

// maxNestedTalk bounds how deep errors are within errors.
const maxNestedTalk = 4

// told is a text that a command says, in the language of whoever reads it, as far as it
// is one of sekisho's own; else as it stands. What programs read does not go through it.
func (e *env) told(text string) string {
	if e.words.code != japanese.code {
		return text
	}
	return inJapanese(text, maxNestedTalk)
}

func inJapanese(text string, depth int) string {
	if depth == 0 {
		return text
	}
	for _, p := range phrases() {
		if m := p.english.FindStringSubmatch(text); m != nil {
			var parts []any
			for _, part := range m[1:] {
				parts = append(parts, inJapanese(part, depth-1))
			}
			return fmt.Sprintf(p.japanese, parts...)
		}
	}
	return text
}

// helpText is what help says of a command.
type helpText struct {
	Short string            `json:"short"`
	Long  []string          `json:"long"`
	Flags map[string]string `json:"flags"`
}

var helpTexts = sync.OnceValue(func() map[string]helpText {
	var all map[string]helpText
	if err := json.Unmarshal(helpFile, &all); err != nil {
		panic("sekisho: help.ja.json: " + err.Error())
	}
	return all
})

// helpHeadings are the English words of the usage, and the Japanese ones.
var helpHeadings = strings.NewReplacer("Usage:\n", "使い方:\n", "Examples:\n", "例:\n", "Commands:\n", "コマンド:\n",
	"Flags of every command:\n", "すべてのコマンドのオプション:\n", "Flags:\n", "オプション:\n",
	`"{{.CommandPath}} COMMAND --help" says more about a command.`, `コマンドの詳しい説明は「{{.CommandPath}} COMMAND --help」で表示できます。`)

// helpInJapanese has a command and those below it explain themselves in Japanese.
func helpInJapanese(c *cobra.Command) {
	text := helpTexts()[c.CommandPath()]
	if text.Short != "" {
		c.Short = text.Short
	}
	if text.Long != nil {
		c.Long = strings.Join(text.Long, "\n")
	}
	c.InitDefaultHelpFlag()
	flag := func(f *pflag.Flag) {
		if f.Name == "help" {
			f.Usage = "この説明を表示する"
		} else if usage := text.Flags[f.Name]; usage != "" {
			f.Usage = usage
		}
	}
	c.LocalFlags().VisitAll(flag)
	for _, below := range c.Commands() {
		helpInJapanese(below)
	}
}
