/**
 * The built pages (web/dist), read once: file by file from the build's own manifest, so that nothing else of a disk can be asked for.
 * Files with a hash in their name never change; index.html is asked for anew each time.
 */
import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

/** What a page may load: itself, from here, and one worker through one named policy. No string becomes a script. */
const PAGE_POLICY = [
  "default-src 'none'",
  ...['script', 'style', 'img', 'font', 'connect', 'worker', 'manifest'].map((kind) => `${kind}-src 'self'`),
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types electra-worker',
].join('; ');

/** The check as one file, which names its own policy, a stricter one, inside. */
const CHECK_FILE = 'electra-check.html';
const FILE_POLICY = "frame-ancestors 'none'";

/** What the browser asks for by a fixed name. The service worker may ask this site alone, and for nothing but files. */
const FIXED: Readonly<Record<string, string | undefined>> = {
  'manifest.webmanifest': undefined,
  'icon-192.png': undefined,
  'icon-512.png': undefined,
  'icon-maskable-512.png': undefined,
  'service-worker.js': "default-src 'none'; connect-src 'self'",
  [CHECK_FILE]: FILE_POLICY,
};

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/** Where the pages' own places begin. Any other address has no page. */
const PLACES = new Set([
  '',
  'check',
  'community',
  'market',
  'books',
  'home',
  'usage',
  'bills',
  'invoices',
  'balance',
  'settings',
  'join',
  'operate',
  'audit',
  'install',
]);

interface BuiltFile {
  type: string;
  /** by content-encoding; `identity` is always there */
  bodies: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
  immutable: boolean;
  /** default PAGE_POLICY */
  policy?: string;
}

export interface Built {
  files: ReadonlyMap<string, BuiltFile>;
  index: BuiltFile;
}

interface ManifestEntry {
  file: string;
  css?: readonly string[];
  assets?: readonly string[];
}

function readBuilt(folder: string, path: string, immutable: boolean): BuiltFile {
  const bodies = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const [encoding, ending] of [
    ['br', '.br'],
    ['gzip', '.gz'],
    ['identity', ''],
  ] as const) {
    const file = join(folder, `${path}${ending}`);
    if (existsSync(file)) bodies.set(encoding, new Uint8Array(readFileSync(file)));
  }
  return { type: TYPES[extname(path)] ?? 'application/octet-stream', bodies, immutable };
}

/** Reads a build; null where there is none. */
export function readPages(folder: string): Built | null {
  const manifestFile = join(folder, '.vite/manifest.json');
  if (!existsSync(manifestFile)) return null;
  const manifest = JSON.parse(readFileSync(manifestFile, 'utf8')) as Record<string, ManifestEntry>;
  const paths = new Set(Object.values(manifest).flatMap(({ file, css = [], assets = [] }) => [file, ...css, ...assets]));
  const files = new Map([...paths].map((path) => [`/${path}`, readBuilt(folder, path, true)] as const));
  for (const [name, policy] of Object.entries(FIXED))
    if (existsSync(join(folder, name))) files.set(`/${name}`, { ...readBuilt(folder, name, false), policy });
  return { files, index: readBuilt(folder, 'index.html', false) };
}

/** The best encoding of a body that the asker takes. */
function bodyFor({ bodies }: BuiltFile, accepts: string): [encoding: string, body: Uint8Array<ArrayBuffer>] {
  const taken = accepts.split(',').map((part) => part.trim().split(';')[0].toLowerCase());
  const encoding = ['br', 'gzip'].find((one) => taken.includes(one) && bodies.has(one)) ?? 'identity';
  return [encoding, bodies.get(encoding)!];
}

function answer(file: BuiltFile, { method, headers }: Request, status = 200): Response {
  const [encoding, body] = bodyFor(file, headers.get('accept-encoding') ?? '');
  return new Response(method === 'HEAD' ? null : body, {
    status,
    headers: {
      'content-type': file.type,
      'content-length': String(body.length),
      'cache-control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
      'content-security-policy': file.policy ?? PAGE_POLICY,
      vary: 'accept-encoding',
      ...(encoding === 'identity' ? {} : { 'content-encoding': encoding }),
    },
  });
}

/** The answer of a page or of a file of one; null where the address is none of theirs, which is for others to answer. */
export function pageFor({ files, index }: Built, request: Request): Response | null {
  if (request.method !== 'GET' && request.method !== 'HEAD') return null;
  const { pathname } = new URL(request.url);
  const file = files.get(pathname);
  if (file) return answer(file, request);
  if (PLACES.has(pathname.split('/')[1])) return answer(index, request);
  return request.headers.get('accept')?.includes('text/html') ? answer(index, request, 404) : null;
}
