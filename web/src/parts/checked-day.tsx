/** Whether a day's own bills were checked on this device, and the way to them. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { words } from '../i18n/index.ts';
import { type Checked, changed, checkedOf } from '../member/checked.ts';
import { monthOf } from '../values/day-clock.ts';

interface CheckedDayProps {
  day: string;
  /** whether a bill of the day is of a later version: a check of the first says nothing of it */
  corrected: boolean;
  meters: readonly string[];
  chainId: string;
}

export function CheckedDay({ day, corrected, meters, chainId }: CheckedDayProps) {
  const texts = words().bill;
  const found = useSignal<readonly (Checked | null)[]>([]);
  const turn = changed.value;
  const names = meters.join();
  useEffect(() => {
    checkedOf(
      chainId,
      meters.map((meter) => ({ day, meter })),
    ).then((kept) => (found.value = kept));
  }, [chainId, day, names, turn]);
  const kept = found.value.filter((one) => one !== null);
  // Which of several meters' bills was corrected is not known here: then only checks of later versions count, and none too many.
  const current = kept.length > 0 && kept.length === meters.length && kept.every(({ version }) => corrected === version > 1);
  const failed = kept.some(({ exitCode }) => exitCode !== 0 && exitCode !== 3);
  const open = kept.some(({ exitCode }) => exitCode === 3);
  const development = kept.some((one) => one.development);
  return (
    <p class="small">
      {current && failed && <span class="bad-text">✗ {texts.failedHere}</span>}
      {current && !failed && <span>{open ? `! ${texts.openHere}` : `✓ ${texts.checkedHere}`}</span>}
      {current && development && <span class="quiet"> {texts.developmentHere}</span>}
      {!current && <span class="quiet">{texts.notChecked}</span>}{' '}
      <a class="target" href={meters.length === 1 ? `/bills/${day}/${meters[0]}` : `/bills?month=${monthOf(day)}`}>
        {texts.see}
      </a>
    </p>
  );
}
