import { useEffect, useMemo } from 'react'
import type { ParamSchema } from '#shared/manifest.ts'
import { FieldControl } from '../inspector/form/field-control.tsx'
import { fieldsOf } from '../inspector/form/field-model.ts'
import { SchemaForm } from '../inspector/form/schema-form.tsx'
import { useStepId } from '../inspector/step-in-focus.ts'
import { useEditor, useEditorStore } from '../store.ts'
import { CodeCard } from './code-card.tsx'
import { CodeOutcome } from './code-outcome.tsx'
import { CodeSection } from './code-section.tsx'
import { useCodeShown } from './use-code-shown.ts'

/** The set-up of a code step: named inputs, then the code or a card about it, then how the last test went. */
export function CodePanel({ schema }: { schema: ParamSchema }) {
  const editor = useEditorStore()
  const stepId = useStepId()
  const inputs = useMemo(() => fieldsOf(schema).find((field) => field.name === 'inputs'), [schema])
  const rest = useMemo(() => withoutParams(schema, ['inputs', 'code']), [schema])
  const [isShown, setShown] = useCodeShown()
  const isWanted = useEditor(
    ({ session: { code, codeLine, focusParam } }) =>
      code.isFull ||
      code.isComparing ||
      codeLine?.stepId === stepId ||
      (focusParam?.nodeId === stepId && focusParam.param === 'code'),
  )
  // Somebody who asks for the code by key or from a problem has opened it.
  useEffect(() => {
    if (isWanted && !isShown) setShown(true)
  }, [isWanted, isShown, setShown])
  useEffect(() => () => editor.setSession({ code: { isFull: false, isComparing: false } }), [editor])
  return (
    <>
      {inputs !== undefined && <FieldControl field={inputs} />}
      {isShown || isWanted ? (
        <CodeSection onHide={() => setShown(false)} />
      ) : (
        <>
          <CodeCard onView={() => setShown(true)} />
          <CodeOutcome onGoTo={undefined} />
        </>
      )}
      <SchemaForm schema={rest} />
    </>
  )
}

function withoutParams(schema: ParamSchema, names: readonly string[]): ParamSchema {
  const kept = Object.entries(schema.properties ?? {}).filter(([name]) => !names.includes(name))
  return { ...schema, properties: Object.fromEntries(kept) }
}
