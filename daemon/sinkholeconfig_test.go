package daemon

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"sekisho/config"
)

// TestSinkholeConfig names what does not fit together.
func TestSinkholeConfig(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		listen config.Listen
		want   []string // problems, or notes after "note "
	}{
		"one door":        {config.Listen{DNS: "127.0.0.1:0", Sinkhole: "127.0.0.1:80"}, []string{"listen.sinkhole_tls: listen.sinkhole is set: set both, or neither"}},
		"the other":       {config.Listen{DNS: "127.0.0.1:0", SinkholeTLS: "127.0.0.1:443"}, []string{"listen.sinkhole: listen.sinkhole_tls is set: set both, or neither"}},
		"no resolver":     {config.Listen{Sinkhole: "127.0.0.1:80", SinkholeTLS: "127.0.0.1:443"}, []string{"listen.sinkhole: listen.dns is off: set it, or leave this empty"}},
		"two places":      {config.Listen{DNS: "127.0.0.1:0", Sinkhole: "127.0.0.1:80", SinkholeTLS: "127.0.0.2:443"}, []string{"listen.sinkhole_tls: the address differs from that of listen.sinkhole: blocked names lead to one"}},
		"as it should be": {config.Listen{DNS: "127.0.0.1:0", Sinkhole: "127.0.0.1:80", SinkholeTLS: "127.0.0.1:443"}, nil},
		"another port":    {config.Listen{DNS: "127.0.0.1:0", Sinkhole: "127.0.0.1:80", SinkholeTLS: "127.0.0.1:8443"}, []string{"note listen.sinkhole_tls: browsers look for the page at port 443, so that something has to forward that to port 8443"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := testConfig(t, "")
			c.Listen = tt.listen
			var got []string
			l, err := Load(c)
			for _, problem := range problemsOf(err) {
				got = append(got, problem.Error())
			}
			if l != nil {
				for _, note := range l.Notes {
					got = append(got, "note "+note)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func problemsOf(err error) []error {
	if err == nil {
		return nil
	}
	return unjoin(err)
}
