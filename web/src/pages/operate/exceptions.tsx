/** Whatever is not as usual: what each kind means, until when, and what is next. */
import { useEffect } from 'preact/hooks';
import { locale } from '../../i18n/index.ts';
import { operateTexts } from '../../i18n/operate/index.ts';
import { KINDS, type Kind, type Matter, mattersOf } from '../../operate/matters.ts';
import { type Board, LOOK_BACK_DAYS } from '../../operate/question.ts';
import { at, lineOf, sortedByName } from '../../operate/said.ts';
import { Command } from '../../parts/command.tsx';
import { BoardPage } from './frame.tsx';

const SHOWN = 8;

function Entries({ matters, board }: { matters: readonly Matter[]; board: Board }) {
  const commands = new Set(matters.map(({ command }) => command));
  const [shared] = commands.size === 1 ? commands : [undefined];
  return (
    <>
      <ul class="entries">
        {matters.map((matter, i) => (
          <li key={`${matter.meter} ${matter.day} ${i}`}>
            {lineOf(matter, board)}
            {shared === undefined && matter.command !== undefined && <Command text={matter.command} />}
          </li>
        ))}
      </ul>
      {shared !== undefined && <Command text={shared} />}
    </>
  );
}

function KindSection({ kind, matters, board }: { kind: Kind; matters: readonly Matter[]; board: Board }) {
  const { exceptions, matters: texts, andMore } = operateTexts();
  const rest = matters.slice(SHOWN);
  return (
    <section class="exception stack tight" id={kind} tabIndex={-1}>
      <h2>
        {exceptions.kinds[kind]} <span class="state">{matters.length}</span>
      </h2>
      <dl class="said-of">
        <dt>{exceptions.means}</dt>
        <dd>{texts[kind].means}</dd>
        <dt>{exceptions.todo}</dt>
        <dd>{texts[kind].todo}</dd>
      </dl>
      <Entries matters={matters.slice(0, SHOWN)} board={board} />
      {rest.length > 0 && (
        <details class="raw">
          <summary>{andMore(rest.length)}</summary>
          <Entries matters={rest} board={board} />
        </details>
      )}
    </section>
  );
}

function List({ board }: { board: Board }) {
  const texts = operateTexts();
  const found = Map.groupBy(mattersOf(board), ({ kind }) => kind);
  const free = KINDS.filter((kind) => !found.has(kind)).map((kind) => texts.exceptions.kinds[kind]);
  useEffect(() => {
    const wanted = document.getElementById(location.hash.slice(1));
    wanted?.scrollIntoView();
    wanted?.focus({ preventScroll: true });
  }, []);
  return (
    <>
      <h1>{found.size === 0 ? texts.exceptions.none : texts.exceptions.title}</h1>
      <p class="read quiet">{texts.exceptions.lead(LOOK_BACK_DAYS)}</p>
      {[...found].map(([kind, matters]) => (
        <KindSection key={kind} kind={kind} matters={sortedByName(matters, board)} board={board} />
      ))}
      {free.length > 0 && (
        <p class="small quiet read">
          {texts.exceptions.free} {new Intl.ListFormat(locale(), { type: 'conjunction' }).format(free)}.
        </p>
      )}
      <p class="small quiet">{texts.asOf(at(board.facts.chainTimeMs, board))}</p>
    </>
  );
}

export const OperateExceptions = () => <BoardPage title={operateTexts().exceptions.title}>{(board) => <List board={board} />}</BoardPage>;
