import { useQuery } from '@tanstack/react-query'
import { KeyRound, Plus } from 'lucide-react'
import { useState } from 'react'
import type { SecretSummary } from '#shared/values.ts'
import { secretsQuery } from '../api/queries.ts'
import { PagePending } from '../shell/page-pending.tsx'
import { ProblemState } from '../shell/page-problem.tsx'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { DeleteSecretDialog } from './delete-secret-dialog.tsx'
import { SecretDialog } from './secret-dialog.tsx'
import { SecretRow } from './secret-row.tsx'
import { ValuesSection } from './values-section.tsx'

type Open = { what: 'new' } | { what: 'change' | 'delete'; secret: SecretSummary }

export function SecretsSection() {
  const secrets = useQuery(secretsQuery)
  const [open, setOpen] = useState<Open>()
  const close = () => setOpen(undefined)
  const add = (
    <Button variant="primary" icon={<Plus size={18} aria-hidden />} onClick={() => setOpen({ what: 'new' })}>
      New secret
    </Button>
  )
  const hasSome = secrets.data !== undefined && secrets.data.length > 0
  return (
    <ValuesSection
      title="Secrets"
      text="Keys and passwords for code steps, and for knowing who calls a flow. They are kept encrypted, and nobody can read one again: it can be replaced or deleted."
      actions={hasSome && add}
    >
      {secrets.isPending && <PagePending />}
      {secrets.isLoadingError && <ProblemState error={secrets.error} onRetry={() => void secrets.refetch()} />}
      {secrets.data?.length === 0 && (
        <div className="rounded-card border border-line bg-surface">
          <EmptyState
            size="panel"
            picture={<KeyRound size={32} strokeWidth={1.5} />}
            title="No secrets"
            text="Keep a key here once, and name it in the flows that need it."
            actions={add}
          />
        </div>
      )}
      {hasSome && (
        <ul aria-label="Secrets" className="rounded-card border border-line bg-surface">
          {secrets.data.map((secret) => (
            <SecretRow
              key={secret.name}
              secret={secret}
              onChange={() => setOpen({ what: 'change', secret })}
              onDelete={() => setOpen({ what: 'delete', secret })}
            />
          ))}
        </ul>
      )}
      {open?.what === 'new' && <SecretDialog onClose={close} />}
      {open?.what === 'change' && <SecretDialog secret={open.secret} onClose={close} />}
      {open?.what === 'delete' && <DeleteSecretDialog name={open.secret.name} onClose={close} />}
    </ValuesSection>
  )
}
