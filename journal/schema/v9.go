package schema

// undrilled is the migration to schema 9: earlier versions let people decide about an
// exercise, and one that may pass is broken. These are the names that exercises had.
const undrilled = `
	DELETE FROM exceptions WHERE host IN ('amazon-seller-drill.test', 'q7rk2-drill.test', 'sign-in-drill.test', 'amazon-seller-doctor.example');`
