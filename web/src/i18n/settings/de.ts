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
    most: (all, programs) =>
      `Es gibt höchstens ${all} zugleich, davon ${programs} über Links von Programmen. Kommt eine hinzu, endet die am längsten unbenutzte.`,
    programs: {
      title: (count) => `Links von Programmen: ${count}`,
      what: 'Jede beginnt, wenn jemand einen Link mit einer Sitzung öffnet, wie ihn die Vorführung ausgibt. Sie enden von selbst; bis dahin liest als Sie, wer diesen Browser hat.',
      endAll: 'Alle Links von Programmen beenden, außer diesem',
    },
    columns: { way: 'Wie', began: 'Seit', used: 'Zuletzt benutzt', ends: 'Bis', end: 'Beenden' },
    ways: { WALLET: 'Schlüssel Ihrer Wallet', PAGE: 'Link eines Programms', PASSKEY: 'Passkey', INVITE: 'Einladung' },
    here: 'diese hier',
    end: 'Beenden',
    endThat: (began) => `Sitzung vom ${began} beenden`,
    others: 'Alle anderen beenden',
    all: 'Alle beenden, auch diese',
    ended: 'Die Sitzung ist beendet.',
    endedMany: (count) => (count === 1 ? 'Eine Sitzung ist beendet.' : `${count} Sitzungen sind beendet.`),
  },
  key: {
    title: 'Der Schlüssel Ihrer Adresse',
    lead: 'Keine Seite behält ihn, und der Dienst hat ihn nie gesehen. Mit seiner Datei melden Sie sich an, wo es keinen Passkey gibt, und sprechen mit der Kette. Aus Ihrem Wiederherstellungsblatt können Sie jederzeit eine neue Datei machen; ein verlorener Schlüssel ist nicht wiederzubekommen.',
    operator:
      'Der Schlüssel des Betreibers liegt verschlüsselt auf dem Knoten und signiert dort. In keiner Datei für Browser ist er: Fügen Sie für die Seiten der Adresse des Betreibers einen Passkey hinzu.',
    join: 'Neue Datei aus dem Wiederherstellungsblatt machen',
  },
  programs: {
    title: 'Für Programme',
    lead: 'Ein Programm meldet sich mit der Datei des Schlüssels Ihrer Wallet an, mit einem Befehl, wo Electra installiert ist. Es bekommt eine Sitzung wie Ihre, für zwölf Stunden; sie steht in der Liste oben.',
    operator:
      'Ein Programm meldet sich auf dem Knoten mit einem Befehl an. Es bekommt eine Sitzung wie Ihre, für zwölf Stunden; sie steht in der Liste oben.',
    token:
      'Mit jeder Frage an den Dienst schickt es das Token der Sitzung („Authorization: Bearer …“). Wer das Token hat, liest als Sie: Es gehört in keine Datei, die andere lesen.',
    link: 'Auf diesem Rechner öffnet diese Adresse Ihre Seiten damit:',
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
