/** English texts of the page of settings. */
export const texts = {
  title: 'Settings',
  looks: {
    title: 'How these pages look here',
    kept: 'Kept on this device.',
    scheme: 'Colours',
    schemes: { auto: 'as the device', light: 'light', dark: 'dark' },
    size: 'Text size',
    sizes: { normal: 'normal', large: 'large', larger: 'larger' },
  },
  sessions: {
    title: 'Where you are signed in',
    lead: 'A session reads your data and can move no money. End those that you do not know.',
    most: (all: string, programs: string) =>
      `There are at most ${all} at once, ${programs} of them links of programs. With one more, the one not used for longest ends.`,
    programs: {
      title: (count: string) => `Links of programs: ${count}`,
      what: 'Each begins when somebody opens a link with a session in it, as the demonstration prints them. They end by themselves; until then whoever has such a browser reads as you.',
      endAll: 'End all links of programs but this one',
    },
    columns: { way: 'How', began: 'Since', used: 'Last used', ends: 'Until', end: 'End' },
    ways: { WALLET: 'key of your wallet', PAGE: 'link of a program', PASSKEY: 'passkey', INVITE: 'invitation' },
    here: 'this one',
    end: 'End',
    endThat: (began: string) => `End the session of ${began}`,
    others: 'End all others',
    all: 'End all, this one too',
    ended: 'The session is ended.',
    endedMany: (count: number) => (count === 1 ? 'One session is ended.' : `${count} sessions are ended.`),
  },
  key: {
    title: 'The key of your address',
    lead: 'No page keeps it and the service has never seen it. You sign in with its file where there is no passkey, and speak to the chain with it. Out of your recovery sheet you can make a new file at any time; a lost key has no recovery.',
    operator:
      'The operator’s key lies on the node, encrypted, and signs there. It is in no file for a browser: for pages, add a passkey to the operator’s address.',
    join: 'Make a new file out of the recovery sheet',
  },
  programs: {
    title: 'For programs',
    lead: 'A program signs in with the file of the wallet’s key, by one command, where Electra is installed. It gets a session like yours, for twelve hours, which stands in the list above.',
    operator:
      'A program signs in on the node, by one command. It gets a session like yours, for twelve hours, which stands in the list above.',
    token:
      'It sends the session’s token with each question to the service (“Authorization: Bearer …”). Whoever has the token reads as you: it belongs in no file that others read.',
    link: 'On this machine, this address opens your pages with it:',
  },
  files: {
    title: 'Everything that is here of you',
    lead: 'One zip file with your quarter-hours, bills, what opens them, your meters’ statements, invoices and account. It is put together on this device.',
    warning: 'It shows your household’s days by the quarter-hour. Keep it to yourself.',
    button: 'Save everything as a zip file',
    busy: (done: number, all: number) => `Fetching, ${done} of ${all} …`,
    done: (files: number) => `Saved: ${files} files.`,
    readme: [
      'What this service has of you, as it gives it to you and to nobody else.',
      '',
      'meters.json       your meters, and since when they are in service',
      'intervals-*.csv   quarter-hours of a meter, in Wh; provisional: not signed yet',
      'bills-*.csv       bills, every version, in nELECTRA (10^-9)',
      'openings-*.json   what opens each bill, for electra verify-bill --openings',
      'statements-*.json what a meter stated, for electra verify-bill --meter-export',
      'invoices/         signed invoices, byte for byte',
      'account.json      your account: what each day posted to it',
      '',
      'It shows your household by the quarter-hour. Keep it to yourself.',
    ],
  },
};

export type Texts = typeof texts;
