/** What a device tells, and that it tells it once. */
import { expect, test } from 'vitest';
import { type Told, untold } from './device.ts';
import { kindsFor, type News, type NewsKind, pathOf } from './question.ts';

const news = (kind: NewsKind, at: string): News => ({ kind, at, meter: 'm', day: '2026-07-02', month: '2026-06' });
const NOTHING: Told = { of: 'x', until: '2026-07-03T06:00:00.000Z', silentUntil: '' };

test('what has happened since is told once, and what was told before is not', () => {
  const [old, fresh] = [news('BILL', '2026-07-03T05:00:00.000Z'), news('BILL', '2026-07-03T07:00:00.000Z')];
  const first = untold([fresh, old], NOTHING);
  expect(first.fresh).toEqual([fresh]);
  expect(untold([fresh, old], first.next).fresh).toEqual([]);
});

test('a silence is told once, and again only when the meter has spoken in between', () => {
  const silent = news('SILENT', '2026-07-03T04:00:00.000Z');
  const first = untold([silent], NOTHING);
  expect(first.fresh).toEqual([silent]);
  expect(untold([silent], first.next).fresh).toEqual([]);
  const again = news('SILENT', '2026-07-03T09:00:00.000Z');
  expect(untold([again], first.next).fresh).toEqual([again]);
});

test('a silence hides nothing that happens, nor the other way round: their clocks differ', () => {
  const [silent, bill] = [news('SILENT', '2030-01-01T00:00:00.000Z'), news('BILL', '2026-07-03T07:00:00.000Z')];
  const { next } = untold([silent], NOTHING);
  expect(untold([bill], next).fresh).toEqual([bill]);
  expect(untold([], next).next).toEqual(next);
});

test('each role is offered what concerns it, and everybody a new way to sign in', () => {
  expect(kindsFor(['MEMBER'])).toEqual(['BILL', 'CORRECTION', 'INVOICE', 'SILENT', 'PASSKEY']);
  expect(kindsFor(['OPERATOR', 'MEMBER'])).toEqual(['SILENT', 'BILL', 'CORRECTION', 'INVOICE', 'PASSKEY']);
  expect(kindsFor(['AUDITOR'])).toEqual(['DAY', 'PASSKEY']);
});

test('news lead where they stand at length, for the role that reads them', () => {
  expect(pathOf(news('CORRECTION', ''), ['MEMBER'])).toBe('/bills/2026-07-02/m');
  expect(pathOf(news('INVOICE', ''), ['MEMBER'])).toBe('/invoices/2026-06');
  expect(pathOf(news('SILENT', ''), ['MEMBER'])).toBe('/usage');
  expect(pathOf(news('SILENT', ''), ['OPERATOR'])).toBe('/operate/meters');
  expect(pathOf(news('DAY', ''), ['AUDITOR'])).toBe('/audit');
});
