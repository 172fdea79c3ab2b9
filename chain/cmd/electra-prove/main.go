// Command electra-prove makes Groth16 proofs for the process that started it: witnesses come in over stdin, proofs go out over
// stdout, in frames (frames.go). It keeps keys in memory, holds a witness no longer than its proof takes, and ends with its stdin:
// so it never outlives whom it works for. What it cannot do, it says by a code; nothing of a witness is ever said.
package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
)

// One process for each core: the caller starts as many as it has use for. Keys and all a proof needs come to about 60 MB.
const (
	memoryLimit = 192 << 20
	gcPercent   = 50
)

func main() {
	if len(os.Args) == 2 && os.Args[1] == "--version" {
		fmt.Printf("electra-prove, frames of version %d\n", frameVersion)
		return
	}
	if len(os.Args) != 1 {
		fmt.Fprintln(os.Stderr, "electra-prove: takes no arguments; it speaks frames over stdin and stdout, see docs/proofs.md")
		os.Exit(2)
	}
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(1)
	}
	debug.SetMemoryLimit(memoryLimit)
	debug.SetGCPercent(gcPercent)
	debug.SetTraceback("none") // a trace shows arguments
	noCoreDump()
	if err := serve(bufio.NewReaderSize(os.Stdin, 1<<16), os.Stdout); err != nil {
		os.Exit(2)
	}
}
