/** What an audit found: one sentence, what a reader must know before any line, seven questions, every line. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Check } from '../../../src/reader/index.ts';
import { aboutOf } from '../check/about.ts';
import type { Checked, Source } from '../check/messages.ts';
import { type Answered, answersOf, keysAloneFail } from '../check/questions.ts';
import { checkTexts } from '../i18n/check/index.ts';
import { dayName, dayRanges, moment, number, seconds } from '../i18n/format.ts';
import { BundleChoice } from './bundle-choice.tsx';
import { save } from './save.ts';
import { useTitle } from './use-title.ts';

const SIGN: Record<Answered['answer'], string> = {
  yes: '✓',
  no: '✗',
  unreadable: '✗',
  open: '!',
  unchecked: '–',
  none: '–',
  accepted: '!',
  refused: '!',
};

function sentenceOf(checked: Checked): string {
  const { verdict, bills, prices } = checked;
  const { sentence, developmentSaid } = checkTexts();
  if (keysAloneFail(checked)) return developmentSaid;
  if (verdict.status === 'passed' || verdict.status === 'exceptions')
    return sentence[verdict.status](number(bills), number(prices), dayRanges(verdict.days));
  return sentence[verdict.status];
}

/** One line: what it looks at, in the reader’s language; what was found, in the audit’s own words, which are English everywhere. */
function Line({ check }: { check: Check }) {
  const { statuses, slot } = checkTexts();
  const about = [check.day, check.version && `v${check.version}`, check.meter, check.slot !== undefined && slot(check.slot)];
  const said = aboutOf(check.name);
  return (
    <li class={`line ${check.status}`}>
      <strong>
        {said && <span class="about">{said}: </span>}
        {statuses[check.status]}
      </strong>{' '}
      <span class="quiet">
        {about.filter(Boolean).join(' · ')} <span lang="en">({`${check.id} ${check.name}`})</span>
      </span>{' '}
      <br />
      <span lang="en">{check.detail}</span>
    </li>
  );
}

function QuestionOf({ question, answer, checks }: Answered) {
  const texts = checkTexts();
  return (
    <details class={`question ${answer}`} open={answer === 'no' || answer === 'unreadable'}>
      <summary>
        <span class="sign" aria-hidden="true">
          {SIGN[answer]}
        </span>
        <span class="asked">{texts.questions[question]}</span>
        <span class="answered">{texts.answers[answer]}</span>
      </summary>
      {checks.length === 0 ? (
        <p class="small">{texts.noLines}</p>
      ) : (
        <ul class="lines small" aria-label={texts.lines(checks.length)}>
          {checks.map((check, i) => (
            <Line key={i} check={check} />
          ))}
        </ul>
      )}
    </details>
  );
}

function Notice({ kind, title, children }: { kind: 'warn' | 'bad'; title?: string; children: ComponentChildren }) {
  return (
    <div class={`notice ${kind}`}>
      {title && <h2>{title}</h2>}
      {children}
    </div>
  );
}

/** The one thing that a reader of a demonstration has to choose. Nothing else is wrong, and it has not passed. */
function Demonstration({ accept }: { accept(): void }) {
  const texts = checkTexts();
  return (
    <Notice kind="warn" title={texts.demonstrationTitle}>
      <p>{texts.demonstrationAsk}</p>
      <p>
        <button type="button" class="button" onClick={accept}>
          {texts.developmentAgain}
        </button>
      </p>
    </Notice>
  );
}

function NotAccepted({ accept }: { accept(): void }) {
  const texts = checkTexts();
  return (
    <Notice kind="bad">
      <p>{texts.developmentAsk}</p>
      <p>
        <button type="button" class="button plain" onClick={accept}>
          {texts.developmentAgain}
        </button>
      </p>
    </Notice>
  );
}

/** What stands before any line: which chain, which moment, which profiles are copied. */
function Before({ checked, accept }: { checked: Checked; accept(): void }) {
  const texts = checkTexts();
  const { verdict, developmentKeys } = checked;
  if (keysAloneFail(checked)) return <Demonstration accept={accept} />;
  return (
    <>
      {verdict.development.length > 0 && (
        <Notice kind="warn" title={texts.developmentTitle}>
          <p>{texts.developmentText}</p>
          <p class="small" lang="en">
            {verdict.development.join('; ')}
          </p>
        </Notice>
      )}
      {developmentKeys === 'refused' && <NotAccepted accept={accept} />}
      {verdict.copies.length > 0 && (
        <Notice kind="warn">
          <ul>
            {verdict.copies.map(({ day, meters }) => (
              <li key={day}>{texts.copies(dayName(day), meters.length)}</li>
            ))}
          </ul>
        </Notice>
      )}
    </>
  );
}

