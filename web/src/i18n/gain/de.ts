/** German of what sharing brought, beside the tariff. */
import type { GainTexts } from './en.ts';

const plural = new Intl.PluralRules('de');
const isOne = (weeks: number): boolean => plural.select(weeks) === 'one';
const weeksOf = (weeks: number): string => (isOne(weeks) ? 'Die letzte abgerechnete Woche' : `Die letzten ${weeks} abgerechneten Wochen`);

export const texts: GainTexts = {
  title: 'Mit anderen Gemeinschaften geteilt',
  none: 'Noch ist keine Woche abgerechnet. Was sie bringt, steht ab der ersten hier.',
  brought: (weeks, amount) => `${weeksOf(weeks)} ${isOne(weeks) ? 'brachte' : 'brachten'} der Gemeinschaft ${amount} ELECTRA.`,
  cost: (weeks, amount) => `${weeksOf(weeks)} ${isOne(weeks) ? 'kostete' : 'kosteten'} die Gemeinschaft ${amount} ELECTRA.`,
  even: (weeks) => `${weeksOf(weeks)} ${isOne(weeks) ? 'brachte' : 'brachten'} der Gemeinschaft weder Gewinn noch Kosten.`,
  tariff: (since, retail, feedIn) => `Der Tarif seit ${since}: eine kWh von außen kostet ${retail}, eine kWh nach außen bringt ${feedIn}.`,
  noTariff: 'Kein Tarif ist in Kraft.',
  columns: { week: 'Woche', gain: 'ELECTRA' },
  came: (amount) => `brachte ${amount}`,
  went: (amount) => `kostete ${amount}`,
  nothing: 'nichts',
  how: 'Das haben andere Gemeinschaften bezahlt, abzüglich dessen, was sie bekamen. Es geht an den Fonds der Gemeinschaft und kommt durch den nächsten Tarif zurück, sodass jede Rechnung es zeigt. Was der Lieferant für Energie von anderen Gemeinschaften weniger berechnet oder für Energie an sie weniger bezahlt, ist in diesen Zahlen nicht enthalten.',
  band: (from, to) => (from === to ? from : `${from}–${to}`),
};
