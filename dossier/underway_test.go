package dossier

import (
	"fmt"
	"hash/maphash"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sekisho/guard"
)

// killed writes what the book would have written by now, and opens it anew as after a
// crash: nothing else of the first is left.
func killed(t *testing.T, b *Book) office {
	t.Helper()
	path := filepath.Join(t.TempDir(), "dossier.json")
	if err := b.save(path); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, private := range []string{pc1.String(), "shop\"", "Guess-"} {
		if strings.Contains(string(text), private) {
			t.Errorf("%q is in the file:\n%s", private, text)
		}
	}
	o, logs := openAt(t, path)
	if logs.Len() > 0 {
		t.Errorf("reading its own file, the book logs %v", logs.All())
	}
	return o
}

// TestUnderWay: what a page has begun goes on after a restart in the middle of it.
func TestUnderWay(t *testing.T) {
	t.Parallel()
	const evil, other = "quiet-river.example", "collector.example"
	silent := guard.Finding{Act: guard.SignIn, Followed: true}
	o := office{t, open(t)}
	o.submit(evil, anyID, idOnly)
	o = killed(t, o.Book)
	if x := o.Hints(name(t, evil), pc1); !x.Follows || !x.Thorough {
		t.Errorf("hints after the ID and a restart %+v; want Follows", x)
	}
	if x := o.HintsFrom(Sender{Document: name(t, evil)}, name(t, other), pc1); !x.Follows {
		t.Errorf("hints for what its page sends elsewhere %+v; want Follows", x)
	}
	if x := o.HintsFrom(Sender{Hidden: true}, name(t, other), pc1); !x.Follows {
		t.Errorf("hints for a page that does not say where it is %+v; want Follows", x)
	}
	if x := o.Hints(name(t, other), pc1); x.Follows {
		t.Error("another site follows too")
	}
	for _, j := range []Judgement{
		o.SubmitFrom(Sender{Document: name(t, evil)}, name(t, other), pc1, silent, passOnly),
		o.SubmitFrom(Sender{Hidden: true}, name(t, "third.example"), pc1, silent, passOnly),
		o.submit(evil, silent, passOnly),
	} {
		if got := verdict(j); got != "hold red protected-sign-in" {
			t.Errorf("the password after a restart is judged %q", got)
		}
	}

	o = office{t, open(t)}
	o.page("copy.example", copied)
	o = killed(t, o.Book)
	if got := verdict(o.submit(evil, anyCode, none)); got != "hold red one-time-code" {
		t.Errorf("a code after a copy and a restart is judged %q", got)
	}
}

// TestGuessesGoOn: nine guesses and a restart leave one.
func TestGuessesGoOn(t *testing.T) {
	t.Parallel()
	const evil = "quiet-river.example"
	seed := maphash.MakeSeed()
	send := func(o office, how string, i int) Judgement {
		return o.sends(seed, evil, "/x", "application/x-www-form-urlencoded", fmt.Sprintf("email=%s&%s=Guess-%d", url.QueryEscape(protectedMail), how, i))
	}
	for _, how := range []string{"password", "x"} {
		o := office{t, open(t)}
		for i := range guessMany - 1 {
			send(o, how, i)
		}
		if o = killed(t, o.Book); o.navigate(evil).Do != Pass {
			t.Fatalf("%s: judged to guess after %d", how, guessMany-1)
		}
		o = killed(t, o.Book) // and once more
		if got := verdict(send(o, how, guessMany)); got != "hold red guess-oracle" {
			t.Errorf("%s: %q after the tenth, behind a restart; want guess-oracle", how, got)
		}
	}
	if n := (tally{named: 9, at: time.Now().Add(-guessFor)}).of(guess{at: time.Now()}); n != 0 {
		t.Errorf("%d guesses of an hour ago count", n)
	}
}
