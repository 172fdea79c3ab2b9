/** How far each day is. */
import { useSignal } from '@preact/signals';
import { useLoaded } from '../../api/loading.ts';
import { dayName } from '../../i18n/format.ts';
import { operateTexts } from '../../i18n/operate/index.ts';
import { doctor } from '../../operate/commands.ts';
import { askDays, type DayStatus, type Days } from '../../operate/question.ts';
import { at } from '../../operate/said.ts';
import { Block } from '../../parts/block.tsx';
import { Command } from '../../parts/command.tsx';
import { useTitle } from '../../parts/use-title.ts';
import { OperatePage } from './frame.tsx';

const STATES = ['FROZEN', 'DRAFTED', 'PROVEN', 'AUDITED', 'ANCHORED', 'RELEASED'] as const;

/** Six places in a row, filled as far as the day is; beside it the word. */
function Progress({ state }: Pick<DayStatus, 'state'>) {
  const far = STATES.indexOf(state);
  return (
    <span class="progress" aria-hidden="true">
      {STATES.map((one, i) => (
        <span key={one} class={i <= far ? 'filled' : undefined} />
      ))}
    </span>
  );
}

function Table({ days, facts }: Pick<Days, 'days' | 'facts'>) {
  const texts = operateTexts().days;
  return (
    <table class="cards">
      <thead>
        <tr>
          <th scope="col">{texts.day}</th>
          <th scope="col">{texts.state}</th>
          <th scope="col">{texts.version}</th>
          <th scope="col">{texts.frozenAt}</th>
          <th scope="col">{texts.releasedAt}</th>
          <th scope="col">{texts.note}</th>
        </tr>
      </thead>
      <tbody>
        {days.map(({ day, version, state, frozenAt, releasedAt, waiting }) => (
          <tr key={`${day} ${version}`}>
            <th scope="row">{dayName(day)}</th>
            <td data-label={texts.state}>
              <span class="pairing">
                <Progress state={state} /> {texts.states[state]}
              </span>
            </td>
            <td data-label={texts.version}>{version}</td>
            <td data-label={texts.frozenAt}>{at(Date.parse(frozenAt), { facts })}</td>
            <td data-label={texts.releasedAt}>{releasedAt === null ? '–' : at(Date.parse(releasedAt), { facts })}</td>
            <td data-label={texts.note}>{waiting ?? '–'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Page() {
  const texts = operateTexts().days;
  useTitle(texts.title);
  const after = useSignal<string | null>(null);
  return (
    <>
      <h1>{texts.title}</h1>
      <p class="read">{texts.lead}</p>
      <Block loaded={useLoaded(`operate days ${after.value}`, () => askDays(after.value)).value}>
        {({ days, facts, next }) => (
          <>
            {days.length === 0 ? <p>{texts.none}</p> : <Table days={days} facts={facts} />}
            {days.some(({ waiting }) => waiting !== null) && <Command text={doctor} />}
            <p class="buttons">
              {after.value !== null && (
                <button type="button" class="button plain" onClick={() => (after.value = null)}>
                  {texts.newest}
                </button>
              )}
              {next !== null && (
                <button type="button" class="button plain" onClick={() => (after.value = next)}>
                  {texts.earlier}
                </button>
              )}
            </p>
          </>
        )}
      </Block>
    </>
  );
}

export const OperateDays = () => (
  <OperatePage>
    <Page />
  </OperatePage>
);
