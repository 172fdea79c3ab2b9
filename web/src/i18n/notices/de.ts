/** German texts of news, and of what somebody wants to be told of. */
import type { Texts } from './en.ts';

export const texts: Texts = {
  title: 'Was Ihnen gemeldet wird',
  lead: 'Nichts, bis Sie es wählen. Was Sie wählen, gilt auf allen Ihren Geräten, von jetzt an.',
  kinds: {
    BILL: 'Eine Abrechnung von mir steht fest',
    CORRECTION: 'Eine Abrechnung von mir wurde berichtigt',
    INVOICE: 'Eine Rechnung ist da',
    SILENT: 'Mein Zähler hat zwei Stunden lang nichts gemeldet',
    SILENT_ANY: 'Ein Zähler hat zwei Stunden lang nichts gemeldet',
    PASSKEY: 'Zu meiner Adresse kam ein Passkey hinzu',
    DAY: 'Ein Tag kann geprüft werden',
  },
  kindsTitle: 'Melden, wenn …',
  chosen: (count) =>
    count === 0
      ? 'Ihnen wird nichts gemeldet, und von einer Wahl bleibt nichts.'
      : count === 1
        ? 'Ihnen wird eines gemeldet.'
        : `Ihnen wird ${count}erlei gemeldet.`,
  device: 'Auch als Mitteilung dieses Geräts',
  deviceWhat:
    'Sie kommt, solange eine dieser Seiten in diesem Browser offen ist, auch im Hintergrund; ein geschlossener Browser hört nichts. Es steht kein Betrag und keine Energie darin. Nichts geht per E-Mail oder durch fremde Dienste.',
  noDevice: 'Dieser Browser zeigt keine Mitteilungen.',
  forbidden: 'Diesem Browser wurde gesagt, von diesen Seiten keine Mitteilungen zu zeigen. Das ändern nur Sie, in seinen Einstellungen.',
  noNews: 'Es gibt nichts Neues.',
  many: (count) => `${count} Neuigkeiten.`,
};
