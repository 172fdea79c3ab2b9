/** Settings, of every role: language and looks on this device, where and how one signs in; and a member's whole data, as a file. */
import { useSignal } from '@preact/signals';
import { ApiTrouble, type Trouble } from '../api/client.ts';
import { useLoaded } from '../api/loading.ts';
import { viewer } from '../api/session.ts';
import { settingsTexts } from '../i18n/settings/index.ts';
import { Block } from '../parts/block.tsx';
import { CredentialList } from '../parts/credential-list.tsx';
import { InstallCodes } from '../parts/install-codes.tsx';
import { KeyAndPrograms } from '../parts/key-and-programs.tsx';
import { LanguageChoice } from '../parts/language-choice.tsx';
import { choose, looks, SCHEMES, SIZES } from '../parts/looks.ts';
import { Notices } from '../parts/notices.tsx';
import { OwnSessions } from '../parts/own-sessions.tsx';
import { saveBytes } from '../parts/save.ts';
import { SignedIn } from '../parts/signed-in.tsx';
import { TroubleNotice } from '../parts/trouble.tsx';
import { useTitle } from '../parts/use-title.ts';
import { homeOf } from '../places/homes.ts';
import { askAccess } from '../settings/question.ts';
import '../styles/settings.css';

function Choices<T extends string>({
  name,
  of,
  texts,
  chosen,
  take,
}: {
  name: string;
  of: readonly T[];
  texts: Record<T, string>;
  chosen: T;
  take(one: T): void;
}) {
  return (
    <fieldset class="choices">
      <legend>{name}</legend>
      {of.map((one) => (
        <label key={one}>
          <input type="radio" name={name} value={one} checked={one === chosen} onChange={() => take(one)} />
          <span>{texts[one]}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Looks() {
  const texts = settingsTexts().looks;
  const { scheme, size } = looks.value;
  return (
    <section class="stack">
      <h2>{texts.title}</h2>
      <LanguageChoice />
      <Choices name={texts.scheme} of={SCHEMES} texts={texts.schemes} chosen={scheme} take={(one) => choose({ scheme: one })} />
      <Choices name={texts.size} of={SIZES} texts={texts.sizes} chosen={size} take={(one) => choose({ size: one })} />
      <p class="small quiet">{texts.kept}</p>
    </section>
  );
}

type Saving = { is: 'idle' } | { is: 'busy'; done: number; all: number } | { is: 'done'; files: number };

function Everything() {
  const texts = settingsTexts().files;
  const state = useSignal<Saving>({ is: 'idle' });
  const trouble = useSignal<Trouble | null>(null);
  const now = state.value;
  const go = async (): Promise<void> => {
    trouble.value = null;
    state.value = { is: 'busy', done: 0, all: 0 };
    try {
      // Who looks at settings does without.
      const { everything } = await import('../member/everything.ts').catch(() => {
        throw new ApiTrouble({ code: 'NETWORK', message: 'the rest of the page could not be loaded' });
      });
      const { zip, files } = await everything(`${texts.readme.join('\n')}\n`, (done, all) => {
        state.value = { is: 'busy', done, all };
      });
      saveBytes('electra-everything.zip', zip, 'application/zip');
      state.value = { is: 'done', files };
    } catch (error) {
      if (!(error instanceof ApiTrouble)) throw error;
      trouble.value = error.trouble;
      state.value = { is: 'idle' };
    }
  };
  return (
    <section class="stack">
      <h2>{texts.title}</h2>
      <p class="read">{texts.lead}</p>
      <p class="read warn-text">{texts.warning}</p>
      {trouble.value && <TroubleNotice trouble={trouble.value} />}
      <p>
        <button type="button" class="button" disabled={now.is === 'busy'} onClick={go}>
          {texts.button}
        </button>
      </p>
      <p role="status" class="small">
        {now.is === 'busy' && now.all > 0 && texts.busy(now.done, now.all)}
        {now.is === 'done' && texts.done(now.files)}
      </p>
    </section>
  );
}

/** px, at least: so that what follows begins below what is seen at first */
const BELOW_PX = 1200;

function Page() {
  const texts = settingsTexts();
  const roles = viewer.value?.roles ?? [];
  const isMember = roles.includes('MEMBER');
  useTitle(texts.title);
  const loaded = useLoaded(`settings ${viewer.value?.address}`, () => askAccess(isMember)).value;
  return (
    <div class="page stack settings">
      <h1>{texts.title}</h1>
      <Looks />
      <Block loaded={loaded} height={BELOW_PX}>
        {(access) => (
          <>
            <Notices of={access} roles={roles} />
            <OwnSessions of={access} />
            <CredentialList of={access} />
            <KeyAndPrograms roles={roles} home={homeOf(roles)} />
            {access.meters && <InstallCodes of={access.meters} timeZone={access.timeZone} />}
            {isMember && <Everything />}
          </>
        )}
      </Block>
    </div>
  );
}

export const Settings = () => (
  <SignedIn>
    <Page />
  </SignedIn>
);
