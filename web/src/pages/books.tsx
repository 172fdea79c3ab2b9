/** The books, day by day, for anybody: each can be taken home and checked. */
import { useSignal } from '@preact/signals';
import { ask } from '../api/client.ts';
import { useLoaded } from '../api/loading.ts';
import { dayName } from '../i18n/format.ts';
import { words } from '../i18n/index.ts';
import { TroubleNotice } from '../parts/trouble.tsx';
import { useTitle } from '../parts/use-title.ts';

interface Days {
  days: readonly string[];
  next: string | null;
  genesisHash: string | null;
}

async function askBooks(after: string | null): Promise<Days> {
  const { service, priceDays } = await ask<{
    service: { genesisHash: string | null };
    priceDays: { edges: { node: { day: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
  }>(
    `query ($after: String) { service { genesisHash }
       priceDays(first: 31, after: $after) { edges { node { day } } pageInfo { hasNextPage endCursor } } }`,
    { after },
  );
  const { edges, pageInfo } = priceDays;
  return {
    days: edges.map(({ node }) => node.day),
    next: pageInfo.hasNextPage ? pageInfo.endCursor : null,
    genesisHash: service.genesisHash,
  };
}

function Table({ days }: { days: readonly string[] }) {
  const texts = words().books;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{texts.day}</th>
          <th scope="col">{texts.check}</th>
          <th scope="col">{texts.download}</th>
        </tr>
      </thead>
      <tbody>
        {days.map((day) => (
          <tr key={day}>
            <th scope="row">{dayName(day)}</th>
            <td>
              <a class="target" href={`/check?day=${day}`}>
                {texts.checkThis}
              </a>
            </td>
            <td>
              <a class="target" href={`/bundle/${day}.zip`} download>
                {day}.zip
              </a>
            </td>
          </tr>
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
          {data.days.length === 0 ? <p>{texts.none}</p> : <Table days={data.days} />}
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
