/** What the plain routes and GraphQL share of HTTP: the bearer token, the client's address, answers with an error. */
import { ApiError } from './errors.ts';
import { askerOf, refusal } from './pages/refused.ts';
import { hashToken, TOKEN_BYTES } from './token.ts';

/** What the gate hands over with a request: nothing where there is none (yoga.fetch). */
export interface ServerContext {
  client?: string;
  /** Charges the client's bucket for what a request costs beyond being one. */
  spend?: (tokens: number) => void;
}

/** The name keeps it to this host, this path and encrypted connections (or this machine): no neighbour on the domain can set one. */
const COOKIE = '__Host-electra';
const INSTALL_COOKIE = '__Host-electra-install';

function tokenOf(text: string | undefined): Uint8Array | null {
  const token = text !== undefined && /^[A-Za-z0-9_-]{43}$/.test(text) && Buffer.from(text, 'base64url');
  return token && token.length === TOKEN_BYTES && token.toString('base64url') === text ? token : null;
}

const bearerOf = (header: string): Uint8Array | null => tokenOf(/^Bearer (\S+)$/i.exec(header)?.[1]);

const cookieOf = (header: string | null | undefined, name = COOKIE): string | undefined =>
  header
    ?.split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${name}=`))
    ?.slice(name.length + 1);

const cookie = (name: string, token: string, lifeMs: number): string =>
  `${name}=${token}; Path=/; Max-Age=${Math.floor(lifeMs / 1000)}; HttpOnly; Secure; SameSite=Strict`;

/** The cookie of a session. @param lifeMs 0 ends it */
export const sessionCookie = (token: string, lifeMs: number): string => cookie(COOKIE, token, lifeMs);

/** The cookie of a browser that used an installer's code. */
export const installCookie = (token: string, lifeMs: number): string => cookie(INSTALL_COOKIE, token, lifeMs);

/**
 * Whether a request that carries a cookie comes from this site's own pages. Browsers send a strict cookie from nowhere else; this is asked
 * besides, for a cookie is the one thing that a browser adds by itself.
 */
function isOwnSite({ headers }: Request): boolean {
  const site = headers.get('sec-fetch-site');
  if (site !== null) return site === 'same-origin' || site === 'none';
  const origin = headers.get('origin');
  return origin !== null && URL.canParse(origin) && new URL(origin).host === headers.get('host');
}

/**
 * SHA-256 of the session token of a request: of a program's header, or of a page's cookie. Null where none is given; a cookie that has not
 * a token's form, which a page could not mend, counts as none.
 * @throws ApiError UNAUTHENTICATED for a header that has not a token's form; FORBIDDEN for a cookie on a request of another site
 */
export function tokenHashOf(request: Request): Uint8Array | null {
  const header = request.headers.get('authorization');
  if (header !== null) {
    const token = bearerOf(header);
    if (!token) throw new ApiError('UNAUTHENTICATED', 'authorization: expected "Bearer " and the session token', { whole: true });
    return hashToken(token);
  }
  const token = tokenOf(cookieOf(request.headers.get('cookie')));
  if (!token) return null;
  if (!isOwnSite(request)) throw new ApiError('FORBIDDEN', 'expected a request of a page of this site', { whole: true });
  return hashToken(token);
}

function cookieHashOf(request: Request, name: string): Uint8Array | null {
  const token = tokenOf(cookieOf(request.headers.get('cookie'), name));
  return token && isOwnSite(request) ? hashToken(token) : null;
}

/** SHA-256 of what a browser was given for an installer's code; null where there is none, and for a request of another site's page. */
export const holderHashOf = (request: Request): Uint8Array | null => cookieHashOf(request, INSTALL_COOKIE);

/** SHA-256 of the token of a page's session, likewise; also where a header names another. */
export const pageHashOf = (request: Request): Uint8Array | null => cookieHashOf(request, COOKIE);

/** The session's token of bare headers, hashed, whoever sends them; null also for what has not a token's form. */
export function tokenHashOfHeaders({ authorization, cookie }: { authorization?: string; cookie?: string }): Uint8Array | null {
  const token = authorization === undefined ? tokenOf(cookieOf(cookie)) : bearerOf(authorization);
  return token && hashToken(token);
}

/** Cookies that answers are to set: what resolves a field has no answer of its own. */
const cookies = new WeakMap<Request, string>();
export const setCookie = (request: Request, cookie: string): void => void cookies.set(request, cookie);
export const cookieFor = (request: Request): string | undefined => cookies.get(request);

/** A refusal in the form that the asker reads. `headers`: what it says besides, as which methods there are. */
export function errorResponse(error: ApiError, request: Request, more: Record<string, string> = {}): Response {
  const { status, headers, body } = refusal(error, askerOf(request));
  return new Response(request.method === 'HEAD' ? null : body, { status, headers: { ...headers, ...more } });
}

/** Where another method was expected. */
export const methodRefused = (request: Request, allow: string): Response =>
  errorResponse(new ApiError('BAD_USER_INPUT', `method: expected ${allow}`, { field: 'method', status: 405 }), request, { allow });
