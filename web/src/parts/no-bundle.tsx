/** That there is no bundle of some days: which of them are not final, and a button for each range that there is. */
import type { DayRange, NoBundle } from '../check/fetch-days.ts';
import { checkTexts } from '../i18n/check/index.ts';
import { dayName, dayRange, dayRanges } from '../i18n/format.ts';

interface NoBundleProps extends NoBundle {
  /** what is said first */
  sentence: string;
  take(range: DayRange): void;
}

export function NoBundleNotice({ missing, ranges, sentence, take }: NoBundleProps) {
  const texts = checkTexts();
  return (
    <div class="notice warn" role="alert">
      <p>{missing.length === 0 ? sentence : texts.notFinal(dayRanges(missing))}</p>
      {ranges.length > 0 && (
        <div class="buttons">
          {ranges.map(({ from, to }) => (
            <button key={from} type="button" class="button plain" onClick={() => take({ from, to })}>
              {texts.checkDay(from === to ? dayName(from) : dayRange(from, to))}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
