package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"sekisho/certs"
	"sekisho/certs/truststore"
)

func caCommand(e *env) *cobra.Command {
	return group("ca", "Show, export, trust or replace the local certificate authority",
		caShowCommand(e), caExportCommand(e), caTrustCommand(e), caUntrustCommand(e), caRotateCommand(e))
}

// authority returns the certificates of the data folder.
func (e *env) authority() (certs.Certificates, error) {
	dir, err := e.dir()
	if err != nil {
		return certs.Certificates{}, err
	}
	return certs.Read(dir.CA())
}

// storeFlag adds --store, which chooses among the trust stores of this computer.
func storeFlag(c *cobra.Command, names *[]string) {
	c.Flags().StringSliceVar(names, "store", nil, "act on these `STORES` alone: system, nss, chromium, firefox")
}

// stores returns the trust stores of this computer that are named, or all.
func stores(names []string) ([]truststore.Store, error) {
	all := truststore.Stores()
	if len(names) == 0 {
		return all, nil
	}
	var chosen []truststore.Store
	for _, name := range names {
		found := false
		for _, s := range all {
			if storeIs(s, name) {
				chosen, found = append(chosen, s), true
			}
		}
		if !found {
			return nil, misuse(fmt.Errorf("--store %q: no such store here", name), "there are: %s", storeNames(all))
		}
	}
	return chosen, nil
}

// browserStores are the first words of stores that one browser reads.
var browserStores = []string{"chromium", "firefox"}

// storeIs reports whether name means s: its full name, the first word of it
// ("firefox"), "nss" for each browser's own, or "system" for all others.
func storeIs(s truststore.Store, name string) bool {
	full, name := strings.ToLower(s.Name()), strings.ToLower(name)
	first, _, _ := strings.Cut(full, " ")
	browser := slices.Contains(browserStores, first)
	return name == full || name == first || name == "nss" && browser || name == "system" && !browser
}

func storeNames(all []truststore.Store) string {
	names := make([]string, len(all))
	for i, s := range all {
		names[i] = s.Name()
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}
