package interstitial

import "time"

// samples is every page in every shape that differs in markup.
var samples = []sample{
	{"warning-red", func(l Lang) document { return imitation(l) }},
	{"warning-red-homoglyph", func(l Lang) document {
		w := imitation(l)
		w.Host, w.Target, w.Technique = host("sellercentral.аmazon.example"), "amazon.co.jp", "homoglyph"
		w.Detail, w.Sent, w.Time, w.FirstVisit = "а (U+0430) ~ a", nil, when, false
		return w
	}},
	{"warning-red-blocklist", func(l Lang) document {
		return Warning{
			Lang: l, Severity: "red", Host: host("blocked.example"), Ground: "blocklist", Sent: &no,
			Incident: incidentID, EventID: 1, Time: inJapan, Client: "127.0.0.1",
		}
	}},
	{"warning-red-proceed", func(l Lang) document {
		w := imitation(l)
		w.Proceed = &Proceed{Action: "/i/" + incidentID + "/proceed", Token: "c2lnbmVk-LmxlYXZl", For: 15 * time.Minute, Confirm: true, Mistyped: true}
		return w
	}},
	{"warning-red-feed", func(l Lang) document {
		w := imitation(l)
		w.Host, w.Target, w.Ground, w.Technique, w.Detail = host("203.0.113.9"), "", "feed", "", ""
		w.Sent = &yes
		return w
	}},
	{"warning-amber", func(l Lang) document {
		w := asking(l)
		w.Proceed = nil
		return w
	}},
	{"warning-amber-proceed", func(l Lang) document { return asking(l) }},
	{"warning-bare", func(l Lang) document { return Warning{Lang: l} }},
	{"warning-copy", func(l Lang) document { return copied(l) }},
	{"warning-relay-earlier", func(l Lang) document {
		w := copied(l)
		w.Technique, w.EnteredEarlier, w.FirstVisit, w.FromMail = "sign-in-relay", true, false, false
		w.Signs = []string{"relay-ubid", "portal-assets"}
		w.Appeal.Reader = ""
		return w
	}},
	{"warning-copy-shown", func(l Lang) document {
		w := copied(l)
		w.Shown, w.FirstVisit, w.FirstSeen = true, false, inJapan.Add(-90*time.Second)
		return w
	}},
	{"warning-copy-maybe", func(l Lang) document {
		w := copied(l)
		w.Sent, w.FirstVisit, w.FirstSeen, w.FromMail = nil, false, inJapan.Add(-3*time.Minute), false
		return w
	}},
	{"warning-copy-asked", func(l Lang) document {
		w := copied(l)
		w.Severity, w.FirstVisit, w.FirstSeen, w.Appeal = "amber", false, inJapan, nil
		w.Proceed = &Proceed{Action: "/i/" + incidentID + "/proceed", Token: "c2lnbmVk-LmxlYXZl", Office: true}
		return w
	}},
	{"warning-held-id", func(l Lang) document {
		w := unfamiliar(l)
		w.Technique, w.Account, w.Fields = "protected-id", "本店", []string{"email"}
		return w
	}},
	{"warning-held", func(l Lang) document { return held(l) }},
	{"warning-held-mistyped", func(l Lang) document {
		w := held(l)
		w.Sent, w.Proceed.Mistyped, w.Technique = nil, true, "amazon-fields"
		w.Appeal = copied(l).Appeal
		return w
	}},
	{"warning-held-maybe", func(l Lang) document {
		w := held(l)
		w.MaybeEarlier = true
		return w
	}},
	{"warning-sign-in-maybe", func(l Lang) document {
		w := unfamiliar(l)
		w.MaybeEarlier = true
		return w
	}},
	{"warning-copy-proceed", func(l Lang) document {
		w := copied(l)
		w.Proceed = &Proceed{Action: "/i/" + incidentID + "/proceed", Token: "c2lnbmVk-LmxlYXZl", For: 15 * time.Minute, Confirm: true}
		return w
	}},
	{"warning-appealed", func(l Lang) document {
		w := copied(l)
		w.Appeal, w.Appealed = nil, true
		return w
	}},
	{"warning-appeal-failed", func(l Lang) document {
		w := copied(l)
		w.Appeal.Failed = true
		return w
	}},
	{"warning-held-code", func(l Lang) document {
		w := held(l)
		w.Technique, w.Account, w.Proceed, w.Drill = "one-time-code", "", nil, true
		return w
	}},
	{"warning-held-guess", func(l Lang) document {
		w := held(l)
		w.Technique, w.EnteredEarlier, w.Proceed = "guess-oracle", true, nil
		return w
	}},
	{"warning-held-reuse", func(l Lang) document {
		w := held(l)
		w.Severity, w.Technique, w.Target = "amber", "protected-password", ""
		w.Proceed.Confirm = false
		return w
	}},
	{"warning-sign-in", func(l Lang) document { return unfamiliar(l) }},
	{"appeal-sent", func(l Lang) document {
		return AppealSent{Lang: l, Host: host("q7rk2.pages.dev"), Reader: "情報システム 田中", Incident: incidentID}
	}},
	{"appeal-sent-bare", func(l Lang) document { return AppealSent{Lang: l} }},
	{"drill", func(l Lang) document { return Drill{Lang: l, Lookalike: inJapan} }},
	{"drill-all", func(l Lang) document {
		return Drill{Lang: l, Lookalike: inJapan, Copy: inJapan, Password: when}
	}},
	{"drill-observe", func(l Lang) document { return Drill{Lang: l, Observe: true} }},
	{"drill-copy", func(l Lang) document { return DrillImitation{Lang: l} }},
	{"drill-form", func(l Lang) document { return DrillForm{Lang: l} }},
	{"notice-page", func(l Lang) document {
		return Notice{Lang: l, Severity: "red", Door: "page", Host: host("q7rk2.pages.dev"), Page: origin + "incident/" + incidentID}
	}},
	{"failure", func(l Lang) document {
		return Failure{
			Lang: l, Code: CodeRefused, Host: "shop.example", Port: 8443, Time: inJapan,
			Detail: "dial tcp 203.0.113.9:8443: connect: connection refused",
		}
	}},
	{"failure-clock", func(l Lang) document {
		return Failure{
			Lang: l, Code: CodeTLSNotYet, Host: "www.example.co.jp", Port: 443, Time: when, ClockSkew: -50 * time.Hour,
			Detail: "x509: certificate has expired or is not yet valid: current time is before 2026-01-17T00:00:00Z",
		}
	}},
	{"failure-bare", func(l Lang) document { return Failure{Lang: l, Code: CodeNotProxy} }},
	{"status-protected", func(l Lang) document {
		return Status{
			Lang: l, Client: "192.168.1.23", CATrusted: true, Mode: "enforce", Version: "v0.1.0", Resolver: "127.0.0.1:5354",
			CAFingerprint: "3A:5C:0F:91:7D:E2:48:B6:AA:10:C4:73:5E:29:8F:D1:6B:04:97:3C:E8:52:BD:1A:70:F6:2E:85:9B:C0:41:D7",
			ConsoleURL:    "http://127.0.0.1:8766/",
			Today:         Tally{Since: inJapan, Read: 1234, Warned: 2, Held: 0},
		}
	}},
	{"status-partial", func(l Lang) document { return Status{Lang: l, Mode: "enforce", Client: "127.0.0.1"} }},
	{"status-observe", func(l Lang) document {
		return Status{Lang: l, Mode: "observe", CATrusted: true, Resolver: "[::1]:5354"}
	}},
	{"notice-red", func(l Lang) document {
		w := imitation(l)
		w.Frame, w.Page = true, origin+"incident/"+incidentID
		return w
	}},
	{"notice-amber", func(l Lang) document {
		return Notice{Lang: l, Severity: "amber", Host: host("amazon-seller-tools.example")}
	}},
	{"gone", func(l Lang) document { return Gone{Lang: l, SellerCentral: "https://sellercentral.amazon.de/"} }},
}
