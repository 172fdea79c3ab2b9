/** The key behind an address, which no page keeps: how to have its file, and how a program signs in with it. */
import type { Role } from '../api/session.ts';
import { settingsTexts } from '../i18n/settings/index.ts';
import { Command } from './command.tsx';

/** The operator's key is on the node, and the command finds it there. */
const signInCommand = (isOperator: boolean): string =>
  isOperator ? 'TOKEN=$(npx electra sign-in)' : `TOKEN=$(npx electra sign-in --wallet-file FILE --api ${location.origin})`;

/** Where a link with a session is taken: on the machine that the service runs on, and nowhere else (api/session.ts). */
const isHere = (): boolean => ['127.0.0.1', 'localhost', '[::1]'].includes(location.hostname);

export function KeyAndPrograms({ roles, home }: { roles: readonly Role[]; home: string }) {
  const { key, programs } = settingsTexts();
  const isOperator = roles.includes('OPERATOR');
  return (
    <>
      <section class="stack" aria-labelledby="own-key">
        <h2 id="own-key">{key.title}</h2>
        <p class="read">{isOperator ? key.operator : key.lead}</p>
        {!isOperator && (
          <p>
            <a class="button plain" href="/join">
              {key.join}
            </a>
          </p>
        )}
      </section>
      <section class="stack" aria-labelledby="programs">
        <h2 id="programs">{programs.title}</h2>
        <p class="read">{isOperator ? programs.operator : programs.lead}</p>
        <Command text={signInCommand(isOperator)} />
        <p class="read small quiet">{programs.token}</p>
        {isHere() && (
          <>
            <p class="read small quiet">{programs.link}</p>
            <Command text={`${location.origin}${home}#session=$TOKEN`} />
          </>
        )}
      </section>
    </>
  );
}
