package daemon

import (
	"sekisho/config"
	"sekisho/console"
	"sekisho/resolver"
	"sekisho/rules"
)

// consoleOptions returns the console's part of a configuration. It learns the
// proxy's address when it is asked, because the proxy has to know the console's to
// refuse connections to it.
func (d *Daemon) consoleOptions(o Options) console.Options {
	return console.Options{
		Listen: o.Config.Listen.Console, Proxy: d.proxyAddr, RootPEM: d.ca.RootPEM, Leaf: d.ca.Leaf, Health: d.health,
		Staff: d.staff, Journal: d.journal, JournalFile: d.dir.Journal(), Decide: d.decide, Lift: d.lift, Change: d.change,
		Accounts: d.stores.accounts.List, Presence: d.stores.presence, DNS: d.dnsAddr, DNSQuery: d.dnsQuery(), DNSName: resolver.DDRTarget, Witness: d.witness,
		Policy:    func() *rules.Policy { return d.now.Load().policy },
		Observing: d.Observing,
		Settings:  d.settings,
		Language:  func() string { return d.now.Load().config.Language },
		Flags:     o.Flags, Version: o.Version, Log: o.Log,
	}
}

// settings returns the configuration in force, with the data folder that an empty one
// stands for.
func (d *Daemon) settings() []config.Shown {
	all := d.now.Load().config.Show()
	for i := range all {
		if all[i].Path == "data_dir" && len(all[i].Values) == 0 {
			all[i].Values = []string{d.Dir()}
		}
	}
	return all
}

// FirstOwnerLink returns the link with which the console's first owner is made, ""
// when there is nothing to make. It is a secret, for whoever started sekisho.
func (d *Daemon) FirstOwnerLink() string {
	if d.console == nil {
		return ""
	}
	return d.console.FirstOwnerLink()
}
