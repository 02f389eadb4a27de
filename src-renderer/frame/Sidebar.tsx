import { clsx } from 'clsx';
import { Laptop } from 'lucide-react';
import { Link, useLocation } from 'wouter';
import { Icon } from '#renderer/components/marks/Icon.tsx';
import { Logo } from '#renderer/components/marks/Logo.tsx';
import { pages, type Page } from '#renderer/frame/pages.ts';
import { taskCards } from '#renderer/format/taskCards.ts';
import { useSlice } from '#renderer/state/engine/EngineContext.tsx';

/** Navigation between the pages; icons only on narrow windows. */
export function Sidebar() {
  const { name } = useSlice('identity');
  const running = taskCards(useSlice('tasks')).length;
  return (
    <nav
      aria-label="Pages"
      className="row-span-2 flex flex-col gap-px border-r border-line bg-canvas px-2 pb-2 max-mid:items-center"
    >
      <div className="mb-2 flex h-11 items-center gap-[9px] px-2 font-semibold tracking-[-0.01em]">
        <Logo />
        <span className="max-mid:sr-only">Open Swarm</span>
      </div>
      {pages
        .filter((page) => page.low !== true)
        .map((page) => (
          <PageLink key={page.id} page={page} count={page.id === 'tasks' ? running : 0} />
        ))}
      <div className="flex-1" />
      {pages
        .filter((page) => page.low === true)
        .map((page) => (
          <PageLink key={page.id} page={page} count={0} />
        ))}
      <Link
        href="/settings"
        title={`This node: ${name}`}
        className="flex h-[30px] items-center gap-[10px] rounded-control px-2 text-quiet hover:bg-hover"
      >
        <Icon of={Laptop} />
        <span className="min-w-0 flex-1 truncate max-mid:sr-only">{name}</span>
      </Link>
    </nav>
  );
}

function PageLink({ page, count }: { readonly page: Page; readonly count: number }) {
  const [location] = useLocation();
  const current = page.path === '/' ? location === '/' : location.startsWith(page.path);
  return (
    <Link
      href={page.path}
      aria-current={current ? 'page' : undefined}
      title={page.title}
      className={clsx(
        'relative flex h-[30px] items-center gap-[10px] rounded-control px-2',
        current ? 'bg-pressed font-medium text-ink' : 'text-quiet hover:bg-hover',
      )}
    >
      <Icon of={page.icon} />
      <span className="max-mid:sr-only">{page.title}</span>
      {count === 0 ? null : (
        <span className="number ml-auto text-[11px] text-quiet max-mid:absolute max-mid:top-0 max-mid:right-0">
          <span className="sr-only">, running: </span>
          {count}
        </span>
      )}
    </Link>
  );
}
