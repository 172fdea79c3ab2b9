/** What sharing with other communities brought, week by week, beside the tariff in force: for whoever's bills return it. */
import type { ComponentChildren } from 'preact';
import { useLoaded } from '../api/loading.ts';
import { viewer } from '../api/session.ts';
import { askGain, type Gain, type OutsideTariff } from '../community/gain.ts';
import { least, most } from '../community/question.ts';
import { dayName, dayRange } from '../i18n/format.ts';
import { gainTexts } from '../i18n/gain/index.ts';
import { language } from '../i18n/index.ts';
import { electraOf, price } from '../i18n/shown.ts';
import { Scroll } from './scroll.tsx';

/** To a hundredth of a cent: a tariff's own step is two tenths of one. */
const FRACTION = 4;

function inForce({ fromDay, retailNelPerWh, feedInNelPerWh }: OutsideTariff, currency: string): string {
  const texts = gainTexts();
  const band = (values: readonly number[]): string =>
    texts.band(price(least(values), currency, FRACTION), price(most(values), currency, FRACTION));
  return texts.tariff(dayName(fromDay), band(retailNelPerWh), band(feedInNelPerWh));
}

/** A week's gain in words: nobody has to read a sign. */
function gainWords(nel: bigint): string {
  const { came, went, nothing } = gainTexts();
  return nel === 0n ? nothing : (nel > 0n ? came : went)(electraOf(nel));
}

function Weeks({ weeks }: Pick<Gain, 'weeks'>) {
  const { title, columns } = gainTexts();
  return (
    <Scroll name={title}>
      <table>
        <thead>
          <tr>
            <th scope="col">{columns.week}</th>
            <th scope="col" class="number">
              {columns.gain}
            </th>
          </tr>
        </thead>
        <tbody>
          {weeks.map(({ fromDay, toDay, gainNel }) => (
            <tr key={fromDay}>
              <th scope="row">{dayRange(fromDay, toDay)}</th>
              <td class="number">{gainWords(BigInt(gainNel))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** With the texts, which nobody loads who has no gain to read of. */
async function gainOf(day: string): Promise<Gain | null> {
  const gain = await askGain(day);
  if (!gain) return null;
  return gainTexts.load(language.value).then(
    () => gain,
    () => null, // their file did not come: the page stands without them
  );
}

interface Props {
  /** whose tariff stands beside it */
  day: string;
  currency: string;
  /** what can be done with it */
  children?: ComponentChildren;
}

export function SharedGain({ day, currency, children }: Props) {
  const who = viewer.value?.address;
  const gain = useLoaded(`gain ${who} ${day}`, async () => (who === undefined ? null : gainOf(day))).value.data;
  if (!gain) return null;
  const texts = gainTexts();
  const { weeks, sumNel, tariff } = gain;
  const said = sumNel === 0n ? texts.even : sumNel > 0n ? texts.brought : texts.cost;
  return (
    <section class="stack tight shared-gain">
      <h2>{texts.title}</h2>
      <p class="read">{weeks.length === 0 ? texts.none : said(weeks.length, electraOf(sumNel))}</p>
      <p class="read">{tariff ? inForce(tariff, currency) : texts.noTariff}</p>
      {weeks.length > 0 && <Weeks weeks={weeks} />}
      <p class="small quiet read">{texts.how}</p>
      {children}
    </section>
  );
}
