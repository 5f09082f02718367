package daemon

import (
	"testing"

	"github.com/miekg/dns"

	"sekisho/journal"
)

// TestOneVisitOneIncident: a site that is refused by the resolver and then by the proxy
// is one thing to decide about.
func TestOneVisitOneIncident(t *testing.T) {
	d, at, _ := start(t, testConfig(t, ""))
	const host = "amazon-signin.example"
	m := new(dns.Msg)
	m.SetQuestion(host+".", dns.TypeA)
	r, _, err := new(dns.Client).Exchange(m, at.DNS)
	if err != nil || r.Rcode != dns.RcodeNameError {
		t.Fatalf("%v, %v", r, err)
	}
	if status, _ := get(t, browser(t, d, at), "https://"+host+"/"); status != 403 && status != 303 {
		t.Fatalf("through the proxy: %d", status)
	}
	j, err := journal.OpenReader(d.dir.Journal())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = j.Close() }()
	list, _, err := j.Incidents(t.Context(), journal.IncidentFilter{Host: host}, "")
	if err != nil || len(list) != 1 {
		t.Fatalf("%d incidents, %v; want one", len(list), err)
	}
	doors := map[string]bool{}
	for e, err := range j.Events(t.Context(), journal.Filter{Incident: list[0].ID}) {
		if err != nil {
			t.Fatal(err)
		}
		doors[e.Door] = true
	}
	if !doors[journal.DoorDNS] || !doors[journal.DoorProxy] {
		t.Errorf("the incident has the doors %v", doors)
	}
}
