import { Select } from '../../../ui/select.tsx'
import { useEditor } from '../../store.ts'
import { useSetting } from './use-setting.ts'

const ways = [
  { value: 'atLeastOnce', label: 'Do it again', detail: 'Under the same key, so that most services do it only once.' },
  { value: 'atMostOnce', label: 'Ask a person', detail: 'It is never repeated without somebody saying so.' },
] as const

/** What happens when the machine stops in the middle of the step and nobody knows whether it was done. */
export function DeliveryOption() {
  const [delivery, setDelivery, problem] = useSetting('delivery')
  const readOnly = useEditor((state) => state.readOnly)
  return (
    <div data-param="settings.delivery">
      <Select
        label="If the machine stops in the middle"
        options={ways}
        value={delivery ?? 'atLeastOnce'}
        error={problem}
        onChange={(value) => setDelivery(value === 'atLeastOnce' ? undefined : value)}
        disabled={readOnly}
      />
    </div>
  )
}
