import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { Json } from '#shared/json.ts'
import { isJsonObject } from '#shared/is-json-object.ts'
import { Button } from '../../../ui/button.tsx'
import { Field, groupProps } from '../../../ui/field.tsx'
import { IconButton } from '../../../ui/icon-button.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import { useEditorStore } from '../../store.ts'
import { useStepId } from '../step-in-focus.ts'
import { ConditionControl } from './condition-control.tsx'
import type { ControlProps } from './control-props.ts'
import { renameCase } from './rename-case.ts'

/** The ways a switch can go, each with a name and a condition; looked at from the top. */
export function CasesControl({ field, words, value, onChange, disabled }: ControlProps) {
  const editor = useEditorStore()
  const stepId = useStepId()
  const cases = Array.isArray(value) ? value.filter(isJsonObject) : []
  const name = field.path.join('.')

  const setCondition = (index: number, when: Json | undefined) => {
    const { when: _before, ...rest } = cases[index] ?? {}
    onChange(cases.with(index, when === undefined ? rest : { ...rest, when }))
  }
  const move = (index: number, by: 1 | -1) => {
    const moved = cases[index]
    if (moved !== undefined) onChange(cases.toSpliced(index, 1).toSpliced(index + by, 0, moved))
  }

  return (
    <Field {...words}>
      {(control) => (
        <div {...groupProps(control)} className="flex flex-col gap-3">
          {cases.map((item, index) => {
            const id = typeof item['id'] === 'string' ? item['id'] : ''
            return (
              // oxlint-disable-next-line react/no-array-index-key -- a case's name is what is being typed here
              <fieldset key={index} className="flex flex-col gap-2 rounded-card border border-line p-3">
                <legend className="sr-only">Way {id}</legend>
                <div className="flex items-end gap-1">
                  <CaseName
                    id={id}
                    taken={cases.some((other) => other !== item && other['id'] === id)}
                    disabled={disabled}
                    onRename={(next) => editor.run(renameCase, { nodeId: stepId, index, id: next })}
                  />
                  <IconButton
                    label={`Move ${id} up`}
                    icon={<ArrowUp size={15} />}
                    disabled={disabled || index === 0}
                    onClick={() => move(index, -1)}
                  />
                  <IconButton
                    label={`Move ${id} down`}
                    icon={<ArrowDown size={15} />}
                    disabled={disabled || index === cases.length - 1}
                    onClick={() => move(index, 1)}
                  />
                  <IconButton
                    label={`Remove ${id}`}
                    icon={<Trash2 size={15} />}
                    disabled={disabled}
                    onClick={() => onChange(cases.toSpliced(index, 1))}
                  />
                </div>
                <ConditionControl
                  words={{ label: 'Go this way when' }}
                  dropName={`${name}.${index}.when`}
                  value={item['when']}
                  onChange={(when) => setCondition(index, when)}
                  disabled={disabled}
                />
              </fieldset>
            )
          })}
          {!disabled && (
            <Button
              variant="secondary"
              size="small"
              className="self-start"
              icon={<Plus size={15} />}
              onClick={() => onChange([...cases, { id: freeName(cases), when: '' }])}
            >
              Add a way
            </Button>
          )}
        </div>
      )}
    </Field>
  )
}

/** Takes effect when it is left: the lines that leave by this way carry its name, and half a name may be another's. */
function CaseName({
  id,
  taken,
  disabled,
  onRename,
}: {
  id: string
  taken: boolean
  disabled: boolean
  onRename: (id: string) => boolean
}) {
  const [text, setText] = useState<string>()
  const finish = () => {
    if (text !== undefined) onRename(text.trim())
    setText(undefined)
  }
  return (
    <TextField
      label="Name of this way"
      className="flex-1"
      value={text ?? id}
      error={taken ? 'Another way has this name' : undefined}
      readOnly={disabled}
      onChange={(event) => setText(event.target.value)}
      onBlur={finish}
      onKeyDown={(event) => event.key === 'Enter' && finish()}
    />
  )
}

function freeName(cases: readonly { [key: string]: Json }[]): string {
  const taken = new Set(cases.map((item) => item['id']))
  let number = cases.length + 1
  while (taken.has(`way${number}`)) number++
  return `way${number}`
}
