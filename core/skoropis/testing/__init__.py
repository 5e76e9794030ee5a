"""For tests and benches: fakes and the scripted typist."""
