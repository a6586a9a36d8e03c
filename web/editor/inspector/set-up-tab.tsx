import { Notice } from '../../ui/notice.tsx'
import { CodePanel } from '../code/code-panel.tsx'
import { findNode } from '../document-index.ts'
import { useEditor } from '../store.ts'
import { ChecksSection } from './checks-section.tsx'
import { DeveloperDetails } from './developer-details.tsx'
import { FormAddress } from './form-address.tsx'
import { SchemaForm } from './form/schema-form.tsx'
import { MailAddress } from './mail-address.tsx'
import { StepProblems } from './step-problems.tsx'
import { useStepId } from './step-in-focus.ts'
import { WebhookAddress } from './webhook-address.tsx'

/** The fields of the step in the order its type gives them. */
export function SetUpTab() {
  const stepId = useStepId()
  const typeName = useEditor((state) => findNode(state.document, stepId)?.type)
  const type = useEditor((state) => state.catalog.get(typeName ?? ''))
  return (
    <div className="flex min-h-full flex-col gap-4 p-4 max-md:pb-28">
      <StepProblems />
      {typeName === 'webhook' && <WebhookAddress />}
      {typeName === 'form' && <FormAddress />}
      {typeName === 'email' && <MailAddress />}
      {type === undefined ? (
        <Notice tone="problem" title="This kind of step is not known here">
          It came from another Holdfast, or from a newer one. Replace it, or remove it.
          <span data-dev className="mt-1 block font-mono text-code break-all">
            {typeName}
          </span>
        </Notice>
      ) : type.runs === 'code' ? (
        <CodePanel schema={type.params} />
      ) : (
        <SchemaForm schema={type.params} />
      )}
      {type?.polls && <ChecksSection />}
      <div className="mt-auto">
        <DeveloperDetails />
      </div>
    </div>
  )
}
