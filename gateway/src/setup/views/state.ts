/** The pages after the settings: key and address, and whether everything runs; and the first one, which asks for the code. */
import { renderSVG } from 'uqr';
import { dateToDay, dayToDate } from '../../../../sdk/ts/src/index.ts';
import type { Enrolment } from '../enrolment.ts';
import { Html, html } from '../html.ts';
import type { Running, SettingUp } from '../setting-up.ts';
import type { Say } from '../texts/index.ts';
import { field, type Live, layout, next, token, type View } from './layout.ts';

export function signInPage(view: View): string {
  const { say } = view;
  const content = html`<p>${say('signInWhy')}</p>
<section class="card"><form method="post" action="/sign-in">
${field({ ...view, typed: new URLSearchParams() }, { name: 'code', label: say('code'), isNeeded: true })}
<button class="main">${say('signIn')}</button></form></section><p class="quiet">${say('plainHttp')}</p>`;
  return layout(view, say('signInHead'), content);
}

/** A page of one sentence. */
export const plainPage = (view: View, heading: string, sentence: string): string =>
  layout(view, heading, html`<p>${sentence}</p>${view.form !== undefined && html`<p><a href="/port">${view.say('back')}</a></p>`}`);

export async function keyPage(view: View, model: SettingUp): Promise<string> {
  const { say } = view;
  const { settings } = model;
  const key = await model.key();
  if (key && 'unusable' in key) return plainPage(view, say('keyHead'), say('keyUnusable', { file: key.unusable }));
  if (!settings || !key) {
    const make = html`<section class="card"><p>${say('keyWhy')}</p><form method="post" action="/make-key">
${token(view)}<button class="main">${say('makeKey')}</button></form></section>`;
    return layout(view, say('keyHead'), settings ? make : html`<p>${say('notYet')}</p>`);
  }
  const { address } = key;
  const values = { day: settings.firstDate, wh: settings.maxWhPerSlot, chain: model.chainId() ?? '' };
  const content = html`<section class="card good" id="result" tabindex="-1"><h2>${say('keyThere')}</h2>
<div class="qr" role="img" aria-label="${say('qr', { address })}">${new Html(renderSVG(address, { border: 2 }))}</div>
<p class="code">${address}</p><p>${say('tellOperator', values)}</p></section>
<p class="quiet">${say('keyWhy')} ${say('backup')}</p>${next(view, 3)}`;
  return layout(view, say('keyHead'), content);
}

const COMMAND = 'electra-gateway run';
const STALE_S = 900;

const clockOf = (unixS: number): string => `${new Date(unixS * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

function enrolledOf(say: Say, enrolment: Enrolment, model: SettingUp): string {
  switch (enrolment.state) {
    case 'unreachable':
      return say('nodeUnreachable');
    case 'other-chain':
      return say('otherChain', { chain: enrolment.chainId.slice(0, 64) });
    case 'not-enrolled':
      return say('notEnrolled');
    default: {
      const { firstDay, lastDay, maxWhPerSlot } = enrolment;
      if (lastDay !== 0) return say('retired', { day: dayToDate(lastDay) });
      const isSame = firstDay === dateToDay(model.settings!.firstDate) && maxWhPerSlot === model.settings!.maxWhPerSlot;
      return say(isSame ? 'enrolled' : 'enrolledOther', { day: dayToDate(firstDay), wh: maxWhPerSlot });
    }
  }
}

function runningOf(say: Say, running: Running | undefined, nowUnixS: number): string {
  if (!running) return say('notRunning', { command: COMMAND });
  if (running.stop !== undefined) return say('stoppedBy', { why: running.stop });
  const time = clockOf(running.writtenUnixS);
  return Math.abs(nowUnixS - running.writtenUnixS) > STALE_S ? say('stale', { time, command: COMMAND }) : say('running', { time });
}

/** Everything the page of the state shows, each as [name, sentence]. */
export async function factsOf(say: Say, model: SettingUp, nowUnixS = Date.now() / 1000): Promise<[string, string][]> {
  const key = await model.key();
  const enrolment = key && 'address' in key ? await model.enrolment(key.address) : undefined;
  const keyless = key && 'unusable' in key ? say('keyUnusable', { file: key.unusable }) : say('noKey');
  const running = model.running();
  const { meter, counts } = running ?? {};
  const reported = enrolment?.state === 'enrolled' ? enrolment.newestSlot : undefined;
  const dropped = Object.entries(counts?.dropped ?? {}).map(([why, count]) => `${why} ${count}`);
  const { reports = 0, statements = 0 } = meter?.queued ?? {};
  const error = meter?.lastError;
  return [
    [say('stateEnrolled'), enrolment ? enrolledOf(say, enrolment, model) : keyless],
    [say('stateClock'), say((await model.isClockSet()) ? 'clockSet' : 'clockUnset')],
    [say('stateRunning'), runningOf(say, running, nowUnixS)],
    [say('stateReading'), running?.lastBelievedUnixS === undefined ? say('none') : clockOf(running.lastBelievedUnixS)],
    [say('stateReport'), reported === undefined ? say('notReported') : say('reported', { time: clockOf(reported * 900) })],
    [say('stateQueue'), meter ? say('queue', { reports, statements, waiting: running?.waiting ?? 0 }) : say('none')],
    [say('stateDropped'), dropped.join(', ') || say('none')],
    [say('stateErrors'), error ? `${clockOf(error.unixS)}: ${withoutLogins(error.message)}` : say('none')],
  ];
}

/** A message may name an address; what stands before its @ is nobody's business. */
const withoutLogins = (text: string): string => text.slice(0, 400).replace(/\/\/[^/\s@]*@/g, '//…@');

export const factsStamp = (facts: readonly [string, string][]): string => facts.map(([, sentence]) => sentence).join('|');

export async function statePage(view: View, model: SettingUp): Promise<string> {
  const { say } = view;
  const facts = await factsOf(say, model);
  const live: Live = { url: '/live/state', stamp: factsStamp(facts), next: '/state', everyMs: 5_000 };
  const list = facts.map(([name, sentence]) => html`<dt>${name}</dt><dd>${sentence}</dd>`);
  const content = html`<section class="card"><dl class="facts">${list}</dl></section>
<section class="card"><h2>${say('finishHead')}</h2><p>${say('finishWhy')}</p>
<form method="post" action="/finish">${token(view)}<button class="main">${say('finish')}</button></form></section>`;
  return layout(view, say('stateHead'), content, live);
}
