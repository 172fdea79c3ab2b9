/** What is printed above a verdict: who audited, when, which community, which days; and room for a signature. */
import type { Signal } from '@preact/signals';
import type { Checked } from '../check/messages.ts';
import { AUDIT } from '../i18n/audit/index.ts';
import { dayRanges, moment } from '../i18n/format.ts';

interface AuditProtocolProps {
  checked: Checked;
  auditor: Signal<string>;
  /** whether the fingerprint was compared with one from elsewhere */
  compared: boolean;
  /** the community's */
  timeZone: string;
}

export function AuditProtocol({ checked, auditor, compared, timeZone }: AuditProtocolProps) {
  const texts = AUDIT();
  const { lines } = texts;
  const { chainId, genesisHash, days, exitCode } = checked.verdict;
  const rows: [string, string][] = [
    [lines.auditor, auditor.value],
    [lines.at, `${moment(Date.now() / 1000, timeZone)} (${timeZone})`],
    [lines.chain, chainId ?? '–'],
    [lines.genesis, `${genesisHash ?? '–'} (${compared ? lines.compared : lines.trust})`],
    [lines.range, days.length === 0 ? '–' : dayRanges(days)],
    [lines.verdict, String(exitCode)],
  ];
  return (
    <>
      <div class="page screen-only protocol-name">
        <div class="field">
          <label for="auditor">{texts.name}</label>
          <input
            id="auditor"
            type="text"
            autocomplete="name"
            value={auditor.value}
            onInput={({ currentTarget }) => {
              auditor.value = currentTarget.value;
            }}
          />
        </div>
      </div>
      <div class="protocol">
        <h2>{texts.protocol}</h2>
        <dl>
          {rows.map(([name, value]) => (
            <div key={name} style={{ display: 'contents' }}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        <p>{lines.signature}</p>
        <div class="sign-here" />
      </div>
    </>
  );
}
