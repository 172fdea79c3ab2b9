/** What a person is told instead of a refusal's JSON, in the languages that the pages speak. */

const REFUSALS = ['wait', 'away', 'signIn', 'forbidden', 'input', 'nothing', 'noBundle', 'method', 'broken'] as const;
export type Refusal = (typeof REFUSALS)[number];

interface Texts {
  /** title and sentence of each */
  of: Record<Refusal, readonly [title: string, sentence: string]>;
  after(s: number): string;
  again: string;
  home: string;
  reference: string;
  missing(days: string): string;
  there: string;
  onTheirWay: string;
  take: string;
  check: string;
}

const en: Texts = {
  of: {
    wait: ['Too many questions at once.', 'This address, or whoever shares it, asked more than is answered in a minute. Nothing is lost.'],
    away: ['The service is busy, or its database is away.', 'Nothing is lost. Try again in a little while.'],
    signIn: ['Sign in first.', 'This is of somebody’s own, and your session has ended or there was none.'],
    forbidden: ['This is for others.', 'It is of another role than yours, or was asked for from another site.'],
    input: ['That cannot be answered.', 'The address asks for something that there cannot be.'],
    nothing: ['There is nothing here.', 'The address may be old or mistyped.'],
    noBundle: ['There is no bundle of all these days.', 'A bundle holds days that are final, without a gap.'],
    method: ['This address is not a page.', 'It answers programs.'],
    broken: ['Something went wrong in the service.', 'Nothing of yours is lost.'],
  },
  after: (s) => `Try again after ${s} s.`,
  again: 'Try again',
  home: 'To the community',
  reference: 'What the service says:',
  missing: (days) => `Not final: ${days}.`,
  there: 'What there is of them:',
  onTheirWay: 'its proofs are on their way, try again in some minutes',
  take: 'take home',
  check: 'check here',
};

const de: Texts = {
  of: {
    wait: ['Zu viele Fragen auf einmal.', 'Von dieser Adresse kam mehr, als in einer Minute beantwortet wird. Nichts ist verloren.'],
    away: [
      'Der Dienst ist beschäftigt, oder seine Datenbank ist weg.',
      'Nichts ist verloren. Versuchen Sie es in einer Weile noch einmal.',
    ],
    signIn: ['Melden Sie sich zuerst an.', 'Das gehört jemandem, und Ihre Sitzung ist zu Ende, oder es gab keine.'],
    forbidden: ['Das ist für andere.', 'Es gehört zu einer anderen Rolle als Ihrer, oder eine andere Website hat danach gefragt.'],
    input: ['Darauf gibt es keine Antwort.', 'Die Adresse fragt nach etwas, das es nicht geben kann.'],
    nothing: ['Hier ist nichts.', 'Die Adresse ist vielleicht alt oder vertippt.'],
    noBundle: ['Von all diesen Tagen gibt es kein Bündel.', 'Ein Bündel hat endgültige Tage, ohne Lücke.'],
    method: ['Diese Adresse ist keine Seite.', 'Sie antwortet Programmen.'],
    broken: ['Im Dienst ging etwas schief.', 'Nichts von Ihnen ist verloren.'],
  },
  after: (s) => `In ${s} s noch einmal versuchen.`,
  again: 'Noch einmal versuchen',
  home: 'Zur Gemeinschaft',
  reference: 'Was der Dienst sagt:',
  missing: (days) => `Nicht endgültig: ${days}.`,
  there: 'Was es davon gibt:',
  onTheirWay: 'die Beweise sind unterwegs, in einigen Minuten noch einmal',
  take: 'mitnehmen',
  check: 'hier prüfen',
};

const es: Texts = {
  of: {
    wait: [
      'Demasiadas preguntas a la vez.',
      'Desde esta dirección se preguntó más de lo que se responde en un minuto. No se ha perdido nada.',
    ],
    away: ['El servicio está ocupado, o su base de datos no está.', 'No se ha perdido nada. Inténtelo de nuevo dentro de un rato.'],
    signIn: ['Identifíquese primero.', 'Esto es de alguien, y su sesión terminó o no la había.'],
    forbidden: ['Esto es para otros.', 'Es de otro papel que el suyo, o lo pidió otro sitio.'],
    input: ['A eso no se puede responder.', 'La dirección pide algo que no puede haber.'],
    nothing: ['Aquí no hay nada.', 'Quizá la dirección sea antigua o esté mal escrita.'],
    noBundle: ['No hay paquete de todos estos días.', 'Un paquete lleva días definitivos, sin huecos.'],
    method: ['Esta dirección no es una página.', 'Responde a programas.'],
    broken: ['Algo falló en el servicio.', 'No se ha perdido nada suyo.'],
  },
  after: (s) => `Inténtelo de nuevo dentro de ${s} s.`,
  again: 'Intentar de nuevo',
  home: 'A la comunidad',
  reference: 'Lo que dice el servicio:',
  missing: (days) => `Sin cerrar aún: ${days}.`,
  there: 'Lo que hay de ellos:',
  onTheirWay: 'sus pruebas están en camino, inténtelo dentro de unos minutos',
  take: 'llevárselo',
  check: 'comprobar aquí',
};

const TEXTS = { en, de, es };

/** The first language of the reader's that the pages speak; English where there is none. Those with q=0 are not wanted. */
export function textsFor(acceptLanguage: string): { language: string; texts: Texts } {
  const asked = acceptLanguage
    .split(',')
    .map((part) => {
      const [tag, ...parameters] = part.trim().toLowerCase().split(';');
      const q = parameters.map((one) => /^\s*q=([\d.]+)$/.exec(one)?.[1]).find((one) => one !== undefined);
      return { language: tag.slice(0, 2), q: q === undefined ? 1 : Number(q) };
    })
    .filter(({ q }) => q > 0)
    .sort((a, b) => b.q - a.q);
  const language = asked.map((one) => one.language).find((one): one is keyof typeof TEXTS => Object.hasOwn(TEXTS, one)) ?? 'en';
  return { language, texts: TEXTS[language] };
}
