/** The board of today: what needs a person, each with what is next. Its best state is an empty one. */
import { useSignal } from '@preact/signals';
import { dayName } from '../../i18n/format.ts';
import { operateTexts } from '../../i18n/operate/index.ts';
import { checklistOf, type Line, type Step } from '../../operate/checklist.ts';
import { type Kind, type Matter, mattersOf, nextFreezeMs, pressing } from '../../operate/matters.ts';
import type { Board } from '../../operate/question.ts';
import { at, fromNow, lineOf, sortedByName, titleOf } from '../../operate/said.ts';
import { Command } from '../../parts/command.tsx';
import { Todo } from '../../parts/todo.tsx';
import { BoardPage } from './frame.tsx';

const SHOWN = 3;

function MatterCard({ kind, matters, board }: { kind: Kind; matters: readonly Matter[]; board: Board }) {
  const texts = operateTexts();
  const { todo } = texts.matters[kind];
  const lines = sortedByName(matters, board)
    .slice(0, SHOWN)
    .map((matter) => lineOf(matter, board));
  const [{ command }] = matters;
  return (
    <li class="matter" data-kind={kind}>
      <h2>{titleOf(kind, matters, board)}</h2>
      <ul class="which">
        {lines
          .filter((line) => line !== '')
          .map((line) => (
            <li key={line}>{line}</li>
          ))}
      </ul>
      <p>
        <span class="word">{texts.next}:</span> {todo}
      </p>
      {command !== undefined && <Command text={command} />}
      <p class="small">
        <a href={`/operate/exceptions#${kind}`}>{texts.board.more(matters.length)}</a>
      </p>
    </li>
  );
}

function Facts({ board }: { board: Board }) {
  const { facts: texts } = operateTexts().board;
  const { power, facts } = board;
  const served = board.meters.filter(({ firstDay, lastDay }) => firstDay <= facts.today && (lastDay === null || lastDay >= facts.today));
  const silent = served.filter((meter) => meter.silent).length;
  const freezeMs = nextFreezeMs(board);
  const rows = [
    [texts.meters, texts.metersText(served.length - silent, served.length)],
    [texts.validators, texts.validatorsText(power.reporting, power.validators, power.needed)],
    [texts.lastDay, facts.lastReleasedDay === null ? texts.noDay : dayName(facts.lastReleasedDay)],
    [texts.freeze, texts.freezeText(at(freezeMs, board), fromNow(freezeMs, facts.chainTimeMs))],
  ];
  return (
    <dl class="node-facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const KEPT = 'electra.operate.first';

/** What was ticked on this device; nothing where a browser keeps nothing. */
function kept(): Set<Step | 'over'> {
  try {
    return new Set((localStorage.getItem(KEPT) ?? '').split(' ').filter(Boolean) as (Step | 'over')[]);
  } catch {
    return new Set();
  }
}

function keep(ticks: ReadonlySet<string>): void {
  try {
    localStorage.setItem(KEPT, [...ticks].join(' '));
  } catch {
    // it is asked again then
  }
}

function ChecklistLine({ line, onTick }: { line: Line; onTick: (step: Step, done: boolean) => void }) {
  const { first } = operateTexts();
  const { step, done, count, byHand, command } = line;
  const { title, how } = first.steps[step];
  return (
    <Todo level={3} title={title} done={done} state={count && count[1] > 0 ? first.count(...count) : done ? first.done : first.open}>
      {!done && <p class="small quiet">{how}</p>}
      {!done && command !== undefined && <Command text={command} />}
      {byHand && (
        <label class="choice small">
          <input type="checkbox" checked={done} onChange={({ currentTarget }) => onTick(step, currentTarget.checked)} />
          {first.tick}
        </label>
      )}
    </Todo>
  );
}

interface FirstDaysList {
  lines: readonly Line[];
  /** lines that are not done; none once the list is over */
  left: number;
  tick(step: Step, done: boolean): void;
}

function useFirstDays(board: Board): FirstDaysList {
  const ticks = useSignal(kept());
  const lines = checklistOf(board, ticks.value as ReadonlySet<Step>);
  const undone = lines.filter(({ done }) => !done).length;
  const isOver = ticks.value.has('over');
  if (undone === 0 && !isOver) keep(new Set([...ticks.value, 'over']));
  const tick = (step: Step, done: boolean): void => {
    const next = new Set(ticks.value);
    if (done) next.add(step);
    else next.delete(step);
    ticks.value = next;
    keep(next);
  };
  return { lines, left: isOver ? 0 : undone, tick };
}

function FirstDays({ lines, left, tick }: FirstDaysList) {
  const { first } = operateTexts();
  return (
    <section class="stack" aria-labelledby="first-days">
      <h2 id="first-days">
        {first.title} <span class="state">{first.left(left)}</span>
      </h2>
      <p class="small quiet">{first.lead}</p>
      <ol class="todos">
        {lines.map((line) => (
          <ChecklistLine key={line.step} line={line} onTick={tick} />
        ))}
      </ol>
    </section>
  );
}

/** Nothing is called well while something of the first days is not done: a backup that nobody opened is no backup. */
function goodTitle(left: number): string {
  const { board } = operateTexts();
  return left === 0 ? board.good : board.goodSoFar(left);
}

function Today({ board }: { board: Board }) {
  const texts = operateTexts();
  const groups = pressing(board);
  const known = mattersOf(board).filter(({ needs }) => !needs).length;
  const first = useFirstDays(board);
  return (
    <>
      <h1>{groups.length === 0 ? goodTitle(first.left) : texts.board.needs(groups.length)}</h1>
      {groups.length === 0 && <p class="read">{texts.board.goodText}</p>}
      {groups.length > 0 && (
        <ul class="matters">
          {groups.map(([kind, matters]) => (
            <MatterCard key={kind} kind={kind} matters={matters} board={board} />
          ))}
        </ul>
      )}
      <Facts board={board} />
      {known > 0 && (
        <p class="small quiet">
          {texts.board.known(known)} <a href="/operate/exceptions">{texts.board.toExceptions}</a>
        </p>
      )}
      <p class="small quiet">{texts.asOf(at(board.facts.chainTimeMs, board))}</p>
      {first.left > 0 && <FirstDays {...first} />}
    </>
  );
}

export const OperateBoard = () => <BoardPage title={operateTexts().board.title}>{(board) => <Today board={board} />}</BoardPage>;
