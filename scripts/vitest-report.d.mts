export interface FileResult {
  status: string;
  message?: string;
  assertionResults: readonly { status: string; fullName: string; failureMessages?: readonly string[] }[];
}
export interface FileCount {
  passed: number;
  failed: number;
  skipped: number;
  said: string[];
}
export const MOST_ONCE_MORE: number;
export function countFile(result: FileResult): FileCount;
export function onceMore(counts: ReadonlyMap<string, { failed: number }>): string[];
