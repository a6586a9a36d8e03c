import { useQuery } from '@tanstack/react-query'
import type { SecretSummary } from '#shared/values.ts'
import { flowNamesQuery } from '../api/queries.ts'
import { Button } from '../ui/button.tsx'
import { When } from '../words/when.tsx'
import { flowsWords, hostsWords } from './secret-words.ts'

interface SecretRowProps {
  secret: SecretSummary
  onChange: () => void
  onDelete: () => void
}

export function SecretRow({ secret, onChange, onDelete }: SecretRowProps) {
  const { name, hosts, flows, updatedAt, lastUsedAt } = secret
  const names = useQuery(flowNamesQuery).data
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-3 last:border-b-0">
      <div className="min-w-50 flex-1">
        <p className="font-mono text-code font-medium break-all">{name}</p>
        <p className="mt-1 text-small text-muted">
          {flowsWords(flows, names)} · {hostsWords(hosts)}
        </p>
        <p className="text-small text-muted">
          Set <When at={updatedAt} />
          {' · '}
          {lastUsedAt === null ? (
            'never used'
          ) : (
            <>
              last used <When at={lastUsedAt} />
            </>
          )}
        </p>
      </div>
      <div className="flex gap-2">
        <Button size="small" aria-label={`Change ${name}`} onClick={onChange}>
          Change
        </Button>
        <Button size="small" aria-label={`Delete ${name}`} onClick={onDelete}>
          Delete
        </Button>
      </div>
    </li>
  )
}
