/** Spanish texts of the page of settings. */
import type { Texts } from './en.ts';

export const texts: Texts = {
  title: 'Ajustes',
  looks: {
    title: 'Cómo se ven estas páginas aquí',
    kept: 'Queda en este dispositivo.',
    scheme: 'Colores',
    schemes: { auto: 'como el dispositivo', light: 'claros', dark: 'oscuros' },
    size: 'Tamaño del texto',
    sizes: { normal: 'normal', large: 'grande', larger: 'más grande' },
  },
  sessions: {
    title: 'Dónde ha entrado usted',
    lead: 'Una sesión lee sus datos y no puede mover dinero. Termine las que no conozca.',
    columns: { way: 'Cómo', began: 'Desde', used: 'Último uso', ends: 'Hasta', end: 'Terminar' },
    ways: { WALLET: 'clave de su cartera', PAGE: 'enlace de un programa', PASSKEY: 'passkey', INVITE: 'invitación' },
    here: 'esta misma',
    end: 'Terminar',
    endThat: (began) => `Terminar la sesión del ${began}`,
    all: 'Terminar todas, también esta',
    ended: 'La sesión ha terminado.',
  },
  files: {
    title: 'Todo lo que hay aquí de usted',
    lead: 'Un archivo zip con sus cuartos de hora, cuentas, lo que las abre, las declaraciones de sus contadores, facturas y su saldo. Se arma en este dispositivo.',
    warning: 'Muestra los días de su hogar por cuartos de hora. Guárdelo para usted.',
    button: 'Guardar todo como archivo zip',
    busy: (done, all) => `Trayendo, ${done} de ${all} …`,
    done: (files) => `Guardado: ${files} archivos.`,
    readme: [
      'Lo que este servicio tiene de usted, tal como se lo da a usted y a nadie más.',
      '',
      'meters.json       sus contadores, y desde cuándo están en servicio',
      'intervals-*.csv   cuartos de hora de un contador, en Wh; provisional: sin firmar aún',
      'bills-*.csv       cuentas, cada versión, en nELECTRA (10^-9)',
      'openings-*.json   lo que abre cada cuenta, para electra verify-bill --openings',
      'statements-*.json lo que declaró un contador, para electra verify-bill --meter-export',
      'invoices/         facturas firmadas, byte a byte',
      'account.json      su saldo: lo que cada día anotó en él',
      '',
      'Muestra su hogar por cuartos de hora. Guárdelo para usted.',
    ],
  },
};
