export interface LineCounter {
  readonly prefixed: number;
  readonly others: number;
  hear(chunk: string): void;
}
export function lineCounter(prefix: string): LineCounter;
export function bar(done: number, total: number, unit: string): string;
