/** German texts of the page of settings. */
import type { Texts } from './en.ts';

export const texts: Texts = {
  title: 'Einstellungen',
  looks: {
    title: 'Wie diese Seiten hier aussehen',
    kept: 'Bleibt auf diesem Gerät.',
    scheme: 'Farben',
    schemes: { auto: 'wie das Gerät', light: 'hell', dark: 'dunkel' },
    size: 'Schriftgröße',
    sizes: { normal: 'normal', large: 'groß', larger: 'größer' },
  },
  sessions: {
    title: 'Wo Sie angemeldet sind',
    lead: 'Eine Sitzung liest Ihre Daten und kann kein Geld bewegen. Beenden Sie, was Sie nicht kennen.',
    columns: { way: 'Wie', began: 'Seit', used: 'Zuletzt benutzt', ends: 'Bis', end: 'Beenden' },
    ways: { WALLET: 'Schlüssel Ihrer Wallet', PAGE: 'Link eines Programms', PASSKEY: 'Passkey', INVITE: 'Einladung' },
    here: 'diese hier',
    end: 'Beenden',
    endThat: (began) => `Sitzung vom ${began} beenden`,
    all: 'Alle beenden, auch diese',
    ended: 'Die Sitzung ist beendet.',
  },
  files: {
    title: 'Alles, was hier von Ihnen ist',
    lead: 'Eine Zip-Datei mit Ihren Viertelstunden, Abrechnungen, dem, was sie öffnet, den Meldungen Ihrer Zähler, Rechnungen und Ihrem Konto. Sie wird auf diesem Gerät zusammengestellt.',
    warning: 'Sie zeigt die Tage Ihres Haushalts je Viertelstunde. Behalten Sie sie für sich.',
    button: 'Alles als Zip-Datei sichern',
    busy: (done, all) => `Wird geholt, ${done} von ${all} …`,
    done: (files) => `Gesichert: ${files} Dateien.`,
    readme: [
      'Was dieser Dienst von Ihnen hat, wie er es Ihnen gibt und sonst niemandem.',
      '',
      'meters.json       Ihre Zähler, und seit wann sie in Betrieb sind',
      'intervals-*.csv   Viertelstunden eines Zählers, in Wh; provisional: noch nicht signiert',
      'bills-*.csv       Abrechnungen, jede Fassung, in nELECTRA (10^-9)',
      'openings-*.json   was jede Abrechnung öffnet, für electra verify-bill --openings',
      'statements-*.json was ein Zähler gemeldet hat, für electra verify-bill --meter-export',
      'invoices/         signierte Rechnungen, Byte für Byte',
      'account.json      Ihr Konto: was jeder Tag darauf gebucht hat',
      '',
      'Es zeigt Ihren Haushalt je Viertelstunde. Behalten Sie es für sich.',
    ],
  },
};
