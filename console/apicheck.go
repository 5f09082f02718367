package console

import (
	"errors"
	"fmt"
	"net/http"

	"sekisho/hostname"
)

// maxNames bounds one call of check; [maxBody] bounds their length.
const maxNames = 1000

// checkResult is the verdict on a name, with the fields of "sekisho check --json".
type checkResult struct {
	Input     string  `json:"input"`
	Host      string  `json:"host,omitempty"`
	Action    string  `json:"action"`
	Ground    string  `json:"ground,omitempty"`
	Technique string  `json:"technique,omitempty"`
	Target    string  `json:"target,omitempty"`
	Score     float64 `json:"score,omitempty"`
	Detail    string  `json:"detail,omitempty"`
}

// apiCheck judges names and URLs, in the order given, by the policy in force.
func (s *Server) apiCheck(w http.ResponseWriter, r *http.Request, _ person) {
	var in struct {
		Names []string `json:"names"`
	}
	if !readJSON(w, r, &in) {
		return
	}
	if len(in.Names) == 0 || len(in.Names) > maxNames {
		serveProblem(w, http.StatusBadRequest, fmt.Sprintf("names: want 1 to %d", maxNames))
		return
	}
	policy := s.options.Policy()
	results := make([]checkResult, len(in.Names))
	for i, input := range in.Names {
		n, err := hostname.ParseAsked(input)
		if err != nil {
			results[i] = checkResult{Input: input, Action: "invalid", Detail: reason(err)}
			continue
		}
		v := policy.Decide(n)
		results[i] = checkResult{
			Input: input, Host: n.String(), Action: v.Action.String(), Ground: string(v.Ground),
			Technique: v.Technique, Target: v.Target, Score: v.Score, Detail: v.Detail,
		}
	}
	serveJSON(w, struct {
		Results []checkResult `json:"results"`
	}{results})
}

// reason returns why a name was refused, without the name.
func reason(err error) string {
	var bad *hostname.Error
	if errors.As(err, &bad) {
		return bad.Reason
	}
	return err.Error()
}
