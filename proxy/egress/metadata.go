package egress

import (
	"net/netip"
	"slices"
	"strings"

	"sekisho/hostname"
)

// metadataNames are those under which clouds give their machines secrets, each with
// what is below it. They exist inside alone: outside nobody is asked for them, since
// whoever answers, or stands behind us, may lead there.
var metadataNames = []string{
	"metadata.google.internal", "metadata.goog", "instance-data", "instance-data.ec2.internal",
	"metadata.azure.com", "metadata.azure.internal", "metadata.tencentyun.com",
}

// MetadataAddr is where most of those services are. Who lets clients go there means their
// names as well.
var MetadataAddr = netip.MustParseAddr("169.254.169.254")

// Metadata reports whether n is a name of a cloud's metadata service.
func Metadata(n hostname.Name) bool {
	name := n.String()
	return slices.ContainsFunc(metadataNames, func(m string) bool {
		above, ok := strings.CutSuffix(name, m)
		return ok && (above == "" || above[len(above)-1] == '.')
	})
}
