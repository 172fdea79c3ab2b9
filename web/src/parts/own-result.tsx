/** What the check of an own bill found: one sentence, a question for each thing looked at, what to do where it failed. */
import { useEffect, useRef } from 'preact/hooks';
import type { OwnVerdict } from '../../../src/reader/index.ts';
import type { OwnChecked } from '../check/messages.ts';
import { billTexts } from '../i18n/bill/index.ts';
import { dayName, seconds } from '../i18n/format.ts';
import { Fingerprint } from './fingerprint.tsx';
import { save } from './save.ts';

type Line = OwnVerdict['checks'][number];

const SIGN: Record<Line['status'], string> = { passed: '✓', failed: '✗', unreadable: '✗', open: '!', 'not-checked': '–' };
const KIND: Record<Line['status'], string> = { passed: 'yes', failed: 'no', unreadable: 'unreadable', open: 'open', 'not-checked': 'none' };

/** Whether all that failed is who made the keys: then there is nothing to show to anybody, only something to choose. */
export const keysAloneFail = ({ verdict, refusedDevelopmentKeys }: OwnChecked): boolean =>
  refusedDevelopmentKeys &&
  verdict.checks.every(({ name, status, detail }) => status !== 'failed' || (name === 'book' && / is a development key: /.test(detail)));

function sentenceOf({ verdict }: OwnChecked, differs: boolean): string {
  const texts = billTexts().check;
  if (differs) return texts.failed;
  return verdict.status === 'partial' ? texts.stopped : texts[verdict.status];
}

function Question({ line }: { line: Line }) {
  const { questions } = billTexts().check;
  return (
    <li class={`asked-line ${KIND[line.status]}`}>
      <span class="sign" aria-hidden="true">
        {SIGN[line.status]}
      </span>
      <div>
        <strong>{questions[line.name]}</strong>
        {line.status !== 'passed' && (
          <p class="small" lang="en">
            {line.detail}
          </p>
        )}
      </div>
    </li>
  );
}

/** What is of no day, then the bill's own day, then others: of these what is not as it should be is shown, and nothing more. */
function Answers({ lines, day }: { lines: readonly Line[]; day: string }) {
  const shown = lines.filter((line) => line.day === undefined || line.day === day || line.status !== 'passed');
  const days = new Set([undefined, day, ...shown.flatMap((line) => line.day ?? []).sort()]);
  const groups = [...days].map((of) => ({ of, own: shown.filter((line) => line.day === of) }));
  return groups
    .filter(({ own }) => own.length > 0)
    .map(({ of, own }) => (
      <section key={of} class="asked-day">
        {of !== undefined && <h4>{dayName(of)}</h4>}
        <ul class="asked-lines">
          {own.map((line, i) => (
            <Question key={i} line={line} />
          ))}
        </ul>
      </section>
    ));
}

function WhenFailed({ checked }: { checked: OwnChecked }) {
  const texts = billTexts().check;
  return (
    <div class="notice bad">
      <p>{texts.whom}</p>
      {checked.evidence.length > 0 && <p>{texts.evidenceText}</p>}
      {checked.verdict.advice.length > 0 && (
        <ul lang="en" class="small">
          {checked.verdict.advice.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      <div class="buttons screen-only">
        {checked.evidence.map(({ name, text }) => (
          <button key={name} type="button" class="button" onClick={() => save(name, text, 'application/json')}>
            {texts.evidence}
          </button>
        ))}
        <button type="button" class="button plain" onClick={() => save('electra-bill-check.txt', `${checked.text}\n`)}>
          {texts.report}
        </button>
      </div>
    </div>
  );
}

function Meaning() {
  const texts = billTexts().check;
  return (
    <details class="raw">
      <summary>{texts.meaning}</summary>
      <ul class="read">
        {texts.means.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <p class="read">
        {texts.meansNot}{' '}
        <a href="/electra-check.html" download>
          {texts.copy}
        </a>
      </p>
    </details>
  );
}

function DevelopmentKeys({ accept }: { accept(): void }) {
  const texts = billTexts().check;
  return (
    <div class="notice" role="alert">
      <h3>{texts.developmentTitle}</h3>
      <p>{texts.development}</p>
      <p>
        <button type="button" class="button" onClick={accept}>
          {texts.accept}
        </button>
      </p>
    </div>
  );
}

interface OwnResultProps {
  day: string;
  checked: OwnChecked;
  /** whether the page shows another amount than the one that was checked */
  differs: boolean;
  /** whether development keys were accepted */
  development: boolean;
  accept(): void;
}

export function OwnResult({ day, checked, differs, development, accept }: OwnResultProps) {
  const texts = billTexts().check;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [checked]);
  if (keysAloneFail(checked)) return <DevelopmentKeys accept={accept} />;
  const { verdict, tookMs, text } = checked;
  const failed = differs || verdict.status === 'failed';
  return (
    <div class="stack" data-exit-code={failed ? 1 : verdict.exitCode}>
      <h3 ref={heading} tabIndex={-1} class={`said result ${failed ? 'failed' : verdict.status}`}>
        <span aria-hidden="true">{failed || verdict.status === 'unreadable' ? '✗ ' : verdict.status === 'exceptions' ? '! ' : '✓ '}</span>
        {sentenceOf(checked, differs)}
      </h3>
      {verdict.audit.genesisHash !== null && <Fingerprint hash={verdict.audit.genesisHash} />}
      {differs && <p class="bad-text">{texts.differs}</p>}
      {development && <p class="notice">{texts.accepted}</p>}
      <Answers lines={verdict.checks} day={day} />
      {failed && <WhenFailed checked={checked} />}
      <p class="small quiet">
        {texts.facts(seconds(tookMs))} {texts.kept}
      </p>
      {!failed && <Meaning />}
      <details class="raw">
        <summary>{texts.raw}</summary>
        <pre lang="en">{text}</pre>
      </details>
    </div>
  );
}
