import { TriangleAlert } from 'lucide-react'
import { useLeaving } from '../../../ui/use-leaving.ts'
import { attendedField } from '../../attended.ts'
import { useEditor, useEditorStore } from '../../store.ts'
import { useStepId } from '../step-in-focus.ts'
import { CasesControl } from './cases-control.tsx'
import { ChoiceControl, ChoicesControl, YesNoControl } from './choice-control.tsx'
import { ConditionControl } from './condition-control.tsx'
import type { ControlProps } from './control-props.ts'
import { DateTimeControl } from './date-time-control.tsx'
import { DayControl } from './day-control.tsx'
import { DurationControl } from './duration-control.tsx'
import type { Field } from './field-model.ts'
import { FlowControl, FlowsControl } from './flow-control.tsx'
import { FormFieldsControl } from '../form-fields/form-fields-control.tsx'
import { InputFieldsControl } from '../input-fields/input-fields-control.tsx'
import { MsField } from '../options/ms-field.tsx'
import { KeyValueControl } from './key-value-control.tsx'
import { ListControl } from './list-control.tsx'
import { ScheduleControl } from '../schedule/schedule-control.tsx'
import { SecretControl } from './secret-control.tsx'
import { DedupeControl } from '../verify/dedupe-control.tsx'
import { VerifyControl } from '../verify/verify-control.tsx'
import { RawValue } from './raw-value.tsx'
import { TextControl } from './text-control.tsx'
import { useParam, useProblem, useShown } from './use-params.ts'
import { ValueControl } from './value-control.tsx'

const startWords = {
  yes: 'The sample would start a run.',
  no: 'The sample would be kept and start nothing.',
  unknown: 'With a sample, you see here whether it would start a run.',
}

/** One field of the set-up with its label, its hint, and what the check says about it; of a missing secret its own choice tells. */
export function FieldControl({ field }: { field: Field }) {
  const [value, onChange] = useParam(field.path)
  const param = field.path.join('.')
  const problem = useProblem(param)
  const disabled = useEditor((state) => state.readOnly)
  const editor = useEditorStore()
  const stepId = useStepId()
  const leaving = useLeaving(() => editor.attendTo([attendedField(stepId, param)]))
  if (!useShown(field)) return null
  if (field.kind === 'group') return <Group field={field} />
  const isError = problem?.severity === 'error'
  const words = { label: field.label, hint: field.help, required: field.required, error: isError ? problem.message : undefined }
  return (
    <div data-param={param} {...leaving}>
      <ControlOfKind {...{ field, words, value, onChange, disabled }} />
      {problem !== undefined && !isError && problem.code !== 'secret_missing' && (
        <p className="mt-1.5 flex gap-1.5 text-small text-waiting">
          <TriangleAlert size={14} aria-hidden className="mt-px shrink-0" />
          {problem.message}
        </p>
      )}
    </div>
  )
}

function Group({ field }: { field: Field }) {
  return (
    <fieldset data-param={field.path.join('.')} className="flex flex-col gap-4 rounded-card border border-line p-3">
      <legend className="px-1 text-label">{field.label}</legend>
      {field.help !== undefined && <p className="-mt-2 text-small text-muted">{field.help}</p>}
      {field.fields?.map((inner) => (
        <FieldControl key={inner.name} field={inner} />
      ))}
    </fieldset>
  )
}

function ControlOfKind(props: ControlProps) {
  const { field, words, value, onChange, disabled } = props
  switch (field.kind) {
    case 'text':
    case 'longText':
    case 'number':
      return <TextControl {...props} />
    case 'yesNo':
      return <YesNoControl {...props} />
    case 'choice':
      return <ChoiceControl {...props} />
    case 'choices':
      return <ChoicesControl {...props} />
    case 'list':
      return <ListControl {...props} />
    case 'keyValue':
      return <KeyValueControl {...props} />
    case 'value':
      return <ValueControl {...props} />
    case 'raw':
      return <RawValue label={words.label} hint={words.hint} error={words.error} {...{ value, onChange, disabled }} />
    case 'condition':
      return (
        <ConditionControl
          dropName={field.path.join('.')}
          outcome={field.path.join('.') === 'onlyIf' ? startWords : undefined}
          {...{ words, value, onChange, disabled }}
        />
      )
    case 'formFields':
      return <FormFieldsControl {...props} />
    case 'inputFields':
      return <InputFieldsControl {...props} />
    case 'cases':
      return <CasesControl {...props} />
    case 'duration':
      return <DurationControl {...props} />
    case 'milliseconds':
      return (
        <MsField
          label={words.label}
          hint={words.hint}
          error={words.error}
          value={typeof value === 'number' ? value : undefined}
          fallback={typeof field.default === 'number' ? field.default : 0}
          {...{ onChange, disabled }}
        />
      )
    case 'dateTime':
      return <DateTimeControl {...props} />
    case 'day':
      return <DayControl {...props} />
    case 'secret':
      return <SecretControl {...props} />
    case 'schedule':
      return <ScheduleControl {...props} />
    case 'verify':
      return <VerifyControl {...props} />
    case 'flow':
      return <FlowControl {...props} />
    case 'flows':
      return <FlowsControl {...props} />
    case 'dedupe':
      return <DedupeControl {...props} />
    // Code has a place of its own above the form, a group is drawn by its fields.
    case 'code':
    case 'group':
      return null
  }
}
