/** English of the installer's page. Its shape is that of every language. */
export const texts = {
  title: 'Install a meter',
  refusedTitle: 'This link shows nothing.',
  refused: 'It was used in another browser, was replaced by a newer one, or is older than 48 hours. Ask the operator for another.',
  noneTitle: 'Open the link that you were given.',
  none: 'The operator makes it for one meter. It opens once, and stays with that browser for 48 hours.',
  waitsForEnrolment: 'The meter is not enrolled yet.',
  waitsForReport: 'The meter is enrolled and has not reported yet.',
  reports: 'The meter reports.',
  goesOn: 'This page looks again by itself.',
  enrolled: { title: 'Key on the chain', yes: 'The chain knows this meter’s address.', no: 'The operator has to enrol it.' },
  report: {
    title: 'First report',
    yes: (first: string, last: string) => `First ${first}, last ${last}.`,
    no: 'None yet. It comes within a quarter of an hour after the meter has power and network.',
  },
  day: { title: 'First day', yes: (day: string) => `${day}, by UTC.`, no: 'Set when it is enrolled.' },
  blocks: {
    title: 'Blocks',
    no: 'This meter signs no blocks.',
    yes: 'This meter signs blocks.',
    from: (time: string) => `It is to sign blocks from ${time} on, unless others veto it.`,
  },
  registers: {
    title: 'Registers',
    compare: (time: string) => `As reported for ${time}. Compare them with the display now.`,
    taken: 'Taken (1.8.0)',
    given: 'Given (2.8.0)',
    none: 'They are shown from the first report on, until the first day is over.',
    over: 'The first day is over: they are shown no more.',
  },
  done: 'done',
  open: 'open',
  until: (time: string) => `Shown in this browser until ${time}. The member sees that this link was used.`,
};

export type InstallTexts = typeof texts;
