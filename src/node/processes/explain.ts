/** One sentence about any error, for a person. Stack traces stay inside; ELECTRA_DEBUG=1 shows them to a developer. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = (error as { code?: unknown }).code;
  if (code === 'ECONNREFUSED') return `nobody answers (${error.message || 'connection refused'}): is it running?`;
  const inner = error instanceof AggregateError && !error.message ? error.errors.map(explain).join('; ') : error.message;
  return typeof code === 'string' && code !== USAGE && !inner.includes(code) ? `${inner} [${code}]` : inner;
}

/** The code of an error whose sentence needs none beside it: it speaks of what the person typed. */
export const USAGE = 'usage';
