/**
 * The auditor's calendar: which days were checked on this device, and with what result; a range fetched or dropped, checked on all cores,
 * and gone on from the next time. What stands here is for anybody.
 */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useLoaded } from '../api/loading.ts';
import { arrive, viewer } from '../api/session.ts';
import { lengthOf, MOST_DAYS } from '../audit/calendar.ts';
import { exportSince, lastDayOf, sinceQuery } from '../audit/since.ts';
import { check, load, loadHelpers, Refused, startWith } from '../check/checker.ts';
import { type DayRange, fetchDays, isSource, type NoBundle } from '../check/fetch-days.ts';
import { asFile, forget, type Kept, keepVerdict, keptOf, takeIn, useKeptDays } from '../check/kept.ts';
import type { Checked, Source } from '../check/messages.ts';
import { pinned } from '../check/pinned.ts';
import { SITE_WORKERS } from '../check/site-worker.ts';
import { askCommunity, type Community } from '../community/question.ts';
import { AUDIT } from '../i18n/audit/index.ts';
import { checkTexts } from '../i18n/check/index.ts';
import { dayName, pinnedOn } from '../i18n/format.ts';
import { AuditCalendar } from '../parts/audit-calendar.tsx';
import { AuditProtocol } from '../parts/audit-protocol.tsx';
import { BundleChoice } from '../parts/bundle-choice.tsx';
import { CheckResult } from '../parts/check-result.tsx';
import { NoBundleNotice } from '../parts/no-bundle.tsx';
import { save } from '../parts/save.ts';
import { TroubleNotice } from '../parts/trouble.tsx';
import { useTitle } from '../parts/use-title.ts';
import { addDays } from '../values/day-clock.ts';
import '../styles/audit.css';

startWith(SITE_WORKERS);

const DAYS_ASKED = 100;
const HASH = /^[0-9a-f]{64}$/;

/** What the auditor has said before anything is checked. */
interface Settings {
  from: Signal<string>;
  to: Signal<string>;
  genesis: Signal<string>;
  name: Signal<string>;
  goOn: Signal<boolean>;
  development: Signal<boolean>;
}

type State =
  | { is: 'asking'; problem?: string; absent?: NoBundle }
  | { is: 'running'; what: string }
  | { is: 'done'; source: Source; checked: Checked };

const trustedOf = ({ genesis }: Settings): string => genesis.value.trim().toLowerCase();

/** The fingerprint that the auditor has on paper, against the one of this service, at once. */
function Genesis({ settings, shown }: { settings: Settings; shown: string | null }) {
  const texts = AUDIT();
  const hash = trustedOf(settings);
  const wrong = hash !== '' && !HASH.test(hash);
  const differs = HASH.test(hash) && shown !== null && hash !== shown;
  const known = pinned();
  const same = known?.genesisHash === hash ? texts.pinned(pinnedOn(known)) : texts.same;
  const word = hash === '' ? texts.unset : wrong ? texts.wrong : differs ? texts.other : same;
  return (
    <div class="field">
      <label for="genesis">{texts.genesis}</label>
      <input
        id="genesis"
        type="text"
        autocomplete="off"
        spellcheck={false}
        maxLength={80}
        value={settings.genesis.value}
        aria-invalid={wrong || differs}
        aria-describedby="genesis-hint"
        onInput={({ currentTarget }) => {
          settings.genesis.value = currentTarget.value;
        }}
      />
      <p id="genesis-hint" role="status" class={wrong || differs ? 'small bad-text' : 'small quiet'}>
        {word}
      </p>
    </div>
  );
}

interface TickBoxProps {
  value: Signal<boolean>;
  label: string;
  hint?: string;
  ticked?(): void;
}

function TickBox({ value, label, hint, ticked }: TickBoxProps) {
  const take = (checked: boolean): void => {
    value.value = checked;
    ticked?.();
  };
  return (
    <label class="tick-box">
      <input type="checkbox" checked={value.value} onChange={({ currentTarget }) => take(currentTarget.checked)} />
      <span>
        {label}
        {hint && <span class="small quiet"> {hint}</span>}
      </span>
    </label>
  );
}

