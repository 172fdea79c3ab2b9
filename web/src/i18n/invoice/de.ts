/** German texts of a member's invoices. */
import type { Texts } from './en.ts';

const plural = new Intl.PluralRules('de');
const many = (count: number, one: string, other: string): string => (plural.select(count) === 'one' ? one : other);

export const texts: Texts = {
  title: 'Rechnungen',
  none: 'Noch wurde keine Rechnung ausgestellt.',
  noneText:
    'Der Betreiber signiert eine für jeden Monat, wenn alle seine Tage endgültig sind. Bis dahin zeigt die Abrechnung, worauf der Monat hinausläuft.',
  list: 'Rechnungen, die neueste zuerst',
  columns: {
    month: 'Monat',
    revision: 'Ausgabe',
    issued: 'Ausgestellt',
    total: 'Summe',
    day: 'Tag',
    meter: 'Zähler',
    version: 'Fassung',
    amount: 'Betrag',
  },
  bills: 'Abrechnung des Monats',
  all: 'Alle Rechnungen',
  pay: (month, amount) => `Rechnung für ${month}: Sie zahlen ${amount}.`,
  receive: (month, amount) => `Rechnung für ${month}: Sie erhalten ${amount}.`,
  nothing: (month) => `Rechnung für ${month}: nichts zu zahlen.`,
  noneOf: (month) => `Für ${month} wurde noch keine Rechnung ausgestellt.`,
  beforeTheEnd: (day) =>
    `Vor dem Ende des Monats ausgestellt: Sie reicht bis zum ${day}. Was danach kommt, steht in einer späteren Ausgabe.`,
  issued: (time, revision) => `Ausgestellt ${time}, Ausgabe ${revision}.`,
  replaced: (revision) => `Ausgabe ${revision} ersetzt diese.`,
  revisions: 'Ausgaben',
  revision: (n) => `Ausgabe ${n}`,
  checking: 'Die Signatur wird geprüft …',
  good: 'Auf diesem Gerät geprüft: vom Betreiber signiert, für Sie, und die Summe ist die ihrer Zeilen.',
  bad: 'Diese Rechnung ist nicht, wie sie sein soll.',
  faults: 'Was nicht stimmt',
  unreadable: 'Diese Rechnung konnte nicht gelesen werden.',
  whom: 'Zeigen Sie sie dem Betreiber und den anderen Mitgliedern. Sichern Sie zuerst die Datei.',
  corrected: (count) =>
    `${count} ${many(count, 'Abrechnung wurde', 'Abrechnungen wurden')} nach dieser Rechnung berichtigt. Die nächste Ausgabe wird ${many(count, 'sie', 'sie')} enthalten.`,
  eachBill: 'Ob jede Zeile stimmt, sagt die Prüfung ihrer Abrechnung: Öffnen Sie den Tag.',
  from: 'Vom Betreiber',
  to: 'Für',
  chain: 'Gemeinschaft',
  month: 'Monat',
  monthSpan: (from, to) => `${from} bis ${to}, Tage der Bücher (UTC)`,
  fingerprint: 'SHA-256 der signierten Datei',
  linesTitle: 'Zeilen nach Tagen',
  total: 'Summe',
  json: 'Signierte Datei sichern',
  print: 'Drucken',
  keep: 'Die signierte Datei enthält, was jede Ihrer Abrechnungen öffnet: Behalten Sie sie für sich.',
  meter: (end) => `… ${end}`,
};
