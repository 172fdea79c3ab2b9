/**
 * What is refused, as a person or as a program is told. A browser that opens an address asks for text/html: it gets a small page that needs
 * no script and loads nothing; whoever asks otherwise gets JSON.
 */
import { createHash } from 'node:crypto';
import { dayToDate } from '../../../protocol/values/time.ts';
import type { ApiError } from '../errors.ts';
import { type Refusal, textsFor } from './refused-texts.ts';

const STYLE =
  ':root{color-scheme:light dark}' +
  'body{font:1.0625rem/1.5 system-ui,sans-serif;max-width:38rem;margin:12vh auto;padding:0 1rem;color:#16262b;background:#f6f4ef}' +
  'h1{font-size:1.75rem;line-height:1.2}a{color:inherit;text-underline-offset:.2em;display:inline-block;padding:.6rem .8rem .6rem 0}' +
  'code{font-size:.875rem;overflow-wrap:anywhere}' +
  '@media (prefers-color-scheme:dark){body{color:#eef2f0;background:#0f191c}}';
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');
const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

const DAY_MS = 86_400_000;

const escaped = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

/** Who asks: what decides between a page and JSON, and in which language. */
export interface Asker {
  method: string;
  accept: string;
  acceptLanguage: string;
}

export const askerOf = ({ method, headers }: Request): Asker => ({
  method,
  accept: headers.get('accept') ?? '',
  acceptLanguage: headers.get('accept-language') ?? '',
});

/** A browser that opens an address names text/html, and JSON only by its `*` of last resort. */
const wantsPage = ({ method, accept }: Asker): boolean =>
  (method === 'GET' || method === 'HEAD') && /\btext\/html\b/i.test(accept) && !/\bapplication\/json\b/i.test(accept);

/** Days of a bundle that there are not, and stretches of the others. */
export interface Gap {
  missing: readonly number[];
  stretches: readonly { from: number; to: number; ready: boolean }[];
}
const gapOf = (error: ApiError): Gap | null => (error.extensions.gap as Gap | undefined) ?? null;

const BY_STATUS: Readonly<Record<number, Refusal>> = {
  400: 'input',
  401: 'signIn',
  403: 'forbidden',
  404: 'nothing',
  405: 'method',
  415: 'input',
  429: 'wait',
  503: 'away',
};

const rangeOf = ({ from, to }: { from: number; to: number }): string =>
  from === to ? dayToDate(from) : `${dayToDate(from)}..${dayToDate(to)}`;

function bundles({ missing, stretches }: Gap, { language, texts }: ReturnType<typeof textsFor>): string {
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' });
  const names = (from: number, to: number): string => format.formatRange(from * DAY_MS, to * DAY_MS);
  const one = (stretch: Gap['stretches'][number]): string => {
    const range = rangeOf(stretch);
    const check = stretch.from === stretch.to ? `day=${range}` : `from=${dayToDate(stretch.from)}&amp;to=${dayToDate(stretch.to)}`;
    const links = `<a href="/check?${check}">${texts.check}</a> <a href="/bundle/${range}.zip">${texts.take}</a>`;
    return `<li>${names(stretch.from, stretch.to)}: ${stretch.ready ? links : texts.onTheirWay}</li>`;
  };
  const gap = missing.length === 0 ? '' : `<p>${texts.missing(missing.map((day) => names(day, day)).join(', '))}</p>`;
  return stretches.length === 0 ? gap : `${gap}<p>${texts.there}</p><ul>${stretches.map(one).join('')}</ul>`;
}

function page(error: ApiError, { acceptLanguage }: Asker): string {
  const { language, texts } = textsFor(acceptLanguage);
  const gap = gapOf(error);
  const [title, sentence] = texts.of[gap ? 'noBundle' : (BY_STATUS[error.status] ?? 'broken')];
  const afterS = error.extensions.retryAfterS as number | undefined;
  const again = error.status === 429 || error.status >= 500 ? `<a href="">${texts.again}</a> ` : '';
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Electra: ${title}</title><style>${STYLE}</style></head><body><main>
<h1>${title}</h1><p>${sentence}${afterS === undefined ? '' : ` ${texts.after(afterS)}`}</p>
${gap ? bundles(gap, { language, texts }) : ''}<p>${again}<a href="/">${texts.home}</a></p>
<p><small>${texts.reference} <code lang="en">${escaped(error.message)}</code></small></p>
</main></body></html>
`;
}

const jsonOf = (error: ApiError): string => {
  const { code, field, message } = error;
  const gap = gapOf(error);
  return JSON.stringify({
    error: {
      code,
      message,
      ...(field === undefined ? {} : { field }),
      ...(gap && { missing: gap.missing.map(dayToDate), ranges: gap.stretches.filter(({ ready }) => ready).map(rangeOf) }),
    },
  });
};

/** Status, headers and body of a refusal. */
export function refusal(error: ApiError, asker: Asker): { status: number; headers: Record<string, string>; body: string } {
  const isPage = wantsPage(asker);
  const afterS = error.extensions.retryAfterS as number | undefined;
  return {
    status: error.status,
    headers: {
      'content-type': isPage ? 'text/html; charset=utf-8' : 'application/json',
      vary: 'accept, accept-language',
      ...(isPage ? { 'content-security-policy': POLICY, 'content-language': textsFor(asker.acceptLanguage).language } : {}),
      ...(error.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
      ...(afterS === undefined ? {} : { 'retry-after': String(afterS) }),
    },
    body: isPage ? page(error, asker) : jsonOf(error),
  };
}