function Range({ settings: { from, to }, run, most }: { settings: Settings; run(): void; most: string }) {
  const texts = AUDIT();
  const days = lengthOf(from.value, to.value);
  const input = (id: string, label: string, value: Signal<string>) => (
    <div class="field">
      <label for={id}>{label}</label>
      <input id={id} type="date" max={most} value={value.value} onInput={({ currentTarget }) => (value.value = currentTarget.value)} />
    </div>
  );
  return (
    <div class="block">
      <div class="buttons">
        {input('from', texts.from, from)}
        {input('to', texts.to, to)}
      </div>
      {days === null ? (
        <p class="bad-text">{texts.tooMany(MOST_DAYS)}</p>
      ) : (
        <p>
          <button type="button" class="button" onClick={run}>
            {texts.run(days)}
          </button>
        </p>
      )}
    </div>
  );
}

function KeptHere({ kept, genesisHash }: { kept: Kept | null; genesisHash: string }) {
  const texts = AUDIT();
  const refused = useSignal(false);
  return (
    <section class="block screen-only">
      <h2>{texts.kept}</h2>
      <p class="read">{texts.keptLead}</p>
      {refused.value && (
        <p class="bad-text" role="alert">
          {texts.notTaken}
        </p>
      )}
      <div class="buttons">
        {kept && kept.days.length > 0 && (
          <>
            <button type="button" class="button plain" onClick={() => save('electra-audits.json', asFile(kept), 'application/json')}>
              {texts.save}
            </button>
            <button type="button" class="button plain" onClick={() => forget(genesisHash)}>
              {texts.forget}
            </button>
          </>
        )}
        <label class="button plain">
          {texts.takeIn}
          <input
            class="hidden"
            type="file"
            accept="application/json"
            onChange={async ({ currentTarget }) => {
              const [file] = currentTarget.files ?? [];
              if (file) refused.value = !(await takeIn(genesisHash, await file.text()));
            }}
          />
        </label>
      </div>
    </section>
  );
}

/** The last day of what can be gone on from. */
const resumedDay = (kept: Kept | null): string | null => (kept?.resume ? lastDayOf(kept.resume) : null);

/** What an earlier audit left, where the auditor goes on from it. */
const resumeOf = ({ goOn }: Settings, kept: Kept | null): string | null => (goOn.value ? (kept?.resume ?? null) : null);

/** Asks for a bundle, has it checked, keeps what was found. */
function useAudit(settings: Settings, kept: Kept | null) {
  const state = useSignal<State>({ is: 'asking' });
  const texts = AUDIT();
  const run = async (source: Source, developmentKeys = settings.development.value): Promise<void> => {
    state.value = { is: 'running', what: checkTexts().running(source.name) };
    loadHelpers();
    const hash = trustedOf(settings);
    const resume = resumeOf(settings, kept);
    const since = resume === null ? {} : { since: resume };
    try {
      const checked = await check({ source, developmentKeys, ...(hash === '' ? {} : { genesisHash: hash }), ...since });
      await keepVerdict(checked);
      state.value = { is: 'done', source, checked };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      state.value = { is: 'asking', problem: error.message };
    }
  };
  const fetchAndRun = async (): Promise<void> => {
    state.value = { is: 'running', what: texts.fetching };
    const [from, to, resume] = [settings.from.value, settings.to.value, resumeOf(settings, kept)];
    const found = await fetchDays({ from, to }, resume === null ? {} : { query: sinceQuery(resume) });
    if (isSource(found)) await run(found);
    else if (resume !== null && found.missing.length === 0)
      state.value = { is: 'asking', problem: texts.absentSince(exportSince(from, to)) };
    else state.value = { is: 'asking', absent: found };
  };
  /** Of a range that there is, instead of one that there is not. */
  const take = ({ from, to }: DayRange): Promise<void> => {
    [settings.from.value, settings.to.value] = [from, to];
    return fetchAndRun();
  };
  return { state, run, fetchAndRun, take };
}

function useKept(genesisHash: string | null, turn: unknown): Kept | null {
  const kept = useSignal<Kept | null>(null);
  useEffect(() => {
    if (genesisHash !== null) keptOf(genesisHash).then((found) => (kept.value = found));
  }, [genesisHash, turn]);
  return kept.value;
}

