/** Spanish texts of a member's invoices. */
import type { Texts } from './en.ts';

const plural = new Intl.PluralRules('es');
const many = (count: number, one: string, other: string): string => (plural.select(count) === 'one' ? one : other);

export const texts: Texts = {
  title: 'Facturas',
  none: 'Todavía no se ha emitido ninguna factura.',
  noneText:
    'El operador firma una por cada mes cuando todos sus días son definitivos. Hasta entonces sus cuentas muestran cuánto suma el mes.',
  list: 'Facturas, la más nueva primero',
  columns: {
    month: 'Mes',
    revision: 'Revisión',
    issued: 'Emitida',
    total: 'Total',
    day: 'Día',
    meter: 'Contador',
    version: 'Versión',
    amount: 'Importe',
  },
  bills: 'Cuentas del mes',
  all: 'Todas las facturas',
  pay: (month, amount) => `Factura de ${month}: usted paga ${amount}.`,
  receive: (month, amount) => `Factura de ${month}: usted recibe ${amount}.`,
  nothing: (month) => `Factura de ${month}: nada que pagar.`,
  noneOf: (month) => `De ${month} todavía no se ha emitido ninguna factura.`,
  beforeTheEnd: (day) => `Emitida antes de que acabara el mes: llega hasta el ${day}. Lo posterior estará en una revisión posterior.`,
  issued: (time, revision) => `Emitida el ${time}, revisión ${revision}.`,
  replaced: (revision) => `La revisión ${revision} sustituye a esta.`,
  revisions: 'Revisiones',
  revision: (n) => `Revisión ${n}`,
  checking: 'Comprobando la firma …',
  good: 'Comprobada en este dispositivo: firmada por el operador, para usted, y el total es la suma de sus líneas.',
  bad: 'Esta factura no es como debe ser.',
  faults: 'Qué está mal',
  unreadable: 'Esta factura no se pudo leer.',
  whom: 'Muéstrela al operador y a los demás miembros. Guarde primero el archivo.',
  corrected: (count) =>
    `${count} ${many(count, 'cuenta fue corregida', 'cuentas fueron corregidas')} después de esta factura. La próxima revisión ${many(count, 'la', 'las')} tendrá.`,
  eachBill: 'Si cada línea es correcta lo dice la comprobación de su cuenta: abra el día.',
  from: 'Del operador',
  to: 'Para',
  chain: 'Comunidad',
  month: 'Mes',
  monthSpan: (from, to) => `${from} a ${to}, días de los libros (UTC)`,
  fingerprint: 'SHA-256 del archivo firmado',
  linesTitle: 'Líneas por día',
  total: 'Total',
  json: 'Guardar el archivo firmado',
  print: 'Imprimir',
  keep: 'El archivo firmado contiene lo que abre cada una de sus cuentas: guárdelo para usted.',
  meter: (end) => `… ${end}`,
};
