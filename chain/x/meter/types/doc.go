// Package types holds the messages and state of x/meter and everything about them that needs no store: limits,
// named errors, the chain clock, the roster's bytes, the checks of keys and addresses, the validation of genesis.
//
// The files *.pb.go and *.pb.gw.go are generated from proto/electra/meter/v1 by scripts/gen.sh.
package types
