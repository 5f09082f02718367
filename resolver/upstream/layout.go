package upstream

import (
	"strings"

	"github.com/miekg/dns"
)

// layouts are the parts that the data of a type must have, for those whose data holds
// names, which may be compressed, and so says nothing by its length: digits in a run
// are a number of octets, n is a name, s a string with its length before it, and + at
// least one octet more. What follows the parts is for package dns to read.
var layouts = map[uint16]string{
	dns.TypeCNAME: "n", dns.TypeDNAME: "n", dns.TypeNS: "n", dns.TypePTR: "n", dns.TypeMB: "n", dns.TypeMG: "n",
	dns.TypeMR: "n", dns.TypeMD: "n", dns.TypeMF: "n", dns.TypeNSAPPTR: "n", dns.TypeNSEC: "n", dns.TypeNXT: "n",
	dns.TypeMINFO: "nn", dns.TypeRP: "nn", dns.TypeTALINK: "nn", dns.TypeSOA: "nn20", dns.TypeMX: "2n",
	dns.TypeAFSDB: "2n", dns.TypeRT: "2n", dns.TypeKX: "2n", dns.TypeLP: "2n", dns.TypeSVCB: "2n", dns.TypeHTTPS: "2n",
	dns.TypePX: "2nn", dns.TypeSRV: "6n", dns.TypeNAPTR: "4sssn", dns.TypeRRSIG: "18n+", dns.TypeSIG: "18n+",
}

// complete reports whether the record rr, read from wire, whose data begins at data and
// ends with wire, has all the parts of its type. Package dns takes a record that ends
// after any of them, and gives it out with the rest made up of zeros.
func complete(rr dns.RR, wire []byte, data int) bool {
	if rr == nil || data == len(wire) || rr.Header().Rrtype == dns.TypeOPT { // one without data is known by its Rdlength
		return true
	}
	if layout, ok := layouts[rr.Header().Rrtype]; ok {
		return hasParts(layout, wire, data)
	}
	var room [1024]byte
	buf := room[:]
	if need := dns.Len(rr); need > len(buf) {
		buf = make([]byte, need)
	}
	end, err := dns.PackRR(rr, buf, 0, nil, false)
	if err != nil {
		return false
	}
	head := nameEnd(buf, 0) + recordHead
	return end-head <= len(wire)-data
}

// hasParts reports whether wire has the parts of layout from data on.
func hasParts(layout string, wire []byte, data int) bool {
	for layout != "" {
		rest := strings.TrimLeft(layout, "0123456789")
		if digits := layout[:len(layout)-len(rest)]; digits != "" {
			size := 0
			for _, d := range digits {
				size = 10*size + int(d-'0')
			}
			data += size
			layout = rest
			continue
		}
		switch layout[0] {
		case 'n':
			if data = nameEnd(wire, data); data == 0 {
				return false
			}
		case 's':
			if data >= len(wire) {
				return false
			}
			data += 1 + int(wire[data])
		case '+':
			data++
		}
		layout = layout[1:]
	}
	return data <= len(wire)
}

// faithful reports whether all records of msg, read from wire, are complete.
func faithful(msg *dns.Msg, wire []byte) bool {
	off := questions(wire)
	if off == 0 {
		return false
	}
	for _, section := range [...][]dns.RR{msg.Answer, msg.Ns, msg.Extra} {
		for _, rr := range section {
			data := nameEnd(wire, off) + recordHead
			end := data + int(rr.Header().Rdlength)
			if data == recordHead || end > len(wire) || !complete(rr, wire[:end], data) {
				return false
			}
			off = end
		}
	}
	return true
}
