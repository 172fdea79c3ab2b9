/** What the plain routes and GraphQL share of HTTP: the bearer token, the client's address, answers with an error. */
import { ApiError } from './errors.ts';
import { hashToken, TOKEN_BYTES } from './resolvers/sign-in.ts';

/** What the gate hands over with a request: nothing where there is none (yoga.fetch). */
export interface ServerContext {
  client?: string;
  /** Charges the client's bucket for what a request costs beyond being one. */
  spend?: (tokens: number) => void;
}

function tokenOf(header: string): Uint8Array | null {
  const found = /^Bearer ([A-Za-z0-9_-]{43})$/i.exec(header);
  const token = found && Buffer.from(found[1], 'base64url');
  return token && token.length === TOKEN_BYTES && token.toString('base64url') === found[1] ? token : null;
}

/** SHA-256 of the session token of a request; null where none is given. @throws ApiError UNAUTHENTICATED when it has not a token's form. */
export function tokenHashOf(request: Request): Uint8Array | null {
  const header = request.headers.get('authorization');
  if (header === null) return null;
  const token = tokenOf(header);
  if (!token) throw new ApiError('UNAUTHENTICATED', 'authorization: expected "Bearer " and the session token', { whole: true });
  return hashToken(token);
}

/** The same of a bare header; null also for what has not a token's form. */
export function tokenHashOfHeader(header: string | undefined): Uint8Array | null {
  const token = header === undefined ? null : tokenOf(header);
  return token && hashToken(token);
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
