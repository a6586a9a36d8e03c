import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Plus, Variable as VariableIcon } from 'lucide-react'
import { useState } from 'react'
import type { Variable } from '#shared/values.ts'
import { call, problemText } from '../api/client.ts'
import { variablesQuery } from '../api/queries.ts'
import { PagePending } from '../shell/page-pending.tsx'
import { ProblemState } from '../shell/page-problem.tsx'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { showToast } from '../ui/toast.ts'
import { SharedValueDialog } from './shared-value-dialog.tsx'
import { SharedValueRow } from './shared-value-row.tsx'
import { ValuesSection } from './values-section.tsx'

export function SharedValuesSection() {
  const queryClient = useQueryClient()
  const variables = useQuery(variablesQuery)
  const [open, setOpen] = useState<{ variable?: Variable }>()
  const again = () => queryClient.invalidateQueries({ queryKey: variablesQuery.queryKey })
  const bringBack = useMutation({
    mutationFn: ({ name, value }: Variable) => call('createVariable', { body: { name, value } }),
    onSuccess: again,
    onError: (error) => showToast({ kind: 'problem', title: 'It was not brought back', description: problemText(error) }),
  })
  const remove = useMutation({
    mutationFn: ({ name }: Variable) => call('deleteVariable', { params: { name } }),
    onSuccess: async (_, variable) => {
      showToast({
        title: `${variable.name} was deleted`,
        action: { label: 'Undo', onSelect: () => bringBack.mutate(variable) },
      })
      await again()
    },
    onError: (error) => showToast({ kind: 'problem', title: 'It was not deleted', description: problemText(error) }),
  })
  const add = (
    <Button icon={<Plus size={18} aria-hidden />} onClick={() => setOpen({})}>
      New shared value
    </Button>
  )
  const hasSome = variables.data !== undefined && variables.data.length > 0
  return (
    <ValuesSection
      title="Shared values"
      text="What several flows need and everybody may know, such as an address or a limit. A run sees them as they were when it started."
      actions={hasSome && add}
    >
      {variables.isPending && <PagePending />}
      {variables.isLoadingError && <ProblemState error={variables.error} onRetry={() => void variables.refetch()} />}
      {variables.data?.length === 0 && (
        <div className="rounded-card border border-line bg-surface">
          <EmptyState
            size="panel"
            picture={<VariableIcon size={32} strokeWidth={1.5} />}
            title="No shared values"
            text="Write something down once and use it in every flow."
            actions={add}
          />
        </div>
      )}
      {hasSome && (
        <ul aria-label="Shared values" className="rounded-card border border-line bg-surface">
          {variables.data.map((variable) => (
            <SharedValueRow
              key={variable.name}
              variable={variable}
              onChange={() => setOpen({ variable })}
              onDelete={() => remove.mutate(variable)}
            />
          ))}
        </ul>
      )}
      {open && <SharedValueDialog {...open} onClose={() => setOpen(undefined)} />}
    </ValuesSection>
  )
}
