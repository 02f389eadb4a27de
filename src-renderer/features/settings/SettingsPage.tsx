import { clsx } from 'clsx';
import { Link } from 'wouter';
import { PageHead } from '#renderer/components/layout/PageHead.tsx';
import { AboutSection } from './app/AboutSection.tsx';
import { AppearanceSection } from './app/AppearanceSection.tsx';
import { ComputerSection } from '#renderer/features/settings/ComputerSection.tsx';
import { ContributionPage } from '#renderer/features/settings/contribution/ContributionPage.tsx';
import { DiagnosticsSection } from './app/DiagnosticsSection.tsx';
import { IdentitySection } from './identity/IdentitySection.tsx';
import { ModelsSection } from '#renderer/features/settings/ModelsSection.tsx';
import { RequestsSection } from '#renderer/features/settings/RequestsSection.tsx';
import { SwarmSection } from './swarm/SwarmSection.tsx';

const parts = [
  { id: 'general', title: 'General', path: '/settings' },
  { id: 'contribution', title: 'Contribution', path: '/settings/contribution' },
  { id: 'models', title: 'Models', path: '/settings/models' },
] as const;
type Part = (typeof parts)[number]['id'];

interface SettingsPageProps {
  /** Last part of the route; the general settings without one. */
  readonly section: string | undefined;
}

/** All settings. Changes take effect immediately; there is no save button. */
export function SettingsPage({ section }: SettingsPageProps) {
  const part = parts.find(({ id }) => id === section)?.id ?? 'general';
  return (
    <>
      <PageHead title="Settings" text="Changes take effect immediately and are stored on this computer." />
      <Parts current={part} />
      {part === 'general' ? <GeneralPart /> : null}
      {part === 'contribution' ? <ContributionPage /> : null}
      {part === 'models' ? <ModelsSection /> : null}
    </>
  );
}

function Parts({ current }: { readonly current: Part }) {
  return (
    <nav aria-label="Settings" className="flex gap-1 border-b border-line">
      {parts.map(({ id, title, path }) => (
        <Link
          key={id}
          href={path}
          aria-current={id === current ? 'page' : undefined}
          className={clsx(
            '-mb-px flex h-9 items-center border-b-2 px-3 text-sm',
            id === current ? 'border-accent font-medium' : 'border-transparent text-quiet hover:text-ink',
          )}
        >
          {title}
        </Link>
      ))}
    </nav>
  );
}

function GeneralPart() {
  return (
    <>
      <SwarmSection />
      <ComputerSection />
      <RequestsSection />
      <IdentitySection />
      <AppearanceSection />
      <DiagnosticsSection />
      <AboutSection />
    </>
  );
}
