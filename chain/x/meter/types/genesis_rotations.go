package types

// validateRotations wants rotations numbered from 1 on, the last of which is to the operator, at most one more queued, and
// votes for the next.
func (g GenesisState) validateRotations() error {
	for i, r := range g.Rotations {
		if uint64(r.N) != uint64(i)+1 {
			return wrong("rotations[%d].n: expected %d, got %d", i, i+1, r.N)
		}
		if _, err := ParseAddress("address", r.Address); err != nil {
			return wrong("rotations[%d]: %s", i, err)
		}
		if n := len(r.Signature); n != 0 && n != SignatureBytes {
			return wrong("rotations[%d].signature: expected %d bytes, or none of one by the validators, got %d", i, SignatureBytes, n)
		}
		if r.UnixS < 0 || r.UnixS > g.LastUnixS {
			return wrong("rotations[%d].unix_s: expected at most last_unix_s", i)
		}
	}
	if n := len(g.Rotations); n > 0 && g.Rotations[n-1].Address != g.Operator {
		return wrong("operator: expected the address of the last rotation, got %s", g.Operator)
	}
	return g.validateNextRotation()
}

func (g GenesisState) validateNextRotation() error {
	if n := len(g.QueuedRotations); n > 1 || n > 0 && g.Fresh() {
		return wrong("queued_rotations: expected at most one, and none in a fresh genesis, got %d", n)
	}
	next := uint64(len(g.Rotations)) + 1
	for _, r := range g.QueuedRotations {
		if uint64(r.N) != next || len(r.Signature) != SignatureBytes || r.UnixS < 0 || r.UnixS > MaxUnixS {
			return wrong("queued_rotations[0]: expected number %d, signed", next)
		}
		if _, err := ParseAddress("address", r.Address); err != nil {
			return wrong("queued_rotations[0]: %s", err)
		}
	}
	voted := map[string]bool{}
	for i, v := range g.OperatorVotes {
		if uint64(v.N) != next || voted[v.Meter] {
			return wrong("operator_votes[%d]: expected one of number %d, one of a meter", i, next)
		}
		for _, address := range []string{v.Meter, v.Address} {
			if _, err := ParseAddress("address", address); err != nil {
				return wrong("operator_votes[%d]: %s", i, err)
			}
		}
		voted[v.Meter] = true
	}
	return nil
}
