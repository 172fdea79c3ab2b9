/**
 * A signal that aborts with any of those given, or after so many milliseconds. Not by AbortSignal.timeout: inside of AbortSignal.any,
 * Node 20 takes one that nobody else holds for garbage, and it never comes.
 */
export function within(ms: number, ...signals: readonly AbortSignal[]): AbortSignal {
  const late = new AbortController();
  setTimeout(() => late.abort(new DOMException(`nothing within ${ms / 1000} s`, 'TimeoutError')), ms).unref();
  return AbortSignal.any([...signals, late.signal]);
}
