/** Texts of signing in, in German. */
import type { SignInTexts } from './en.ts';

export const texts: SignInTexts = {
  passkey: 'Mit einem Passkey',
  passkeyHint: 'Ihr Finger, Ihr Gesicht oder die PIN dieses Geräts. Nichts zu tippen, nichts auf einer falschen Seite zu verlieren.',
  usePasskey: 'Passkey verwenden',
  openAt: (origin) => `Passkeys gehören zu ${origin}: dort öffnen`,
  key: 'Mit der Datei Ihres Schlüssels',
  keyHint: 'Die verschlüsselte Datei, die Sie beim Beitreten gemacht haben, und ihr Kennsatz.',
  chooseFile: 'Datei des Schlüssels wählen',
  passphraseOf: (file) => `Kennsatz von ${file}`,
  rawKey: 'Schlüssel Ihrer Wallet',
  rawKeyHint: '64 Zeichen, 0–9 und a–f. Ein unverschlüsselter Schlüssel wird nur auf diesem Rechner genommen, für Vorführungen.',
  rawKeyWrong: 'Erwartet werden 64 Zeichen, 0–9 und a–f.',
  noKeyFile: 'Das ist keine Schlüsseldatei, wie sie auf der Seite „Beitreten“ entsteht.',
  wrongPassphrase: 'Der Kennsatz öffnet diese Datei nicht, oder sie wurde verändert.',
  staysHere: 'Der Schlüssel unterschreibt einen Text, bewegt kein Geld und verlässt dieses Gerät nie.',
  submit: 'Anmelden',
  busy: 'Anmeldung läuft …',
  wallet: 'Mit der Wallet dieses Browsers',
  walletHint: 'Eine Erweiterung wie Keplr zeigt Ihnen einen Text und unterschreibt ihn.',
  useWallet: 'Wallet verwenden',
  notAgreed: 'Nichts wurde unterschrieben: Es wurde abgebrochen, oder dieses Gerät hat nichts Passendes.',
  refused: 'Damit kommt man hier nicht hinein: unbekannt, entfernt, oder es hat zu lange gedauert. Bitte noch einmal.',
  nobodyHere: 'Diese Adresse ist hier noch kein Mitglied, Prüfer oder Betreiber. Der Betreiber meldet sie an.',
  noWay: 'Nichts davon?',
  join: 'Beitreten, oder mit Einladung oder Wiederherstellungsblatt zurückkommen',
};
