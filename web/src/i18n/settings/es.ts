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
    most: (all, programs) =>
      `Hay como mucho ${all} a la vez, ${programs} de ellas por enlaces de programas. Con una más, termina la que lleva más tiempo sin usarse.`,
    programs: {
      title: (count) => `Enlaces de programas: ${count}`,
      what: 'Cada una empieza cuando alguien abre un enlace con una sesión, como los que imprime la demostración. Terminan solas; hasta entonces, quien tenga ese navegador lee como usted.',
      endAll: 'Terminar todos los enlaces de programas menos este',
    },
    columns: { way: 'Cómo', began: 'Desde', used: 'Último uso', ends: 'Hasta', end: 'Terminar' },
    ways: { WALLET: 'clave de su cartera', PAGE: 'enlace de un programa', PASSKEY: 'llave de acceso', INVITE: 'invitación' },
    here: 'esta misma',
    end: 'Terminar',
    endThat: (began) => `Terminar la sesión del ${began}`,
    others: 'Terminar todas las demás',
    all: 'Terminar todas, también esta',
    ended: 'La sesión ha terminado.',
    endedMany: (count) => (count === 1 ? 'Ha terminado una sesión.' : `Han terminado ${count} sesiones.`),
  },
  key: {
    title: 'La clave de su dirección',
    lead: 'Ninguna página la guarda y el servicio nunca la ha visto. Con su archivo entra usted donde no hay llave de acceso, y habla con la cadena. Con su hoja de recuperación puede hacer otro archivo cuando quiera; una clave perdida no se recupera.',
    operator:
      'La clave del operador está cifrada en el nodo y firma allí. No está en ningún archivo para navegadores: para las páginas, añada una llave de acceso a la dirección del operador.',
    join: 'Hacer otro archivo con la hoja de recuperación',
  },
  programs: {
    title: 'Para programas',
    lead: 'Un programa entra con el archivo de la clave de su cartera, con una orden, donde esté instalado Electra. Recibe una sesión como la suya, de doce horas, que figura en la lista de arriba.',
    operator:
      'Un programa entra en el nodo con una orden. Recibe una sesión como la suya, de doce horas, que figura en la lista de arriba.',
    token:
      'Con cada pregunta al servicio envía el token de la sesión («Authorization: Bearer …»). Quien tiene el token lee como usted: no debe estar en ningún archivo que lean otros.',
    link: 'En esta máquina, esta dirección abre sus páginas con él:',
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
