/** The form of a line of the table of who gets what (expectations.ts), and ways to lists. */
export interface Expectation {
  type: string;
  of?: string;
  at: string;
  /** outcome -> fields */
  fields: Record<string, string>;
}

/** A connection and its edge, reached by `at` (which ends before the braces of the connection). */
export const listed = (name: string, at: string, outcome: string, of?: string): Expectation[] => [
  { type: `${name}Connection`, of, at: at.replace('@', '{ @ }'), fields: { [outcome]: 'edges pageInfo' } },
  { type: `${name}Edge`, of, at: at.replace('@', '{ edges { @ } }'), fields: { [outcome]: 'node cursor' } },
];
export const node = (at: string): string => at.replace('@', '{ edges { node { @ } } }');
