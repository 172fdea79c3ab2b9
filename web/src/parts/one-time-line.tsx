/** What became of something that is good once: an invitation, or a code of whoever installs a meter. */
import { credentialTexts } from '../i18n/credentials/index.ts';
import { momentOf } from '../i18n/format.ts';
import type { OneTime } from '../settings/question.ts';

export function OneTimeLine({ of: { createdAt, expiresAt, usedAt, withdrawnAt }, timeZone }: { of: OneTime; timeZone: string }) {
  const texts = credentialTexts();
  const when = (at: string): string => momentOf(at, timeZone);
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
