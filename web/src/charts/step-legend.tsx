/** What the five heights of a band of steps mean. */
import { words } from '../i18n/index.ts';
import { STEPS, type Step } from '../values/steps.ts';

const SIDE = 16;

const Swatch = ({ step }: { step: Step }) => {
  const height = Math.round(((STEPS.indexOf(step) + 0.35) / (STEPS.length - 0.65)) * SIDE);
  return (
    <svg class="step-swatch" width={SIDE} height={SIDE} aria-hidden="true">
      <rect class={`step ${step}`} width={SIDE} y={SIDE - height} height={height} />
    </svg>
  );
};

export function StepLegend() {
  const { steps } = words();
  return (
    <ul class="legend small steps-legend">
      {STEPS.map((step) => (
        <li key={step}>
          <Swatch step={step} />
          {steps[step]}
        </li>
      ))}
    </ul>
  );
}
