/** The pages of the meter: where it speaks, and whether it says what its display says. */
import type { SourceSettings } from '../../settings.ts';
import type { Register } from '../../telegram.ts';
import type { Verdict } from '../compare.ts';
import { type Html, html } from '../html.ts';
import { type Job, placeOf } from '../looking.ts';
import type { SettingUp } from '../setting-up.ts';
import type { Say, TextKey } from '../texts/index.ts';
import { area, field, type Live, layout, next, select, tick, token, type View } from './layout.ts';

const KINDS: Record<SourceSettings['kind'], string> = {
  p1: 'P1 (DSMR, e-MUCS, SE-HAN)',
  smarty: 'P1 (Smarty)',
  sml: 'SML',
  d0: 'IEC 62056-21',
  dlms: 'DLMS',
  sunspec: 'SunSpec',
  sdm: 'Eastron SDM',
  mqtt: 'MQTT',
  homewizard: 'HomeWizard',
  shelly: 'Shelly',
};

/** What the job does, as one sentence. */
export const sentenceOf = (say: Say, { at, attempt, index, count, isHourly }: Job): string =>
  isHourly ? say('lookingHour', { at }) : attempt === '' ? say('lookingShort', { at }) : say('looking', { at, attempt, index, count });

export const jobStamp = (job: Job | undefined): string => (job ? `${job.id}${job.isDone ? ' done' : ''}` : 'none');

function looking(view: View, job: Job): Html {
  return html`<section class="card" aria-busy="true"><p id="said" role="status">${sentenceOf(view.say, job)}</p>
<progress value="${job.index}" max="${job.count + 1}" aria-labelledby="said"></progress>
<div class="row"><form method="post" action="/stop">${token(view)}<button class="plain">${view.say('stop')}</button></form>
<a href="${view.path}">${view.say('reload')}</a></div></section>`;
}

const isLooking = (job: Job | undefined): job is Job => job !== undefined && !job.isDone;

const liveOf = ({ path }: View, job: Job): Live => ({ url: '/live/job', stamp: jobStamp(job), next: `${path}?new#result`, everyMs: 700 });

function failure({ say }: View, model: SettingUp): Html | false {
  const { job } = model;
  if (!job?.isDone || job.code === undefined) return false;
  const file = job.code === 'key' ? model.keyFile : '';
  return html`<section class="card bad" id="result" tabindex="-1"><h2>${say('notFoundHead')}</h2>
<p>${say(job.code, { at: job.at, file })}</p></section>`;
}

function found({ say }: View, model: SettingUp): Html | false {
  const { draft, job } = model;
  if (!draft || (job?.code !== undefined && !draft.telegram)) return false;
  const { source, telegram, wants } = draft;
  const kind = source.kind === 'd0' ? `${KINDS.d0}, ${source.mode}` : KINDS[source.kind];
  const line = 'line' in source ? source.line : undefined;
  const at = placeOf(source);
  const speed = line?.path === undefined ? '' : `${line.baud} ${line.bits}${line.parity[0].toUpperCase()}1`;
  const wanted = wants === 'key' ? say('wantsKey', { file: model.keyFile }) : wants && say('wantsRegisters');
  return html`<section class="card ${wants ? 'warn' : 'good'}"${job?.code === undefined && html` id="result" tabindex="-1"`}>
<h2>${say('foundHead')}</h2><p>${speed ? say('foundLine', { kind, at, speed }) : say('foundPlain', { kind, at })}</p>
${telegram?.serial !== undefined && html`<p>${say('serial', { serial: telegram.serial })}</p>`}
${wanted !== undefined && html`<p>${wanted}</p>`}</section>`;
}

export function portPage(view: View, model: SettingUp): string {
  const { say } = view;
  if (isLooking(model.job)) return layout(view, say('portHead'), looking(view, model.job), liveOf(view, model.job));
  const ports = model.ports().map(
    ({ path, label }) => html`<li><form method="post" action="/look">${token(view)}<input type="hidden" name="port" value="${path}">
<span>${label}${label !== path && html`<br><span class="hint code">${path}</span>`}</span>
<button class="main" aria-label="${say('lookAt', { port: label })}">${say('look')}</button></form></li>`,
  );
  const content = html`${failure(view, model)}${found(view, model)}${next(view, 0)}
<p class="quiet">${say('portWhy')}</p>
<div class="pair"><section class="card"><h2>USB, RS-485, P1</h2>
${ports.length > 0 ? html`<ul class="ports">${ports}</ul>` : html`<p>${say('noPorts')}</p>`}
<details${view.typed.has('port') && html` open`}><summary>${say('otherPort')}</summary><form method="post" action="/look">${token(view)}
${field(view, { name: 'port', label: say('otherPort'), hint: say('otherPortHint'), isNeeded: true })}
<button class="main">${say('look')}</button></form></details></section>
<section class="card"><h2>${say('network')}</h2><p class="quiet">${say('networkWhy')}</p>
<form method="post" action="/look-at-address">${token(view)}
${field(view, { name: 'address', label: say('address'), hint: say('addressHint'), inputmode: 'url', isNeeded: true })}
<button class="main">${say('lookNetwork')}</button></form>
<details${view.typed.has('url') && html` open`}><summary>${say('broker')}</summary>${broker(view, model)}</details></section></div>`;
  return layout(view, say('portHead'), content);
}

