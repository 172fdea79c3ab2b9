package groth16

// SHA-256 of the proofs of the witnesses zero, ones and most, with the key in testdata.
var knownProofs = []string{
	"d0eb21d8e1ea3a4c3782d2bdd1a5b43b9a07f5fbe6f9e95872b2f3a3e634db4b",
	"ec6791bea908cf650a95c8adfc13b1be11f7b1bff7635d73608aced52fdd0b1d",
	"b252330cedc1679d9d909f4567c9bbe11816b0662b49547eed9c5f533329742e",
}
