import { Link } from 'wouter';
import { Sparkline } from '#renderer/components/charts/Sparkline.tsx';
import { Switch } from '#renderer/components/controls/Switch.tsx';
import { creditsForChart, microOf, readableCredits } from '#renderer/format/credits.ts';
import { engineWords } from '#renderer/format/engineWords.ts';
import { PauseButton } from '#renderer/connected/PauseButton.tsx';
import { useLink, useSlice } from '#renderer/state/engine/EngineContext.tsx';
import { useAction } from '#renderer/state/engine/useAction.ts';

/** The state with its reason, the contribution switch, and today's credits. */
export function StateHead() {
  const { reason, state, share } = useSlice('contribution');
  const text = state === 'working' && share !== null ? `${reason.text} ${shareText(share)}` : reason.text;
  const engineConnected = useLink() === 'open';
  return (
    <section className="flex items-start justify-between gap-6 max-small:flex-col max-small:gap-4">
      <div className="min-w-0 [overflow-wrap:anywhere]">
        <h1 className="text-2xl font-semibold tracking-[-0.02em]">
          {engineConnected ? reason.title : engineWords.title}
        </h1>
        <p className="mt-[2px] text-quiet">{engineConnected ? text : engineWords.stale}</p>
        <div className="mt-[14px] flex flex-wrap items-center gap-3">
          <ContributeSwitch />
          <PauseButton word="Snooze" tight />
          <RuleLink />
        </div>
      </div>
      <TodayCredits />
    </section>
  );
}

/** Reason codes of the owner's rules, as opposed to manual pauses. */
const ruleCodes = new Set([
  'maintenance',
  'schedule',
  'user_active',
  'battery',
  'program',
  'temperature',
  'metered',
  'processor',
  'slowed',
]);

/** Link from a pause to the rule behind it. */
function RuleLink() {
  const { reason } = useSlice('contribution');
  if (!ruleCodes.has(reason.code)) return null;
  return (
    <Link href="/settings/contribution" className="rounded-sm text-sm text-accent-text hover:underline">
      Change this rule
    </Link>
  );
}

function shareText(share: number): string {
  return `Uses up to ${String(Math.round(share))} % of the processor.`;
}

function ContributeSwitch() {
  const { on, state } = useSlice('contribution');
  const engineConnected = useLink() === 'open';
  const action = useAction('contribution.set');
  return (
    <Switch
      label="Contribute"
      checked={on}
      disabled={action.busy || !engineConnected || state === 'no_swarm'}
      onChange={(next) => void action.run({ on: next })}
    />
  );
}

function TodayCredits() {
  const money = useSlice('money');
  const today = microOf(money.earnedToday);
  const week = microOf(money.earnedThisWeek);
  return (
    <div className="flex flex-none items-end gap-6">
      <Link href="/earnings" className="rounded-sm text-right max-small:text-left">
        <p className="number text-3xl font-semibold tracking-[-0.03em]">{readableCredits(today)}</p>
        <p className="number mt-1 text-xs text-quiet">credits today, {readableCredits(week)} this week</p>
      </Link>
      <div className="max-mid:hidden">
        <Sparkline
          label={`Credits over the last seven days, ${readableCredits(today)} today`}
          values={money.lastDays.map((day) => creditsForChart(microOf(day.earned)))}
        />
      </div>
    </div>
  );
}
