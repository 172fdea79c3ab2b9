/** German of the auditor's calendar. */
import type { AuditTexts } from './en.ts';

const viele = (count: number, one: string, other: string): string => (count === 1 ? one : other);

export const texts: AuditTexts = {
  title: 'Audit',
  done: (checked, all) => `${checked} von ${all} endgültigen ${viele(all, 'Tag', 'Tagen')} auf diesem Gerät geprüft.`,
  lead: 'Hier stehen Urteile, die in diesem Browser gefällt wurden. Sie werden niemandem gesendet.',
  nothing: 'Noch ist kein Tag endgültig.',
  calendar: 'Tage',
  weekdays: ['Mo', 'Di', 'Mi', 'Do', 'Fr', 'Sa', 'So'],
  states: {
    passed: 'richtig',
    open: 'richtig, mit offenen Punkten',
    failed: 'nicht richtig',
    unchecked: 'hier nicht geprüft',
    waiting: 'noch nicht endgültig',
    development: 'richtig, Entwicklungsschlüssel angenommen',
  },
  dayIs: (day, state) => `${day}: ${state}`,
  from: 'Von',
  to: 'Bis',
  run: (days) => `${days} ${viele(days, 'Tag', 'Tage')} holen und prüfen`,
  tooMany: (most) => `Höchstens ${most} Tage auf einmal, der erste zuerst.`,
  fetching: 'Bücher werden geholt …',
  absentSince: (command) =>
    `Der Dienst hat kein Bündel dieser Tage, das an Ihre Prüfung anschließt: Einer ist noch nicht endgültig oder noch nicht bewiesen, oder zu viel davor hat sich geändert. Sichern Sie, wo die nächste Prüfung weitergeht, geben Sie die Datei dem Betreiber und bitten Sie um: ${command}`,
  absent: 'Der Dienst hat von diesen Tagen gerade kein Bündel. Eines, das Sie haben, lässt sich unten prüfen.',
  resume: (day) => `Von der Prüfung weitergehen, die mit dem ${day} endete`,
  resumeHint:
    'Dann wird, was offen war, namentlich verfolgt, und Unterschriften vom letzten Kopf an. Dafür müssen die Tage danach lückenlos folgen.',
  genesis: 'Fingerabdruck der Gemeinschaft, vom Papier',
  same: 'Dieser Dienst zeigt die Gemeinschaft mit diesem Fingerabdruck.',
  pinned: (when) => `Am ${when} auf diesem Gerät gemerkt, und dieser Dienst zeigt die Gemeinschaft mit ihm.`,
  other: 'Dieser Dienst zeigt eine andere Gemeinschaft. Hier nicht weitermachen.',
  unset: '64 Zeichen, aus Ihrem Vertrag oder vom Aushang des Betreibers. Verglichen wird sofort, und noch einmal in jedem Bündel.',
  wrong: 'Erwartet werden 64 Zeichen, 0–9 und a–f.',
  name: 'Ihr Name, für das gedruckte Protokoll',
  protocol: 'Protokoll einer Prüfung',
  lines: {
    auditor: 'Geprüft von',
    at: 'Geprüft am',
    chain: 'Kette',
    genesis: 'Fingerabdruck der Gemeinschaft',
    compared: 'mit dem eigenen verglichen',
    trust: 'ungeprüft übernommen',
    range: 'Tage',
    verdict: 'Exit-Code',
    signature: 'Unterschrift',
  },
  kept: 'Was hier behalten wird',
  keptLead:
    'Urteile, und wo die nächste Prüfung weitergeht, bleiben allein in diesem Browser. Nehmen Sie sie mit, bevor Sie das Gerät wechseln.',
  save: 'Als Datei sichern',
  takeIn: 'Datei einlesen',
  notTaken: 'In dieser Datei stehen keine Urteile über diese Gemeinschaft.',
  forget: 'Vergessen',
  own: 'Oder ein Bündel prüfen, das Sie haben',
  development: 'Entwicklungsschlüssel annehmen. Wer sie machte, könnte Beweise fälschen: nur für Vorführungen.',
};
