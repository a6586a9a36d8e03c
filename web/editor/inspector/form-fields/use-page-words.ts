import { nameOf } from '#shared/flow-names.ts'
import { findNode } from '../../document-index.ts'
import { useEditorShallow } from '../../store.ts'
import { useStepId } from '../step-in-focus.ts'
import { textIn } from './edit-fields.ts'

/** What stands around the fields of a form's page. */
export interface PageWords {
  heading: string
  about: string
  button: string
}

/** The words of the page that the step in focus shows; undefined where its fields stand on one that is about something else. */
export function usePageWords(): PageWords | undefined {
  const stepId = useStepId()
  return useEditorShallow(({ document }) => {
    const node = findNode(document, stepId)
    if (node === undefined || (node.type !== 'form' && node.type !== 'waitForForm')) return undefined
    const { title, description, button } = node.params
    return {
      heading: withoutHoles(textIn(title)) || (node.type === 'form' ? document.name : nameOf(node)),
      about: withoutHoles(textIn(description)),
      button: withoutHoles(textIn(button)) || 'Send',
    }
  })
}

/** Data is put in when the page is shown. */
function withoutHoles(text: string): string {
  return text.replaceAll(/\{\{[\s\S]*?\}\}/g, '…')
}
