/** One day of the books, for anybody: how far it is, who is in, what the chain holds of it, and its check. */

import type { ComponentChildren } from 'preact';
import { useRoute } from 'preact-iso';
import { ask } from '../api/client.ts';
import { useLoaded } from '../api/loading.ts';
import { isChecked } from '../audit/calendar.ts';
import { useKeptDays } from '../check/kept.ts';
import { BOOK_DAY, type BookDay as Day, SERVICE, type Service, type ServiceAnswer, serviceOf } from '../community/question.ts';
import { COMMUNITY } from '../i18n/community/index.ts';
import { dayName, moment, number } from '../i18n/format.ts';
import { words } from '../i18n/index.ts';
import { TroubleNotice } from '../parts/trouble.tsx';
import { useTitle } from '../parts/use-title.ts';
import { addDays, isDay } from '../values/day-clock.ts';
import { NotFound } from './not-found.tsx';
import '../styles/community.css';

interface Asked {
  service: Service;
  day: Day | null;
}

async function askDay(day: string): Promise<Asked> {
  const { service, bookDay } = await ask<{ service: ServiceAnswer; bookDay: Day | null }>(
    `query ($day: Date!) { ${SERVICE} bookDay(day: $day) { ${BOOK_DAY} } }`,
    { day },
  );
  return { service: serviceOf(service), day: bookDay };
}

function Step({ title, done, children }: { title: string; done: boolean; children: ComponentChildren }) {
  const { waiting } = COMMUNITY().books;
  return (
    <li>
      <span class={`sign ${done ? 'done' : ''}`} aria-hidden="true">
        {done ? '✓' : '·'}
      </span>
      <strong>{title}</strong>
      <span>{done ? children : waiting}</span>
    </li>
  );
}

function Steps({ day, service: { timeZone } }: { day: Day; service: Service }) {
  const texts = COMMUNITY().books;
  const time = (text: string): string => moment(Date.parse(text) / 1000, timeZone);
  const anchored = day.anchoredAt !== null && day.anchorHeight !== null;
  return (
    <ol class="day-steps">
      <Step title={texts.steps.closed} done>
        {texts.closed(time(day.frozenAt), number(day.frozenHeight))}
      </Step>
      <Step title={texts.steps.audited} done={anchored}>
        {texts.audited}
      </Step>
      <Step title={texts.steps.anchored} done={anchored}>
        {anchored && texts.anchored(time(day.anchoredAt!), number(day.anchorHeight!))}
      </Step>
      <Step title={texts.steps.released} done={day.releasedAt !== null}>
        {day.releasedAt && texts.released(time(day.releasedAt))}
      </Step>
    </ol>
  );
}

function Found({ day, service }: { day: Day; service: Service }) {
  const texts = COMMUNITY().books;
  const kept = useKeptDays(service.genesisHash).get(day.day);
  const counts = (['metered', 'substitutes', 'disputed'] as const).filter((kind) => kind === 'metered' || day[kind] > 0);
  return (
    <>
      <h1>{texts.sentence[day.state](dayName(day.day))}</h1>
      {kept && isChecked(day, kept) && (
        <p>
          <span aria-hidden="true">✓ </span>
          {texts.checkedHere(moment(kept.atMs / 1000, service.timeZone))}
        </p>
      )}
      {day.state === 'RELEASED' && (
        <div class="buttons">
          <a class="button" href={`/check?day=${day.day}`}>
            {texts.check}
          </a>
          <a class="button plain" href={`/bundle/${day.day}.zip`} download>
            {texts.download}
          </a>
        </div>
      )}
      <Steps day={day} service={service} />
      <section class="block">
        <h2>{texts.who}</h2>
        <ul class="counts">
          {counts.map((kind) => (
            <li key={kind}>
              <strong>{number(day[kind])}</strong> {texts[kind]}
            </li>
          ))}
        </ul>
        {day.corrections > 0 && <p>{texts.corrections(day.corrections)}</p>}
      </section>
      {day.bookHash && (
        <section class="block">
          <h2>{texts.hash}</h2>
          <p>
            <code>{day.bookHash}</code>
          </p>
        </section>
      )}
      <p class="small quiet">{words().home.zone(service.timeZone)}</p>
    </>
  );
}

function Ways({ date }: { date: string }) {
  const texts = COMMUNITY().books;
  return (
    <nav class="buttons" aria-label={texts.all}>
      <a class="target" href={`/books/${addDays(date, -1)}`}>
        {texts.before}
      </a>
      <a class="target" href={`/books/${addDays(date, 1)}`}>
        {texts.after}
      </a>
      <a class="target" href="/books">
        {texts.all}
      </a>
    </nav>
  );
}

function OfDay({ date }: { date: string }) {
  const texts = COMMUNITY().books;
  useTitle(texts.title(dayName(date)));
  const { data, trouble } = useLoaded(`book ${date}`, () => askDay(date)).value;
  return (
    <div class="page stack">
      {trouble && <TroubleNotice trouble={trouble} />}
      {data?.day && <Found day={data.day} service={data.service} />}
      {data && !data.day && (
        <>
          <h1>{texts.unknown(dayName(date))}</h1>
          <p class="read">{texts.unknownHow}</p>
        </>
      )}
      {!data && (
        <>
          <h1>{texts.title(dayName(date))}</h1>
          {!trouble && <div class="skeleton" aria-busy="true" />}
        </>
      )}
      {(data || trouble) && <Ways date={date} />}
    </div>
  );
}

export function BookDay() {
  const { day } = useRoute().params;
  return isDay(day) ? <OfDay key={day} date={day} /> : <NotFound />;
}
