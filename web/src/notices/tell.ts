/**
 * Notifications of the device, for who has asked for them: whatever is new when a hint comes, and now and then, for a silence gives no
 * hint. They come out of an open page; no service outside has a part in it.
 */
import { ApiTrouble, ask } from '../api/client.ts';
import { onNews } from '../api/hints.ts';
import { TELLING } from '../api/telling.ts';
import { viewer } from '../api/viewer.ts';
import { language } from '../i18n/index.ts';
import { noticeTexts } from '../i18n/notices/index.ts';
import { keepTold, toldTo, untold } from './device.ts';
import { NEWS_FIELDS, type News, pathOf } from './question.ts';
import { saidOf } from './said.ts';

/** Silence is noticed so often; by the rule it counts after two hours. */
const LOOK_EACH_MS = 900_000;
/** More at once are one notification. */
const MOST = 3;
const ICON = '/icon-192.png';

interface Shown {
  title: string;
  path: string;
  /** the same one again takes the place of the one before */
  tag: string;
}

/** A phone's browser shows them by the service worker alone; where there is none, the page does. */
async function show({ title, path, tag }: Shown): Promise<void> {
  const options = { tag, lang: language.value, icon: ICON, data: { path } };
  const worker = await navigator.serviceWorker?.getRegistration().catch(() => undefined);
  if (worker?.active) return worker.showNotification(title, options);
  const one = new Notification(title, options);
  one.onclick = () => {
    window.focus();
    location.assign(path);
  };
}

async function showAll(fresh: readonly News[], timeZone: string): Promise<void> {
  const roles = viewer.value?.roles ?? [];
  await noticeTexts.load(language.value);
  if (fresh.length > MOST) return show({ title: noticeTexts().many(fresh.length), path: '/settings', tag: 'many' });
  for (const news of fresh)
    await show({ title: saidOf(news, timeZone), path: pathOf(news, roles), tag: `${news.kind} ${news.meter ?? news.day} ${news.at}` });
}

async function tell(): Promise<void> {
  const who = viewer.value?.address;
  const told = who === undefined ? null : await toldTo(who);
  if (!told || Notification.permission !== 'granted') return;
  const { service, viewer: found } = await ask<{ service: { timeZone: string }; viewer: { news: News[] } | null }>(
    `{ service { timeZone } viewer { news { ${NEWS_FIELDS} } } }`,
  );
  const { fresh, next } = untold(found?.news ?? [], told);
  keepTold(next);
  await showAll(fresh, service.timeZone);
}

/** Of several pages of a browser one looks after the other: what one has told, the next does not tell again. */
async function look(): Promise<void> {
  try {
    await (navigator.locks ? navigator.locks.request(TELLING, tell) : tell());
  } catch (error) {
    if (!(error instanceof ApiTrouble)) throw error; // the next look tells it
  }
}

let telling = false;

/** From now on, as long as the page is open. */
export function tellNews(): void {
  if (telling || !('Notification' in globalThis)) return;
  telling = true;
  onNews(() => void look());
  setInterval(() => void look(), LOOK_EACH_MS);
  void look();
}
