import { useQuery } from '@tanstack/react-query'
import { Play } from 'lucide-react'
import { useState } from 'react'
import type { FlowDetail } from '#shared/api.ts'
import { permissions } from '#shared/permissions.ts'
import { meQuery, versionQuery } from '../../api/queries.ts'
import { Button } from '../../ui/button.tsx'
import { StartRunDialog } from './start-run-dialog.tsx'

/** Starts a run of the published flow by hand, where it has a start for that. */
export function StartRunButton({ flow }: { flow: FlowDetail }) {
  const version = flow.publishedVersion ?? 0
  const { data } = useQuery({ ...versionQuery(flow.id, version), enabled: version > 0 && flow.enabled })
  const { data: me } = useQuery(meQuery)
  const [isOpen, setIsOpen] = useState(false)
  const start = data?.document.nodes.find(({ type, settings }) => type === 'manual' && settings.disabled !== true)
  if (start === undefined || me === undefined || !Object.hasOwn(permissions['runs.start'].roles, me.role)) return null
  return (
    <>
      <Button variant="primary" icon={<Play size={15} strokeWidth={2} aria-hidden />} onClick={() => setIsOpen(true)}>
        Start a run
      </Button>
      {isOpen && <StartRunDialog flow={flow} start={start} onClose={() => setIsOpen(false)} />}
    </>
  )
}
