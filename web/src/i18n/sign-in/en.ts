/** Texts of signing in, in English. */
export const texts = {
  passkey: 'With a passkey',
  passkeyHint: 'Your finger, your face or the PIN of this device. Nothing to type, nothing to lose on a false page.',
  usePasskey: 'Use your passkey',
  openAt: (origin: string) => `Passkeys belong to ${origin}: open it there`,
  key: 'With the file of your key',
  keyHint: 'The encrypted file that you made when you joined, and its passphrase.',
  chooseFile: 'Choose the file of your key',
  passphraseOf: (file: string) => `Passphrase of ${file}`,
  rawKey: 'Key of your wallet',
  rawKeyHint: '64 characters, 0–9 and a–f. A key that is not encrypted is taken on this machine alone, for demonstrations.',
  rawKeyWrong: 'Expected 64 characters, 0–9 and a–f.',
  noKeyFile: 'This is no file of a key as it is made on the page “Join”.',
  wrongPassphrase: 'The passphrase does not open this file, or the file was changed.',
  staysHere: 'The key signs one text, moves no money and never leaves this device.',
  submit: 'Sign in',
  busy: 'Signing in …',
  wallet: 'With the wallet of this browser',
  walletHint: 'An extension such as Keplr shows you one text and signs it.',
  useWallet: 'Use the wallet',
  notAgreed: 'Nothing was signed: it was cancelled, or this device has nothing that fits.',
  refused: 'That does not sign in here: it is unknown, was removed, or took too long. Try again.',
  nobodyHere: 'This address is not a member, auditor or operator here yet. The operator enrols it.',
  noWay: 'None of these?',
  join: 'Join, or come back with an invitation or a recovery sheet',
};

export type SignInTexts = typeof texts;
