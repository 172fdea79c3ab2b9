/** Where the pages are, as people open them: as an option says, as `electra init` was told, or a demonstration's own. */
import { InvalidArgumentError } from 'commander';
import { publicOrigin } from '../node/api/passkeys/origin.ts';
import { type DataFolder, readEndpoints, readSettings } from '../node/processes/data-folder.ts';
import { CliError } from './errors.ts';

export function parseOrigin(text: string): string {
  try {
    return publicOrigin(text).origin;
  } catch {
    throw new InvalidArgumentError(
      'expected where the pages are by name, as https://grid.example, without a path (http:// on localhost alone).',
    );
  }
}

/** `said`: what `option` was given. A demonstration goes by the name that passkeys are bound to. @throws CliError where nobody has said */
export function pagesOrigin(data: DataFolder, said: string | undefined, option: '--origin' | '--pages'): string {
  const settings = readSettings(data);
  const running = settings.demo ? readEndpoints(data)?.apiUrl : undefined;
  const origin = said ?? settings.origin ?? (running && `http://localhost:${new URL(running).port}`);
  if (!origin) throw new CliError(`${option}: expected where the pages are, as https://grid.example; \`electra init --origin\` keeps it`);
  return origin.replace(/\/+$/, '');
}