/**
 * A main chain's verdict rests on the word of communities' chains, until one's own bundle is looked at; a community's says nothing of what
 * it showed a main chain, which few share on.
 */
function Beside({ chain, add }: Pick<Checked, 'chain'> & { add(source: Source): void }) {
  const texts = checkTexts();
  if (chain === 'community')
    return (
      <details class="raw screen-only">
        <summary>{texts.mainTitle}</summary>
        <p class="read">{texts.mainText}</p>
        <BundleChoice disabled={false} chosen={add} />
      </details>
    );
  return (
    <section class="stack screen-only">
      <h2>{texts.communityTitle}</h2>
      <p class="read">{texts.communityText}</p>
      <BundleChoice disabled={false} chosen={add} />
    </section>
  );
}

function Meaning({ chain }: Pick<Checked, 'chain'>) {
  const texts = checkTexts();
  const list = (title: string, sentences: readonly string[]) => (
    <section>
      <h2>{title}</h2>
      <ul class="read">
        {sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </section>
  );
  return (
    <div class="columns">
      {list(texts.meansTitle, chain === 'main' ? texts.meansMain : texts.means)}
      {list(texts.meansNotTitle, texts.meansNot)}
    </div>
  );
}

function Actions({ checked, name, again }: { checked: Checked; name: string; again(): void }) {
  const texts = checkTexts();
  const base = `electra-check-${name.replace(/[^\p{L}\p{N}-]+/gu, '-').replace(/^-+|-+$/g, '') || 'bundle'}`;
  const { verdict, text, resume } = checked;
  return (
    <div class="buttons screen-only">
      <button type="button" class="button plain" onClick={() => save(`${base}.txt`, `${text}\n`)}>
        {texts.saveText}
      </button>
      <button type="button" class="button plain" onClick={() => save(`${base}.json`, `${JSON.stringify(verdict)}\n`, 'application/json')}>
        {texts.saveJson}
      </button>
      {resume !== null && (
        <button type="button" class="button plain" onClick={() => save(`${base}-audited.json`, resume, 'application/json')}>
          {texts.saveResume}
        </button>
      )}
      <button type="button" class="button plain" onClick={() => print()}>
        {texts.print}
      </button>
      <button type="button" class="button plain" onClick={again}>
        {texts.again}
      </button>
    </div>
  );
}

export interface CheckResultProps {
  checked: Checked;
  name: string;
  acceptDevelopment(): void;
  again(): void;
  /** takes a community's own bundle beside that of its main chain, or that one beside a community's, where the page can */
  addBeside?(source: Source): void;
}

export function CheckResult({ checked, name, acceptDevelopment, again, addBeside }: CheckResultProps) {
  const texts = checkTexts();
  const { verdict, text, tookMs } = checked;
  const heading = useRef<HTMLHeadingElement>(null);
  const sentence = sentenceOf(checked);
  useTitle(sentence);
  // Who listens, or steps by keyboard, is taken to the result.
  useEffect(() => heading.current?.focus(), []);
  const passed = verdict.status === 'passed' || verdict.status === 'exceptions';
  const keysAlone = keysAloneFail(checked);
  return (
    <div class="page stack" data-exit-code={verdict.exitCode}>
      <h1 ref={heading} tabIndex={-1} class={`said ${keysAlone ? 'asks' : verdict.status}`}>
        {sentence}
      </h1>
      <p class="quiet">
        {texts.facts(verdict.checks.length, seconds(tookMs))} {verdict.asOf && texts.asOf(`${moment(verdict.asOf.unixS)} UTC`)}
      </p>
      <Before checked={checked} accept={acceptDevelopment} />
      {verdict.status === 'failed' && !keysAlone && <p class="read">{texts.whenFails}</p>}
      <div class="questions">
        {answersOf(verdict, keysAlone ? 'refused' : checked.developmentKeys === 'accepted' ? 'accepted' : undefined).map((answered) => (
          <QuestionOf key={answered.question} {...answered} />
        ))}
      </div>
      <Actions checked={checked} name={name} again={again} />
      {addBeside && <Beside chain={checked.chain} add={addBeside} />}
      {passed && <Meaning chain={checked.chain} />}
      <details class="raw">
        <summary>{texts.rawTitle}</summary>
        <pre lang="en">{text}</pre>
      </details>
    </div>
  );
}