function Asking({ community, settings, kept, audit }: Parts) {
  const texts = AUDIT();
  const { service, days } = community;
  const known = useKeptDays(service.genesisHash);
  const last = resumedDay(kept);
  const wrong = trustedOf(settings) !== '' && trustedOf(settings) !== service.genesisHash;
  const state = audit.state.value;
  if (state.is === 'running')
    return (
      <p class="running" role="status">
        {state.what}
      </p>
    );
  return (
    <>
      {state.is === 'asking' && state.problem !== undefined && (
        <div class="notice bad" role="alert">
          <p>{state.problem}</p>
        </div>
      )}
      {state.is === 'asking' && state.absent && <NoBundleNotice {...state.absent} sentence={texts.absent} take={audit.take} />}
      <Genesis settings={settings} shown={service.genesisHash} />
      {last !== null && (
        <TickBox
          value={settings.goOn}
          label={texts.resume(dayName(last))}
          hint={texts.resumeHint}
          ticked={() => {
            if (settings.goOn.value) settings.from.value = [addDays(last, 1), settings.to.value].sort()[0];
          }}
        />
      )}
      {service.developmentKeys !== false && <TickBox value={settings.development} label={texts.development} />}
      {!wrong && <Range settings={settings} run={audit.fetchAndRun} most={service.lastReleasedDay ?? ''} />}
      <AuditCalendar days={days} kept={known} from={settings.from} to={settings.to} />
      <section class="block">
        <h2>{texts.own}</h2>
        <BundleChoice disabled={wrong} chosen={(source) => audit.run(source)} />
      </section>
      {service.genesisHash !== null && <KeptHere kept={kept} genesisHash={service.genesisHash} />}
    </>
  );
}

interface Parts {
  community: Community;
  settings: Settings;
  kept: Kept | null;
  audit: ReturnType<typeof useAudit>;
}

/** From the first day that is not checked here to the last final one, as many as can be asked for. */
function proposed({ service, days }: Community, kept: ReadonlyMap<string, unknown>): [string, string] {
  const to = service.lastReleasedDay ?? '';
  const released = days.filter(({ state }) => state === 'RELEASED').map(({ day }) => day);
  const first = released.filter((day) => !kept.has(day)).at(-1) ?? to;
  const least = to === '' ? '' : addDays(to, 1 - MOST_DAYS);
  const isTooEarly = first < least;
  return [isTooEarly ? least : first, to];
}

function Loaded({ community }: { community: Community }) {
  const texts = AUDIT();
  const { service, days } = community;
  const known = useKeptDays(service.genesisHash);
  const [from, to] = proposed(community, known);
  const settings: Settings = {
    from: useSignal(from),
    to: useSignal(to),
    genesis: useSignal(pinned()?.genesisHash ?? ''),
    name: useSignal(''),
    goOn: useSignal(false),
    development: useSignal(false),
  };
  const kept = useKept(service.genesisHash, known);
  const audit = useAudit(settings, kept);
  useEffect(() => {
    if (audit.state.value.is === 'asking') [settings.from.value, settings.to.value] = [from, to];
  }, [from, to]);
  const state = audit.state.value;
  if (state.is === 'done')
    return (
      <>
        <AuditProtocol timeZone={service.timeZone} checked={state.checked} auditor={settings.name} compared={trustedOf(settings) !== ''} />
        <CheckResult
          checked={state.checked}
          name={state.source.name}
          acceptDevelopment={() => audit.run(state.source, true)}
          again={() => {
            audit.state.value = { is: 'asking' };
          }}
        />
      </>
    );
  const released = days.filter((day) => day.state === 'RELEASED');
  return (
    <div class="page stack wide-gap">
      <div class="block">
        <h1>
          {released.length === 0 ? texts.nothing : texts.done(released.filter(({ day }) => known.get(day)?.passed).length, released.length)}
        </h1>
        <p class="read">{texts.lead}</p>
      </div>
      <Asking community={community} settings={settings} kept={kept} audit={audit} />
    </div>
  );
}

export function Audit() {
  const texts = AUDIT();
  useTitle(texts.title);
  useEffect(() => {
    load();
    if (viewer.value === undefined) arrive().catch(() => {});
  }, []);
  const { data, trouble } = useLoaded('audit', () => askCommunity(DAYS_ASKED)).value;
  if (data) return <Loaded community={data} />;
  return (
    <div class="page stack">
      <h1>{texts.title}</h1>
      {trouble ? <TroubleNotice trouble={trouble} /> : <div class="skeleton" aria-busy="true" />}
    </div>
  );
}
