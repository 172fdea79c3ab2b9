/** The option --origin: where the pages are, as people open them. */
import { InvalidArgumentError } from 'commander';
import { publicOrigin } from '../node/api/passkeys/origin.ts';

export function parseOrigin(text: string): string {
  try {
    return publicOrigin(text).origin;
  } catch {
    throw new InvalidArgumentError(
      'expected where the pages are by name, as https://grid.example, without a path (http:// on localhost alone).',
    );
  }
}
