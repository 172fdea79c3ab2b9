/** What is new for whoever is signed in, each line with the way to it; gone once they say that they have seen it. */
import { useSignal } from '@preact/signals';
import { ApiTrouble, type Trouble } from '../api/client.ts';
import { refresh } from '../api/refresh.ts';
import { viewer } from '../api/session.ts';
import { words } from '../i18n/index.ts';
import { lastOf, type News, pathOf, see } from '../notices/question.ts';
import { saidOf } from '../notices/said.ts';
import { TroubleNotice } from './trouble.tsx';

interface NewsListProps {
  of: readonly News[];
  timeZone: string;
  /** how many stand here; the rest is in the settings */
  most?: number;
}

export function NewsList({ of: news, timeZone, most = news.length }: NewsListProps) {
  const texts = words().news;
  const trouble = useSignal<Trouble | null>(null);
  const roles = viewer.value?.roles ?? [];
  const seen = async (): Promise<void> => {
    try {
      await see(news);
      refresh();
    } catch (error) {
      if (!(error instanceof ApiTrouble)) throw error;
      trouble.value = error.trouble;
    }
  };
  return (
    <section class="news stack tight" aria-labelledby="news">
      <h2 id="news">{texts.title}</h2>
      <ul class="plain-list">
        {news.slice(0, most).map((one) => (
          <li key={`${one.kind} ${one.meter} ${one.day} ${one.at}`}>
            <a class="target" href={pathOf(one, roles)}>
              {saidOf(one, timeZone)}
            </a>
          </li>
        ))}
        {news.length > most && (
          <li>
            <a class="target" href="/settings">
              {texts.more(news.length - most)}
            </a>
          </li>
        )}
      </ul>
      {trouble.value && <TroubleNotice trouble={trouble.value} />}
      {lastOf(news) === null ? (
        <p class="small quiet">{texts.silentStays}</p>
      ) : (
        <p>
          <button type="button" class="button plain" onClick={seen}>
            {texts.seen}
          </button>
        </p>
      )}
    </section>
  );
}
