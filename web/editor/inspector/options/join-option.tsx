import type { Join } from '#shared/flow.ts'
import { Checkbox } from '../../../ui/checkbox.tsx'
import { Select } from '../../../ui/select.tsx'
import { useEditor } from '../../store.ts'
import { useSetting } from './use-setting.ts'

/** What a step with several lines coming in waits for. */
export function JoinOption({ lines }: { lines: number }) {
  const [join, setJoin, problem] = useSetting('join')
  const [cancelRest, setCancelRest] = useSetting('cancelRest')
  const readOnly = useEditor((state) => state.readOnly)
  const options = [
    { value: 'all', label: `All ${lines} lines`, detail: 'Lines the run does not take are not waited for.' },
    { value: 'any', label: 'The first one', detail: 'It runs once; what comes later is not waited for.' },
    ...Array.from({ length: Math.max(0, lines - 2) }, (_, index) => ({
      value: String(index + 2),
      label: `${index + 2} of ${lines} lines`,
    })),
  ]
  return (
    <div data-param="settings.join" className="flex flex-col gap-3">
      <Select
        label="Wait for"
        hint={`${lines} lines lead here.`}
        options={options}
        value={valueOf(join)}
        error={problem}
        onChange={(value) => setJoin(joinFrom(value))}
        disabled={readOnly}
      />
      {join !== undefined && join !== 'all' && (
        <Checkbox
          label="Stop the others then"
          hint="Steps that lead only here are stopped once this one runs."
          checked={cancelRest === true}
          onChange={(on) => setCancelRest(on ? true : undefined)}
          disabled={readOnly}
        />
      )}
    </div>
  )
}

function valueOf(join: Join | undefined): string {
  return typeof join === 'object' ? String(join.atLeast) : (join ?? 'all')
}

function joinFrom(value: string): Join | undefined {
  if (value === 'all') return undefined
  return value === 'any' ? 'any' : { atLeast: Number(value) }
}
