/** Files of the service beside GraphQL: downloads that a page reads itself. */
import { ApiTrouble, type Trouble } from './client.ts';

/** @throws ApiTrouble; `NOT_FOUND` where there is no such file, or none yet */
export async function fetchFile(path: string): Promise<Response> {
  const response = await fetch(path, { credentials: 'same-origin' }).catch(() => null);
  if (!response) throw new ApiTrouble({ code: 'NETWORK', message: 'the service does not answer' });
  if (response.ok) return response;
  const { error } = ((await response.json().catch(() => null)) ?? {}) as { error?: Trouble };
  throw new ApiTrouble(error ?? { code: 'ANSWER', message: `an answer that is none, status ${response.status}` });
}