function broker(view: View, model: SettingUp): Html {
  const { say } = view;
  const units = ['kWh', 'Wh', 'MWh'].map((unit) => [unit, unit] as const);
  return html`<p class="quiet">${say('brokerWhy')}</p><form method="post" action="/look-at-broker">${token(view)}
${field(view, { name: 'url', label: say('brokerUrl'), value: 'mqtt://', inputmode: 'url', isNeeded: true })}
${field(view, { name: 'topicIn', label: say('topicIn'), isNeeded: true })}
${field(view, { name: 'pathIn', label: say('pathIn'), hint: say('pathHint') })}
${field(view, { name: 'topicOut', label: say('topicOut'), hint: say('topicOutHint') })}
${field(view, { name: 'pathOut', label: say('pathOut') })}
${select('unit', say('unit'), units, view.typed.get('unit') ?? 'kWh')}
<p class="hint">${say('brokerUser', { file: model.userFile })}</p>
<button class="main">${say('lookBroker')}</button></form>`;
}

// ---- what the display says

/** kWh in as many decimals as the meter counts in. */
function kiloWh(language: string, milliWh: bigint, stepMilliWh = 1_000n): string {
  const decimals = stepMilliWh >= 1_000_000n ? 0 : stepMilliWh >= 100_000n ? 1 : stepMilliWh >= 10_000n ? 2 : 3;
  const format = new Intl.NumberFormat(language, { minimumFractionDigits: decimals, maximumFractionDigits: decimals, useGrouping: false });
  return format.format(Number(milliWh / 1_000n) / 1_000);
}

const VERDICTS: Record<Verdict['kind'], TextKey> = {
  same: 'same',
  swapped: 'swapped',
  times: 'times',
  thousandth: 'thousandth',
  other: 'other',
  'not-a-number': 'notANumber',
};

function register(view: View, model: SettingUp, name: string, { milliWh, stepMilliWh }: Register): Html {
  const { say, language } = view;
  const { said, verdicts } = model.draft!;
  const verdict = verdicts[name];
  const tariff = name.at(-1) === '0' ? '' : `, ${say('tariff', { tariff: name.at(-1)! })}`;
  const label = `${say(name[0] === '1' ? 'taken' : 'given')}${tariff}`;
  const id = `r-${name.replaceAll('.', '-')}`;
  const isSame = verdict?.kind === 'same';
  const outcome =
    verdict && html`<p id="${id}-said" class="${isSame ? 'good-text' : 'bad-text'}">${say(VERDICTS[verdict.kind], { ...verdict })}</p>`;
  const state = verdict && html` aria-describedby="${id}-said"${!isSame && html` aria-invalid="true"`}`;
  return html`<div class="register"><h2>${label} <code>${name}</code></h2>
<p>${say('readHere', { kWh: kiloWh(language, milliWh, stepMilliWh) })}</p>
<div class="field"><label for="${id}">${say('onDisplay')}<span class="hidden">, ${name}</span></label>
<input type="text" id="${id}" name="${name}" value="${said[name] ?? ''}" inputmode="decimal" autocomplete="off"${state}></div>
${outcome}</div>`;
}

