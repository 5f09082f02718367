package interstitial

import "sekisho/hostname"

// Doors that change what a warning says, as the journal spells them.
const (
	doorPage  = "page"
	doorGuard = "guard"
)

// kinds maps techniques that go by what was seen, not by the name, to what their
// pages have in common.
var kinds = map[string]string{
	"sign-in-copy":       "copy",
	"sign-in-relay":      "copy",
	"amazon-fields":      "copy",
	"protected-sign-in":  "credential",
	"protected-password": "credential",
	"protected-id":       "id",
	"crowded-sign-in":    "id",
	"one-time-code":      "code",
	"unfamiliar-sign-in": "sign-in",
	"guess-oracle":       "guess",
	"unreadable-request": "unreadable",
}

// kind selects the title: what the verdict rests on.
func (w Warning) kind() string {
	if kind, ok := kinds[w.Technique]; ok {
		return kind
	}
	switch {
	case w.Ground == "blocklist" || w.Ground == "feed":
		if !w.amber() {
			return w.Ground
		}
		return "other"
	case w.Ground == "lookalike" || w.Target != "":
		return "imitation"
	}
	return "other"
}

// title returns the key of the verdict in one line.
func (w Warning) title() string {
	tone := "warning.title." + severityRed + "."
	if w.amber() {
		tone = "warning.title." + severityAmber + "."
	}
	if key := tone + w.kind(); speak(Japanese).Has(key) {
		return key
	}
	return tone + "other"
}

// reason returns the key of the one sentence that says why.
func (w Warning) reason() string {
	technique := w.Technique
	if alias, ok := techniqueAliases[technique]; ok {
		technique = alias
	}
	if key := "reason.amber." + technique; w.amber() && speak(Japanese).Has(key) {
		return key // what resembles is no copy
	}
	for _, name := range []string{technique, w.Ground} {
		if key := "reason." + name; name != "" && speak(Japanese).Has(key) {
			return key
		}
	}
	return "reason.unknown"
}

// techniqueAliases maps techniques to those whose sentence in text.json fits
// them too.
var techniqueAliases = map[string]string{
	"registry": "wrong-registry",
	"bitsquat": "edit", // one bit flipped is one letter changed
}

// sent returns the key of what the page says about the site having received
// anything. It claims that nothing was sent only where Sent is false.
func (w Warning) sent() string {
	switch {
	case w.Door == doorPage && w.Sent != nil && *w.Sent:
		return "warning.sent.page.yes"
	case w.Door == doorPage && w.EnteredEarlier:
		return "warning.sent.page.earlier"
	case w.Door == doorPage && w.Sent == nil:
		return "warning.sent.page.maybe"
	case w.Door == doorPage && w.Shown:
		return "warning.sent.page.shown"
	case w.Door == doorPage:
		return "warning.sent.page"
	case w.Sent != nil && *w.Sent:
		return "warning.sent.yes"
	case w.Door == doorGuard && w.Sent == nil:
		return "warning.sent.unsure"
	case w.Sent == nil:
		return "warning.sent.unknown"
	case w.EnteredEarlier:
		return "warning.sent.earlier"
	case w.Door != doorGuard:
		return "warning.sent.no"
	case w.MaybeEarlier && w.stranger():
		return "warning.sent.no.maybe.sign-in"
	case w.MaybeEarlier && w.amber():
		return "warning.sent.no.maybe.amber"
	case w.MaybeEarlier:
		return "warning.sent.no.maybe"
	case w.IDEarlier && w.kind() == "credential":
		return "warning.sent.no.password"
	case w.kind() == "code":
		return "warning.sent.no.code"
	case w.kind() == "sign-in":
		return "warning.sent.no.sign-in"
	case w.kind() == "id":
		return "warning.sent.no.id"
	}
	return "warning.sent.no.credential"
}

// uncertain reports whether the site may have something of what was typed, for which
// steps are to be taken. Where a site merely is not known here, it is not a page before this
// one: most sign-ins have two.
func (w Warning) uncertain() bool {
	return w.Sent == nil || *w.Sent || w.EnteredEarlier || w.MaybeEarlier && !w.stranger() || w.Door == doorPage && w.Shown
}

// stranger reports whether w asks about a sign-in to a site that is not known here, and that
// nothing has to do with Amazon.
func (w Warning) stranger() bool { return w.amber() && w.kind() == "sign-in" && w.Target == "" }

// occasion is how a page speaks of what was stopped, in keys into text.json.
type occasion struct{ Badge, Where, Why, Safe string }

func (w Warning) occasion() occasion {
	o := occasion{"warning.badge.red", "address.opened", "why.heading.red", "safe.heading"}
	if w.amber() {
		o.Badge, o.Why = "warning.badge.amber", "why.heading.amber"
	}
	switch {
	case w.Door == doorPage:
		o.Where = "address.page"
	case w.Door == doorGuard:
		o.Where = "address.sent-to"
	}
	if w.kind() == "sign-in" {
		o.Safe = "safe.heading.sign-in"
	}
	return o
}

// target lays out the real host. What poses as Amazon without naming a host is
// set against that of the button, which is what it most likely imitates.
func (w Warning) target() *site {
	if w.Target != "" {
		if n, err := hostname.Parse(w.Target); err == nil {
			return newSite(n)
		}
	}
	switch kind := w.kind(); {
	case (kind == "credential" || kind == "id") && w.amber(): // the site poses as nobody
	case kind == "imitation", kind == "copy", kind == "credential", kind == "id", kind == "code":
		return newLinks(w.SellerCentral).Seller
	}
	return nil
}

// remedy returns what the administrator can do about a wrong warning: the key of
// the advice, and the lines of configuration that go with it.
func (w Warning) remedy() (key, setting string) {
	list := func(group, key string) string {
		if w.Host.IsZero() {
			return ""
		}
		return group + ":\n  " + key + ":\n    - \"" + clean(w.Host.String(), maxName) + "\""
	}
	switch {
	case w.Ground == "blocklist":
		return "wrong.owner.blocklist", ""
	case w.kind() == "sign-in":
		return "wrong.owner.familiar", list("credentials", "familiar")
	case w.Door == doorPage || w.Door == doorGuard:
		return "wrong.owner.seen", ""
	}
	return "wrong.owner", list("lists", "allow")
}
