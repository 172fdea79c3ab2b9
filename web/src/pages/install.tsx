/** Whoever installs a meter sees it arrive: is it on the chain, has it reported, and does its display show what was reported? */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { useLoaded } from '../api/loading.ts';
import { refresh } from '../api/refresh.ts';
import { dayName, moment, number } from '../i18n/format.ts';
import { installTexts } from '../i18n/install/index.ts';
import { askInstallation, exchange, type Installation, type Shown, takeCode } from '../install/question.ts';
import { Block } from '../parts/block.tsx';
import { Todo } from '../parts/todo.tsx';
import { useTitle } from '../parts/use-title.ts';
import '../styles/operate.css';

const AGAIN_MS = 15_000;
const KILO = 1000;

function Step({ title, done, children }: { title: string; done: boolean; children: ComponentChildren }) {
  const texts = installTexts();
  return (
    <Todo level={2} title={title} done={done} state={done ? texts.done : texts.open}>
      <div>{children}</div>
    </Todo>
  );
}

function Registers({ registers, time }: { registers: NonNullable<Installation['registers']>; time: (at: string) => string }) {
  const { registers: texts } = installTexts();
  const kWh = (wh: string): string => `${number(Number(wh) / KILO, 3)}\u00a0kWh`;
  return (
    <>
      <dl class="installed">
        <div>
          <dt>{texts.taken}</dt>
          <dd class="figure">{kWh(registers.importWh)}</dd>
        </div>
        <div>
          <dt>{texts.given}</dt>
          <dd class="figure">{kWh(registers.exportWh)}</dd>
        </div>
      </dl>
      <p>{texts.compare(time(registers.at))}</p>
    </>
  );
}

function Progress({ installation, timeZone }: { installation: Installation; timeZone: string }) {
  const texts = installTexts();
  const { enrolled, firstDay, firstReportAt, lastReportAt, registers, validator, powerDueAt, expiresAt, meter } = installation;
  const time = (at: string): string => moment(Date.parse(at) / 1000, timeZone);
  const reported = firstReportAt !== null && lastReportAt !== null;
  // What reported has registers to show, unless its first day is over.
  const isOver = reported && registers === null;
  return (
    <>
      <h1>{reported ? texts.reports : enrolled ? texts.waitsForReport : texts.waitsForEnrolment}</h1>
      <p class="quiet">
        <code>{meter}</code>
      </p>
      <ol class="todos">
        <Step title={texts.enrolled.title} done={enrolled}>
          {enrolled ? texts.enrolled.yes : texts.enrolled.no}
        </Step>
        <Step title={texts.day.title} done={firstDay !== null}>
          {firstDay === null ? texts.day.no : texts.day.yes(dayName(firstDay))}
        </Step>
        <Step title={texts.report.title} done={reported}>
          {reported ? texts.report.yes(time(firstReportAt), time(lastReportAt)) : texts.report.no}
        </Step>
        <Step title={texts.registers.title} done={registers !== null || isOver}>
          {registers ? <Registers registers={registers} time={time} /> : isOver ? texts.registers.over : texts.registers.none}
        </Step>
        <Step title={texts.blocks.title} done={enrolled}>
          {!validator ? texts.blocks.no : powerDueAt === null ? texts.blocks.yes : texts.blocks.from(time(powerDueAt))}
        </Step>
      </ol>
      <p class="small quiet">
        {texts.goesOn} {texts.until(time(expiresAt))}
      </p>
    </>
  );
}

function Nothing({ refused }: { refused: boolean }) {
  const texts = installTexts();
  return (
    <>
      <h1>{refused ? texts.refusedTitle : texts.noneTitle}</h1>
      <p class="read">{refused ? texts.refused : texts.none}</p>
    </>
  );
}

/** The code is exchanged before the first look; where the service is away it is kept for the next try. */
function useInstallation(meter: string) {
  const code = useRef<string | null | undefined>(undefined);
  const refused = useRef(false);
  if (code.current === undefined) code.current = takeCode();
  const state = useLoaded(`install ${meter}`, async (): Promise<Shown> => {
    if (code.current) {
      refused.current = !(await exchange(meter, code.current));
      code.current = null;
    }
    return { ...(await askInstallation(meter)), refused: refused.current };
  });
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) refresh();
    }, AGAIN_MS);
    const another = (): void => {
      const next = takeCode();
      if (next === null) return;
      code.current = next;
      refresh();
    };
    addEventListener('hashchange', another);
    return () => {
      clearInterval(timer);
      removeEventListener('hashchange', another);
    };
  }, []);
  return state;
}

export function Install() {
  useTitle(installTexts().title);
  const { value } = useInstallation(useRoute().params.meter ?? '');
  return (
    <div class="page stack">
      <Block loaded={value}>
        {({ installation, refused, timeZone }) =>
          installation ? <Progress installation={installation} timeZone={timeZone} /> : <Nothing refused={refused} />
        }
      </Block>
    </div>
  );
}
