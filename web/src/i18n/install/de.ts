/** Deutsch: die Seite zum Einbau. */
import type { InstallTexts } from './en.ts';

export const texts: InstallTexts = {
  title: 'Einen Zähler einbauen',
  refusedTitle: 'Dieser Link zeigt nichts.',
  refused:
    'Er wurde in einem anderen Browser benutzt, durch einen neueren ersetzt oder ist älter als 48 Stunden. Bitten Sie den Betreiber um einen neuen.',
  noneTitle: 'Öffnen Sie den Link, den Sie bekommen haben.',
  none: 'Der Betreiber macht ihn für einen Zähler. Er öffnet sich einmal und bleibt 48 Stunden in diesem Browser.',
  waitsForEnrolment: 'Der Zähler ist noch nicht angemeldet.',
  waitsForReport: 'Der Zähler ist angemeldet und hat sich noch nicht gemeldet.',
  reports: 'Der Zähler meldet sich.',
  goesOn: 'Diese Seite sieht von selbst wieder nach.',
  enrolled: {
    title: 'Schlüssel auf der Kette',
    yes: 'Die Kette kennt die Adresse dieses Zählers.',
    no: 'Der Betreiber muss ihn anmelden.',
  },
  report: {
    title: 'Erste Meldung',
    yes: (first, last) => `Erste ${first}, letzte ${last}.`,
    no: 'Noch keine. Sie kommt innerhalb einer Viertelstunde, nachdem der Zähler Strom und Netz hat.',
  },
  day: { title: 'Erster Tag', yes: (day) => `${day}, nach UTC.`, no: 'Steht fest, wenn er angemeldet ist.' },
  blocks: {
    title: 'Blöcke',
    no: 'Dieser Zähler unterschreibt keine Blöcke.',
    yes: 'Dieser Zähler unterschreibt Blöcke.',
    from: (time) => `Er soll ab ${time} Blöcke unterschreiben, wenn andere nicht widersprechen.`,
  },
  registers: {
    title: 'Zählerstände',
    compare: (time) => `Wie für ${time} gemeldet. Vergleichen Sie sie jetzt mit der Anzeige.`,
    taken: 'Bezogen (1.8.0)',
    given: 'Eingespeist (2.8.0)',
    none: 'Sie stehen hier von der ersten Meldung an, bis der erste Tag vorbei ist.',
    over: 'Der erste Tag ist vorbei: Sie werden nicht mehr gezeigt.',
  },
  done: 'erledigt',
  open: 'offen',
  until: (time) => `In diesem Browser zu sehen bis ${time}. Das Mitglied sieht, dass dieser Link benutzt wurde.`,
};
