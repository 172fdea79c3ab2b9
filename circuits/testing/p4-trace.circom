pragma circom 2.1.6;

// One P4 alone, compiled without optimisation: its witness holds every inner signal by name. Tests take the insides of a circuit's hashes from here.
include "../p4.circom";

component main = P4();
