/** Outside prices: in force, announced, and the commands that set and show them. */
import { useLoaded } from '../../api/loading.ts';
import { dayName } from '../../i18n/format.ts';
import { locale } from '../../i18n/index.ts';
import { operateTexts } from '../../i18n/operate/index.ts';
import { money, price } from '../../i18n/shown.ts';
import { importPrices, proposeTariff, setTariff, showPrices } from '../../operate/commands.ts';
import { askTariffs, type Facts, type Tariff, type Tariffs } from '../../operate/question.ts';
import { at } from '../../operate/said.ts';
import { stretchesOf } from '../../operate/stretches.ts';
import { Block } from '../../parts/block.tsx';
import { Command } from '../../parts/command.tsx';
import { SharedGain } from '../../parts/shared-gain.tsx';
import { useTitle } from '../../parts/use-title.ts';
import { addDays, clock, slotStartMs } from '../../values/day-clock.ts';
import { OperatePage } from './frame.tsx';

/** To a hundredth of a cent. */
const FRACTION = 4;

/** Prices of a day, as stretches; clock labels of that day in the community's zone. */
function Prices({ title, prices, day, facts }: { title: string; prices: readonly number[]; day: string; facts: Facts }) {
  const { allDay } = operateTexts().tariffs;
  const stretches = stretchesOf(prices);
  const time = (slot: number): string => clock(slotStartMs(day, slot), facts.timeZone, locale());
  return (
    <div>
      <h3>{title}</h3>
      <ul class="stretches">
        {stretches.map(({ from, to, nelPerWh }) => (
          <li key={from}>
            <span class="figure">{price(nelPerWh, facts.currency, FRACTION)}</span>{' '}
            <span class="quiet">{stretches.length === 1 ? allDay : `${time(from)}–${time(to)}`}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function TariffSection({ title, tariff, facts }: { title: string; tariff: Tariff; facts: Facts }) {
  const texts = operateTexts().tariffs;
  return (
    <section class="stack tight tariff">
      <h2>{title}</h2>
      <div class="columns">
        <Prices title={texts.retail} prices={tariff.retailNelPerWh} day={tariff.fromDay} facts={facts} />
        <Prices title={texts.feedIn} prices={tariff.feedInNelPerWh} day={tariff.fromDay} facts={facts} />
      </div>
      <p>{texts.fee(money(BigInt(tariff.feePerDayNel), facts.currency))}</p>
    </section>
  );
}

function List({ tariffs, facts, slotPricesUntil }: Tariffs) {
  const texts = operateTexts().tariffs;
  const begun = tariffs.filter(({ fromDay }) => fromDay <= facts.today);
  const announced = tariffs.filter(({ fromDay }) => fromDay > facts.today);
  const [inForce, ...before] = begun;
  return (
    <>
      <h1>{inForce ? texts.inForce(dayName(inForce.fromDay)) : texts.none}</h1>
      {inForce && <TariffSection title={texts.prices} tariff={inForce} facts={facts} />}
      {announced.map((tariff) => (
        <TariffSection key={tariff.fromDay} title={texts.announced(dayName(tariff.fromDay))} tariff={tariff} facts={facts} />
      ))}
      <p>{slotPricesUntil === null ? texts.noSlots : texts.slots(at(Date.parse(slotPricesUntil), { facts }))}</p>
      <SharedGain day={facts.today} currency={facts.currency}>
        <h3>{texts.propose}</h3>
        <Command text={proposeTariff} />
        <p class="small quiet read">{texts.proposeHow}</p>
      </SharedGain>
      <section class="stack tight">
        <h2>{texts.show}</h2>
        <Command text={showPrices(facts.today)} />
        <h2>{texts.import}</h2>
        <Command text={importPrices} />
        <h2>{texts.set}</h2>
        <Command text={setTariff(addDays(facts.today, 1))} />
        <p class="small quiet read">{texts.rule}</p>
      </section>
      {before.length > 0 && (
        <details class="raw">
          <summary>{texts.before(dayName(before[0].fromDay))}</summary>
          {before.map((tariff) => (
            <TariffSection key={tariff.fromDay} title={texts.before(dayName(tariff.fromDay))} tariff={tariff} facts={facts} />
          ))}
        </details>
      )}
    </>
  );
}

function Page() {
  useTitle(operateTexts().tariffs.title);
  return <Block loaded={useLoaded('operate tariffs', askTariffs).value}>{(data) => <List {...data} />}</Block>;
}

export const OperateTariffs = () => (
  <OperatePage>
    <Page />
  </OperatePage>
);
