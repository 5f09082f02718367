package upstream

func init() { register("tcp", protocol{port: 53, open: openTCP}) }

func openTCP(t target, o Options) (Exchanger, error) {
	return &ednsFallback{Exchanger: newStream(t, o)}, nil
}
