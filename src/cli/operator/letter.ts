/** The letter of an invitation: a page of A5 to print, by itself, with the link as text and as a QR code. It loads nothing. */
import { renderSVG } from 'uqr';

export const LANGUAGES = ['en', 'de', 'es'] as const;
export type LetterLanguage = (typeof LANGUAGES)[number];

interface Letter {
  link: string;
  address: string;
  name: string | null;
  expiresAt: Date;
  language: LetterLanguage;
}

interface Words {
  title: string;
  dear: (name: string | null) => string;
  text: string;
  once: (date: string) => string;
  keep: string;
  address: string;
}

const WORDS: Record<LetterLanguage, Words> = {
  en: {
    title: 'Your way in',
    dear: (name) => (name ? `Dear ${name},` : 'Dear member,'),
    text:
      'scan this code with your telephone, or type the address below. You then sign in with your finger, ' +
      'your face or a PIN, and see your electricity and your bills.',
    once: (date) => `The code is good once, until ${date}.`,
    keep:
      'Whoever scans it first comes in as you, and can read what is yours. If it was used and not by you, ' +
      'tell the operator at once: your page says when.',
    address: 'It is for',
  },
  de: {
    title: 'Ihr Zugang',
    dear: (name) => (name ? `Guten Tag ${name},` : 'Guten Tag,'),
    text:
      'scannen Sie diesen Code mit Ihrem Telefon, oder tippen Sie die Adresse darunter ein. Danach melden ' +
      'Sie sich mit Finger, Gesicht oder PIN an und sehen Ihren Strom und Ihre Abrechnungen.',
    once: (date) => `Der Code gilt einmal, bis ${date}.`,
    keep:
      'Wer ihn zuerst scannt, kommt als Sie hinein und kann lesen, was Ihres ist. Wurde er benutzt und ' +
      'nicht von Ihnen, sagen Sie es sofort dem Betreiber: Ihre Seite sagt, wann.',
    address: 'Er gilt für',
  },
  es: {
    title: 'Su entrada',
    dear: (name) => (name ? `Hola, ${name}:` : 'Hola:'),
    text:
      'escanee este código con su teléfono, o teclee la dirección de abajo. Después entra con su dedo, su ' +
      'cara o un PIN, y ve su electricidad y sus cuentas.',
    once: (date) => `El código vale una vez, hasta el ${date}.`,
    keep:
      'Quien lo escanea primero entra como usted y puede leer lo suyo. Si fue usado y no por usted, ' +
      'dígaselo enseguida al operador: su página dice cuándo.',
    address: 'Es para',
  },
};

const STYLE = `@page { size: A5; margin: 15mm }
body { font: 12pt/1.5 system-ui, sans-serif; color: #000; background: #fff; max-width: 118mm; margin: 0 auto; padding: 8mm 0 }
h1 { font-size: 20pt; line-height: 1.2; margin: 0 0 6mm }
.qr { display: block; width: 52mm; height: 52mm; margin: 5mm 0 }
code { overflow-wrap: anywhere; font-size: 10pt }
.small { font-size: 10pt }`;

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

export function letter({ link, address, name, expiresAt, language }: Letter): string {
  const words = WORDS[language];
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(expiresAt);
  const qr = renderSVG(link, { ecc: 'M', border: 2 }).replace('<svg ', '<svg class="qr" role="img" aria-label="QR" ');
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="robots" content="noindex">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${words.title}</title>
<style>${STYLE}</style>
<h1>${words.title}</h1>
<p>${escaped(words.dear(name))}</p>
<p>${words.text}</p>
${qr}
<p><code>${escaped(link)}</code></p>
<p><strong>${words.once(date)}</strong> ${words.keep}</p>
<p class="small">${words.address} <code>${escaped(address)}</code></p>
</html>
`;
}
