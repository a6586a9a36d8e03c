import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { PackageSummary } from '#shared/api.ts'
import { call, problemText } from '../api/client.ts'
import { packageQuery, packagesQuery } from '../api/queries.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { sizeText } from '../words/size-text.ts'
import { When } from '../words/when.tsx'

interface PackageRowProps {
  summary: PackageSummary
  mayChange: boolean
  onRemove: () => void
}

export function PackageRow({ summary, mayChange, onRemove }: PackageRowProps) {
  const { name, version, license, description, state } = summary
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 border-b border-line px-4 py-3 last:border-b-0">
      <div className="min-w-50 flex-1">
        <p className="flex flex-wrap items-center gap-2">
          <span className="font-medium break-all">{name}</span>
          <code className="font-mono text-small text-muted">{version}</code>
          {license !== '' && <Badge>{license}</Badge>}
          {state === 'failed' && <Badge tone="failed">Not installed</Badge>}
        </p>
        {description !== '' && <p className="mt-0.5 text-body text-muted">{description}</p>}
        {state === 'ready' && <Facts summary={summary} />}
        {state === 'installing' && <Progress name={name} />}
        {state === 'failed' && <Failed summary={summary} mayChange={mayChange} />}
      </div>
      {mayChange && (
        <Button size="small" aria-label={`Remove ${name}`} onClick={onRemove}>
          Remove
        </Button>
      )}
    </li>
  )
}

function Facts({ summary: { files, bytes, addedAt } }: { summary: PackageSummary }) {
  return (
    <p className="mt-1 text-small text-muted">
      {bytes !== null && files !== null && `${sizeText(bytes)} in ${files.toLocaleString('en')} files with what it needs · `}
      added <When at={addedAt} />
    </p>
  )
}

function Progress({ name }: { name: string }) {
  const { data } = useQuery(packageQuery(name))
  return (
    <div role="status" className="mt-1.5 flex min-w-0 items-center gap-2 text-small text-muted">
      <Spinner size={14} />
      <span className="shrink-0">Installing</span>
      <span aria-hidden className="min-w-0 truncate font-mono text-mini text-faint">
        {data?.log.at(-1)}
      </span>
    </div>
  )
}

function Failed({ summary: { name, version, reason }, mayChange }: { summary: PackageSummary; mayChange: boolean }) {
  const queryClient = useQueryClient()
  const [isLogOpen, setLogOpen] = useState(false)
  const { data } = useQuery({ ...packageQuery(name), enabled: isLogOpen })
  const again = useMutation({
    mutationFn: () => call('addPackage', { body: { name, version } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: packagesQuery.queryKey }),
  })
  return (
    <div className="mt-2 flex flex-col gap-2">
      <Notice
        tone="problem"
        title={again.isError ? 'It could not be tried again' : 'It could not be installed'}
        actions={
          <>
            {mayChange && (
              <Button size="small" busy={again.isPending} onClick={() => again.mutate()}>
                Try again
              </Button>
            )}
            <Button size="small" aria-expanded={isLogOpen} onClick={() => setLogOpen(!isLogOpen)}>
              {isLogOpen ? 'Hide what happened' : 'Show what happened'}
            </Button>
          </>
        }
      >
        {again.isError ? problemText(again.error) : reason}
      </Notice>
      {isLogOpen && data !== undefined && (
        <pre
          tabIndex={0}
          aria-label={`What happened while ${name} was installed`}
          className="max-h-60 overflow-auto rounded-field bg-sunken px-3 py-2 font-mono text-mini whitespace-pre-wrap text-muted"
        >
          {data.log.join('\n')}
        </pre>
      )}
    </div>
  )
}
