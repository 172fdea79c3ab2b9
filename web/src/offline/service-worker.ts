/**
 * What makes the pages open without a network: it keeps the built files, hashed names and the page itself, and nothing else. Questions to
 * the service and files of it (/graphql, /export, /bundle) never pass through here, so no figure of anybody is kept on a device.
 */
declare const SHELL: { version: string; files: readonly string[] };

export {};

interface Clicked {
  notification: { close(): void; data?: { path?: unknown } };
  waitUntil(work: Promise<unknown>): void;
}
interface OpenPage {
  focus(): Promise<{ navigate(path: string): Promise<unknown> }>;
}

/** What of the worker's own scope is used here; the pages' types know a window only. */
interface Scope {
  addEventListener(type: 'install' | 'activate', listener: (event: { waitUntil(work: Promise<unknown>): void }) => void): void;
  addEventListener(type: 'fetch', listener: (event: { request: Request; respondWith(answer: Promise<Response>): void }) => void): void;
  addEventListener(type: 'notificationclick', listener: (event: Clicked) => void): void;
  skipWaiting(): Promise<void>;
  clients: {
    claim(): Promise<void>;
    matchAll(of: { type: 'window'; includeUncontrolled: boolean }): Promise<readonly OpenPage[]>;
    openWindow(path: string): Promise<unknown>;
  };
  location: Location;
}
const scope = globalThis as unknown as Scope;

const NAME = 'electra-';
const { version, files: listed } = SHELL;
const KEPT = `${NAME}${version}`;
const PAGE = '/';
const files = new Set(listed);

scope.addEventListener('install', (event) => {
  const keep = caches.open(KEPT).then((cache) => cache.addAll([PAGE, ...listed]));
  event.waitUntil(keep.then(() => scope.skipWaiting()));
});

scope.addEventListener('activate', (event) => {
  const old = (name: string): boolean => name.startsWith(NAME) && name !== KEPT;
  const forget = caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))));
  event.waitUntil(forget.then(() => scope.clients.claim()));
});

/** The network's page where there is one: what is kept may be older than what the site has now. */
async function page(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(PAGE)) ?? Response.error();
  }
}

const kept = async (request: Request): Promise<Response> => (await caches.match(request, { ignoreVary: true })) ?? fetch(request);

scope.addEventListener('fetch', (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== 'GET' || origin !== scope.location.origin) return;
  if (files.has(pathname)) event.respondWith(kept(event.request));
  // A file of the service that is opened by a link is a navigation too; it has a dot or is no page.
  else if (mode === 'navigate' && !/^\/(graphql|export|bundle|health|ready)\b|\./.test(pathname)) event.respondWith(page(event.request));
});

/** Who taps a notification (notices/tell.ts) is taken where it stands at length, in the page that is open. */
async function lead(path: string): Promise<unknown> {
  const [open] = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true });
  return open ? (await open.focus()).navigate(path) : scope.clients.openWindow(path);
}

scope.addEventListener('notificationclick', (event) => {
  const { notification } = event;
  notification.close();
  const { path } = notification.data ?? {};
  if (typeof path === 'string' && /^\/(?!\/)/.test(path)) event.waitUntil(lead(path));
});
