/** Spanish of what sharing brought, beside the tariff. */
import type { GainTexts } from './en.ts';

const plural = new Intl.PluralRules('es');
const isOne = (weeks: number): boolean => plural.select(weeks) === 'one';
const weeksOf = (weeks: number): string => (isOne(weeks) ? 'La última semana liquidada' : `Las últimas ${weeks} semanas liquidadas`);

export const texts: GainTexts = {
  title: 'Compartido con otras comunidades',
  none: 'Aún no hay ninguna semana liquidada. Lo que aporte estará aquí desde la primera.',
  brought: (weeks, amount) => `${weeksOf(weeks)} ${isOne(weeks) ? 'aportó' : 'aportaron'} a la comunidad ${amount} ELECTRA.`,
  cost: (weeks, amount) => `${weeksOf(weeks)} ${isOne(weeks) ? 'costó' : 'costaron'} a la comunidad ${amount} ELECTRA.`,
  even: (weeks) => `${weeksOf(weeks)} ni ${isOne(weeks) ? 'aportó ni costó' : 'aportaron ni costaron'} nada a la comunidad.`,
  tariff: (since, retail, feedIn) =>
    `La tarifa desde el ${since}: un kWh tomado de fuera cuesta ${retail}, un kWh dado hacia fuera aporta ${feedIn}.`,
  noTariff: 'No hay ninguna tarifa en vigor.',
  columns: { week: 'Semana', gain: 'ELECTRA' },
  came: (amount) => `aportó ${amount}`,
  went: (amount) => `costó ${amount}`,
  nothing: 'nada',
  how: 'Es lo que pagaron otras comunidades, menos lo que se les pagó. Va al fondo de la comunidad y vuelve con la próxima tarifa, de modo que cada factura lo muestra. Lo que el suministrador factura de menos por la energía de otras comunidades, o paga de menos por la energía dada a ellas, no está en estas cifras.',
  band: (from, to) => (from === to ? from : `${from}–${to}`),
};
