/**
 * The audit for everybody: hand over a bundle, read one sentence, then seven questions, then every line. It runs on the reader's device,
 * and once it has loaded it needs no network.
 */
import { type Signal, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { check, loadAll, Refused, ready } from '../check/checker.ts';
import { keepVerdict } from '../check/kept.ts';
import type { Checked, CheckRequest, Source } from '../check/messages.ts';
import { pinned } from '../check/pinned.ts';
import { checkTexts } from '../i18n/check/index.ts';
import { pinnedOn } from '../i18n/format.ts';
import { BundleChoice } from '../parts/bundle-choice.tsx';
import { CheckResult } from '../parts/check-result.tsx';
import { useTitle } from '../parts/use-title.ts';

/** Bundles of other chains, beside the one that is checked. */
type Beside = Pick<CheckRequest, 'communities' | 'main'>;

type State =
  | { is: 'asking' }
  | { is: 'running'; source: Source }
  | { is: 'done'; source: Source; beside: Beside; checked: Checked }
  | { is: 'refused'; name: string; message: string };

/** Communities' bundles beside that of a main chain, one after the other; one main chain's beside that of a community. */
const withBeside = ({ checked, beside }: State & { is: 'done' }, added: Source): Beside =>
  checked.chain === 'main' ? { communities: [...(beside.communities ?? []), added] } : { main: added };

const HASH = /^[0-9a-f]{64}$/;

function Loading() {
  const texts = checkTexts();
  const word = { no: texts.loading, loading: texts.loading, yes: texts.ready, failed: texts.failed }[ready.value];
  return (
    <p class="quiet small" role="status">
      {word}
    </p>
  );
}

/** Which community the reader means: its fingerprint, where the reader has it from elsewhere. */
function GenesisField({ genesis, wrong }: { genesis: Signal<string>; wrong: boolean }) {
  const texts = checkTexts();
  const known = pinned();
  const hint = known?.genesisHash === genesis.value ? texts.genesisPinned(pinnedOn(known)) : texts.genesisHint;
  return (
    <div class="field">
      <label for="genesis">{texts.genesis}</label>
      <input
        id="genesis"
        type="text"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        maxLength={80}
        value={genesis.value}
        aria-invalid={wrong}
        aria-describedby="genesis-hint"
        onInput={({ currentTarget }) => {
          genesis.value = currentTarget.value;
        }}
      />
      <p id="genesis-hint" class={wrong ? 'small bad-text' : 'small quiet'}>
        {wrong ? texts.genesisWrong : hint}
      </p>
    </div>
  );
}

/** @param offer of bundles that need not be chosen, where the page has some */
export function Check({ offer }: { offer?: (run: (source: Source) => void) => ComponentChildren }) {
  const texts = checkTexts();
  const state = useSignal<State>({ is: 'asking' });
  const genesis = useSignal(pinned()?.genesisHash ?? '');
  useTitle(texts.title);
  useEffect(() => {
    loadAll();
  }, []);

  const hash = genesis.value.trim().toLowerCase();
  const wrongHash = hash !== '' && !HASH.test(hash);
  const run = async (source: Source, developmentKeys = false, beside: Beside = {}): Promise<void> => {
    state.value = { is: 'running', source };
    try {
      const trusted = hash === '' ? {} : { genesisHash: hash };
      const checked = await check({ source, developmentKeys, ...trusted, ...beside });
      state.value = { is: 'done', source, beside, checked };
      // A wrong bundle beside it makes nothing wrong of its own days, which were kept when it was checked alone.
      if (!beside.main || checked.verdict.exitCode === 0 || checked.verdict.exitCode === 3) await keepVerdict(checked);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      state.value = { is: 'refused', name: source.name, message: error.message };
    }
  };

  const now = state.value;
  if (now.is === 'done')
    return (
      <CheckResult
        checked={now.checked}
        name={now.source.name}
        acceptDevelopment={() => run(now.source, true, now.beside)}
        addBeside={(added) => run(now.source, now.checked.developmentKeys === 'accepted', withBeside(now, added))}
        again={() => {
          state.value = { is: 'asking' };
        }}
      />
    );
  return (
    <div class="page stack">
      <h1>{texts.title}</h1>
      <p class="read">{texts.lead}</p>
      {now.is === 'refused' && (
        <div class="notice bad" role="alert">
          <h2>{texts.refused}</h2>
          <p>
            <code lang="en">{now.message}</code>
          </p>
        </div>
      )}
      {now.is === 'running' ? (
        <p class="running" role="status">
          {texts.running(now.source.name)}
        </p>
      ) : (
        <>
          {!wrongHash && offer?.((source) => run(source))}
          <BundleChoice disabled={wrongHash} chosen={(source) => run(source)} />
        </>
      )}
      <GenesisField genesis={genesis} wrong={wrongHash} />
      <Loading />
    </div>
  );
}
