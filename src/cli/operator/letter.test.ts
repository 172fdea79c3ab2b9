/** The letter of an invitation: what stands on it, and that a name cannot become anything but a name. */
import { expect, test } from 'vitest';
import { LANGUAGES, letter } from './letter.ts';

const of = (name: string | null, language: (typeof LANGUAGES)[number] = 'en'): string =>
  letter({ link: 'https://grid.example/join#AAAA', address: 'electra1xyz', name, expiresAt: new Date('2026-07-14T10:00:00Z'), language });

test('says whom it greets, until when it is good and the link, in each language, and loads nothing', () => {
  expect(of('Ana')).toContain('Dear Ana,');
  expect(of(null)).toContain('Dear member,');
  const dates = { en: '14 July 2026', de: '14. Juli 2026', es: '14 de julio de 2026' };
  for (const language of LANGUAGES) {
    const text = of('Ana', language);
    expect(text.replaceAll(/July 14, 2026/g, '14 July 2026')).toContain(dates[language]);
    expect(text).toContain('https://grid.example/join#AAAA');
    expect(text).toContain('<svg class="qr"');
    expect(text).not.toMatch(/<script|src=|href=/);
  }
});

test('shows a name that is markup as it was typed', () => {
  const text = of('<img src=x onerror=alert(1)>');
  expect(text).not.toContain('<img');
  expect(text).toContain('&#60;img');
});
