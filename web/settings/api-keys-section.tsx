import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { KeyRound, Plus } from 'lucide-react'
import { useState } from 'react'
import type { ApiKeySummary } from '#shared/api.ts'
import { call, problemText } from '../api/client.ts'
import { apiKeysQuery } from '../api/queries.ts'
import { PagePending } from '../shell/page-pending.tsx'
import { ProblemState } from '../shell/page-problem.tsx'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Notice } from '../ui/notice.tsx'
import { showToast } from '../ui/toast.ts'
import { When } from '../words/when.tsx'
import { CreateKeyDialog } from './create-key-dialog.tsx'
import { Section } from './section.tsx'

const scopeNames = { read: 'Read', run: 'Run', build: 'Build', admin: 'Everything' } as const

export function ApiKeysSection() {
  const keys = useQuery(apiKeysQuery)
  const [isCreating, setCreating] = useState(false)
  const [leaving, setLeaving] = useState<ApiKeySummary | null>(null)
  const create = (
    <Button variant="primary" icon={<Plus size={18} aria-hidden />} onClick={() => setCreating(true)}>
      New key
    </Button>
  )
  const hasKeys = keys.data !== undefined && keys.data.length > 0
  return (
    <Section title="API keys" text="For programs that start flows or read runs." actions={hasKeys && create}>
      {keys.isPending && <PagePending />}
      {keys.isLoadingError && <ProblemState error={keys.error} onRetry={() => void keys.refetch()} />}
      {keys.data !== undefined && keys.data.length === 0 && (
        <div className="rounded-card border border-line bg-surface">
          <EmptyState
            size="panel"
            picture={<KeyRound size={32} strokeWidth={1.5} />}
            title="No API keys"
            text="Make one for each program, so that each can be revoked on its own."
            actions={create}
          />
        </div>
      )}
      {hasKeys && (
        <ul aria-label="API keys" className="rounded-card border border-line bg-surface">
          {keys.data.map((key) => (
            <KeyRow key={key.id} apiKey={key} onRevoke={() => setLeaving(key)} />
          ))}
        </ul>
      )}
      {isCreating && <CreateKeyDialog onClose={() => setCreating(false)} />}
      {leaving !== null && <RevokeKeyDialog apiKey={leaving} onClose={() => setLeaving(null)} />}
    </Section>
  )
}

function KeyRow({ apiKey, onRevoke }: { apiKey: ApiKeySummary; onRevoke: () => void }) {
  const { name, hint, scopes, lastUsedAt, expiresAt } = apiKey
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-3 last:border-b-0">
      <div className="min-w-50 flex-1">
        <p className="flex flex-wrap items-center gap-2">
          <span className="font-medium">{name}</span>
          <code className="font-mono text-small text-muted">{hint}…</code>
          {scopes.map((scope) => (
            <Badge key={scope}>{scopeNames[scope]}</Badge>
          ))}
        </p>
        <p className="mt-1 text-small text-muted">
          {lastUsedAt === null ? (
            'Never used'
          ) : (
            <>
              Last used <When at={lastUsedAt} />
            </>
          )}
          {' · '}
          {expiresAt === null ? (
            'never stops'
          ) : (
            <>
              works until <When at={expiresAt} as="moment" />
            </>
          )}
        </p>
      </div>
      <Button size="small" aria-label={`Revoke ${name}`} onClick={onRevoke}>
        Revoke
      </Button>
    </li>
  )
}

function RevokeKeyDialog({ apiKey, onClose }: { apiKey: ApiKeySummary; onClose: () => void }) {
  const queryClient = useQueryClient()
  const revoke = useMutation({
    mutationFn: () => call('deleteApiKey', { params: { id: apiKey.id } }),
    onSuccess: async () => {
      onClose()
      showToast({ title: `${apiKey.name} was revoked` })
      await queryClient.invalidateQueries({ queryKey: apiKeysQuery.queryKey })
    },
  })
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Revoke ${apiKey.name}?`}
      description="Programs that use it are refused from now on. A revoked key can’t be brought back."
      footer={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button variant="danger" busy={revoke.isPending} onClick={() => revoke.mutate()}>
            Revoke the key
          </Button>
        </>
      }
    >
      {revoke.isError && (
        <Notice tone="problem" title="It was not revoked">
          {problemText(revoke.error)}
        </Notice>
      )}
    </Dialog>
  )
}
