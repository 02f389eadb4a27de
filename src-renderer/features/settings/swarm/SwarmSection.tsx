import { useState } from 'react';
import { Button } from '#renderer/components/controls/Button.tsx';
import { CopyButton } from '#renderer/components/controls/CopyButton.tsx';
import { Dialog } from '#renderer/components/layout/Dialog.tsx';
import { Switch } from '#renderer/components/controls/Switch.tsx';
import { Tag } from '#renderer/components/marks/Tag.tsx';
import { JoinDialog } from './JoinDialog.tsx';
import { SettingRow } from '#renderer/features/settings/SettingRow.tsx';
import { SettingSection } from '#renderer/features/settings/SettingSection.tsx';
import { useInvite } from '#renderer/state/shell/InviteContext.tsx';
import { useLink, useSlice } from '#renderer/state/engine/EngineContext.tsx';
import { useIntent } from '#renderer/state/shell/IntentContext.tsx';
import { useAction } from '#renderer/state/engine/useAction.ts';
import { useInviteLink } from '#renderer/state/shell/useInviteLink.ts';
import type { Snapshot } from '#shared/api/snapshot.ts';

type Joined = NonNullable<Snapshot['swarm']['joined']>;

/** The joined swarm, and how to invite, switch or leave. */
export function SwarmSection() {
  const { joined, connection } = useSlice('swarm');
  const invite = useInvite();
  const [joining, setJoining] = useState(false);
  const askedToJoin = useIntent('join_swarm');
  const offline = useLink() !== 'open';
  const start = useAction('swarm.startPrivate');
  return (
    <SettingSection title="Swarm">
      {joined === null ? (
        <SettingRow title="Not in a swarm" text="Nothing is sent anywhere until you join or start one.">
          <Button onClick={() => setJoining(true)} disabled={offline}>
            Join a swarm
          </Button>
          <Button look="primary" disabled={start.busy || offline} onClick={() => void start.run({})}>
            {start.busy ? 'Starting…' : 'Start a private swarm'}
          </Button>
        </SettingRow>
      ) : (
        <>
          <SettingRow
            title={joined.name}
            text={
              <>
                <span className="mono">{joined.address}</span>
                {connection.problem === null ? null : <span className="text-caution-text"> {connection.problem}</span>}
              </>
            }
          >
            <Tag tone={connection.state === 'connected' ? 'good' : 'caution'}>
              {connection.state === 'connected' ? 'Connected' : 'Not connected'}
            </Tag>
            {joined.private ? <Tag>Private</Tag> : null}
            <LeaveButton joined={joined} />
          </SettingRow>
          <SettingRow title="Swarm ID" text={<span className="mono">{joined.swarmId}</span>}>
            <CopyButton text={joined.swarmId} label="Copy swarm ID" />
          </SettingRow>
          {joined.ownCoordinator ? <InviteRows /> : null}
          <SettingRow
            title="Another swarm"
            text="You can be in one swarm at a time, and each has its own balance. Switching cancels your running tasks."
          >
            <Button disabled={offline} onClick={() => setJoining(true)}>
              Join another swarm
            </Button>
          </SettingRow>
        </>
      )}
      {joining || askedToJoin.asked || invite.link !== '' ? (
        <JoinDialog
          first={invite.link}
          onClose={() => {
            setJoining(false);
            askedToJoin.done();
            invite.fill('');
          }}
        />
      ) : null}
    </SettingSection>
  );
}

function InviteRows() {
  const settings = useSlice('settings');
  const save = useAction('settings.set');
  const onNetwork = settings['privateSwarm.onNetwork'];
  return (
    <>
      <SettingRow
        title="Open to your network"
        text={
          onNetwork
            ? 'Other computers on your network can join with an invite link. Connections are not encrypted, so only use this on a network you trust.'
            : 'Only this computer can reach your swarm. Turn this on to let others on your network join with an invite link.'
        }
      >
        <Switch
          label="Open to your network"
          labelHidden
          checked={onNetwork}
          disabled={save.busy}
          onChange={(on) => void save.run({ 'privateSwarm.onNetwork': on })}
        />
      </SettingRow>
      {/* The switch changes the link, so an old one must not stay visible. */}
      <InviteRow key={String(onNetwork)} onNetwork={onNetwork} />
    </>
  );
}

function InviteRow({ onNetwork }: { readonly onNetwork: boolean }) {
  const invite = useInviteLink();
  const [link, setLink] = useState<string | null>(null);
  // It stays visible for manual copying.
  const show = async (renew: boolean) => {
    const answer = await invite.copy(renew);
    if (answer !== null) setLink(answer.link);
  };
  const reach = onNetwork ? '' : ' It only works on this computer.';
  return (
    <SettingRow
      title="Invite link"
      text={
        link === null ? (
          `Anyone with the link can join your swarm. It contains a secret, so share it only with people you trust.${reach}`
        ) : (
          <span className="mono [overflow-wrap:anywhere]">{link}</span>
        )
      }
    >
      <Button disabled={invite.busy} onClick={() => void show(true)}>
        New link
      </Button>
      {link === null ? (
        <Button disabled={invite.busy} onClick={() => void show(false)}>
          Copy invite link
        </Button>
      ) : (
        <CopyButton text={link} label="Copy invite link" labelled />
      )}
    </SettingRow>
  );
}

function LeaveButton({ joined }: { readonly joined: Joined }) {
  const [asking, setAsking] = useState(false);
  const { asked, done } = useIntent('leave_swarm');
  const leave = useAction('swarm.leave');
  const close = () => {
    setAsking(false);
    done();
  };
  const go = async () => {
    await leave.run({});
    close();
  };
  return (
    <>
      <Button tight onClick={() => setAsking(true)}>
        Leave
      </Button>
      <Dialog
        open={asking || asked}
        onClose={close}
        title={`Leave ${joined.name}?`}
        description={
          joined.ownCoordinator
            ? 'Your running tasks are cancelled; you keep and pay for what arrived. The private swarm on this computer stops. Its ledger and credits stay on disk.'
            : 'Your running tasks are cancelled; you keep and pay for what arrived. Tasks you run for others are handed over. Your credits and reputation stay with this swarm, and you can come back.'
        }
        actions={
          <>
            <Button onClick={close}>Stay</Button>
            <Button look="danger" disabled={leave.busy} onClick={() => void go()}>
              {leave.busy ? 'Leaving…' : 'Leave'}
            </Button>
          </>
        }
      >
        {null}
      </Dialog>
    </>
  );
}
