// Command electra-maind is a validator of the main chain, whose meters are communities, and the tools around it.
package main

import (
	"electra/command"
	"electra/mainapp"
)

func main() {
	command.Main(command.Program{Name: "electra-maind", Environment: "ELECTRA_MAIND", Kind: mainapp.Kind(),
		Short: "The main chain: communities share what their meters measured, and are paid in ELECTRA"})
}
