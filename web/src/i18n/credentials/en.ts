/** Texts of passkeys and invitations, in English. */
export const texts = {
  passkeys: 'Passkeys',
  what: 'A passkey signs you in with your finger, your face or a PIN. It lets you read, like every session, and nothing more: words to the chain stay with your wallet’s key.',
  none: 'There is no passkey of yours yet.',
  name: 'What you call it',
  unnamed: 'This device',
  add: 'Add a passkey',
  busy: 'Waiting for this device …',
  added: 'The passkey was added.',
  notAgreed: 'Nothing was added: it was cancelled, or this device has it already.',
  notHere: 'Passkeys cannot be made here: this browser does not know them, or the service does not say where its pages are.',
  openAt: (origin: string) => `Passkeys belong to ${origin}: open it there`,
  addedInside: (when: string) => `Added on ${when}.`,
  addedByInvite: (when: string) => `Added by an invitation on ${when}.`,
  used: (when: string) => `Last used on ${when}.`,
  neverUsed: 'Not used yet.',
  remove: 'Remove',
  removeOf: (name: string) => `Remove ${name}`,
  reallyRemove: (name: string) => `Remove “${name}” and end its sessions`,
  keep: 'Keep it',
  removed: (name: string, sessions: number) =>
    `“${name}” was removed; ${sessions === 1 ? 'one session' : `${sessions} sessions`} of it ended.`,
  invites: 'Invitations',
  invitesWhat:
    'The operator can invite you to add a passkey, for instance to a new phone. Each invitation to your address stands here, so that nobody comes in unseen.',
  noInvites: 'There was none.',
  invited: (when: string) => `Made on ${when}:`,
  inviteUsed: (when: string) => `used on ${when}.`,
  inviteWithdrawn: (when: string) => `withdrawn on ${when}.`,
  inviteExpired: (when: string) => `not used until ${when}.`,
  inviteOpen: (when: string) => `open until ${when}.`,
  installCodes: 'Codes of whoever installed a meter',
  installCodesWhat:
    'With a code of the operator’s, good once, whoever installs a meter sees it arrive: its registers until its first day is over, and nothing else of yours.',
  noInstallCodes: 'There was none.',
};

export type CredentialTexts = typeof texts;
