import type { ReactNode } from 'react'
import { incomingOf, findNode } from '../../document-index.ts'
import { useEditor } from '../../store.ts'
import { Switch } from '../../../ui/switch.tsx'
import { ConditionControl } from '../form/condition-control.tsx'
import { useStepId } from '../step-in-focus.ts'
import { CodeLimits } from './code-limits.tsx'
import { ConcurrencyOption } from './concurrency-option.tsx'
import { DeliveryOption } from './delivery-option.tsx'
import { FailureOptions } from './failure-options.tsx'
import { JoinOption } from './join-option.tsx'
import { TimeLimitOption } from './time-limit-option.tsx'
import { useSetting } from './use-setting.ts'

/** How the step behaves around its own work: when it runs, what happens when it fails, how long it may take. */
export function OptionsTab() {
  const stepId = useStepId()
  const type = useEditor((state) => state.catalog.get(findNode(state.document, stepId)?.type ?? ''))
  const lines = useEditor((state) => incomingOf(state.document, stepId).length)
  const isLimited = useEditor((state) => findNode(state.document, stepId)?.settings.concurrency !== undefined)
  if (type?.role !== 'step')
    return (
      <p className="p-4 text-body text-muted">
        {type?.role === 'trigger'
          ? 'There is nothing to choose here: all that there is to say of a start is under Set up.'
          : 'There is nothing to choose here: it does nothing by itself.'}
      </p>
    )
  return (
    <div className="flex flex-col gap-6 p-4">
      <Section title="When it runs">
        <OffSwitch />
        <RunIf />
        {lines > 1 && <JoinOption lines={lines} />}
      </Section>
      <Section title="If it fails">
        <FailureOptions type={type} />
      </Section>
      <Section title="Limits">
        <TimeLimitOption type={type} />
        {type.runs === 'code' && <CodeLimits />}
        {(type.runs !== 'engine' || isLimited) && <ConcurrencyOption />}
        {type.effect && <DeliveryOption />}
      </Section>
    </div>
  )
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-4">
      <h2 className="border-b border-line pb-1.5 text-label text-muted">{title}</h2>
      {children}
    </section>
  )
}

function OffSwitch() {
  const [disabled, setDisabled, problem] = useSetting('disabled')
  const readOnly = useEditor((state) => state.readOnly)
  return (
    <div data-param="settings.disabled">
      <Switch
        label="Turned on"
        hint="While it is off the flow passes straight through it."
        checked={disabled !== true}
        onChange={(on) => setDisabled(on ? undefined : true)}
        disabled={readOnly}
      />
      {problem !== undefined && <p className="mt-1.5 text-small text-failed">{problem}</p>}
    </div>
  )
}

function RunIf() {
  const [runIf, setRunIf, problem] = useSetting('runIf')
  const readOnly = useEditor((state) => state.readOnly)
  return (
    <div data-param="settings.runIf">
      <ConditionControl
        words={{ label: 'Only run if', hint: 'Else it is skipped. Without a line it always runs.', error: problem }}
        dropName="runIf"
        value={runIf}
        onChange={(value) => setRunIf(typeof value === 'string' || value === false ? value : undefined)}
        disabled={readOnly}
      />
    </div>
  )
}
