/**
 * `GET /bundle/DAY.zip` and `GET /bundle/FROM..TO.zip`: the audit bundle of released days, for anybody. It holds what chain and books
 * publish and nothing of a member, so nobody has to ask the operator for it. Making one reads much: each is made once at a time, and given
 * to all who ask for it within a minute. Whoever goes on from an earlier audit says so (since.ts).
 */
import type { Plugin } from 'graphql-yoga';
import { dateToDay, dayToDate } from '../../../protocol/values/time.ts';
import { writeZip } from '../../../reader/zip.ts';
import type { Service } from '../context.ts';
import { ApiError, badInput } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { Gap } from '../pages/refused.ts';
import { type Since, sinceOf } from './since.ts';
import { useRoute } from './use-route.ts';

export interface BundleSource {
  /** path → text of the bundle of days; null where one of them is not released, or not proven yet, or where there are more than `most` */
  files(days: readonly number[], since: Since | null, most: number): Promise<Readonly<Record<string, string>> | null>;
  /** of such days, which are released, and whether there is a bundle of each stretch of them */
  stretches(days: readonly number[]): Promise<Gap['stretches']>;
}

type Zip = Uint8Array<ArrayBuffer> | null;

/** Days of a path's name. @throws ApiError BAD_USER_INPUT */
function daysOf(name: string): number[] {
  const [, from, to = from] = /^(\d{4}-\d\d-\d\d)(?:\.\.(\d{4}-\d\d-\d\d))?\.zip$/.exec(name) ?? [];
  const day = (text: string | undefined): number => {
    try {
      return dateToDay(text ?? '');
    } catch {
      throw badInput('path', 'YYYY-MM-DD.zip, or YYYY-MM-DD..YYYY-MM-DD.zip');
    }
  };
  const [first, last] = [day(from), day(to)];
  if (last < first || last - first >= LIMITS.bundleDays) throw badInput('path', `1 to ${LIMITS.bundleDays} days, the earlier one first`);
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** One at a time, whoever asks; the newest few are kept for a minute. */
class Bundles {
  readonly #source: BundleSource;
  readonly #now: () => number;
  readonly #kept = new Map<string, { zip: Promise<Zip>; untilMs: number }>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(source: BundleSource, now: () => number) {
    this.#source = source;
    this.#now = now;
  }

  zip(name: string, days: readonly number[], since: Since | null): Promise<Zip> {
    const nowMs = this.#now();
    for (const [key, { untilMs }] of this.#kept) if (untilMs <= nowMs) this.#kept.delete(key);
    const known = this.#kept.get(name);
    if (known) return known.zip;
    const zip = this.#last.then(() => this.#make(days, since));
    this.#last = zip.catch(() => {});
    this.#keep(name, zip, nowMs);
    return zip;
  }

  async #make(days: readonly number[], since: Since | null): Promise<Zip> {
    const files = await this.#source.files(days, since, since ? LIMITS.bundleDaysSince : Number.POSITIVE_INFINITY);
    return files && new Uint8Array(writeZip(files));
  }

  /** What there is of days that have no bundle as a whole; in its turn, as the bundles. */
  gap(days: readonly number[]): Promise<Gap> {
    const gap = this.#last.then(async () => {
      const stretches = await this.#source.stretches(days);
      return { stretches, missing: days.filter((day) => !stretches.some(({ from, to }) => from <= day && day <= to)) };
    });
    this.#last = gap.catch(() => {});
    return gap;
  }

  /** What failed or is not there yet is asked for anew by the next. */
  #keep(name: string, zip: Promise<Zip>, nowMs: number): void {
    if (this.#kept.size >= LIMITS.bundlesKept) this.#kept.delete(this.#kept.keys().next().value!);
    this.#kept.set(name, { zip, untilMs: nowMs + LIMITS.bundleFreshMs });
    const forget = (): void => {
      if (this.#kept.get(name)?.zip === zip) this.#kept.delete(name);
    };
    zip.then((made) => made ?? forget(), forget);
  }
}

/** Which days are missing, and of which there is a bundle. */
function noBundle(gap: Gap): ApiError {
  const { missing, stretches } = gap;
  const there = stretches
    .filter(({ ready }) => ready)
    .map(({ from, to }) => (from === to ? dayToDate(from) : `${dayToDate(from)}..${dayToDate(to)}`));
  const why = missing.length > 0 ? `not released: ${missing.map(dayToDate).join(', ')}` : 'released, and their proofs are on their way';
  const rest = there.length > 0 ? `; there are bundles of ${there.join(', ')}` : '';
  return new ApiError('NOT_FOUND', `no bundle of these days now: ${why}${rest}`, { gap });
}

const PATH = /^\/bundle\/([^/]+)$/;

export function useBundles(source: BundleSource, { log, now }: Service): Plugin {
  const bundles = new Bundles(source, now);
  return useRoute(PATH, log, async (_request, url) => {
    const [, name] = PATH.exec(url.pathname)!;
    const days = daysOf(name);
    const zip = await bundles.zip(`${name}${url.search}`, days, sinceOf(url.searchParams));
    if (!zip) throw noBundle(await bundles.gap(days));
    return new Response(zip, {
      headers: { 'content-type': 'application/zip', 'content-disposition': `attachment; filename="electra-${name}"` },
    });
  });
}
