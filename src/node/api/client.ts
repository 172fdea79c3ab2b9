/**
 * Signing in from a program that holds the wallet's key: the demonstration's ready sign-ins, tests, scripts. No database, no server code.
 */
import { toBase64 } from '@cosmjs/encoding';
import { ElectraError, laterFor } from '../../protocol/values/errors.ts';
import { addressOfKey, signText } from './adr36.ts';

export { signText };

/** What the API answered with errors. `code` is the first error's. */
export class ApiClientError extends ElectraError {
  static override retryOf = laterFor('RATE_LIMITED', 'UNAVAILABLE', 'INTERNAL', 'UNKNOWN');
  readonly errors: readonly GraphqlError[];
  constructor(errors: readonly GraphqlError[]) {
    super(errors[0]?.extensions?.code ?? 'UNKNOWN', errors.map((error) => error.message).join('; '));
    this.errors = errors;
  }
}

export interface GraphqlError {
  message: string;
  path?: readonly (string | number)[];
  extensions?: { code?: string; field?: string };
}

/** For a whole answer: more than the API itself gives a request. */
const ANSWER_MS = 45_000;

type Fetch = (url: string, init: RequestInit) => Response | Promise<Response>;

export interface Endpoint {
  /** The API's root, e.g. http://127.0.0.1:4000 */
  url?: string;
  /** Instead of the network: yoga.fetch. */
  fetch?: Fetch;
}

/** One GraphQL operation. @throws ApiClientError when it answers with errors. */
export async function graphql<T>(
  { url = 'http://localhost', fetch: send = fetch }: Endpoint,
  query: string,
  variables: Record<string, unknown> = {},
  token?: string,
): Promise<T> {
  const response = await send(`${url.replace(/\/$/, '')}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  const body = await response.text();
  let answer: { data?: T | null; errors?: GraphqlError[]; error?: { code: string; message: string } };
  try {
    answer = JSON.parse(body) as typeof answer;
  } catch {
    throw new ApiClientError([{ message: `expected JSON from the API, status ${response.status}` }]);
  }
  if (answer.error) throw new ApiClientError([{ message: answer.error.message, extensions: { code: answer.error.code } }]);
  if (answer.errors?.length) throw new ApiClientError(answer.errors);
  return answer.data as T;
}

export interface SignedIn {
  token: string;
  expiresAt: string;
  address: string;
  roles: string[];
}

/**
 * Signs in by key: asks for a challenge, signs it per ADR-36, exchanges it for a session. `privKey` is 32 bytes; the address follows from
 * it.
 */
export async function signInWithKey({
  url,
  fetch: send,
  privKey,
  address = addressOfKey(privKey),
}: Endpoint & { address?: string; privKey: Uint8Array }): Promise<SignedIn> {
  const endpoint = { url, fetch: send };
  const {
    requestChallenge: { text },
  } = await graphql<{ requestChallenge: { text: string } }>(
    endpoint,
    'mutation ($address: String!) { requestChallenge(address: $address) { text } }',
    { address },
  );
  const { publicKey, signature } = signText({ address, privateKey: privKey, text });
  const { signIn } = await graphql<{ signIn: SignedIn }>(
    endpoint,
    // a program asks for no cookie, so the token is in the answer
    `mutation ($address: String!, $pubKey: String!, $signature: String!, $challenge: String!) {
      signIn(address: $address, pubKey: $pubKey, signature: $signature, challenge: $challenge) { token expiresAt address roles }
    }`,
    { address, pubKey: toBase64(publicKey), signature: toBase64(signature), challenge: text },
  );
  return signIn;
}
