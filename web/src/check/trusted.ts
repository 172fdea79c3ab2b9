/**
 * One worker address is allowed, through one Trusted Types policy: nothing else in these pages makes a script from a string. Browsers
 * without Trusted Types take the address as it is.
 */
interface Policies {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): unknown };
}

let kept: { address: string; trusted: string } | null = null;

/** @returns what `new Worker` takes */
export function trusted(address: string): string {
  const policies = (globalThis as { trustedTypes?: Policies }).trustedTypes;
  if (!policies) return address;
  if (kept?.address === address) return kept.trusted;
  const policy = policies.createPolicy('electra-worker', {
    createScriptURL(url) {
      if (url !== address) throw new TypeError('expected the address of the worker');
      return url;
    },
  });
  kept = { address, trusted: policy.createScriptURL(address) as string };
  return kept.trusted;
}
