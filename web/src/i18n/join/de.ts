/** Texts of joining, in German. */
import type { JoinTexts } from './en.ts';

export const texts: JoinTexts = {
  title: 'Beitreten',
  invitedTitle: 'Sie sind eingeladen.',
  invitedLead:
    'Der Betreiber dieser Gemeinschaft lädt Sie ein, sich hier mit einem Passkey anzumelden: mit Finger, Gesicht oder der PIN dieses Geräts.',
  invitedFor: 'Diese Einladung gilt für die Adresse',
  expires: (when) => `Sie gilt einmal, bis ${when}.`,
  deviceName: 'Wie Sie dieses Gerät nennen',
  unnamed: 'Dieses Gerät',
  addPasskey: 'Passkey anlegen',
  busy: 'Warten auf dieses Gerät …',
  notAgreed: 'Nichts wurde angelegt: Es wurde abgebrochen, oder dieses Gerät kann es nicht. Die Einladung gilt weiter.',
  openAt: (origin) => `Passkeys gehören zu ${origin}. Öffnen Sie den Link Ihres Briefs dort.`,
  notHere:
    'Dieser Browser kennt keine Passkeys, oder der Dienst sagt nicht, wo seine Seiten sind. Öffnen Sie den Link auf einem anderen Gerät; die Einladung gilt weiter.',
  done: 'Sie sind angemeldet.',
  toHome: 'Zu Ihrer Seite',
  doneNotMember:
    'Der Passkey gehört Ihnen. Zu dieser Adresse ist noch kein Zähler angemeldet: Sobald der Betreiber das getan hat, meldet er Sie an.',
  noInvite: 'Diese Einladung gilt nicht (mehr).',
  noInviteText:
    'Sie wurde benutzt, zurückgezogen, ist älter als vierzehn Tage, oder der Link ist nicht vollständig. Bitten Sie den Betreiber um eine neue.',
  lead: 'Ihr Strom wird einer Adresse verrechnet. Wer den Schlüssel dieser Adresse hat, kann sich als Sie anmelden und auf der Kette sagen, dass eine Abrechnung fehlt. Der Schlüssel entsteht hier, auf diesem Gerät, und niemand sonst sieht ihn je.',
  lost: 'Für einen verlorenen Schlüssel gibt es auf der Kette keine Wiederherstellung: Weder der Betreiber noch sonst jemand kann Ihnen zu derselben Adresse einen neuen geben. Möglich ist nur, Ihren Zähler abzumelden und neu anzumelden. Deshalb machen Sie jetzt zwei Kopien.',
  step: (n) => `Schritt ${n} von 3`,
  haveFile: 'Ich habe die Datei meines Schlüssels: anmelden',
  toSettings: 'Zurück zu den Einstellungen',
  makeTitle: 'Einen Schlüssel machen',
  passphrase: 'Ein Kennsatz für die Datei, mindestens 12 Zeichen',
  again: 'Noch einmal derselbe',
  tooShort: 'Erwartet werden mindestens 12 Zeichen: Vier Wörter merkt man sich leicht.',
  differs: 'Die beiden sind nicht gleich.',
  fromSheet: 'Ich habe ein Wiederherstellungsblatt',
  fromSheetHint:
    'Der Schlüssel, wie er auf Ihrem Blatt steht: 64 Zeichen, 0–9 und a–f. Daraus entsteht eine neue Datei; Ihre Adresse bleibt dieselbe.',
  wrongKey: 'Erwartet werden 64 Zeichen, 0–9 und a–f, wie sie auf dem Blatt stehen.',
  make: 'Schlüssel machen',
  making: 'Der Schlüssel entsteht …',
  copiesTitle: 'Zwei Kopien machen',
  fileText:
    'Eine Datei, verschlüsselt mit Ihrem Kennsatz. Bewahren Sie sie bei Ihren anderen Dateien auf; mit ihr melden Sie sich auf anderen Geräten an.',
  saveFile: 'Datei speichern',
  saved: 'Gespeichert',
  sheetText:
    'Ein Blatt Papier, auf dem der ganze Schlüssel steht. Wer das Papier hat, hat den Schlüssel: Bewahren Sie es auf wie einen Reisepass.',
  printSheet: 'Wiederherstellungsblatt drucken',
  printed: 'Gedruckt',
  proveSheet: 'Die letzten vier Zeichen des Schlüssels auf Ihrem Blatt',
  proveWrong: 'Das sind nicht die letzten vier.',
  next: 'Beide Kopien sind gemacht',
  addressTitle: 'Dem Betreiber Ihre Adresse geben',
  addressText:
    'Sie ist kein Geheimnis. Der Betreiber braucht sie, um Ihren Zähler anzumelden; danach melden Sie sich mit Ihrer Datei an und können einen Passkey hinzufügen.',
  copy: 'Adresse kopieren',
  copied: 'Kopiert',
  qr: (address) => `QR-Code der Adresse ${address}`,
  signIn: 'Ich bin angemeldet worden: zur Anmeldung',
  sheetTitle: 'Wiederherstellungsblatt',
  sheetOf: (service) => `Schlüssel eines Mitglieds von ${service}`,
  sheetAddress: 'Adresse (kein Geheimnis)',
  sheetKey: 'Schlüssel (geheim)',
  sheetHow:
    'Wenn die Datei verloren ist: Öffnen Sie die Seite „Beitreten“ Ihrer Gemeinschaft, wählen Sie „Ich habe ein Wiederherstellungsblatt“ und tippen Sie den Schlüssel ein. Wer dieses Blatt liest, kann sich als Sie anmelden.',
  sheetDate: (date) => `Gemacht am ${date}`,
};
