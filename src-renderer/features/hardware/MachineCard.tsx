import { Card } from '#renderer/components/layout/Card.tsx';
import { RelativeTime } from '#renderer/components/data/RelativeTime.tsx';
import { machineFacts } from '#renderer/format/machineFacts.ts';
import type { HardwareProfile } from '#shared/domain/machine/hardware.ts';

/** The parts of the machine; unknown ones state the reason. */
export function MachineCard({ profile }: { readonly profile: HardwareProfile }) {
  return (
    <Card
      title="This computer"
      aside={
        <span className="text-xs text-quiet">
          Detected <RelativeTime at={profile.detectedAt} />
        </span>
      }
    >
      <dl className="grid grid-cols-3 gap-x-6 gap-y-4 max-mid:grid-cols-2">
        {machineFacts(profile).map(({ id, title, value, note }) => (
          <div key={id} className="min-w-0">
            <dt className="text-xs text-quiet">{title}</dt>
            <dd className="number min-w-0 [overflow-wrap:anywhere]">
              <span className={value === null ? 'text-caution-text' : 'font-medium'}>{value ?? 'Unknown'}</span>
              {note === '' ? null : <span className="block text-xs text-quiet">{note}</span>}
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
