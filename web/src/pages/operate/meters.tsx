/** The operator's list of meters: whose each is, from when to when, and whether it speaks. Names are in the operator's list alone. */
import { useLoaded } from '../../api/loading.ts';
import { dayName } from '../../i18n/format.ts';
import { locale } from '../../i18n/index.ts';
import { operateTexts } from '../../i18n/operate/index.ts';
import { enrol, installCode, outfit } from '../../operate/commands.ts';
import { askFacts, askMeters, type Facts, type OperatedMeter } from '../../operate/question.ts';
import { at, fromNow } from '../../operate/said.ts';
import { Block } from '../../parts/block.tsx';
import { Command } from '../../parts/command.tsx';
import { useTitle } from '../../parts/use-title.ts';
import { compareNames } from '../../values/by-name.ts';
import { addDays } from '../../values/day-clock.ts';
import { OperatePage } from './frame.tsx';

interface List {
  facts: Facts;
  meters: readonly OperatedMeter[];
}

const isOver = ({ lastDay }: OperatedMeter, today: string): boolean => lastDay !== null && lastDay < today;

/** Silent ones first, then by name; retired ones last. */
const sorted = ({ meters, facts: { today } }: List): OperatedMeter[] =>
  [...meters].sort(
    (a, b) =>
      Number(isOver(a, today)) - Number(isOver(b, today)) ||
      Number(b.silent) - Number(a.silent) ||
      compareNames(a.name ?? a.address, b.name ?? b.address, locale()),
  );

function LastReport({ meter, facts }: { meter: OperatedMeter; facts: Facts }) {
  const texts = operateTexts().meters;
  const { lastReportAt, silent } = meter;
  if (isOver(meter, facts.today)) return <>{texts.over}</>;
  return (
    <>
      {silent && <strong class="warn-text">! {texts.silent} · </strong>}
      {lastReportAt === null
        ? meter.firstDay > facts.today
          ? texts.ahead
          : texts.never
        : `${at(Date.parse(lastReportAt), { facts })} (${fromNow(Date.parse(lastReportAt), facts.chainTimeMs)})`}
    </>
  );
}

function Table({ list }: { list: List }) {
  const texts = operateTexts().meters;
  return (
    <table class="cards">
      <thead>
        <tr>
          <th scope="col">{texts.member}</th>
          <th scope="col">{texts.lastReport}</th>
          <th scope="col">{texts.service}</th>
          <th scope="col">{texts.role}</th>
          <th scope="col">{texts.meter}</th>
        </tr>
      </thead>
      <tbody>
        {sorted(list).map((meter) => (
          <tr key={meter.address} data-meter={meter.address}>
            <th scope="row">{meter.name ?? texts.unnamed}</th>
            <td data-label={texts.lastReport}>
              <span>
                <LastReport meter={meter} facts={list.facts} />
              </span>
            </td>
            <td data-label={texts.service}>
              {meter.lastDay === null
                ? texts.from(dayName(meter.firstDay, 'short'))
                : texts.range(dayName(meter.firstDay, 'short'), dayName(meter.lastDay, 'short'))}
            </td>
            <td data-label={texts.role}>{meter.validator ? texts.validator : texts.light}</td>
            <td data-label={texts.meter}>
              <code>{meter.address}</code>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

async function askList(): Promise<List> {
  const [facts, meters] = await Promise.all([askFacts(), askMeters()]);
  return { facts, meters };
}

function Page() {
  const texts = operateTexts().meters;
  useTitle(texts.title);
  return (
    <Block loaded={useLoaded('operate meters', askList).value}>
      {(list) => (
        <>
          <h1>
            {list.meters.length === 0
              ? texts.none
              : texts.sentence(
                  list.meters.filter((meter) => !isOver(meter, list.facts.today)).length,
                  list.meters.filter(({ silent }) => silent).length,
                )}
          </h1>
          <p class="read quiet">{texts.names}</p>
          {list.meters.length > 0 && <Table list={list} />}
          <section class="stack tight">
            <h2>{texts.enrol}</h2>
            <Command text={enrol(addDays(list.facts.today, 1))} />
            <p class="small quiet">{texts.outfit}</p>
            <Command text={outfit} />
            <p class="small quiet">{texts.installCode}</p>
            <Command text={installCode(location.origin)} />
          </section>
        </>
      )}
    </Block>
  );
}

export const OperateMeters = () => (
  <OperatePage>
    <Page />
  </OperatePage>
);
