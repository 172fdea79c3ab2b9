// Command electrad is a validator of a community's chain, and the tools around it: devnet, genesis checks, queries.
package main

import "electra/command"

func main() { command.Main(command.Community) }
