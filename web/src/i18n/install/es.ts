/** Español: la página de instalación. */
import type { InstallTexts } from './en.ts';

export const texts: InstallTexts = {
  title: 'Instalar un contador',
  refusedTitle: 'Este enlace no muestra nada.',
  refused: 'Se usó en otro navegador, se sustituyó por uno más nuevo o tiene más de 48 horas. Pida otro a la operadora.',
  noneTitle: 'Abra el enlace que le dieron.',
  none: 'La operadora lo hace para un contador. Se abre una vez y se queda 48 horas en ese navegador.',
  waitsForEnrolment: 'El contador aún no está dado de alta.',
  waitsForReport: 'El contador está dado de alta y aún no ha informado.',
  reports: 'El contador informa.',
  goesOn: 'Esta página vuelve a mirar por sí sola.',
  enrolled: {
    title: 'Clave en la cadena',
    yes: 'La cadena conoce la dirección de este contador.',
    no: 'La operadora tiene que darlo de alta.',
  },
  report: {
    title: 'Primer informe',
    yes: (first, last) => `Primero ${first}, último ${last}.`,
    no: 'Todavía ninguno. Llega en un cuarto de hora desde que el contador tiene corriente y red.',
  },
  day: { title: 'Primer día', yes: (day) => `${day}, según UTC.`, no: 'Se fija al darlo de alta.' },
  blocks: {
    title: 'Bloques',
    no: 'Este contador no firma bloques.',
    yes: 'Este contador firma bloques.',
    from: (time) => `Va a firmar bloques desde ${time}, si otros no lo vetan.`,
  },
  registers: {
    title: 'Registros',
    compare: (time) => `Según el informe de ${time}. Compárelos ahora con la pantalla.`,
    taken: 'Tomado (1.8.0)',
    given: 'Dado (2.8.0)',
    none: 'Se muestran desde el primer informe hasta que termina el primer día.',
    over: 'El primer día ha terminado: ya no se muestran.',
  },
  done: 'hecho',
  open: 'abierto',
  until: (time) => `Visible en este navegador hasta ${time}. El miembro ve que se usó este enlace.`,
};
