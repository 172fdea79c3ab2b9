// Package types holds the messages and state of x/settlement and what needs no store: limits, named errors, the validation of genesis.
//
// The files *.pb.go and *.pb.gw.go are generated from proto/electra/settlement/v1 by scripts/gen.sh.
package types
