/** What each form of the page does, and where it leads. */
import type { JsonRegister } from '../settings.ts';
import type { Refusal, SettingUp } from './setting-up.ts';

interface Outcome {
  /** the page that comes next, or that is shown again with why not */
  next: string;
  refusal?: Refusal;
}

type Action = (model: SettingUp, typed: URLSearchParams) => Outcome | Promise<Outcome>;

const outcome = (next: string, refusal: Refusal | undefined, again = next): Outcome => (refusal ? { next: again, refusal } : { next });

function brokerOf(typed: URLSearchParams): readonly JsonRegister[] {
  const text = (name: string): string => (typed.get(name) ?? '').trim();
  const unit = ['Wh', 'kWh', 'MWh'].find((one) => one === text('unit')) ?? 'kWh';
  const directions = [
    { name: '1.8.0', topic: text('topicIn'), path: text('pathIn'), unit },
    { name: '2.8.0', topic: text('topicOut'), path: text('pathOut'), unit },
  ];
  return directions.filter(({ name, topic }) => name === '1.8.0' || topic !== '');
}

const registersOf = (typed: URLSearchParams): Record<string, string> =>
  Object.fromEntries([...typed].filter(([name, text]) => /^[12]\.8\.\d$/.test(name) && text.length <= 40));

export const actions: Readonly<Record<string, Action>> = {
  '/look': (model, typed) => outcome('/port', model.look(typed.get('port') ?? '')),
  '/look-at-address': (model, typed) => outcome('/port', model.lookAtAddress(typed.get('address') ?? '')),
  '/look-at-broker': (model, typed) => {
    const url = (typed.get('url') ?? '').trim();
    return outcome('/port', model.lookAtBroker({ kind: 'mqtt', url, registers: brokerOf(typed), togetherS: 5 }));
  },
  '/stop': async (model) => {
    model.stopLooking();
    await model.job?.work;
    return { next: '/port' };
  },
  '/read-again': (model) => outcome('/values', model.readAgain()),
  '/compare': (model, typed) => outcome('/values', model.compare(registersOf(typed))),
  '/correct': (model, typed) => {
    const unit = ['Wh', 'kWh', 'MWh'].find((one) => one === typed.get('unit'));
    const [swap, hasExport, times] = [typed.has('swap'), typed.has('hasExport'), typed.get('times') ?? ''];
    return outcome('/values', model.correct({ swap, times, hasExport, ...(unit ? { unit } : {}) }));
  },
  '/accept': (model) => outcome('/operator', model.accept(), '/values'),
  '/save': (model, typed) => {
    const text = (name: string): string => (typed.get(name) ?? '').trim();
    const [outfit, nodes, firstDay] = [text('outfit'), text('nodes'), text('firstDay')];
    return outcome('/operator', model.save({ outfit, nodes, firstDay, maxWhPerSlot: text('maxWhPerSlot'), clock: text('clock') }));
  },
  '/make-key': (model) => outcome('/key', model.makeKey()),
  '/finish': (model) => outcome('/state', model.finish()),
};

/** Which steps are done, in order; the last one is never over while the page is open. */
export async function isDoneOf(model: SettingUp): Promise<boolean[]> {
  const { draft, settings } = model;
  const isFound = draft !== undefined && draft.wants === undefined;
  const isSaved = settings !== undefined && model.chainId() !== undefined && model.isWritten();
  return [isFound, isFound && draft.isAccepted, isSaved, (await model.address()) !== undefined, false];
}
