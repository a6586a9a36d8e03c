import { EmptyState } from '../../ui/empty-state.tsx'
import { DataDrawer } from '../drawer/data-drawer.tsx'
import { LogList } from '../drawer/log-list.tsx'
import { useStepId } from '../inspector/step-in-focus.ts'
import { useStepTest } from '../inspector/test-step.ts'

/** Beside code over the whole page: what came in and what came out. */
export function CodeFullData() {
  return (
    <section
      aria-label="Data"
      className="col-start-2 row-span-2 row-start-2 min-h-0 min-w-0 border-t border-l border-line max-md:col-start-1 max-md:row-span-1 max-md:row-start-4 max-md:border-l-0"
    >
      <DataDrawer isBesideCode />
    </section>
  )
}

/** Below code over the whole page: what it logged. */
export function CodeFullLog() {
  const test = useStepTest(useStepId())
  const lines = test?.kind === 'done' ? test.result.logs : []
  return (
    <section aria-label="Log" className="col-span-full flex min-h-0 flex-col border-t border-line max-md:row-start-5">
      <h3 className="border-b border-line px-4 py-1.5 text-label text-muted">Log</h3>
      <div
        // A long log scrolls, which needs the focus to be done by keyboard.
        tabIndex={0}
        role="region"
        aria-label="Lines of the log"
        className="min-h-0 flex-1 overflow-auto"
      >
        {lines.length === 0 ? (
          <EmptyState size="panel" title="Nothing was logged" text="What the code writes to its log in a test appears here." />
        ) : (
          <LogList lines={lines} />
        )}
      </div>
    </section>
  )
}
