/** Spanish of the auditor's calendar. */
import type { AuditTexts } from './en.ts';

const varios = (count: number, one: string, other: string): string => (count === 1 ? one : other);

export const texts: AuditTexts = {
  title: 'Auditoría',
  done: (checked, all) => `${checked} de ${all} ${varios(all, 'día definitivo', 'días definitivos')} comprobados en este dispositivo.`,
  lead: 'Aquí están los veredictos hechos en este navegador. No se envían a nadie.',
  nothing: 'Aún no hay ningún día definitivo.',
  calendar: 'Días',
  weekdays: ['Lu', 'Ma', 'Mi', 'Ju', 'Vi', 'Sá', 'Do'],
  states: {
    passed: 'correcto',
    open: 'correcto, con asuntos abiertos',
    failed: 'no correcto',
    unchecked: 'no comprobado aquí',
    waiting: 'aún no definitivo',
    development: 'correcto, con claves de desarrollo aceptadas',
  },
  dayIs: (day, state) => `${day}: ${state}`,
  from: 'De',
  to: 'A',
  run: (days) => `Traer y comprobar ${days} ${varios(days, 'día', 'días')}`,
  tooMany: (most) => `Como mucho ${most} días cada vez, el primero primero.`,
  fetching: 'Trayendo los libros …',
  absentSince: (command) =>
    `El servicio no tiene un paquete de estos días que continúe su auditoría: alguno aún no es definitivo o no está probado, o ha cambiado demasiado de lo anterior. Guarde dónde sigue la próxima comprobación, dé el archivo al operador y pídale: ${command}`,
  absent: 'El servicio no tiene ahora ningún paquete de estos días. Abajo se puede comprobar uno que usted tenga.',
  resume: (day) => `Seguir desde la auditoría que acabó con el ${day}`,
  resumeHint:
    'Entonces lo que quedó abierto se sigue por su nombre, y las firmas desde la última cabecera. Los días siguientes deben venir sin huecos.',
  genesis: 'Huella de la comunidad, en papel',
  same: 'Este servicio muestra la comunidad con esta huella.',
  pinned: (when) => `La fijó en este dispositivo el ${when}, y este servicio muestra la comunidad con ella.`,
  other: 'Este servicio muestra otra comunidad. No siga.',
  unset: '64 caracteres, de su contrato o del aviso del operador. Se compara enseguida, y otra vez en cada paquete.',
  wrong: 'Se esperan 64 caracteres, 0–9 y a–f.',
  name: 'Su nombre, para el acta impresa',
  protocol: 'Acta de una auditoría',
  lines: {
    auditor: 'Auditado por',
    at: 'Hecha',
    chain: 'Cadena',
    genesis: 'Huella de la comunidad',
    compared: 'comparada con la propia',
    trust: 'aceptada sin comprobar',
    range: 'Días',
    verdict: 'Código de salida',
    signature: 'Firma',
  },
  kept: 'Lo que se guarda aquí',
  keptLead:
    'Los veredictos, y dónde sigue la próxima auditoría, se guardan solo en este navegador. Lléveselos antes de cambiar de dispositivo.',
  save: 'Guardarlos en un archivo',
  takeIn: 'Leer un archivo',
  notTaken: 'Ese archivo no tiene veredictos de esta comunidad.',
  forget: 'Olvidarlos',
  own: 'O compruebe un paquete que usted tenga',
  development: 'Aceptar claves de desarrollo. Quien las hizo podría falsificar demostraciones: solo para demostraciones.',
};
