import { clsx } from 'clsx'
import { Plus, SquareFunction, X } from 'lucide-react'
import { useState } from 'react'
import type { Json } from '#shared/json.ts'
import { Button } from '../../../ui/button.tsx'
import { Field, type FieldWords, groupProps } from '../../../ui/field.tsx'
import { IconButton } from '../../../ui/icon-button.tsx'
import { Select } from '../../../ui/select.tsx'
import { useEditor } from '../../store.ts'
import { useStepId } from '../step-in-focus.ts'
import { TemplateField } from '../template/template-field.tsx'
import { usePreview } from '../template/use-preview.ts'
import {
  comparisonNames,
  comparisons,
  conditionText,
  simpleCondition,
  type SimpleCondition,
  type Test,
} from './condition-model.ts'

interface ConditionControlProps {
  words: FieldWords & { label: string }
  dropName: string
  value: Json | undefined
  onChange: (value: Json | undefined) => void
  disabled: boolean
  /** What it means for the sample; when not said, yes or no. */
  outcome?: OutcomeWords | undefined
}

interface OutcomeWords {
  yes: string
  no: string
  /** While the step has no sample to tell by. */
  unknown: string
}

const emptyTest: Test = { left: '', comparison: 'is', right: '' }
const comparisonOptions = comparisonNames.map((value) => ({ value, label: comparisons[value].words }))

/** A condition as lines of "this · is more than · that", or as a formula where lines can't say it. */
export function ConditionControl({ words, dropName, value, onChange, disabled, outcome }: ConditionControlProps) {
  const text = typeof value === 'string' ? value : ''
  const [edited, setEdited] = useState<{ condition: SimpleCondition; text: string }>()
  const [wantsFormula, setWantsFormula] = useState(false)
  // Half-filled lines live here only; once the stored text differs from theirs it has been changed from elsewhere.
  const simple =
    edited !== undefined && edited.text === text
      ? edited.condition
      : text === ''
        ? { needs: 'all' as const, tests: [emptyTest] }
        : simpleCondition(text)

  function change(condition: SimpleCondition): void {
    const isStarted = condition.tests.some((test) => test.left !== '')
    const next = isStarted ? conditionText(condition) : ''
    setEdited({ condition, text: next })
    onChange(next === '' ? undefined : next)
  }

  if (value === false) return <FixedCondition {...{ words, onChange, disabled }} />
  const isFormula = wantsFormula || simple === undefined
  return (
    <Field {...words}>
      {(control) => (
        <div {...groupProps(control)} className="flex flex-col gap-2">
          {isFormula || simple === undefined ? (
            <FormulaCondition {...{ label: words.label, dropName, text, onChange, disabled }} />
          ) : (
            <Lines {...{ label: words.label, dropName, condition: simple, disabled }} onChange={change} />
          )}
          <div className="flex flex-wrap items-center gap-1">
            {!disabled && simple !== undefined && !isFormula && (
              <Button
                variant="quiet"
                size="small"
                className="-ml-2 text-accent!"
                icon={<Plus size={15} />}
                onClick={() => change({ ...simple, tests: [...simple.tests, emptyTest] })}
              >
                Add a condition
              </Button>
            )}
            {!disabled && (simple !== undefined || isFormula) && (
              <Button
                variant="quiet"
                size="small"
                className="text-muted!"
                icon={isFormula ? undefined : <SquareFunction size={15} />}
                disabled={isFormula && simple === undefined}
                onClick={() => setWantsFormula(!isFormula)}
              >
                {isFormula ? (simple === undefined ? 'Too much for rows' : 'Back to rows') : 'As formula'}
              </Button>
            )}
            {value === true ? (
              <span className="ml-auto text-small text-muted">No condition yet: always yes</span>
            ) : (
              <Outcome text={text} words={outcome} />
            )}
          </div>
        </div>
      )}
    </Field>
  )
}

function FixedCondition({ words, onChange, disabled }: Omit<ConditionControlProps, 'dropName' | 'value'>) {
  return (
    <Select
      {...words}
      value="never"
      options={[
        { value: 'never', label: 'Never' },
        { value: 'asked', label: 'It depends…' },
      ]}
      onChange={(next) => onChange(next === 'asked')}
      disabled={disabled}
    />
  )
}

interface LinesProps {
  label: string
  dropName: string
  condition: SimpleCondition
  onChange: (condition: SimpleCondition) => void
  disabled: boolean
}

