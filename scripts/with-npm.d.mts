/** Asks this process to end once the shell that npm started it by is gone. */
export function endWithNpm(): void;
