import type { NodeType } from '#shared/manifest.ts'
import { useEditor } from '../../store.ts'
import { MsField } from './ms-field.tsx'
import { useSetting } from './use-setting.ts'

/** How long one try may take. */
export function TimeLimitOption({ type }: { type: NodeType }) {
  const [timeoutMs, setTimeoutMs, problem] = useSetting('timeoutMs')
  const readOnly = useEditor((state) => state.readOnly)
  return (
    <div data-param="settings.timeoutMs">
      <MsField
        label="Time limit of one try"
        hint="A try that takes longer counts as failed."
        error={problem}
        value={timeoutMs}
        fallback={type.settings.timeoutMs}
        onChange={setTimeoutMs}
        disabled={readOnly}
      />
    </div>
  )
}
