/** Texts of signing in, in Spanish. */
import type { SignInTexts } from './en.ts';

export const texts: SignInTexts = {
  passkey: 'Con una llave de acceso',
  passkeyHint: 'Su dedo, su cara o el PIN de este dispositivo. Nada que teclear, nada que perder en una página falsa.',
  usePasskey: 'Usar la llave de acceso',
  openAt: (origin) => `Las llaves de acceso son de ${origin}: ábralo allí`,
  key: 'Con el archivo de su clave',
  keyHint: 'El archivo cifrado que hizo al unirse, y su frase de paso.',
  chooseFile: 'Elegir el archivo de la clave',
  passphraseOf: (file) => `Frase de paso de ${file}`,
  rawKey: 'Clave de su monedero',
  rawKeyHint: '64 caracteres, 0–9 y a–f. Una clave sin cifrar solo se acepta en este equipo, para demostraciones.',
  rawKeyWrong: 'Se esperan 64 caracteres, 0–9 y a–f.',
  noKeyFile: 'Esto no es un archivo de clave como el que se hace en la página «Unirse».',
  wrongPassphrase: 'La frase de paso no abre este archivo, o el archivo fue cambiado.',
  staysHere: 'La clave firma un texto, no mueve dinero y nunca sale de este dispositivo.',
  submit: 'Entrar',
  busy: 'Entrando …',
  wallet: 'Con el monedero de este navegador',
  walletHint: 'Una extensión como Keplr le muestra un texto y lo firma.',
  useWallet: 'Usar el monedero',
  notAgreed: 'No se firmó nada: se canceló, o este dispositivo no tiene nada que sirva.',
  refused: 'Con eso no se entra aquí: es desconocido, fue eliminado o tardó demasiado. Inténtelo otra vez.',
  nobodyHere: 'Esta dirección aún no es miembro, auditor ni operador aquí. El operador la da de alta.',
  noWay: '¿Nada de esto?',
  join: 'Unirse, o volver con una invitación o una hoja de recuperación',
};
