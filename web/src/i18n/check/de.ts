/** German texts of the check. */
import type { Texts } from './en.ts';

const viele = (count: number, one: string, other: string): string => (count === 1 ? one : other);

export const texts: Texts = {
  title: 'Selbst prüfen',
  lead: 'Diese Seite prüft die Bücher einer Gemeinschaft auf Ihrem eigenen Gerät: jede Unterschrift, jeden Preis, jede Abrechnung. Nichts, was Sie hier öffnen, wird gesendet.',
  checkDay: (day) => `${day} prüfen`,
  fetching: 'Die Bücher werden geholt …',
  noBundle: (day) =>
    `Der Dienst hat gerade kein Bündel vom ${day}. Vielleicht ist es unterwegs; eines, das Sie haben, lässt sich unten prüfen.`,
  notFinal: (days) => `Von all diesen Tagen gibt es kein Bündel. Noch nicht endgültig: ${days}.`,
  loading: 'Die Prüfung wird geladen …',
  ready: 'Bereit. Diese Seite braucht das Netz nicht mehr.',
  failed: 'Die Prüfung ließ sich in diesem Browser nicht laden.',
  drop: 'Ein Bündel hierher ziehen',
  dropText: 'Eine Zip-Datei oder ein Ordner, wie der Betreiber es veröffentlicht oder „electra export“ es schreibt.',
  chooseZip: 'Zip-Datei wählen',
  chooseFolder: 'Ordner wählen',
  genesis: 'Fingerabdruck der Gemeinschaft (freiwillig)',
  genesisHint:
    'Die 64 Zeichen auf Ihrem Vertrag oder dem Aushang des Betreibers. Dann wird das Bündel jeder anderen Gemeinschaft abgelehnt.',
  genesisPinned: (when) => `Am ${when} auf diesem Gerät gemerkt. Das Paket jeder anderen Gemeinschaft wird abgelehnt.`,
  genesisWrong: 'Erwartet werden 64 Zeichen, 0–9 und a–f.',
  running: (name) => `${name} wird geprüft …`,
  sentence: {
    passed: (bills, prices, days) => `Alle ${bills} Abrechnungen und alle ${prices} Preise stimmen: ${days}.`,
    exceptions: (bills, prices, days) => `Alle ${bills} Abrechnungen und alle ${prices} Preise stimmen: ${days}. Einiges ist noch offen.`,
    failed: 'An diesen Büchern ist etwas falsch.',
    unreadable: 'Diese Bücher ließen sich nicht ganz lesen.',
    partial: 'Was angesehen wurde, ist ohne Fehler. Es war nicht alles.',
  },
  refused: 'Das ist kein Bündel, das sich prüfen lässt.',
  facts: (checks, s) => `${checks} ${viele(checks, 'Prüfung', 'Prüfungen')}, ${s} s, auf diesem Gerät.`,
  asOf: (time) => `Stand der Kette: ${time}.`,
  days: (count) => viele(count, 'Tag', 'Tage'),
  developmentTitle: 'Keine Kette für den Betrieb',
  developmentText: 'Wer diese Schlüssel gemacht hat, könnte Beweise fälschen. Das taugt zur Vorführung und zu nichts sonst.',
  developmentAsk:
    'Die Schlüssel dieser Kette sind Entwicklungsschlüssel: Wer sie gemacht hat, könnte Beweise fälschen. Darum ist nicht bestanden.',
  developmentSaid: 'Diese Bücher sind mit Entwicklungsschlüsseln bewiesen.',
  demonstrationTitle: 'Das ist eine Vorführung',
  demonstrationAsk:
    'Wer ihre Schlüssel gemacht hat, könnte Beweise fälschen; darum besteht keine Prüfung, wenn Sie sie nicht annehmen. Bestanden ist nicht; sonst wurde kein Fehler gefunden.',
  developmentAgain: 'Noch einmal prüfen und Entwicklungsschlüssel annehmen',
  copies: (day, count) =>
    `In den Preisen vom ${day} ${viele(count, 'steckt ein kopiertes Profil', `stecken ${count} kopierte Profile`)} von ${viele(count, 'einem Zähler, der', 'Zählern, die')} nichts rechtzeitig unterschrieben ${viele(count, 'hat', 'haben')}.`,
  questions: {
    chain: 'Ist das die echte Kette?',
    signed: 'Ist es der Stand, den die Zähler unterschrieben haben?',
    everybody: 'Ist jeder dabei, und nur einmal?',
    prices: 'Sind die Preise so, wie die Regel sagt?',
    bills: 'Ist jede Abrechnung richtig?',
    midnight: 'Verschwindet keine Energie um Mitternacht?',
    keys: 'Sind die Schlüssel die der Gemeinschaft?',
  },
  answers: {
    yes: 'Ja',
    no: 'Nein',
    unreadable: 'Nicht lesbar',
    open: 'Ja, mit offenen Punkten',
    unchecked: 'Nicht geprüft',
    none: 'Nicht geprüft',
    accepted: 'Entwicklungsschlüssel, von Ihnen angenommen',
    refused: 'Entwicklungsschlüssel, nicht angenommen',
  },
  lines: (count) => `${count} ${viele(count, 'Zeile', 'Zeilen')} der Prüfung`,
  noLines: 'Keine Zeile der Prüfung spricht davon.',
  meansTitle: 'Was „bestanden“ heißt',
  means: [
    'Mehr als zwei Drittel der Zähler der Gemeinschaft haben diese Tage unterschrieben.',
    'Was jeder Zähler unterschrieb, steht genau einmal und genau so im Buch.',
    'Die Preise folgen aus den wahren Summen aller, und jede Abrechnung aus den Werten ihres Besitzers und diesen Preisen.',
  ],
  meansNotTitle: 'Was es nicht heißt',
  meansNot: [
    'Dass ein Zähler richtig gemessen hat: Was er unterschrieb, gilt als gemessen.',
    'Dass ein offener Punkt, falls einer genannt ist, erledigt wäre.',
    'Dass diese Seite ehrlich ist: Nehmen Sie irgendeine Kopie, von wem Sie ihr trauen.',
  ],
  whenFails: 'Zeigen Sie das Ergebnis dem Betreiber und den anderen Mitgliedern. Speichern Sie es vorher.',
  saveText: 'Ergebnis als Text speichern',
  saveJson: 'Ergebnis als JSON speichern',
  saveResume: 'Speichern, wo die nächste Prüfung weitermacht',
  print: 'Drucken',
  again: 'Ein anderes Bündel prüfen',
  rawTitle: 'Das Ergebnis Zeile für Zeile, wie die Befehlszeile es druckt',
};