function Lines({ label, dropName, condition, onChange, disabled }: LinesProps) {
  const { needs, tests } = condition
  const replace = (index: number, test: Test) => onChange({ ...condition, tests: tests.with(index, test) })
  return (
    <>
      {tests.length > 1 && (
        <Select
          label={`How many lines of ${label} must hold`}
          hideLabel
          size="small"
          className="w-52"
          value={needs}
          options={[
            { value: 'all', label: 'All of these hold' },
            { value: 'any', label: 'At least one of these holds' },
          ]}
          onChange={(next) => onChange({ ...condition, needs: next })}
          disabled={disabled}
        />
      )}
      <ol className="flex flex-col gap-2">
        {tests.map((test, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- lines have no name, only a place
          <li key={index} className="flex items-start gap-1 rounded-card border border-line bg-sunken p-2">
            <div className="flex min-w-0 flex-1 flex-col gap-1.5">
              <Side
                label={`First value of line ${index + 1}`}
                dropName={dropName}
                value={test.left}
                onChange={(left) => replace(index, { ...test, left })}
                placeholder="Choose data"
                disabled={disabled}
              />
              <div className="flex items-start gap-1.5">
                <Select
                  label={`How line ${index + 1} compares`}
                  hideLabel
                  className="w-40 shrink-0"
                  options={comparisonOptions}
                  value={test.comparison}
                  onChange={(comparison) => replace(index, { ...test, comparison })}
                  disabled={disabled}
                />
                {comparisons[test.comparison].compares && (
                  <div className="min-w-0 flex-1">
                    <Side
                      label={`Second value of line ${index + 1}`}
                      dropName={`${dropName}.right`}
                      value={test.right}
                      onChange={(right) => replace(index, { ...test, right })}
                      placeholder="Value"
                      disabled={disabled}
                    />
                  </div>
                )}
              </div>
            </div>
            {tests.length > 1 && !disabled && (
              <IconButton
                label={`Remove line ${index + 1}`}
                icon={<X size={15} />}
                className="size-8!"
                onClick={() => onChange({ ...condition, tests: tests.toSpliced(index, 1) })}
              />
            )}
          </li>
        ))}
      </ol>
    </>
  )
}

interface SideProps {
  label: string
  dropName: string
  value: string
  onChange: (value: string) => void
  placeholder: string
  disabled: boolean
}

function Side({ label, dropName, value, onChange, placeholder, disabled }: SideProps) {
  return (
    <Field label={label} hideLabel>
      {(control) => (
        <TemplateField
          control={control}
          label={label}
          dropName={dropName}
          value={value}
          onChange={onChange}
          placeholder={placeholder}
          disabled={disabled}
        />
      )}
    </Field>
  )
}

/** The formula without its braces: a condition is always exactly one hole. */
function FormulaCondition({
  label,
  dropName,
  text,
  onChange,
  disabled,
}: {
  label: string
  dropName: string
  text: string
  onChange: (value: Json | undefined) => void
  disabled: boolean
}) {
  const source = /^\{\{\s?([\s\S]*?)\s?\}\}$/.exec(text)?.[1] ?? text
  return (
    <textarea
      aria-label={`${label} as a formula`}
      data-drop={dropName}
      value={source}
      disabled={disabled}
      rows={2}
      spellCheck={false}
      placeholder="trigger.body.amount > 1000"
      onChange={(event) => onChange(event.target.value.trim() === '' ? undefined : `{{ ${event.target.value} }}`)}
      className="field-sizing-content max-h-64 min-h-14 w-full resize-y rounded-field border border-line-strong bg-surface px-2.5 py-1.5 font-mono text-code hover:border-ink"
    />
  )
}

/** What the condition comes to with the samples. */
function Outcome({ text, words }: { text: string; words: OutcomeWords | undefined }) {
  const preview = usePreview(text)
  const stepId = useStepId()
  const hasSample = useEditor((state) => state.overlay.samples.has(stepId))
  if (preview === undefined) return null
  return (
    <output className={clsx('min-w-0 text-small text-muted', words === undefined ? 'ml-auto truncate' : 'w-full')}>
      {preview.kind === 'problem'
        ? 'Not readable yet'
        : words === undefined
          ? `With the sample: ${isTrue(preview.value) ? 'yes' : 'no'}`
          : !hasSample
            ? words.unknown
            : isTrue(preview.value)
              ? words.yes
              : words.no}
    </output>
  )
}

/** Truth as in the language: empty text, nothing and 0 are no. */
function isTrue(value: Json): boolean {
  return Boolean(value)
}
