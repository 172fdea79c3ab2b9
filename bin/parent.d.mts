/** Ends this process as by SIGTERM when whoever runs it is gone. */
export function endWithParent(): void;
