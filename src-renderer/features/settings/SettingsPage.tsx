import { PageHead } from '#renderer/components/PageHead.tsx';
import { AboutSection } from '#renderer/features/settings/AboutSection.tsx';
import { AppearanceSection } from '#renderer/features/settings/AppearanceSection.tsx';
import { ComputerSection } from '#renderer/features/settings/ComputerSection.tsx';
import { DiagnosticsSection } from '#renderer/features/settings/DiagnosticsSection.tsx';
import { IdentitySection } from '#renderer/features/settings/IdentitySection.tsx';
import { RequestsSection } from '#renderer/features/settings/RequestsSection.tsx';
import { SwarmSection } from '#renderer/features/settings/SwarmSection.tsx';

/** Everything the owner can set. A change takes effect at once; there is no button to save. */
export function SettingsPage() {
  return (
    <>
      <PageHead title="Settings" text="A change takes effect at once and is kept on this computer." />
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
