package daemon

import (
	"sekisho/config"
	"sekisho/console"
	"sekisho/rules"
)

// consoleOptions returns the console's part of a configuration. It learns the
// proxy's address when it is asked, because the proxy has to know the console's to
// refuse connections to it.
func (d *Daemon) consoleOptions(o Options) console.Options {
	return console.Options{
		Listen: o.Config.Listen.Console, Proxy: d.proxyAddr, RootPEM: d.ca.RootPEM, Leaf: d.ca.Leaf, Health: d.health,
		Staff: d.staff, Journal: d.journal, JournalFile: d.dir.Journal(), Decide: d.decide, Lift: d.lift, Change: d.change,
		Accounts: d.stores.accounts.List, DNS: d.dnsAddr,
		Policy:    func() *rules.Policy { return d.now.Load().policy },
		Observing: d.Observing,
		Settings:  func() []config.Shown { return d.now.Load().config.Show() },
		Language:  func() string { return d.now.Load().config.Language },
		Version:   o.Version, Log: o.Log,
	}
}

// FirstOwnerLink returns the link with which the console's first owner is made, ""
// when there is nothing to make. It is a secret, for whoever started sekisho.
func (d *Daemon) FirstOwnerLink() string {
	if d.console == nil {
		return ""
	}
	return d.console.FirstOwnerLink()
}
