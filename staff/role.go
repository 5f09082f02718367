package staff

import (
	"fmt"
	"strings"
)

// Role is what somebody may do in the console. A higher one includes the lower.
type Role uint8

// The roles. None may do nothing and is no role that can be given.
const (
	None     Role = iota
	Viewer        // reads everything
	Reviewer      // decides incidents, too
	Owner         // and changes who and what is allowed
)

var roleNames = [...]string{None: "", Viewer: "viewer", Reviewer: "reviewer", Owner: "owner"}

// ParseRole reads "owner", "reviewer" or "viewer". Anything else is [ErrInput].
func ParseRole(s string) (Role, error) {
	for r, name := range roleNames {
		if name == s && name != "" {
			return Role(r), nil
		}
	}
	return None, fmt.Errorf("a role other than %s is %w", strings.Join([]string{roleNames[Owner], roleNames[Reviewer], roleNames[Viewer]}, ", "), ErrInput)
}

// String returns the name that ParseRole reads, and "" for None.
func (r Role) String() string {
	if int(r) < len(roleNames) {
		return roleNames[r]
	}
	return ""
}

// MarshalText and UnmarshalText are String and ParseRole.
func (r Role) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (r *Role) UnmarshalText(text []byte) (err error) {
	*r, err = ParseRole(string(text))
	return err
}
