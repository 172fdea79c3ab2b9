/** The books, day by day, for anybody: each can be taken home and checked. */
import { useSignal } from '@preact/signals';
import { ask } from '../api/client.ts';
import { useLoaded } from '../api/loading.ts';
import { isChecked } from '../audit/calendar.ts';
import { useKeptDays } from '../check/kept.ts';
import type { BookDay } from '../community/question.ts';
import { COMMUNITY } from '../i18n/community/index.ts';
import { dayName, number } from '../i18n/format.ts';
import { words } from '../i18n/index.ts';
import { TroubleNotice } from '../parts/trouble.tsx';
import { useTitle } from '../parts/use-title.ts';
import '../styles/community.css';

type Listed = Pick<BookDay, 'day' | 'state' | 'meters' | 'metered' | 'bookHash' | 'corrections'>;

interface Days {
  days: readonly Listed[];
  next: string | null;
  genesisHash: string | null;
}

async function askBooks(after: string | null): Promise<Days> {
  const { service, bookDays } = await ask<{
    service: { genesisHash: string | null };
    bookDays: { edges: { node: Listed }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
  }>(
    `query ($after: String) { service { genesisHash }
       bookDays(first: 31, after: $after) {
         edges { node { day state meters metered bookHash corrections } } pageInfo { hasNextPage endCursor } } }`,
    { after },
  );
  const { edges, pageInfo } = bookDays;
  return {
    days: edges.map(({ node }) => node),
    next: pageInfo.hasNextPage ? pageInfo.endCursor : null,
    genesisHash: service.genesisHash,
  };
}

function Row({ day, state, meters, metered, checked }: Listed & { checked: boolean }) {
  const texts = words().books;
  const { states } = COMMUNITY().books;
  return (
    <tr>
      <th scope="row">
        <a class="target" href={`/books/${day}`}>
          {dayName(day)}
        </a>
      </th>
      <td class="number">
        <span class="target">{metered === meters ? number(meters) : `${number(metered)} / ${number(meters)}`}</span>
      </td>
      <td>
        {state === 'RELEASED' ? (
          <a class="target" href={`/check?day=${day}`}>
            {checked && <span aria-hidden="true">✓&nbsp;</span>}
            {texts.checkThis}
          </a>
        ) : (
          <span class="target quiet">{states[state]}</span>
        )}
      </td>
      <td class="wide-only">
        {state === 'RELEASED' && (
          <a class="target" href={`/bundle/${day}.zip`} download>
            {day}.zip
          </a>
        )}
      </td>
    </tr>
  );
}

function Table({ days, genesisHash }: Days) {
  const texts = words().books;
  const kept = useKeptDays(genesisHash);
  return (
    <table class="days">
      <thead>
        <tr>
          <th scope="col">{texts.day}</th>
          <th scope="col" class="number">
            {COMMUNITY().books.meters}
          </th>
          <th scope="col">{texts.check}</th>
          <th scope="col" class="wide-only">
            {texts.download}
          </th>
        </tr>
      </thead>
      <tbody>
        {days.map((day) => (
          <Row key={day.day} {...day} checked={isChecked(day, kept.get(day.day))} />
        ))}
      </tbody>
    </table>
  );
}

export function Books() {
  const texts = words().books;
  useTitle(texts.title);
  const after = useSignal<string | null>(null);
  const { data, trouble } = useLoaded(`books ${after.value}`, () => askBooks(after.value)).value;
  return (
    <div class="page stack">
      <h1>{texts.title}</h1>
      <p class="read">{texts.lead}</p>
      {trouble && <TroubleNotice trouble={trouble} />}
      {data ? (
        <>
          {data.days.length === 0 ? <p>{texts.none}</p> : <Table {...data} />}
          {data.next !== null && (
            <p>
              <button type="button" class="button plain" onClick={() => (after.value = data.next)}>
                {texts.earlier}
              </button>
            </p>
          )}
          {data.genesisHash !== null && (
            <p class="small quiet read">
              {texts.fingerprint} <code>{data.genesisHash}</code>
            </p>
          )}
        </>
      ) : (
        !trouble && <div class="skeleton" aria-busy="true" />
      )}
    </div>
  );
}
