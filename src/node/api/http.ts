/** What the plain routes and GraphQL share of HTTP: the bearer token, the client's address, answers with an error. */
import { ApiError } from './errors.ts';
import { hashToken, TOKEN_BYTES } from './resolvers/sign-in.ts';

/** What the HTTP server hands over with a request; `client` stands in for it where there is none (yoga.fetch). */
export interface ServerContext {
  req?: { socket: { remoteAddress?: string } };
  client?: string;
}

/** SHA-256 of the session token of a request; null where none is given. @throws ApiError UNAUTHENTICATED when it has not a token's form. */
export function tokenHashOf(request: Request): Uint8Array | null {
  const header = request.headers.get('authorization');
  if (header === null) return null;
  const found = /^Bearer ([A-Za-z0-9_-]{43})$/i.exec(header);
  const token = found && Buffer.from(found[1], 'base64url');
  if (!token || token.length !== TOKEN_BYTES || token.toString('base64url') !== found[1]) {
    throw new ApiError('UNAUTHENTICATED', 'authorization: expected "Bearer " and the session token', { whole: true });
  }
  return hashToken(token);
}

/** Whom limits count: the other end of the connection, or behind a proxy of our own the address that this proxy saw. */
export function clientOf(request: Request, context: ServerContext, trustProxy: boolean): string {
  const forwarded = trustProxy ? request.headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() : undefined;
  return forwarded || context.req?.socket.remoteAddress || context.client || 'unknown';
}

export function errorResponse(error: ApiError): Response {
  const { code, field, message, status } = error;
  return Response.json(
    { error: { code, message, ...(field === undefined ? {} : { field }) } },
    {
      status,
      headers: status === 401 ? { 'www-authenticate': 'Bearer' } : {},
    },
  );
}
