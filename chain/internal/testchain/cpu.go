package testchain

import "syscall"

// CPUMs is the time of processors that this process has spent, in milliseconds: what a benchmark tells beside others' work.
func CPUMs() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e6
}
