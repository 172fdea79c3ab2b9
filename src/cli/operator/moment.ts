/** Chain time as the operator's commands print it: to the minute, UTC. */
export const at = (unixS: number): string => `${new Date(unixS * 1000).toISOString().slice(0, 16)}Z`;
