/** What became of something that is good once: an invitation, or a code of whoever installs a meter. */
import { credentialTexts } from '../i18n/credentials/index.ts';
import { locale } from '../i18n/index.ts';

export interface OneTime {
  createdAt: string;
  expiresAt: string;
  usedAt: string | null;
  withdrawnAt: string | null;
}

export const when = (time: string): string => new Date(time).toLocaleString(locale(), { dateStyle: 'medium', timeStyle: 'short' });

export function OneTimeLine({ of: { createdAt, expiresAt, usedAt, withdrawnAt } }: { of: OneTime }) {
  const texts = credentialTexts();
  const fate = usedAt
    ? texts.inviteUsed(when(usedAt))
    : withdrawnAt
      ? texts.inviteWithdrawn(when(withdrawnAt))
      : Date.parse(expiresAt) < Date.now()
        ? texts.inviteExpired(when(expiresAt))
        : texts.inviteOpen(when(expiresAt));
  return (
    <li>
      {texts.invited(when(createdAt))} {fate}
    </li>
  );
}
