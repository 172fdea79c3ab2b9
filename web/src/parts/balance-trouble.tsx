/** Why an order about a balance was not taken: what the node refuses in the reader's words, everything else as everywhere. */
import type { Trouble } from '../api/client.ts';
import { balanceTexts } from '../i18n/balance/index.ts';
import { whySaid } from './balance-said.ts';
import { TroubleNotice } from './trouble.tsx';

export function BalanceTrouble({ trouble }: { trouble: Trouble }) {
  const { refused } = balanceTexts();
  if (trouble.code !== 'BAD_USER_INPUT') return <TroubleNotice trouble={trouble} />;
  return (
    <p class="notice bad" role="alert">
      {refused(whySaid(trouble.message))}
    </p>
  );
}
