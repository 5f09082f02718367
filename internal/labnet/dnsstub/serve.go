package main

import (
	"errors"
	"net"
	"time"

	"golang.org/x/net/ipv4"
)

const (
	// burst is how many datagrams go in or out at once (on Linux).
	burst = 64
	// maxWaiting bounds the answers that wait for their time.
	maxWaiting = 1 << 16
	// room is by how much an answer is longer than its question at most.
	room = 64
	// datagram holds any question.
	datagram = 1500
)

// A waiting answer is to be sent at its time.
type waiting struct {
	due   time.Time
	reply []byte
	to    net.Addr
}

// serve answers on conn until it is closed, names under "miss." after delay.
// All answers are delayed for as long, so they wait in a queue.
func serve(conn *net.UDPConn, delay time.Duration) error {
	packets, queue := ipv4.NewPacketConn(conn), make(chan waiting, maxWaiting)
	defer close(queue)
	go sendLate(packets, queue)
	in, out := make([]ipv4.Message, burst), make([]ipv4.Message, 0, burst)
	for i := range in {
		in[i].Buffers = [][]byte{make([]byte, datagram)}
	}
	for {
		n, err := packets.ReadBatch(in, 0)
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		now := time.Now()
		for _, m := range in[:n] {
			query := m.Buffers[0][:m.N]
			reply, late := answer(make([]byte, 0, len(query)+room), query)
			switch {
			case reply == nil:
			case late:
				queue <- waiting{now.Add(delay), reply, m.Addr}
			default:
				out = append(out, ipv4.Message{Buffers: [][]byte{reply}, Addr: m.Addr})
			}
		}
		out = send(packets, out)
	}
}

// sendLate sends what is in queue, each when it is due and as much as is due at
// once.
func sendLate(packets *ipv4.PacketConn, queue <-chan waiting) {
	out := make([]ipv4.Message, 0, burst)
	for w := range queue {
		if early := time.Until(w.due); early > 0 {
			out = send(packets, out)
			time.Sleep(early)
		}
		out = append(out, ipv4.Message{Buffers: [][]byte{w.reply}, Addr: w.to})
		if len(out) == burst || len(queue) == 0 {
			out = send(packets, out)
		}
	}
}

// send sends out, and returns it empty. An asker that is gone is no loss.
func send(packets *ipv4.PacketConn, out []ipv4.Message) []ipv4.Message {
	for rest := out; len(rest) > 0; {
		n, err := packets.WriteBatch(rest, 0)
		if err != nil {
			n = max(n, 1)
		}
		rest = rest[n:]
	}
	return out[:0]
}
