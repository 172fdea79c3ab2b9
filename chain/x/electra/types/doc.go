// Package types holds the messages and state of x/electra and what needs no store: limits, named errors, the validation of genesis.
//
// The files *.pb.go and *.pb.gw.go are generated from proto/electra/electra/v1 by scripts/gen.sh.
package types
