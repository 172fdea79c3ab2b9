/** Texts of passkeys and invitations, in German. */
import type { CredentialTexts } from './en.ts';

export const texts: CredentialTexts = {
  passkeys: 'Passkeys',
  what: 'Ein Passkey meldet Sie mit Finger, Gesicht oder PIN an. Er lässt Sie lesen, wie jede Sitzung, und sonst nichts: Was zur Kette gesagt wird, bleibt beim Schlüssel Ihrer Wallet.',
  none: 'Sie haben noch keinen Passkey.',
  name: 'Wie Sie ihn nennen',
  unnamed: 'Dieses Gerät',
  add: 'Passkey hinzufügen',
  busy: 'Warten auf dieses Gerät …',
  added: 'Der Passkey wurde hinzugefügt.',
  notAgreed: 'Nichts wurde hinzugefügt: Es wurde abgebrochen, oder dieses Gerät hat ihn schon.',
  notHere: 'Hier können keine Passkeys entstehen: Dieser Browser kennt sie nicht, oder der Dienst sagt nicht, wo seine Seiten sind.',
  openAt: (origin) => `Passkeys gehören zu ${origin}: dort öffnen`,
  addedInside: (when) => `Hinzugefügt am ${when}.`,
  addedByInvite: (when) => `Durch eine Einladung hinzugefügt am ${when}.`,
  used: (when) => `Zuletzt benutzt am ${when}.`,
  neverUsed: 'Noch nicht benutzt.',
  remove: 'Entfernen',
  removeOf: (name) => `${name} entfernen`,
  reallyRemove: (name) => `„${name}“ entfernen und seine Sitzungen beenden`,
  keep: 'Behalten',
  removed: (name, sessions) =>
    `„${name}“ wurde entfernt; ${sessions === 1 ? 'eine Sitzung wurde' : `${sessions} Sitzungen wurden`} beendet.`,
  invites: 'Einladungen',
  invitesWhat:
    'Der Betreiber kann Sie einladen, einen Passkey hinzuzufügen, etwa auf einem neuen Telefon. Jede Einladung an Ihre Adresse steht hier, damit niemand unbemerkt hereinkommt.',
  noInvites: 'Es gab keine.',
  invited: (when) => `Gemacht am ${when}:`,
  inviteUsed: (when) => `benutzt am ${when}.`,
  inviteWithdrawn: (when) => `zurückgezogen am ${when}.`,
  inviteExpired: (when) => `nicht benutzt bis ${when}.`,
  inviteOpen: (when) => `offen bis ${when}.`,
  installCodes: 'Codes für den Einbau',
  installCodesWhat:
    'Wer einen Zähler einbaut, sieht mit einem einmaligen Code des Betreibers, wie er ankommt: seine Zählerstände, bis sein erster Tag vorbei ist, und sonst nichts von Ihnen.',
  noInstallCodes: 'Es gab keinen.',
};