export function valuesPage(view: View, model: SettingUp): string {
  const { say } = view;
  const { draft, job } = model;
  if (isLooking(job)) return layout(view, say('valuesHead'), looking(view, job), liveOf(view, job));
  if (!draft) return layout(view, say('valuesHead'), html`<p>${say('notYet')}</p>`);
  const again = html`<form method="post" action="/read-again">${token(view)}
<button class="plain">${say(draft.telegram ? 'readAgain' : 'read')}</button></form>`;
  if (!draft.telegram) {
    const why = draft.wants === 'key' ? say('wantsKey', { file: model.keyFile }) : say(draft.wants ? 'wantsRegisters' : 'asFile');
    const content = html`${failure(view, model)}<section class="card warn"><p>${why}</p>${again}</section>${next(view, 1)}`;
    return layout(view, say('valuesHead'), content);
  }
  const { registers } = draft.telegram;
  const isWhole = [...registers.values()].some(({ stepMilliWh }) => stepMilliWh >= 1_000_000n);
  const all = [...registers].filter(
    ([name]) => draft.plan.import.includes(name) || name.startsWith('2.') || draft.plan.export.includes(name),
  );
  const verdicts = Object.values(draft.verdicts);
  const isAllSame = verdicts.length > 0 && verdicts.every(({ kind }) => kind === 'same');
  const content = html`${failure(view, model)}<p class="quiet">${say('valuesWhy')}</p>
${isWhole && html`<section class="card warn"><p>${say('wholeKWh')}</p></section>`}
<div class="pair"><section class="card" id="result" tabindex="-1"><form method="post" action="/compare">${token(view)}
<div class="registers">${all.map(([name, shown]) => register(view, model, name, shown))}</div>
${isAllSame && html`<p class="good-text" role="status">${say('allSame')}</p>`}
<button class="${isAllSame ? 'plain' : 'main'}">${say('compare')}</button></form>${again}</section>
<div class="pair-side registers">${stated(view, model)}${corrections(view, model)}</div></div>`;
  return layout(view, say('valuesHead'), content);
}

function stated(view: View, model: SettingUp): Html {
  const { say, language } = view;
  const { telegram, isAccepted, plan } = model.draft!;
  const sums = model.sums()!;
  const powerW = telegram?.powerW === undefined ? undefined : telegram.powerW * (plan.swap ? -1 : 1) * (plan.multiplier ?? 1);
  const accept = isAccepted
    ? html`<p class="good-text" role="status">${say('accepted')}</p>${next(view, 1)}`
    : html`<form method="post" action="/accept">${token(view)}<button class="main">${say('accept')}</button></form>`;
  return html`<section class="card good"><h2>${say('asStated')}</h2>
<div><p>${say('taken')}</p><p class="figure">${kiloWh(language, sums.importMilliWh)} kWh</p></div>
<div><p>${say('given')}</p><p class="figure">${kiloWh(language, sums.exportMilliWh)} kWh</p></div>
${powerW !== undefined && html`<p>${say('power', { watts: powerW })}</p>`}${accept}</section>`;
}

function corrections(view: View, model: SettingUp): Html {
  const { say, typed } = view;
  const { plan, source, verdicts } = model.draft!;
  const units = ['kWh', 'Wh', 'MWh'].map((unit) => [unit, unit] as const);
  const unit = source.kind === 'mqtt' && select('unit', say('unit'), units, source.registers[0].unit);
  const isNeeded = typed.has('times') || Object.values(verdicts).some(({ kind }) => kind !== 'same') || plan.swap || plan.multiplier;
  const times = { label: say('multiplier'), hint: say('multiplierHint'), value: String(plan.multiplier ?? 1) };
  return html`<section class="card"><details${isNeeded && html` open`}><summary>${say('correctHead')}</summary>
<form method="post" action="/correct">${token(view)}${tick('swap', say('swap'), plan.swap ?? false)}
${tick('hasExport', say('hasExport'), plan.export.length > 0)}
${field(view, { name: 'times', ...times, inputmode: 'numeric' })}
${unit}<button class="main">${say('correct')}</button></form></details></section>`;
}

// ---- what the operator gave

export function operatorPage(view: View, model: SettingUp): string {
  const { say, typed } = view;
  const { settings } = model;
  const clocks = [
    ['ntp', say('clockNtp')],
    ['system', say('clockSystem')],
  ] as const;
  const hint = model.chainId() === undefined ? say('outfitHint') : say('outfitThere');
  const day = { label: say('firstDay'), hint: say('firstDayHint'), value: settings?.firstDate ?? '' };
  const limit = { label: say('maxWh'), hint: say('maxWhHint'), value: settings ? String(settings.maxWhPerSlot) : '' };
  const saved = html`<section class="card good" role="status"><p>${say('saved', { file: model.file })}</p></section>${next(view, 2)}`;
  const content = html`${view.done[2] && saved}
<p class="quiet">${say('operatorWhy')}</p>
<section class="card"><form method="post" action="/save">${token(view)}
${area(view, { name: 'outfit', label: say('outfit'), hint })}
${area(view, { name: 'nodes', label: say('nodes'), hint: say('nodesHint'), value: settings?.nodes.join('\n') ?? '' })}
${field(view, { name: 'firstDay', ...day, type: 'date', isNeeded: true })}
${field(view, { name: 'maxWhPerSlot', ...limit, inputmode: 'numeric', isNeeded: true })}
${select('clock', say('clock'), clocks, typed.get('clock') ?? settings?.clock ?? 'ntp')}
<button class="main">${say('save')}</button></form></section>`;
  return layout(view, say('operatorHead'), content);
}
