package console

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// document is what the tests read of openapi.json.
type document struct {
	OpenAPI    string                          `json:"openapi"`
	Paths      map[string]map[string]operation `json:"paths"`
	Components struct {
		Schemas map[string]*schema `json:"schemas"`
	} `json:"components"`
}

type operation struct {
	ID          string `json:"operationId"`
	Role        string `json:"x-role"`
	Parameters  []parameter
	RequestBody struct {
		Content map[string]struct{ Schema *schema }
	}
	Responses map[string]struct {
		Content map[string]struct{ Schema *schema }
	}
}

type parameter struct {
	Name, In string
	Schema   *schema
}

// schema is the part of JSON Schema that the document uses.
type schema struct {
	Ref                  string             `json:"$ref"`
	Type                 string             `json:"type"`
	Format               string             `json:"format"`
	Enum                 []string           `json:"enum"`
	Required             []string           `json:"required"`
	Properties           map[string]*schema `json:"properties"`
	AdditionalProperties json.RawMessage    `json:"additionalProperties"`
	Items                *schema            `json:"items"`
}

func readDocument(t *testing.T) *document {
	t.Helper()
	d := &document{}
	if err := json.Unmarshal(description, d); err != nil {
		t.Fatal(err)
	}
	return d
}

// problems says in what v is not as s has it. What a schema does not name is a
// problem too: the document must be whole.
func (d *document) problems(s *schema, v any, at string) (all []string) {
	if s == nil {
		return []string{at + ": there is no schema"}
	}
	if s.Ref != "" {
		name, ok := strings.CutPrefix(s.Ref, "#/components/schemas/")
		if !ok || d.Components.Schemas[name] == nil {
			return []string{at + ": " + s.Ref + " is not there"}
		}
		return d.problems(d.Components.Schemas[name], v, at)
	}
	fits := false
	switch x := v.(type) {
	case map[string]any:
		fits = s.Type == "object"
		for _, key := range s.Required {
			if _, ok := x[key]; !ok {
				all = append(all, at+": lacks "+key)
			}
		}
		var rest *schema
		_ = json.Unmarshal(s.AdditionalProperties, &rest) // false is no schema
		for key, value := range x {
			property := s.Properties[key]
			if property == nil {
				property = rest
			}
			if property == nil && s.Properties == nil {
				continue // any object
			}
			all = append(all, d.problems(property, value, at+"."+key)...)
		}
	case []any:
		fits = s.Type == "array"
		for i, value := range x {
			all = append(all, d.problems(s.Items, value, fmt.Sprintf("%s[%d]", at, i))...)
		}
	case string:
		fits = s.Type == "string"
		if s.Enum != nil && !slices.Contains(s.Enum, x) {
			all = append(all, fmt.Sprintf("%s: %q is none of %v", at, x, s.Enum))
		}
		if _, err := time.Parse(time.RFC3339, x); s.Format == "date-time" && err != nil {
			all = append(all, fmt.Sprintf("%s: %q is no time", at, x))
		}
	case bool:
		fits = s.Type == "boolean"
	case float64:
		fits = s.Type == "number" || s.Type == "integer" && x == float64(int64(x))
	}
	if !fits {
		all = append(all, fmt.Sprintf("%s: %v is no %s", at, v, s.Type))
	}
	return all
}

// TestProblemsAreFound shows what the check above must find.
func TestProblemsAreFound(t *testing.T) {
	t.Parallel()
	d := readDocument(t)
	for text, want := range map[string]string{
		`{"events":[],"next":""}`:          "",
		`{"events":[]}`:                    "lacks next",
		`{"events":null,"next":""}`:        "is no array",
		`{"events":[],"next":"","more":1}`: ".more: there is no schema",
		`{"events":[{"id":1.5,"time":"2026-01-01T00:00:00Z"}],"next":""}`:               "is no integer",
		`{"events":[{"id":1,"time":"yesterday"}],"next":""}`:                            "is no time",
		`{"events":[{"id":1,"time":"2026-01-01T00:00:00Z","door":"window"}],"next":""}`: "is none of",
	} {
		var v any
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			t.Fatal(err)
		}
		got := strings.Join(d.problems(&schema{Ref: "#/components/schemas/EventList"}, v, "answer"), "; ")
		if want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%s: %q; want %q", text, got, want)
		}
	}
}
