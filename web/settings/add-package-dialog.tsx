import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import { isExactVersion, isPackageName } from '#shared/package-name.ts'
import { call, problemText } from '../api/client.ts'
import { lookUpQuery, packagesQuery } from '../api/queries.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Notice } from '../ui/notice.tsx'
import { TextField } from '../ui/text-field.tsx'

/** Asks for a name, shows what the registry says of it, and adds it only then. */
export function AddPackageDialog({ onClose }: { onClose: () => void }) {
  const queryClient = useQueryClient()
  const [name, setName] = useState('')
  const [version, setVersion] = useState('')
  const [asked, setAsked] = useState<string | null>(null)
  const wanted = name.trim()
  const found = useQuery({ ...lookUpQuery(asked ?? ''), enabled: asked !== null })
  const isFound = asked === wanted && found.data !== undefined
  const exact = version.trim()
  const add = useMutation({
    mutationFn: () => call('addPackage', { body: { name: wanted, version: exact === '' ? (found.data?.version ?? '') : exact } }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: packagesQuery.queryKey })
      onClose()
    },
  })
  const nameError =
    wanted !== '' && !isPackageName(wanted) ? 'Write it as npm does, such as zod or @scope/name, with no version.' : undefined
  const versionError = exact !== '' && !isExactVersion(exact) ? 'One exact version, such as 1.2.3.' : undefined
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (wanted === '' || nameError !== undefined || versionError !== undefined) return
    if (isFound) add.mutate()
    else if (asked === wanted) void found.refetch()
    else setAsked(wanted)
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Add a package"
      description="Code steps of this workspace can import it once it is installed."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            form="add-package"
            variant="primary"
            busy={add.isPending || found.isFetching}
            disabled={wanted === '' || nameError !== undefined || versionError !== undefined}
          >
            {isFound ? `Add ${wanted} ${exact === '' ? found.data.version : exact}` : 'Look it up'}
          </Button>
        </>
      }
    >
      <form id="add-package" onSubmit={submit} className="flex flex-col gap-4">
        <TextField
          label="Name"
          mono
          placeholder="zod"
          required
          autoFocus
          autoCapitalize="none"
          error={nameError}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        {asked === wanted && found.isError && !found.isFetching && (
          <Notice tone="problem" title="It was not found">
            {problemText(found.error)}
          </Notice>
        )}
        {isFound && (
          <>
            <div role="status" className="rounded-card border border-line bg-sunken px-3.5 py-3">
              <p className="flex flex-wrap items-center gap-2">
                <span className="font-medium break-all">{found.data.name}</span>
                <code className="font-mono text-small text-muted">{found.data.version}</code>
                <Badge className="bg-surface">{found.data.license === '' ? 'No licence named' : found.data.license}</Badge>
              </p>
              {found.data.description !== '' && <p className="mt-1 text-body text-muted">{found.data.description}</p>}
            </div>
            <TextField
              label="Version"
              mono
              hint="Leave it empty for the newest one."
              placeholder={found.data.version}
              error={versionError}
              value={version}
              onChange={(event) => setVersion(event.target.value)}
            />
          </>
        )}
        {add.isError && (
          <Notice tone="problem" title="It was not added">
            {problemText(add.error)}
          </Notice>
        )}
      </form>
    </Dialog>
  )
}
