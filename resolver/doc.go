// Package resolver answers DNS questions: it blocks, answers from its cache or
// asks other resolvers.
//
// A query passes these stations in order:
//
//  1. parse: whatever is not one plain question of class IN gets the error that
//     its fault calls for, or none at all when it cannot be a query;
//  2. who asks: addresses outside [Options.Clients] are refused;
//  3. special names, which never leave this machine, and suffixes of
//     [Options.Forward], which win over them;
//  4. the verdict of [Options.Policy] on the name by its labels on the wire. A
//     block is durable in the journal before its answer leaves;
//  5. the cache;
//  6. an exchange with the upstreams, one for all who wait for the same
//     answer. What comes back is scrubbed: only the CNAME chain that hangs
//     together survives, every name in it is judged, addresses that a public
//     name must not have and keys for encrypted hellos are taken out;
//  7. where the name leads. Its HTTPS records are asked for beside whatever was
//     asked, and followed, so that the verdict is the same for every type. An
//     answer waits for that a moment at most; what is learnt later counts from
//     then on, as the cache keeps it with the name. Genuine names are not
//     looked into, nor those of [Options.Forward].
//
// Only the last two stations can wait, and they run on budgets of their own:
// however slow the upstreams are, blocked and cached names are answered at
// once, and so is a new name that they do answer for. Answers are kept in wire
// form, without the question and with the positions of their TTLs, so that a
// hit is a copy with a few bytes changed.
package resolver
