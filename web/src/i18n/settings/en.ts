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
    columns: { way: 'How', began: 'Since', used: 'Last used', ends: 'Until', end: 'End' },
    ways: { WALLET: 'key of your wallet', PAGE: 'link of a program', PASSKEY: 'passkey', INVITE: 'invitation' },
    here: 'this one',
    end: 'End',
    endThat: (began: string) => `End the session of ${began}`,
    all: 'End all, this one too',
    ended: 'The session is ended.',
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
