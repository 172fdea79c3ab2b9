/** Where the pages are, for passkeys: browsers bind them to a host by name, and give them to its own pages alone. */
import { isIP } from 'node:net';
import { ElectraError } from '../../../protocol/values/errors.ts';

export interface PublicOrigin {
  /** as browsers say it, without a slash at its end */
  origin: string;
  /** the relying party's id: the host without its port */
  host: string;
}

class OriginError extends ElectraError<'usage'> {
  constructor(text: string, expected: string) {
    super('usage', `--origin: expected ${expected}; got ${JSON.stringify(text)}`);
  }
}

/** @throws OriginError */
export function publicOrigin(text: string): PublicOrigin {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || (url.origin !== text && `${url.origin}/` !== text))
    throw new OriginError(text, 'where the pages are, as https://grid.example, without a path');
  if (isIP(url.hostname.replace(/^\[|\]$/g, ''))) throw new OriginError(text, 'a host by its name: browsers bind no passkey to an address');
  if (url.protocol !== 'https:' && url.hostname !== 'localhost')
    throw new OriginError(text, 'https://: browsers give passkeys to encrypted pages alone, but on localhost');
  return { origin: url.origin, host: url.hostname };
}
