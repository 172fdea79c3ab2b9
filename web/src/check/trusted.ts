/**
 * Scripts that a page starts by an address, each through one Trusted Types policy: the check's worker and the service worker, of this site
 * or of the page itself. Nothing else in these pages makes a script from a string. Browsers without Trusted Types take the address as it
 * is.
 */
interface Policy {
  createScriptURL(url: string): unknown;
}
interface Policies {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): Policy;
}

let policy: Policy | null = null;

/** A built file of this site, its service worker, or a text in the page that is one file. */
function isOwn(address: string): boolean {
  const { protocol, origin, pathname } = new URL(address, location.href);
  if (protocol === 'blob:') return address.startsWith(`blob:${location.origin}/`) || location.protocol === 'file:';
  return origin === location.origin && /^\/(assets\/[^/]+|service-worker)\.js$/.test(pathname);
}

/** @returns what `new Worker` and `serviceWorker.register` take */
export function trusted(address: string): string {
  const policies = (globalThis as { trustedTypes?: Policies }).trustedTypes;
  if (!policies) return address;
  policy ??= policies.createPolicy('electra-worker', {
    createScriptURL(url) {
      if (!isOwn(url)) throw new TypeError('expected the address of a worker of these pages');
      return url;
    },
  });
  return policy.createScriptURL(address) as string;
}
