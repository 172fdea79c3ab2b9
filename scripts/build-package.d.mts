export function promised(manifest: { exports?: unknown; bin?: unknown }): string[];
export function imported(dist: string): Set<string>;
export function buildPackage(folder: string): string;
