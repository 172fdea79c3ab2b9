/** Questions to the service that this page is from. The session is a cookie that no script can read, so a page never holds a token. */

import { signal } from '@preact/signals';

export interface Trouble {
  /** a stable code of the API, or `NETWORK` where it did not answer, `ANSWER` where it answered something else */
  code: string;
  message: string;
  field?: string;
  /** what the operator finds in the log */
  reference?: string;
  retryAfterS?: number;
}

/** Why a question has no answer. */
export class ApiTrouble extends Error {
  readonly trouble: Trouble;
  constructor(trouble: Trouble) {
    super(trouble.message);
    this.trouble = trouble;
  }
}

/** The service knows the session no more: whoever was signed in is asked again, where they are. */
export const sessionEnded = signal(false);

interface Answer<T> {
  data?: T | null;
  errors?: readonly { message: string; extensions?: Partial<Trouble> }[];
  error?: Trouble;
}

const TIMEOUT_MS = 20_000;

async function send(query: string, variables: Record<string, unknown>, headers: Record<string, string>): Promise<Response> {
  try {
    return await fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
      credentials: 'same-origin',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    throw new ApiTrouble({ code: 'NETWORK', message: 'the service does not answer' });
  }
}

/** One GraphQL operation. @throws ApiTrouble */
export async function ask<T>(query: string, variables: Record<string, unknown> = {}, headers: Record<string, string> = {}): Promise<T> {
  const response = await send(query, variables, headers);
  const answer = (await response.json().catch(() => null)) as Answer<T> | null;
  const [error] = answer?.errors ?? [];
  if ((answer?.error?.code ?? error?.extensions?.code) === 'UNAUTHENTICATED') sessionEnded.value = true;
  if (answer?.error) throw new ApiTrouble(answer.error);
  if (error) throw new ApiTrouble({ code: 'UNKNOWN', ...error.extensions, message: error.message });
  if (!answer?.data) throw new ApiTrouble({ code: 'ANSWER', message: `an answer that is none, status ${response.status}` });
  return answer.data;
}
