import { useQuery } from '@tanstack/react-query'
import { egressQuery } from '../api/queries.ts'
import { PagePending } from '../shell/page-pending.tsx'
import { ProblemState } from '../shell/page-problem.tsx'
import { EgressForm } from './egress-form.tsx'
import { Section } from './section.tsx'

export function EgressSection() {
  const egress = useQuery(egressQuery)
  if (egress.isPending) return <PagePending />
  if (egress.data === undefined) return <ProblemState error={egress.error} onRetry={() => void egress.refetch()} />
  return (
    <Section
      title="Calls to the outside"
      text="Where the steps of this workspace’s flows may call. Addresses inside your network are refused either way, unless whoever runs the server allows them."
    >
      {/* Made anew when somebody else changed it, so that what is shown is what holds. */}
      <EgressForm key={JSON.stringify(egress.data.allow)} saved={egress.data.allow} />
    </Section>
  )
}
