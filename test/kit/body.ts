/** What a client says to a server of a test. */
import type { IncomingMessage } from 'node:http';

/** The whole body, or null where the client left before it had said everything: a page that is closed, a deadline that is over. */
export async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  try {
    return Buffer.concat(await request.toArray());
  } catch {
    return null;
  }
}
