/** Texts of passkeys and invitations, in Spanish. */
import type { CredentialTexts } from './en.ts';

export const texts: CredentialTexts = {
  passkeys: 'Llaves de acceso',
  what: 'Una llave de acceso le deja entrar con su dedo, su cara o un PIN. Deja leer, como toda sesión, y nada más: lo que se dice a la cadena queda con la clave de su monedero.',
  none: 'Aún no tiene ninguna llave de acceso.',
  name: 'Cómo la llama',
  unnamed: 'Este dispositivo',
  add: 'Añadir una llave de acceso',
  busy: 'Esperando a este dispositivo …',
  added: 'La llave de acceso fue añadida.',
  notAgreed: 'No se añadió nada: se canceló, o este dispositivo ya la tiene.',
  notHere: 'Aquí no se pueden hacer llaves de acceso: este navegador no las conoce, o el servicio no dice dónde están sus páginas.',
  openAt: (origin) => `Las llaves de acceso son de ${origin}: ábralo allí`,
  addedInside: (when) => `Añadida el ${when}.`,
  addedByInvite: (when) => `Añadida por una invitación el ${when}.`,
  used: (when) => `Usada por última vez el ${when}.`,
  neverUsed: 'Aún sin usar.',
  remove: 'Eliminar',
  removeOf: (name) => `Eliminar ${name}`,
  reallyRemove: (name) => `Eliminar «${name}» y terminar sus sesiones`,
  keep: 'Conservarla',
  removed: (name, sessions) => `«${name}» fue eliminada; ${sessions === 1 ? 'terminó una sesión' : `terminaron ${sessions} sesiones`}.`,
  invites: 'Invitaciones',
  invitesWhat:
    'El operador puede invitarle a añadir una llave de acceso, por ejemplo en un teléfono nuevo. Cada invitación a su dirección está aquí, para que nadie entre sin ser visto.',
  noInvites: 'No hubo ninguna.',
  invited: (when) => `Hecha el ${when}:`,
  inviteUsed: (when) => `usada el ${when}.`,
  inviteWithdrawn: (when) => `retirada el ${when}.`,
  inviteExpired: (when) => `sin usar hasta el ${when}.`,
  inviteOpen: (when) => `abierta hasta el ${when}.`,
  installCodes: 'Códigos de quien monta un contador',
  installCodesWhat:
    'Con un código del operador, de un solo uso, quien monta un contador lo ve llegar: sus registros hasta que termine su primer día, y nada más de usted.',
  noInstallCodes: 'No hubo ninguno.',
};
