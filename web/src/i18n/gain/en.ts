/** English of what sharing brought, beside the tariff. Its shape is that of every language. */
const plural = new Intl.PluralRules('en');
const weeksOf = (weeks: number): string => (plural.select(weeks) === 'one' ? 'The last settled week' : `The last ${weeks} settled weeks`);

export const texts = {
  title: 'Shared with other communities',
  none: 'No week is settled yet. What it brings stands here from the first one on.',
  brought: (weeks: number, amount: string) => `${weeksOf(weeks)} brought the community ${amount} ELECTRA.`,
  cost: (weeks: number, amount: string) => `${weeksOf(weeks)} cost the community ${amount} ELECTRA.`,
  even: (weeks: number) => `${weeksOf(weeks)} neither brought nor cost the community anything.`,
  tariff: (since: string, retail: string, feedIn: string) =>
    `The tariff since ${since}: a kWh taken from outside costs ${retail}, a kWh given to the outside brings ${feedIn}.`,
  noTariff: 'No tariff is in force.',
  columns: { week: 'Week', gain: 'ELECTRA' },
  came: (amount: string) => `brought ${amount}`,
  went: (amount: string) => `cost ${amount}`,
  nothing: 'nothing',
  how: 'This is what other communities paid, less what they were paid. It goes to the community’s fund and returns by the next tariff, so that each bill shows it. What the supplier bills less for energy from other communities, or pays less for energy to them, is not in these figures.',
  band: (from: string, to: string) => (from === to ? from : `${from}–${to}`),
};

export type GainTexts = typeof texts;
