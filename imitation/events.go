package imitation

// events takes the data out of a stream of events (HTML, section 9.2.6).
type events struct {
	at   int  // how many bytes of the line were its name; past it from dataField on
	skip bool // the line is none of data
}

const dataField = "data:"

// write gives the data of each event to use, and ends it with done.
func (e *events) write(p []byte, use func([]byte), done func()) {
	for i, from := 0, -1; i <= len(p); i++ {
		switch {
		case i == len(p) || p[i] == '\n':
			if from >= 0 {
				use(p[from:i])
			}
			if from = -1; i == len(p) {
				return
			}
			if e.at == 0 {
				done()
			}
			e.at, e.skip = 0, false
		case p[i] == '\r' || e.skip:
		case e.at == len(dataField):
			if from < 0 {
				from = i
			}
		case p[i] == dataField[e.at]:
			e.at++
		default:
			e.at, e.skip = len(dataField), true
		}
	}
}
