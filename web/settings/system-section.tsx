import { useQuery } from '@tanstack/react-query'
import { systemQuery } from '../api/queries.ts'
import { PagePending } from '../shell/page-pending.tsx'
import { ProblemState } from '../shell/page-problem.tsx'
import { Notice } from '../ui/notice.tsx'
import { Facts, Section } from './section.tsx'

export function SystemSection() {
  const system = useQuery(systemQuery)
  if (system.isPending) return <PagePending />
  if (system.data === undefined) return <ProblemState error={system.error} onRetry={() => void system.refetch()} />
  const { version, node, database, sandbox } = system.data
  return (
    <Section title="Installation" text="What this Holdfast is made of, and how code steps are kept apart from it.">
      <Facts
        items={[
          ['Holdfast', version],
          ['Node', node],
          ['Database', database],
          [
            'Code steps',
            sandbox.layers.length === 0 ? (
              'No protection is in place'
            ) : (
              <ul className="flex flex-col gap-1">
                {sandbox.layers.map((layer) => (
                  <li key={layer}>{layer}</li>
                ))}
              </ul>
            ),
          ],
        ]}
      />
      {sandbox.missing.length > 0 && (
        <div className="mt-4">
          <Notice tone="waiting" title="Some protection of code steps is missing on this machine">
            <ul className="flex flex-col gap-1">
              {sandbox.missing.map((layer) => (
                <li key={layer}>{layer}</li>
              ))}
            </ul>
          </Notice>
        </div>
      )}
    </Section>
  )
}
