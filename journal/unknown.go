package journal

// sending is the condition on an event e of class c that there was a request and
// nothing says whether it reached the site: a page that was fetched to be judged, or
// somebody who went on. The resolver sees no requests, and what a visitor says is none.
const sending = `e.sent IS NULL AND c.door IN (SELECT id FROM words WHERE kind = 1 AND text IN ('proxy', 'page', 'guard'))
	AND c.technique NOT IN (SELECT id FROM words WHERE kind = 8 AND text = 'appeal')`

// unknown is sending for an event that is not stored yet.
func (e *Event) unknown() bool {
	return e.Sent == nil && (e.Door == DoorProxy || e.Door == DoorPage || e.Door == DoorGuard) && e.Technique != TechniqueAppeal
}
