/** Runs a program with the terminal handed over; resolves with its exit code. */
export function runChild(
  command: string,
  args: readonly string[],
  options?: { cwd?: string; env?: Record<string, string> },
): Promise<number>;
