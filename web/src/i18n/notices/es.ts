/** Spanish texts of news, and of what somebody wants to be told of. */
import type { Texts } from './en.ts';

export const texts: Texts = {
  title: 'De qué se le avisa',
  lead: 'De nada, hasta que usted elija. Lo que elija vale en todos sus dispositivos, desde ahora.',
  kinds: {
    BILL: 'Una cuenta mía es definitiva',
    CORRECTION: 'Una cuenta mía se corrigió',
    INVOICE: 'Hay una factura',
    SILENT: 'Mi contador lleva dos horas sin decir nada',
    SILENT_ANY: 'Un contador lleva dos horas sin decir nada',
    PASSKEY: 'Se añadió una llave de acceso a mi dirección',
    DAY: 'Un día se puede auditar',
  },
  kindsTitle: 'Avisar cuando …',
  chosen: (count) =>
    count === 0
      ? 'No se le avisa de nada, y no queda nada de una elección.'
      : count === 1
        ? 'Se le avisa de una cosa.'
        : `Se le avisa de ${count} cosas.`,
  device: 'También como notificación de este dispositivo',
  deviceWhat:
    'Llega mientras una de estas páginas está abierta en este navegador, también en segundo plano; un navegador cerrado no oye nada. No lleva importes ni energía. Nada se envía por correo ni por servicios ajenos.',
  noDevice: 'Este navegador no muestra notificaciones.',
  forbidden: 'A este navegador se le dijo que no muestre notificaciones de estas páginas. Solo usted puede cambiarlo, en sus ajustes.',
  noNews: 'No hay nada nuevo.',
  many: (count) => `Hay ${count} novedades.`,
};
