/**
 * *Check this bill*: one button. First whether the own bill follows from what the meter signed, then whether the day's book as a whole is
 * right. It runs on the reader's device, and once the books are fetched without the network; the result is kept here and sent nowhere.
 */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ApiTrouble, type Trouble } from '../api/client.ts';
import { checkOwn, loadOwn, Refused, startWith } from '../check/checker.ts';
import type { OwnChecked, OwnInputs } from '../check/messages.ts';
import { pinned } from '../check/pinned.ts';
import { SITE_WORKERS } from '../check/site-worker.ts';
import { billTexts } from '../i18n/bill/index.ts';
import type { BillHead } from '../member/bills.ts';
import { keepChecked, sha256 } from '../member/checked.ts';
import { deliveredNel, ownInputs } from '../member/own-inputs.ts';
import { keysAloneFail, OwnResult } from './own-result.tsx';
import { TroubleNotice } from './trouble.tsx';

startWith(SITE_WORKERS);

export type CheckState =
  | { is: 'idle' }
  | { is: 'fetching' | 'own' | 'everybody' }
  | { is: 'done'; checked: OwnChecked; differs: boolean; development: boolean }
  | { is: 'trouble'; trouble: Trouble };

export interface ToCheck extends Pick<BillHead, 'day' | 'meter' | 'version'> {
  chainId: string;
  amountNel: bigint;
}

/** Own proofs, then everybody's where the own ones hold: what is wrong with the own bill is said at once. */
async function bothSteps(
  asked: { own: OwnInputs; about: ToCheck; developmentKeys: boolean },
  say: (step: 'everybody') => void,
): Promise<OwnChecked> {
  const { own, developmentKeys } = asked;
  const { chainId, meter, day } = asked.about;
  const known = pinned();
  const about = { chainId, meter, day };
  const trusted = known ? { genesisHash: known.genesisHash } : {};
  const quick = await checkOwn({ own, about, everybody: false, developmentKeys, ...trusted });
  if (quick.verdict.status === 'failed' || quick.verdict.status === 'unreadable') return quick;
  say('everybody');
  return checkOwn({ own, about, everybody: true, developmentKeys, ...trusted });
}

async function run(bill: ToCheck, state: Signal<CheckState>, development: boolean, meterExport?: string): Promise<void> {
  state.value = { is: 'fetching' };
  try {
    const fetched = await ownInputs(bill);
    const own = meterExport === undefined ? fetched : { ...fetched, meterExport };
    state.value = { is: 'own' };
    const checked = await bothSteps({ own, about: bill, developmentKeys: development }, (step) => {
      state.value = { is: step };
    });
    const delivered = deliveredNel(own, bill);
    const differs = delivered !== null && delivered !== bill.amountNel;
    state.value = { is: 'done', checked, differs, development };
    if (checked.refusedDevelopmentKeys) return;
    const { exitCode } = checked.verdict;
    await keepChecked(bill.chainId, bill, {
      version: bill.version,
      bundleHash: await sha256(own.zip),
      exitCode: differs ? 1 : exitCode,
      atMs: Date.now(),
      development,
    });
  } catch (error) {
    state.value = { is: 'trouble', trouble: troubleOf(error) };
  }
}

/** What stands in the way of a check, for the reader. */
function troubleOf(error: unknown): Trouble {
  if (error instanceof ApiTrouble) return error.trouble;
  if (error instanceof Refused) return { code: error.code, message: error.message };
  throw error;
}

function InTheWay({ trouble }: { trouble: Trouble }) {
  const texts = billTexts().check;
  if (trouble.code !== 'NOT_FOUND') return <TroubleNotice trouble={trouble} />;
  return (
    <p class="notice" role="alert">
      {texts.notThere}
    </p>
  );
}

/** For who has the file of the meter itself. */
function OwnExport({ chosen }: { chosen(text: string): void }) {
  const texts = billTexts().check;
  return (
    <details class="raw screen-only">
      <summary>{texts.ownExport}</summary>
      <label class="field">
        <span class="small quiet">{texts.ownExportHint}</span>
        <input
          type="file"
          accept=".json,application/json"
          onChange={async ({ currentTarget }) => {
            const [file] = currentTarget.files ?? [];
            if (file) chosen(await file.text());
          }}
        />
      </label>
    </details>
  );
}

export function OwnCheck({ bill }: { bill: ToCheck }) {
  const texts = billTexts().check;
  const state = useSignal<CheckState>({ is: 'idle' });
  // The worker is fetched with the page, so that a check asks the network for the books alone.
  useEffect(() => {
    loadOwn();
  }, []);
  const now = state.value;
  /** The result is a question itself, with its own way on. */
  const asks = now.is === 'done' && keysAloneFail(now.checked);
  const busy = now.is === 'fetching' || now.is === 'own' || now.is === 'everybody';
  return (
    <section class="stack check" aria-labelledby="check-title">
      <h2 id="check-title">{texts.title}</h2>
      <p class="read">{texts.lead}</p>
      {now.is === 'trouble' && <InTheWay trouble={now.trouble} />}
      {now.is === 'done' && <OwnResult {...now} day={bill.day} accept={() => run(bill, state, true)} />}
      {!asks && (
        <p class="screen-only">
          <button
            type="button"
            class={now.is === 'done' ? 'button plain' : 'button'}
            disabled={busy}
            onClick={() => run(bill, state, false)}
          >
            {now.is === 'done' ? texts.again : texts.button}
          </button>
        </p>
      )}
      <p role="status" class="running">
        {busy && texts[now.is as 'fetching' | 'own' | 'everybody']}
      </p>
      <OwnExport chosen={(text) => run(bill, state, false, text)} />
    </section>
  );
}
